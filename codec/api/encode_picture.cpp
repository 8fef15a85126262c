// The public function that writes pictures: it checks everything that a caller gives, and searches for the quality that
// meets a target.
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include <laq/laq.hpp>
#include <laq/metrics.hpp>
#include <laq/partial.hpp>

#include "api/quality_search.h"
#include "base/checks.h"
#include "base/without_exceptions.h"
#include "container/container.h"
#include "container/metadata.h"
#include "light/float_picture.h"
#include "lossless/lossless_codec.h"
#include "lossless/rows_encoder.h"
#include "picture/picture_codec.h"
#include "picture/preview_encoder.h"
#include "picture/rows_encoder.h"
#include "variance/mask_field.h"

namespace laq {
namespace {

std::optional<Error> check(const PictureView& picture) {
  if (auto error = check_layout(picture)) return error;
  return picture.metadata != nullptr ? check(*picture.metadata) : std::nullopt;
}

std::optional<Error> check(const Target& target, SampleFormat format) {
  switch (target.kind) {
    case TargetKind::none:
      return std::nullopt;
    case TargetKind::bytes:
      return check_range("target.value (bytes)", target.value, 1.0, 0x1p62);
    case TargetKind::ssimulacra2:
      return check_range("target.value (ssimulacra2)", target.value, 0.0, 100.0);
    case TargetKind::psnr:
      return check_range("target.value (psnr)", target.value, 0.1, 200.0);
    case TargetKind::butteraugli:
      if (!has_butteraugli())
        return Error{ErrorCode::unsupported, "the target butteraugli needs a library that was built with libjxl"};
      return check_range("target.value (butteraugli)", target.value, 0.001, 100.0);
    case TargetKind::max_error:
      if (format != SampleFormat::integer)
        return check_range("target.value (max_error)", target.value, 0.0, std::numeric_limits<double>::max());
      if (auto error = check_range("target.value (max_error)", target.value, 0.0, 65535.0)) return error;
      if (target.value == std::floor(target.value)) return std::nullopt;
      return invalid("target.value (max_error) is not a whole number");
  }
  return invalid("target.kind is " + std::to_string(static_cast<int>(target.kind)) + ", it must be 0 to 5");
}

std::optional<Error> check(const EncodeOptions& options, SampleFormat format) {
  if (options.target.kind == TargetKind::none) {
    if (auto error = check_range("quality", double{options.quality}, 0.0, 100.0)) return error;
  } else if (auto error = check(options.target, format)) {
    return error;
  }
  if (options.progressive && options.target.kind == TargetKind::max_error)
    return invalid("progressive is set, and pictures without loss or with a bound have no preview (leave it out)");
  if (auto error = check_range("effort", int64_t{options.effort}, 1, 9)) return error;
  if (options.tune != Tune::perceptual && options.tune != Tune::psnr)
    return invalid("tune is " + std::to_string(static_cast<int>(options.tune)) + ", it must be 0 or 1");
  return check_range("threads", int64_t{options.threads}, 0, kMaxThreads);
}

using ScorePicture = std::function<Result<double>(const PictureView& distorted)>;

// Scores pictures against `original`, which must outlive the result.
Result<ScorePicture> score_of(const PictureView& original, TargetKind kind) {
  if (kind == TargetKind::psnr) {
    return ScorePicture([&original](const PictureView& distorted) -> Result<double> {
      const Result<Psnr> ratios = psnr(original, distorted);
      if (!ratios) return ratios.error();
      return ratios->rgb;
    });
  }
  if (kind == TargetKind::butteraugli) {
    return ScorePicture([&original](const PictureView& distorted) -> Result<double> {
      const Result<Butteraugli> distance = butteraugli(original, distorted);
      if (!distance) return distance.error();
      return distance->norm3;
    });
  }
  Result<Ssimulacra2> reference = Ssimulacra2::of(original);
  if (!reference) return reference.error();
  // std::function copies what it calls.
  const auto shared = std::make_shared<const Ssimulacra2>(std::move(*reference));
  return ScorePicture([shared](const PictureView& distorted) { return shared->score(distorted); });
}

// The bound that the quality stands for, if it does. Previews and masks need transforms.
std::optional<uint32_t> bound_of(const PictureView& picture, const EncodeOptions& options) {
  if (options.progressive || options.mask != nullptr) return std::nullopt;
  return picture::bound_of_quality(options.quality, picture.depth);
}

Result<std::vector<std::byte>> encode_checked(const PictureView& picture, const EncodeOptions& options) {
  std::vector<OwnedSection> metadata;
  if (picture.metadata != nullptr) metadata = write_metadata(*picture.metadata);
  std::vector<Section> sections;
  for (const OwnedSection& section : metadata) sections.push_back(section.view());
  const bool is_float = picture.sample_format != SampleFormat::integer;
  if (is_float && options.target.kind == TargetKind::max_error) {
    const auto payload = light::encode_array(picture, options.target.value, options);
    if (!payload) return payload.error();
    sections.push_back({kFloatSection, *payload});
    return write_container(sections);
  }
  if (options.target.kind == TargetKind::max_error) {
    const auto payload = lossless::encode_picture(picture, static_cast<uint32_t>(options.target.value), options);
    if (!payload) return payload.error();
    sections.push_back({kLosslessSection, *payload});
    return write_container(sections);
  }
  // What transforms and bounds code: integers.
  std::optional<light::CodedLight> light;
  PictureView coded = picture;
  if (is_float) {
    Result<light::CodedLight> codes = light::to_codes(picture);
    if (!codes) return codes.error();
    light = std::move(*codes);
    coded = light->codes.view();
  }
  std::vector<std::byte> payload_of_light;
  const auto put_content = [&](const SectionName& name, std::span<const std::byte> payload, float quality) {
    sections.back() = {name, payload};
    if (!light) return;
    payload_of_light = light::write_payload(
        *light, name == kLosslessSection ? light::Coding::bounded : light::Coding::transformed, quality, payload);
    sections.back() = {kFloatSection, payload_of_light};
  };
  std::optional<picture::PreviewEncoder> preview;
  std::vector<std::byte> preview_payload;
  if (options.progressive) {
    if (light) {
      preview.emplace(light::preview_of(*light, picture));
    } else {
      preview.emplace(picture);
      preview->add(picture);
    }
    sections.push_back({kPreviewSection, {}});
  }
  sections.push_back({kPictureSection, {}});

  const EncodeAtQuality encode_at = [&](float quality,
                                        const std::function<bool(float)>& progress) -> Result<std::vector<std::byte>> {
    EncodeOptions at = options;
    at.quality = quality;
    at.progress = progress;
    if (const auto bound = bound_of(coded, at)) {
      const auto payload = lossless::encode_picture(coded, *bound, at);
      if (!payload) return payload.error();
      put_content(kLosslessSection, *payload, quality);
      return write_container(sections);
    }
    const Result<std::vector<std::byte>> payload = picture::encode_picture(coded, at);
    if (!payload) return payload.error();
    put_content(kPictureSection, *payload, quality);
    if (preview) {
      Result<std::vector<std::byte>> small = preview->encode(at);
      if (!small) return small.error();
      preview_payload = std::move(*small);
      sections[sections.size() - 2].bytes = preview_payload;
    }
    return write_container(sections);
  };
  switch (options.target.kind) {
    case TargetKind::none:
      return encode_at(options.quality, options.progress);
    case TargetKind::bytes:
      return encode_to_size(encode_at, static_cast<uint64_t>(options.target.value), options.progress);
    default:
      break;
  }
  const Result<ScorePicture> score_picture = score_of(picture, options.target.kind);
  if (!score_picture) return score_picture.error();
  const ScoreFile score = [&](std::span<const std::byte> file) -> Result<double> {
    const Result<Picture> decoded = decode(file, {options.threads, UINT64_MAX, UINT64_MAX});
    if (!decoded) return decoded.error();
    return (*score_picture)(decoded->view());
  };
  return encode_to_score(encode_at, score, options.target, options.progress);
}

// Options whose target is no loss if the quality says so.
EncodeOptions with_lossless_target(const EncodeOptions& options) {
  constexpr float kWithoutLoss = 100;  // a quality
  EncodeOptions chosen = options;
  if (options.target.kind == TargetKind::none && options.quality == kWithoutLoss)
    chosen.target = {TargetKind::max_error, 0};
  return chosen;
}

std::optional<Error> check(const QualityMask& mask, const PictureView& picture, const EncodeOptions& options) {
  if (mask.levels == nullptr) return invalid("mask.levels is null");
  if (mask.row_bytes < mask.width)
    return invalid("mask.row_bytes is " + std::to_string(mask.row_bytes) + ", it must be at least mask.width, " +
                   std::to_string(mask.width));
  if (!fits_picture(mask, picture.width, picture.height)) {
    return invalid("the mask has " + std::to_string(mask.width) + " x " + std::to_string(mask.height) +
                   " levels, which is neither the size of the picture, " + std::to_string(picture.width) + " x " +
                   std::to_string(picture.height) + ", nor a level for each of its squares of 16 x 16");
  }
  if (options.target.kind == TargetKind::max_error)
    return invalid("a mask moves steps, which a picture without loss or with a bound has not (leave the mask out)");
  return std::nullopt;
}

// The picture that is given row by row. The scale of light follows from all samples, and rows are given once.
Result<Picture> all_rows(const PictureView& picture, const GiveRows& give) {
  constexpr uint32_t kRowsAtOnce = 64;
  Picture whole{picture.width, picture.height, picture.channels, picture.depth, {}, {}, picture.sample_format};
  whole.samples.resize(whole.row_bytes() * whole.height);
  for (uint32_t y = 0; y < picture.height; y += kRowsAtOnce) {
    std::byte* const rows = whole.samples.data() + whole.row_bytes() * y;
    if (!give(y, std::min(kRowsAtOnce, picture.height - y), rows, whole.row_bytes()))
      return Error{ErrorCode::cancelled, "cancelled by the caller"};
  }
  return whole;
}

// Checks all that a caller gives. options: with_lossless_target().
std::optional<Error> check(const PictureView& picture, const EncodeOptions& options) {
  if (auto error = check(options, picture.sample_format)) return error;
  if (auto error = check(picture)) return error;
  if (options.mask != nullptr) {
    if (auto error = check(*options.mask, picture, options)) return error;
  }
  return check_pixels(picture.width, picture.height, options.max_pixels);
}

}  // namespace

Result<std::vector<std::byte>> encode(const PictureView& picture, const EncodeOptions& options) {
  return without_exceptions([&]() -> Result<std::vector<std::byte>> {
    EncodeOptions guarded = with_lossless_target(options);
    if (const auto error = check(picture, guarded)) return *error;
    if (const auto error = check_samples(picture)) return *error;
    guarded.progress = cancel_on_exception(options.progress);
    return encode_checked(picture, guarded);
  });
}

Result<std::vector<std::byte>> encode_rows(const PictureView& picture, const GiveRows& give,
                                           const EncodeOptions& options) {
  return without_exceptions([&]() -> Result<std::vector<std::byte>> {
    if (!give) return invalid("give is empty");
    EncodeOptions guarded = with_lossless_target(options);
    if (guarded.target.kind != TargetKind::none && guarded.target.kind != TargetKind::max_error)
      return invalid("target is set, and rows are given once (encode() takes targets other than max_error)");
    PictureView sizes = picture;
    alignas(float) const std::byte no_sample{};
    sizes.samples = &no_sample;
    sizes.row_bytes = size_t{picture.width} * static_cast<size_t>(std::clamp(picture.channels, 1, 4)) * sizeof(float);
    if (const auto error = check(sizes, guarded)) return *error;
    if (guarded.target.kind == TargetKind::none && picture.sample_format == SampleFormat::integer) {
      if (const auto bound = bound_of(picture, guarded))
        guarded.target = {TargetKind::max_error, static_cast<double>(*bound)};
    }
    const bool has_bound = guarded.target.kind == TargetKind::max_error;
    guarded.progress = cancel_on_exception(options.progress);
    const GiveRows guarded_give = [&give](uint32_t y, uint32_t count, void* rows, size_t row_bytes) {
      try {
        return give(y, count, rows, row_bytes);
      } catch (...) {
        return false;
      }
    };
    if (picture.sample_format != SampleFormat::integer) {
      const Result<Picture> whole = all_rows(picture, guarded_give);
      if (!whole) return whole.error();
      PictureView view = whole->view();
      view.metadata = picture.metadata;
      return encode_checked(view, guarded);
    }
    std::vector<OwnedSection> metadata;
    if (picture.metadata != nullptr) metadata = write_metadata(*picture.metadata);
    std::vector<Section> sections;
    for (const OwnedSection& section : metadata) sections.push_back(section.view());
    if (has_bound) {
      const auto max_error = static_cast<uint32_t>(guarded.target.value);
      const auto payload = lossless::encode_rows(sizes, guarded_give, max_error, guarded);
      if (!payload) return payload.error();
      sections.push_back({kLosslessSection, *payload});
      return write_container(sections);
    }
    const Result<picture::EncodedRows> encoded = picture::encode_rows(sizes, guarded_give, guarded);
    if (!encoded) return encoded.error();
    if (options.progressive) sections.push_back({kPreviewSection, encoded->preview});
    sections.push_back({kPictureSection, encoded->payload});
    return write_container(sections);
  });
}

}  // namespace laq
