// The public functions: checks of everything that a caller gives, sections around the picture, and no exception beyond
// this file.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

#include <laq/laq.hpp>

#include "container/container.h"
#include "container/metadata.h"
#include "metrics/ssimulacra2.h"
#include "picture/header.h"
#include "picture/picture_codec.h"
#include "target.h"
#include "version.h"

namespace laq {
namespace {

constexpr int kMaxThreads = 1024;

// Runs `work` and turns exceptions into Errors. Their messages are short enough to need no memory of their own.
template <class Work>
auto without_exceptions(Work&& work) noexcept -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "out of memory"};
  } catch (const std::length_error&) {
    return Error{ErrorCode::out_of_memory, "out of memory"};
  } catch (const std::system_error&) {
    return Error{ErrorCode::out_of_memory, "out of threads"};
  } catch (...) {
    return Error{ErrorCode::unsupported, "internal error"};
  }
}

std::string to_text(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", static_cast<double>(value));
  return text;
}
std::string to_text(int64_t value) {
  return std::to_string(value);
}

Error invalid(const std::string& what) {
  return Error{ErrorCode::invalid_argument, what};
}

// NaN is out of every range.
template <class Number>
std::optional<Error> check_range(const char* field, Number value, Number low, Number high) {
  if (value >= low && value <= high) return std::nullopt;
  return invalid(std::string(field) + " is " + to_text(value) + ", it must be " + to_text(low) + " to " +
                 to_text(high));
}

// The samples' place and kind, not their values.
std::optional<Error> check(const PictureView& picture) {
  if (auto error = check_range<int64_t>("picture.width", picture.width, 1, kMaxSide)) return error;
  if (auto error = check_range<int64_t>("picture.height", picture.height, 1, kMaxSide)) return error;
  if (auto error = check_range<int64_t>("picture.channels", picture.channels, 1, 4)) return error;
  if (auto error = check_range<int64_t>("picture.depth", picture.depth, 1, 16)) return error;
  if (picture.samples == nullptr) return invalid("picture.samples is null");
  const size_t sample_bytes = picture.depth > 8 ? 2 : 1;
  const size_t packed = size_t{picture.width} * static_cast<size_t>(picture.channels) * sample_bytes;
  if (picture.row_bytes < packed) {
    return invalid("picture.row_bytes is " + std::to_string(picture.row_bytes) + ", a row has " +
                   std::to_string(packed) + " bytes");
  }
  if (picture.row_bytes > SIZE_MAX / picture.height)
    return invalid("picture.row_bytes is " + std::to_string(picture.row_bytes) + ", too large for " +
                   std::to_string(picture.height) + " rows");
  if (sample_bytes == 2 && (picture.row_bytes % 2 != 0 || reinterpret_cast<uintptr_t>(picture.samples) % 2 != 0))
    return invalid("picture.samples or picture.row_bytes is odd, samples of two bytes must be aligned");
  if (picture.metadata != nullptr) return check(*picture.metadata);
  return std::nullopt;
}

template <class Sample>
std::optional<Error> check_samples(const PictureView& picture) {
  const size_t count = size_t{picture.width} * static_cast<size_t>(picture.channels);
  const int max_sample = (1 << picture.depth) - 1;
  for (uint32_t y = 0; y < picture.height; ++y) {
    const auto* row =
        reinterpret_cast<const Sample*>(static_cast<const std::byte*>(picture.samples) + picture.row_bytes * y);
    const auto* largest = std::max_element(row, row + count);
    if (*largest > max_sample) {
      const auto x = static_cast<size_t>(largest - row) / static_cast<size_t>(picture.channels);
      return invalid("picture.samples has " + std::to_string(*largest) + " at column " + std::to_string(x) + ", row " +
                     std::to_string(y) + ", the largest value of depth " + std::to_string(picture.depth) + " is " +
                     std::to_string(max_sample));
    }
  }
  return std::nullopt;
}

std::optional<Error> check(const EncodeOptions& options) {
  const bool searches = options.target_bytes != 0 || options.target_ssimulacra2;
  if (!searches) {
    if (auto error = check_range("quality", options.quality, 0.0f, 100.0f)) return error;
  }
  if (options.target_bytes != 0 && options.target_ssimulacra2)
    return invalid("target_bytes and target_ssimulacra2 are both given, only one of them can be reached");
  if (options.target_ssimulacra2) {
    if (auto error = check_range("target_ssimulacra2", *options.target_ssimulacra2, 0.0f, 100.0f)) return error;
  }
  if (auto error = check_range<int64_t>("effort", options.effort, 1, 9)) return error;
  if (options.tune != Tune::perceptual && options.tune != Tune::psnr)
    return invalid("tune is " + std::to_string(static_cast<int>(options.tune)) + ", it must be 0 or 1");
  return check_range<int64_t>("threads", options.threads, 0, kMaxThreads);
}

std::optional<Error> check_pixels(uint64_t width, uint64_t height, uint64_t max_pixels) {
  if (width * height <= max_pixels) return std::nullopt;
  return Error{ErrorCode::limit_exceeded, "the picture has " + std::to_string(width) + " x " + std::to_string(height) +
                                              " pixels, more than max_pixels (" + std::to_string(max_pixels) + ")"};
}

const Section& picture_section(const std::vector<Section>& sections) {
  return sections.back();
}

// The picture's errors say what is wrong, this says where.
Error in_picture(const Error& error) {
  if (error.code != ErrorCode::corrupt && error.code != ErrorCode::truncated) return error;
  return Error{error.code, describe(kPictureSection) + ": " + error.message};
}

Result<std::vector<std::byte>> encode_checked(const PictureView& picture, const EncodeOptions& options) {
  std::vector<OwnedSection> metadata;
  if (picture.metadata != nullptr) metadata = write_metadata(*picture.metadata);
  std::vector<Section> sections;
  for (const OwnedSection& section : metadata) sections.push_back(section.view());
  sections.push_back({kPictureSection, {}});

  const EncodeAtQuality encode_at = [&](float quality,
                                        const std::function<bool(float)>& progress) -> Result<std::vector<std::byte>> {
    EncodeOptions at = options;
    at.quality = quality;
    at.progress = progress;
    const Result<std::vector<std::byte>> payload = encode_picture(picture, at);
    if (!payload) return payload.error();
    sections.back().bytes = *payload;
    return write_container(sections);
  };
  if (options.target_bytes != 0) return encode_to_size(encode_at, options.target_bytes, options.progress);
  if (options.target_ssimulacra2) {
    const Ssimulacra2 reference(picture);
    const ScoreFile score = [&](std::span<const std::byte> file) -> Result<double> {
      const Result<Picture> decoded = decode(file, {options.threads, UINT64_MAX, UINT64_MAX});
      if (!decoded) return decoded.error();
      return reference.score(decoded->view());
    };
    return encode_to_score(encode_at, score, *options.target_ssimulacra2, options.progress);
  }
  return encode_at(options.quality, options.progress);
}

}  // namespace

Result<std::vector<std::byte>> encode(const PictureView& picture, const EncodeOptions& options) {
  return without_exceptions([&]() -> Result<std::vector<std::byte>> {
    if (const auto error = check(options)) return *error;
    if (const auto error = check(picture)) return *error;
    if (const auto error = check_pixels(picture.width, picture.height, options.max_pixels)) return *error;
    if (picture.depth < 8) {
      if (const auto error = check_samples<uint8_t>(picture)) return *error;
    } else if (picture.depth > 8 && picture.depth < 16) {
      if (const auto error = check_samples<uint16_t>(picture)) return *error;
    }
    EncodeOptions guarded = options;
    if (options.progress) {
      // An exception would otherwise travel through the threads' work: it cancels instead.
      guarded.progress = [&options](float done) {
        try {
          return options.progress(done);
        } catch (...) {
          return false;
        }
      };
    }
    return encode_checked(picture, guarded);
  });
}

Result<Picture> decode(std::span<const std::byte> file, const DecodeOptions& options) {
  return without_exceptions([&]() -> Result<Picture> {
    if (const auto error = check_range<int64_t>("threads", options.threads, 0, kMaxThreads)) return *error;
    const Result<std::vector<Section>> sections = read_container(file);
    if (!sections) return sections.error();
    const std::span<const std::byte> payload = picture_section(*sections).bytes;
    const Result<Info> info = inspect_picture(payload);
    if (!info) return in_picture(info.error());
    if (const auto error = check_pixels(info->width, info->height, options.max_pixels)) return *error;
    Result<Metadata> metadata = read_metadata(*sections, options.max_bytes);
    if (!metadata) return metadata.error();
    DecodeOptions rest = options;
    rest.max_bytes -= metadata->icc.size() + metadata->exif.size() + metadata->xmp.size();
    Result<Picture> picture = decode_picture(payload, rest);
    if (!picture) return in_picture(picture.error());
    picture->metadata = std::move(*metadata);
    return picture;
  });
}

Result<Info> inspect(std::span<const std::byte> file) {
  return without_exceptions([&]() -> Result<Info> {
    const Result<std::vector<Section>> sections = read_container(file);
    if (!sections) return sections.error();
    Result<Info> info = inspect_picture(picture_section(*sections).bytes);
    if (!info) return in_picture(info.error());
    Result<Metadata> metadata = read_metadata(*sections, UINT64_MAX);
    if (!metadata) return metadata.error();
    info->metadata = std::move(*metadata);
    info->format = kFormat;
    for (const Section& section : *sections)
      info->sections.push_back({std::string(section.name.begin(), section.name.end()), section.bytes.size()});
    return info;
  });
}

const char* version() {
  return LAQ_VERSION;
}

}  // namespace laq
