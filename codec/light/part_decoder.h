// A part of a picture of floating-point samples. The part decoder of the coding decodes it at full size; on the way to
// the sink, codes become light and light is reduced:
//
//   array of samples                -> ArrayPart                            -> (ReducingSink) -> sink
//   picture of codes                -> picture:: or lossless::PartDecoder   -> LightSink -> (ReducingSink) -> sink
//   preview, where a reduction of 8 asks for it: picture::PartDecoder       -> LightSink -> sink
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include <laq/partial.hpp>

#include "base/requested_part.h"
#include "base/row_sink.h"
#include "light/array_part.h"
#include "light/float_header.h"
#include "light/light_sinks.h"
#include "lossless/part_decoder.h"
#include "picture/part_decoder.h"

namespace laq::light {

class PartDecoder {
 public:
  // file: its payload is that of the section of floating-point samples, its preview is of their codes. options: outlive
  // the decoder, as the file does. Checks the options and the file's limits but for max_bytes.
  static Result<PartDecoder> open(const picture::PictureFile& file, const PartOptions& options);

  // All but `missing` and the metadata.
  PartInfo info() const;

  // The tiles or chunks that are not there, as far as they touch the part.
  std::vector<PictureRegion> missing() const;

  // The memory that decoding takes at most, beside that of the sink and of filling what is missing.
  uint64_t bytes() const;

  // Decodes the part to the sink, which takes so many bytes of memory. May throw std::bad_alloc.
  std::optional<Error> decode(RowSink& sink, uint64_t bytes_of_sink) const;

 private:
  using Source = std::variant<ArrayPart, picture::PartDecoder, lossless::PartDecoder>;

  PartDecoder(const FloatHeader& header, const RequestedPart& part, std::unique_ptr<const PartOptions> inner,
              Source source)
      : header_(header), part_(part), inner_(std::move(inner)), source_(std::move(source)) {}

  bool is_preview() const;
  int factor() const { return is_preview() ? 1 : part_.reduction; }
  RowShape shape() const;  // of the rows that the source gives

  FloatHeader header_;
  RequestedPart part_;
  std::unique_ptr<const PartOptions> inner_;  // of the source
  Source source_;
};

}  // namespace laq::light
