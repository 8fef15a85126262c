// The public functions that read pictures in parts.
#include <utility>

#include <laq/partial.hpp>

#include "api/pixel_buffer.h"
#include "base/checks.h"
#include "base/without_exceptions.h"
#include "container/container.h"
#include "container/metadata.h"
#include "light/part_decoder.h"
#include "lossless/part_decoder.h"
#include "picture/part_decoder.h"

namespace laq {
namespace {

// A file whose sections are known.
struct OpenFile {
  std::vector<Section> sections;
  SectionName content = kPictureSection;  // the section that has the picture
};

Result<OpenFile> open(std::span<const std::byte> file, const PartOptions& options) {
  if (const auto error = check_range("decode.threads", int64_t{options.decode.threads}, 0, kMaxThreads)) return *error;
  const Verify verify = options.allow_partial ? Verify::all_but_cut_content : Verify::all_but_content;
  Result<std::vector<Section>> sections = read_container(file, verify);
  if (!sections) return sections.error();
  OpenFile opened{std::move(*sections)};
  const SectionName& last = opened.sections.back().name;
  if (last == kLosslessSection || last == kFloatSection) opened.content = last;
  return opened;
}

picture::PictureFile picture_file(const OpenFile& opened, std::span<const std::byte> payload) {
  picture::PictureFile file{payload, {}};
  for (const Section& section : opened.sections) {
    if (section.name == kPreviewSection) file.preview = section.bytes;
  }
  return file;
}

// Calls use(file, decoder, options), whose Result it gives, with the options made fit for threads. The decoder is that
// of the file's kind of picture.
template <class Use>
auto with_part(std::span<const std::byte> file, const PartOptions& options, Use&& use) noexcept
    -> decltype(use(std::declval<const OpenFile&>(), std::declval<picture::PartDecoder&>(), options)) {
  using Given = decltype(use(std::declval<const OpenFile&>(), std::declval<picture::PartDecoder&>(), options));
  return without_exceptions([&]() -> Given {
    const Result<OpenFile> opened = open(file, options);
    if (!opened) return opened.error();
    const Result<std::span<const std::byte>> payload = content_of(opened->sections, opened->content);
    if (!payload) return payload.error();
    PartOptions guarded = options;
    guarded.decode.progress = cancel_on_exception(options.decode.progress);
    const auto use_opened = [&](auto decoder) -> Given {
      if (!decoder) return in_section(opened->content, decoder.error());
      return use(*opened, *decoder, guarded);
    };
    if (opened->content == kLosslessSection) return use_opened(lossless::PartDecoder::open(*payload, guarded));
    const picture::PictureFile parts = picture_file(*opened, *payload);
    return opened->content == kFloatSection ? use_opened(light::PartDecoder::open(parts, guarded))
                                            : use_opened(picture::PartDecoder::open(parts, guarded));
  });
}

// All but `missing`.
template <class Decoder>
Result<PartInfo> info_of(const OpenFile& opened, const Decoder& decoder, const DecodeOptions& options) {
  Result<Metadata> metadata = read_metadata(opened.sections, options.max_bytes);
  if (!metadata) return metadata.error();
  PartInfo info = decoder.info();
  info.metadata = std::move(*metadata);
  return info;
}

// Decodes the part in chunks of rows, which `take` takes.
template <class Decoder>
Result<PartInfo> decode_chunks(const OpenFile& opened, const Decoder& decoder, const TakeRows& take,
                               const DecodeOptions& options) {
  Result<PartInfo> info = info_of(opened, decoder, options);
  if (!info) return info;
  ChunkSink sink(*info, options.threads, take);
  const uint64_t bytes = sink.bytes() + bytes_of(info->metadata);
  if (bytes > options.max_bytes) return exceeds_memory(bytes, options);
  sink.allocate();
  if (const auto error = decoder.decode(sink, bytes)) return in_section(opened.content, *error);
  info->missing = decoder.missing();
  return info;
}

}  // namespace

Result<PartInfo> part_info(std::span<const std::byte> file, const PartOptions& options) {
  return with_part(file, options,
                   [](const OpenFile& opened, auto& decoder, const PartOptions& settings) -> Result<PartInfo> {
                     return info_of(opened, decoder, settings.decode);
                   });
}

Result<PartialPicture> decode_part(std::span<const std::byte> file, const PartOptions& options) {
  return with_part(
      file, options, [](const OpenFile& opened, auto& decoder, const PartOptions& settings) -> Result<PartialPicture> {
        Result<PartInfo> info = info_of(opened, decoder, settings.decode);
        if (!info) return info.error();
        PartialPicture part{{info->width,
                             info->height,
                             info->channels,
                             info->depth,
                             {},
                             std::move(info->metadata),
                             info->sample_format},
                            {}};
        const uint64_t bytes = part.picture.row_bytes() * part.picture.height + bytes_of(part.picture.metadata);
        if (bytes > settings.decode.max_bytes) return exceeds_memory(bytes, settings.decode);
        part.picture.samples.resize(part.picture.row_bytes() * part.picture.height);
        PictureSink sink(part.picture);
        if (const auto error = decoder.decode(sink, bytes)) return in_section(opened.content, *error);
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
                   [&](const OpenFile& opened, auto& decoder, const PartOptions& settings) -> Result<PartInfo> {
                     if (auto error = check(buffer, decoder.info().sample_format)) return *error;
                     return decode_chunks(opened, decoder, store, settings.decode);
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
                   [&](const OpenFile& opened, auto& decoder, const PartOptions& settings) -> Result<PartInfo> {
                     return decode_chunks(opened, decoder, guarded, settings.decode);
                   });
}

}  // namespace laq
