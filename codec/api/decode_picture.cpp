// The public functions that read pictures.
#include <string>

#include <laq/inspect.hpp>
#include <laq/laq.hpp>

#include "base/checks.h"
#include "base/without_exceptions.h"
#include "container/container.h"
#include "container/metadata.h"
#include "picture/picture_codec.h"

namespace laq {
namespace {

// trace: all of it but the picture is filled in, unless it is null.
Result<Picture> decode(std::span<const std::byte> file, const DecodeOptions& options, PictureTrace* trace) {
  return without_exceptions([&]() -> Result<Picture> {
    if (const auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return *error;
    const Result<std::vector<Section>> sections = read_container(file);
    if (!sections) return sections.error();
    const Result<std::span<const std::byte>> payload = content_of(*sections, kPictureSection);
    if (!payload) return payload.error();
    const Result<Info> info = picture::inspect_picture(*payload);
    if (!info) return in_section(kPictureSection, info.error());
    if (const auto error = check_pixels(info->width, info->height, options.max_pixels)) return *error;
    Result<Metadata> metadata = read_metadata(*sections, options.max_bytes);
    if (!metadata) return metadata.error();
    DecodeOptions rest = options;
    rest.progress = cancel_on_exception(options.progress);
    rest.max_bytes -= bytes_of(*metadata);
    Result<Picture> picture = picture::decode_picture(*payload, rest, trace);
    if (!picture) return in_section(kPictureSection, picture.error());
    picture->metadata = std::move(*metadata);
    return picture;
  });
}

}  // namespace

Result<Picture> decode(std::span<const std::byte> file, const DecodeOptions& options) {
  return decode(file, options, nullptr);
}

Result<PictureTrace> trace_picture(std::span<const std::byte> file, const DecodeOptions& options) {
  PictureTrace trace;
  Result<Picture> picture = decode(file, options, &trace);
  if (!picture) return picture.error();
  trace.picture = std::move(*picture);
  return trace;
}

Result<Info> inspect(std::span<const std::byte> file, const DecodeOptions& options) {
  return without_exceptions([&]() -> Result<Info> {
    const Result<std::vector<Section>> sections = read_container(file);
    if (!sections) return sections.error();
    const Result<std::span<const std::byte>> payload = content_of(*sections, kPictureSection);
    if (!payload) return payload.error();
    Result<Info> info = picture::inspect_picture(*payload);
    if (!info) return in_section(kPictureSection, info.error());
    Result<Metadata> metadata = read_metadata(*sections, options.max_bytes);
    if (!metadata) return metadata.error();
    info->metadata = std::move(*metadata);
    info->format = kFormat;
    for (const Section& section : *sections)
      info->sections.push_back({std::string(section.name.begin(), section.name.end()), section.bytes.size()});
    return info;
  });
}

}  // namespace laq
