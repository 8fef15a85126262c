// The public functions that read pictures.
#include <string>

#include <laq/inspect.hpp>
#include <laq/laq.hpp>

#include "base/checks.h"
#include "base/without_exceptions.h"
#include "container/container.h"
#include "container/metadata.h"
#include "light/float_picture.h"
#include "lossless/lossless_codec.h"
#include "picture/picture_codec.h"

namespace laq {
namespace {

// The name of the content if it is a picture.
const SectionName& section_of_picture(const std::vector<Section>& sections) {
  if (sections.back().name == kFloatSection) return kFloatSection;
  return sections.back().name == kLosslessSection ? kLosslessSection : kPictureSection;
}

Result<Info> inspect_payload(const SectionName& name, std::span<const std::byte> payload) {
  if (name == kFloatSection) return light::inspect_picture(payload);
  return name == kLosslessSection ? lossless::inspect_picture(payload) : picture::inspect_picture(payload);
}

// trace: all of it but the picture is filled in, unless it is null.
Result<Picture> decode(std::span<const std::byte> file, const DecodeOptions& options, PictureTrace* trace) {
  return without_exceptions([&]() -> Result<Picture> {
    if (const auto error = check_range("threads", int64_t{options.threads}, 0, kMaxThreads)) return *error;
    const Result<std::vector<Section>> sections = read_container(file);
    if (!sections) return sections.error();
    const SectionName& name = section_of_picture(*sections);
    const Result<std::span<const std::byte>> payload = content_of(*sections, name);
    if (!payload) return payload.error();
    const Result<Info> info = inspect_payload(name, *payload);
    if (!info) return in_section(name, info.error());
    if (const auto error = check_pixels(info->width, info->height, options.max_pixels)) return *error;
    Result<Metadata> metadata = read_metadata(*sections, options.max_bytes);
    if (!metadata) return metadata.error();
    DecodeOptions rest = options;
    rest.progress = cancel_on_exception(options.progress);
    rest.max_bytes -= bytes_of(*metadata);
    const bool has_bound = name == kLosslessSection, is_float = name == kFloatSection;
    if (is_float && trace != nullptr)
      return Error{ErrorCode::unsupported, "there is no trace of pictures of floating-point samples"};
    if (has_bound && trace != nullptr)
      return Error{ErrorCode::unsupported, "there is no trace of pictures without loss or with a bound"};
    Result<Picture> picture = is_float    ? light::decode_picture(*payload, rest)
                              : has_bound ? lossless::decode_picture(*payload, rest)
                                          : picture::decode_picture(*payload, rest, trace);
    if (!picture) return in_section(name, picture.error());
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
    const SectionName& name = section_of_picture(*sections);
    const Result<std::span<const std::byte>> payload = content_of(*sections, name);
    if (!payload) return payload.error();
    Result<Info> info = inspect_payload(name, *payload);
    if (!info) return in_section(name, info.error());
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
