// A part of a picture: which of the payloads of a file it is decoded from, and in which samples of that.
#pragma once

#include <optional>
#include <span>

#include <laq/partial.hpp>

#include "base/requested_part.h"
#include "base/row_sink.h"
#include "picture/syntax/payload.h"
#include "picture/window_decoder.h"

namespace laq::picture {

// What a file has of a picture.
struct PictureFile {
  std::span<const std::byte> payload;  // may be cut off if the options allow it
  // This is the payload of a picture of an eighth of the size, rounded up. It is empty if the file has none.
  std::span<const std::byte> preview;
};

inline constexpr int kPreviewReduction = 8;

class PartDecoder {
 public:
  // options: outlive the decoder, as the file does. Checks the options and the file's limits but for max_bytes.
  static Result<PartDecoder> open(const PictureFile& file, const PartOptions& options);

  // All but `missing`.
  PartInfo info() const;

  // The tiles that are not there, as far as they touch the part.
  std::vector<PictureRegion> missing() const;

  // The memory that decoding takes at most, beside that of the sink and of the preview that holes are filled from.
  uint64_t bytes() const;

  // Decodes the part to the sink, which takes so many bytes of memory. May throw std::bad_alloc.
  std::optional<Error> decode(RowSink& sink, uint64_t bytes_of_sink) const;

 private:
  PartDecoder(PicturePayload payload, const PartOptions& options, const RequestedPart& part)
      : payload_(std::move(payload)), options_(options), part_(part) {}

  Result<Picture> decode_preview(uint64_t max_bytes) const;

  PicturePayload payload_;  // of the picture or its preview
  const PartOptions& options_;
  const RequestedPart part_;
  PartRequest request_;                 // of the payload
  std::span<const std::byte> preview_;  // that holes are filled from; may be empty
  bool is_preview_ = false;
};

}  // namespace laq::picture
