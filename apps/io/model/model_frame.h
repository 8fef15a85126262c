// The frame of a model: its file without the bytes of its tensors, and where they go. It travels in a LAQ file as the
// attachment `modl` (docs/format.md), so that the tensors, put back, make the same file again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "io/model/model_file.h"

namespace laq::io {

inline constexpr std::string_view kFrameName = "modl";

// The frame of a file that parse_model() has read. An error if it is larger than an attachment may be.
Result<std::vector<std::byte>> frame_of(std::span<const std::byte> file, const ModelFile& model);

struct ModelFrame {
  struct Extent {
    uint64_t offset, bytes;
  };
  uint64_t file_bytes = 0;
  std::vector<Extent> tensors = {};        // in their order, which do not overlap
  std::span<const std::byte> around = {};  // the bytes between them, which lie in the frame that was parsed

  // Writes the bytes between the tensors into a file of file_bytes.
  void put_around(std::span<std::byte> file) const;
};

// Takes a frame apart. Whatever it claims, only memory in proportion to its own size is taken, and the tensors lie in
// their order within file_bytes, which are fewer than 2^62.
Result<ModelFrame> parse_frame(std::span<const std::byte> frame);

// The file of a frame and its tensors, which have the sizes that the frame tells. May throw std::bad_alloc.
Result<std::vector<std::byte>> assemble_model(std::span<const std::byte> frame,
                                              std::span<const std::span<const std::byte>> tensors);

}  // namespace laq::io
