// A part of a picture whose samples are kept as an array of channels, rows and columns: the chunks that hold it are
// decoded some rows of chunks at a time, and their elements become pixels.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <laq/partial.hpp>

#include "array/box_decoder.h"
#include "base/requested_part.h"
#include "base/row_sink.h"
#include "light/float_header.h"

namespace laq::light {

// The header of the array of a picture, which must be of its sides and its type.
Result<array::ArrayHeader> read_array_header(ByteReader& reader, const FloatHeader& picture);

class ArrayPart {
 public:
  // payload: of the array, which outlives this, as the options do. It may be cut off if the options allow it. part: its
  // reduction is not looked at.
  static Result<ArrayPart> open(std::span<const std::byte> payload, const FloatHeader& picture,
                                const RequestedPart& part, const PartOptions& options);

  // The memory that decoding takes at most, beside that of the sink.
  uint64_t bytes() const;

  // The chunks that are not there, as far as they touch the part.
  std::vector<PictureRegion> missing() const;

  // Decodes the part, at its full size, to the sink. Chunks that are not there become gray, and opaque. May throw
  // std::bad_alloc.
  std::optional<Error> decode(RowSink& sink) const;

 private:
  // Rows of the part down to the end of a row of chunks, enough for all threads.
  struct Band;

  ArrayPart(array::ArrayHeader header, std::vector<array::ChunkStream> streams, const RequestedPart& part,
            const PartOptions& options);
  array::Box box_of(int y0, int y1) const;
  Band band_from(int y) const;
  std::optional<Error> decode_band(const Band& band, float done, float share, std::span<std::byte> elements) const;
  bool give_rows(const Band& band, const std::byte* elements, RowSink& sink) const;

  array::ArrayHeader header_;
  array::ChunkLayout layout_;
  std::vector<array::ChunkStream> streams_;
  RequestedPart part_;
  const PartOptions* options_;
};

}  // namespace laq::light
