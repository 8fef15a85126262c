// The header of an array payload: what holds for the whole array.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <laq/array.hpp>

#include "array/chunk.h"
#include "array/chunk_layout.h"
#include "array/coded_layout.h"
#include "base/bytes.h"

namespace laq::array {

inline constexpr uint32_t kMinChunkElements = 1 << 8;  // that an encoder may be asked for
inline constexpr uint32_t kMaxChunkElements = 1 << 21;
inline constexpr uint64_t kMaxChunks = std::numeric_limits<int>::max();

// Whether chunks have checksums of their own. A single chunk is covered by that of the file.
constexpr bool has_chunk_checksums(uint64_t chunks) {
  return chunks > 1;
}

// What elements may lose.
struct Loss {
  Fidelity fidelity = Fidelity::max_error;
  double tolerance = 0;  // see Fidelity

  bool operator==(const Loss&) const = default;
};

struct ArrayHeader {
  ArrayInfo info;  // without the chunks, which only read() fills in
  WideForm wide_form = WideForm::as_they_are;
  uint64_t offset = 0;              // see CodedLayout
  std::vector<Loss> losses = {{}};  // of which each chunk has one; an encoder's target gives the first
  ChunkSides chunk_sides{};         // the most that chunks have of the layout's sides
  Cuts cuts = {};                   // of these sides

  CodedLayout layout() const { return {info.shape, info.type, wide_form, offset}; }
  ChunkLayout chunk_layout() const { return {layout().sides(), chunk_sides, cuts}; }
  uint64_t chunks() const { return chunk_layout().count(); }
  // loss: its number.
  ChunkFormat chunk_format(const Grid& grid, size_t loss = 0) const {
    return {coded_type(info.type, wide_form), grid, losses[loss].fidelity, losses[loss].tolerance,
            info.signal.significant_bits};
  }

  // is_padded: whether what an encoder learns last takes as many bytes as it may need.
  void write(ByteWriter& writer, bool is_padded = false) const;
  static Result<ArrayHeader> read(ByteReader& reader);
};

}  // namespace laq::array
