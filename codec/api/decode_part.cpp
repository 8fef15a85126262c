// The public functions that read pictures in parts.
#include <utility>

#include <laq/partial.hpp>

#include "api/pixel_buffer.h"
#include "base/checks.h"
#include "base/without_exceptions.h"
#include "container/container.h"
#include "container/metadata.h"
#include "picture/part_decoder.h"

namespace laq {
namespace {

using picture::PartDecoder;

// A file whose sections are known, and the options for what decodes a part of it.
struct OpenFile {
  std::vector<Section> sections;
  picture::PictureFile picture;
};

Result<OpenFile> open(std::span<const std::byte> file, const PartOptions& options) {
  if (const auto error = check_range("decode.threads", int64_t{options.decode.threads}, 0, kMaxThreads)) return *error;
  const Verify verify = options.allow_partial ? Verify::all_but_cut_content : Verify::all_but_content;
  Result<std::vector<Section>> sections = read_container(file, verify);
  if (!sections) return sections.error();
  if (sections->back().name == kLosslessSection) {
    return Error{ErrorCode::unsupported,
                 "the picture is without loss or has a bound, and no part of it can be decoded (decode the whole)"};
  }
  const Result<std::span<const std::byte>> payload = content_of(*sections, kPictureSection);
  if (!payload) return payload.error();
  OpenFile opened{std::move(*sections), {*payload, {}}};
  for (const Section& section : opened.sections) {
    if (section.name == kPreviewSection) opened.picture.preview = section.bytes;
  }
  return opened;
}

// Calls use(file, decoder), whose Result it gives, with the options made fit for threads.
template <class Use>
auto with_part(std::span<const std::byte> file, const PartOptions& options, Use&& use) noexcept
    -> decltype(use(std::declval<const OpenFile&>(), std::declval<PartDecoder&>(), options)) {
  using Given = decltype(use(std::declval<const OpenFile&>(), std::declval<PartDecoder&>(), options));
  return without_exceptions([&]() -> Given {
    const Result<OpenFile> opened = open(file, options);
    if (!opened) return opened.error();
    PartOptions guarded = options;
    guarded.decode.progress = cancel_on_exception(options.decode.progress);
    Result<PartDecoder> decoder = PartDecoder::open(opened->picture, guarded);
    if (!decoder) return in_section(kPictureSection, decoder.error());
    return use(*opened, *decoder, guarded);
  });
}

// Decodes the part in chunks of rows, which `take` takes.
Result<PartInfo> decode_chunks(const PartDecoder& decoder, const TakeRows& take, const DecodeOptions& options) {
  PartInfo info = decoder.info();
  ChunkSink sink(info, options.threads, take);
  if (sink.bytes() > options.max_bytes) return exceeds_memory(sink.bytes(), options);
  sink.allocate();
  if (const auto error = decoder.decode(sink, sink.bytes())) return in_section(kPictureSection, *error);
  info.missing = decoder.missing();
  return info;
}

}  // namespace

Result<PartInfo> part_info(std::span<const std::byte> file, const PartOptions& options) {
  return with_part(file, options, [](const OpenFile&, PartDecoder& decoder, const PartOptions&) -> Result<PartInfo> {
    return decoder.info();
  });
}

Result<PartialPicture> decode_part(std::span<const std::byte> file, const PartOptions& options) {
  return with_part(
      file, options,
      [](const OpenFile& opened, PartDecoder& decoder, const PartOptions& settings) -> Result<PartialPicture> {
        const PartInfo info = decoder.info();
        PartialPicture part{{info.width, info.height, info.channels, info.depth, {}, {}}, {}};
        Result<Metadata> metadata = read_metadata(opened.sections, settings.decode.max_bytes);
        if (!metadata) return metadata.error();
        const uint64_t bytes = part.picture.row_bytes() * part.picture.height + bytes_of(*metadata);
        if (bytes > settings.decode.max_bytes) return exceeds_memory(bytes, settings.decode);
        part.picture.metadata = std::move(*metadata);
        part.picture.samples.resize(part.picture.row_bytes() * part.picture.height);
        picture::PictureSink sink(part.picture);
        if (const auto error = decoder.decode(sink, bytes)) return in_section(kPictureSection, *error);
        part.missing = decoder.missing();
        return part;
      });
}

Result<PartInfo> decode_part_to(std::span<const std::byte> file, const PixelBuffer& buffer,
                                const PartOptions& options) {
  if (const auto error = check(buffer)) return *error;
  const TakeRows store = [&buffer](const PictureView& rows, uint32_t y) {
    store_rows(rows, y, buffer);
    return true;
  };
  return with_part(file, options,
                   [&](const OpenFile&, PartDecoder& decoder, const PartOptions& settings) -> Result<PartInfo> {
                     return decode_chunks(decoder, store, settings.decode);
                   });
}

Result<PartInfo> decode_part_rows(std::span<const std::byte> file, const TakeRows& take, const PartOptions& options) {
  if (!take) return invalid("take is empty");
  const TakeRows guarded = [&take](const PictureView& rows, uint32_t y) {
    try {
      return take(rows, y);
    } catch (...) {
      return false;
    }
  };
  return with_part(file, options,
                   [&](const OpenFile&, PartDecoder& decoder, const PartOptions& settings) -> Result<PartInfo> {
                     return decode_chunks(decoder, guarded, settings.decode);
                   });
}

}  // namespace laq
