#include "light/part_decoder.h"

#include <utility>

#include "base/bytes.h"
#include "base/checks.h"
#include "base/without_exceptions.h"
#include "light/float_picture.h"

namespace laq::light {

Result<PartDecoder> PartDecoder::open(const picture::PictureFile& file, const PartOptions& options) {
  ByteReader reader(file.payload);
  const Result<FloatHeader> header = FloatHeader::read(reader);
  if (!header) return header.error();
  const Result<RequestedPart> part = requested_part(options, header->width, header->height);
  if (!part) return part.error();
  const std::span<const std::byte> rest = reader.rest();
  auto inner = std::make_unique<PartOptions>(options);
  const auto side = [](int from, int to) { return static_cast<uint32_t>(to - from); };
  inner->region = PictureRegion{static_cast<uint32_t>(part->x0), static_cast<uint32_t>(part->y0),
                                side(part->x0, part->x1), side(part->y0, part->y1)};
  inner->reduction = 1;
  const auto opened = [&](auto source) -> Result<PartDecoder> {
    if (!source) return source.error();
    return PartDecoder(*header, *part, std::move(inner), std::move(*source));
  };
  if (header->coding == Coding::array) return opened(ArrayPart::open(rest, *header, *part, *inner));
  if (const auto info = inspect_codes(rest, *header); !info) return info.error();
  if (header->coding == Coding::bounded) return opened(lossless::PartDecoder::open(rest, *inner));
  const bool has_preview = !file.preview.empty() && part->reduction == picture::kPreviewReduction;
  if (has_preview) inner->reduction = picture::kPreviewReduction;
  return opened(picture::PartDecoder::open({rest, file.preview}, *inner));
}

bool PartDecoder::is_preview() const {
  const auto* const decoder = std::get_if<picture::PartDecoder>(&source_);
  return decoder != nullptr && decoder->info().is_preview;
}

RowShape PartDecoder::shape() const {
  RowShape shape{static_cast<uint32_t>(part_.x1 - part_.x0), static_cast<uint32_t>(part_.y1 - part_.y0),
                 header_.channels, header_.format};
  if (is_preview()) {
    shape.width = static_cast<uint32_t>(part_.reduced_width());
    shape.height = static_cast<uint32_t>(part_.reduced_height());
  }
  return shape;
}

PartInfo PartDecoder::info() const {
  PartInfo info;
  info.width = static_cast<uint32_t>(part_.reduced_width());
  info.height = static_cast<uint32_t>(part_.reduced_height());
  info.channels = header_.channels;
  info.depth = depth_of(header_.format);
  info.is_preview = is_preview();
  info.sample_format = header_.format;
  return info;
}

std::vector<PictureRegion> PartDecoder::missing() const {
  return std::visit([](const auto& source) { return source.missing(); }, source_);
}

uint64_t PartDecoder::bytes() const {
  const uint64_t of_sinks = (std::holds_alternative<ArrayPart>(source_) ? 0 : LightSink::bytes(shape())) +
                            (factor() > 1 ? ReducingSink::bytes(shape(), factor()) : 0);
  return of_sinks + std::visit([](const auto& source) { return source.bytes(); }, source_);
}

std::optional<Error> PartDecoder::decode(RowSink& sink, uint64_t bytes_of_sink) const {
  const DefaultFloatingPoint environment;
  const DecodeOptions& options = inner_->decode;
  if (const uint64_t needed = bytes() + bytes_of_sink; needed > options.max_bytes)
    return exceeds_memory(needed, options);
  std::optional<ReducingSink> reducing;
  if (factor() > 1) reducing.emplace(shape(), factor(), sink);
  RowSink& light = reducing ? *reducing : sink;
  if (const auto* const array = std::get_if<ArrayPart>(&source_)) return array->decode(light);
  LightSink codes(header_, shape(), light);
  const uint64_t taken =
      bytes_of_sink + LightSink::bytes(shape()) + (reducing ? ReducingSink::bytes(shape(), factor()) : 0);
  const auto* const lossy = std::get_if<picture::PartDecoder>(&source_);
  return lossy != nullptr ? lossy->decode(codes, taken) : std::get<lossless::PartDecoder>(source_).decode(codes, taken);
}

}  // namespace laq::light
