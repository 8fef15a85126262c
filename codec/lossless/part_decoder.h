// Decodes a part of a picture that is coded without loss or with a bound. Tiles are independent, so only those that the
// part touches are decoded, some rows of tiles at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <laq/partial.hpp>

#include "base/progress.h"
#include "base/requested_part.h"
#include "base/row_sink.h"
#include "lossless/header.h"

namespace laq::lossless {

class PartDecoder {
 public:
  // The payload may be cut off if the options allow it. It and the options outlive the decoder. Checks the options and
  // the file's limits but for max_bytes.
  static Result<PartDecoder> open(std::span<const std::byte> payload, const PartOptions& options);

  // All but `missing` and the metadata.
  PartInfo info() const;

  // The tiles that are not there, as far as they touch the part.
  std::vector<PictureRegion> missing() const;

  // The memory that decoding takes at most, beside that of the sink.
  uint64_t bytes() const;

  // Decodes the part to the sink, which takes so many bytes of memory. Tiles that are not there become gray, and
  // opaque. May throw std::bad_alloc.
  std::optional<Error> decode(RowSink& sink, uint64_t bytes_of_sink) const;

 private:
  // Some rows of tiles, as far as the part touches them.
  struct Strip;

  PartDecoder(LosslessPayload payload, const PartOptions& options, const RequestedPart& part);
  bool decode_tiles(const Strip& strip, Progress& progress) const;
  bool give_rows(const Strip& strip, RowSink& sink) const;
  int bytes_of_row() const;  // of a strip

  LosslessPayload payload_;
  const PartOptions& options_;
  const RequestedPart part_;
  int first_column_, end_column_, first_row_, end_row_;  // of tiles
  int rows_at_once_;                                     // of tiles
};

}  // namespace laq::lossless
