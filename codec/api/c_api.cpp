// The C API of pictures over the C++ one.
#include <laq/laq.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <laq/laq.hpp>
#include <laq/metrics.hpp>

#include "api/c_api.h"

namespace {

using namespace laq::c_api;

static_assert(LAQ_INVALID_ARGUMENT == static_cast<int>(laq::ErrorCode::invalid_argument) + 1);
static_assert(LAQ_LIMIT_EXCEEDED == static_cast<int>(laq::ErrorCode::limit_exceeded) + 1);
static_assert(LAQ_NOT_LAQ == static_cast<int>(laq::ErrorCode::not_laq) + 1);
static_assert(LAQ_UNSUPPORTED == static_cast<int>(laq::ErrorCode::unsupported) + 1);
static_assert(LAQ_TRUNCATED == static_cast<int>(laq::ErrorCode::truncated) + 1);
static_assert(LAQ_CORRUPT == static_cast<int>(laq::ErrorCode::corrupt) + 1);
static_assert(LAQ_OUT_OF_MEMORY == static_cast<int>(laq::ErrorCode::out_of_memory) + 1);
static_assert(LAQ_CANCELLED == static_cast<int>(laq::ErrorCode::cancelled) + 1);
static_assert(LAQ_TUNE_PERCEPTUAL == static_cast<int>(laq::Tune::perceptual));
static_assert(LAQ_TUNE_PSNR == static_cast<int>(laq::Tune::psnr));

laq_encode_options default_encode_options() {
  const laq::EncodeOptions defaults;
  laq_encode_options options = {};
  options.struct_size = sizeof options;
  options.quality = defaults.quality;
  options.effort = defaults.effort;
  options.threads = defaults.threads;
  options.tune = static_cast<int>(defaults.tune);
  options.adaptive_quantization = defaults.adaptive_quantization;
  options.target_kind = static_cast<int>(defaults.target.kind);
  options.target = defaults.target.value;
  options.max_pixels = defaults.max_pixels;
  return options;
}

bool read_bytes(const uint8_t* data, size_t size, const char* name, std::vector<std::byte>& out, laq_error* error) {
  if (data == nullptr && size != 0) {
    reject_null(name, error);
    return false;
  }
  const auto* first = reinterpret_cast<const std::byte*>(data);
  if (size != 0) out.assign(first, first + size);
  return true;
}

bool read_metadata(const laq_metadata& in, laq::Metadata& out, laq_error* error) {
  if (!read_bytes(in.icc, in.icc_bytes, "picture.metadata.icc", out.icc, error) ||
      !read_bytes(in.exif, in.exif_bytes, "picture.metadata.exif", out.exif, error) ||
      !read_bytes(in.xmp, in.xmp_bytes, "picture.metadata.xmp", out.xmp, error)) {
    return false;
  }
  out.orientation = in.orientation == 0 ? uint8_t{1} : static_cast<uint8_t>(std::min<uint32_t>(in.orientation, 255));
  out.pixels_per_metre_x = in.pixels_per_metre_x;
  out.pixels_per_metre_y = in.pixels_per_metre_y;
  return true;
}

// Points into `in`.
laq_metadata view_metadata(const laq::Metadata& in) {
  const auto pointer = [](const std::vector<std::byte>& bytes) {
    return bytes.empty() ? nullptr : reinterpret_cast<const uint8_t*>(bytes.data());
  };
  laq_metadata out = {};
  out.icc = pointer(in.icc);
  out.icc_bytes = in.icc.size();
  out.exif = pointer(in.exif);
  out.exif_bytes = in.exif.size();
  out.xmp = pointer(in.xmp);
  out.xmp_bytes = in.xmp.size();
  out.pixels_per_metre_x = in.pixels_per_metre_x;
  out.pixels_per_metre_y = in.pixels_per_metre_y;
  out.orientation = in.orientation;
  return out;
}

// What the caller sees, and behind it what that points to.
struct OwnedPicture : laq_picture {
  laq::Picture picture;
};
struct OwnedInfo : laq_info {
  laq::Info info;
  std::vector<laq_section> section_list;
};

laq::PictureView view_picture(const laq_picture& picture, const laq::Metadata& metadata) {
  return {picture.width,   picture.height,    picture.channels, picture.depth,
          picture.samples, picture.row_bytes, &metadata};
}

laq::Result<double> measure(const laq::PictureView& reference, const laq::PictureView& distorted, int metric) {
  switch (metric) {
    case LAQ_METRIC_PSNR_RGB:
    case LAQ_METRIC_PSNR_Y:
    case LAQ_METRIC_PSNR_CB:
    case LAQ_METRIC_PSNR_CR:
    case LAQ_METRIC_PSNR_YUV: {
      constexpr double laq::Psnr::*kMembers[] = {&laq::Psnr::rgb, &laq::Psnr::y, &laq::Psnr::cb, &laq::Psnr::cr,
                                                 &laq::Psnr::yuv};
      const laq::Result<laq::Psnr> ratios = laq::psnr(reference, distorted);
      if (!ratios) return ratios.error();
      return (*ratios).*kMembers[metric - LAQ_METRIC_PSNR_RGB];
    }
    case LAQ_METRIC_SSIM:
      return laq::ssim(reference, distorted);
    case LAQ_METRIC_MS_SSIM:
      return laq::ms_ssim(reference, distorted);
    case LAQ_METRIC_SSIMULACRA2: {
      const laq::Result<laq::Ssimulacra2> original = laq::Ssimulacra2::of(reference);
      if (!original) return original.error();
      return original->score(distorted);
    }
    case LAQ_METRIC_BUTTERAUGLI_MAX:
    case LAQ_METRIC_BUTTERAUGLI_NORM3: {
      const laq::Result<laq::Butteraugli> distance = laq::butteraugli(reference, distorted);
      if (!distance) return distance.error();
      return metric == LAQ_METRIC_BUTTERAUGLI_MAX ? distance->max : distance->norm3;
    }
    default:
      return laq::Error{laq::ErrorCode::invalid_argument,
                        "metric is " + std::to_string(metric) + ", it must be a laq_metric"};
  }
}

}  // namespace

void laq_encode_options_init(laq_encode_options* options, size_t struct_size) noexcept {
  initialize(options, struct_size, default_encode_options());
}

void laq_decode_options_init(laq_decode_options* options, size_t struct_size) noexcept {
  initialize(options, struct_size, default_decode_options());
}

laq_status laq_encode(const laq_picture* picture, const laq_encode_options* options, laq_buffer* file,
                      laq_error* error) noexcept {
  return guarded(error, [&] {
    if (file == nullptr) return reject_null("file", error);
    *file = {nullptr, 0};
    if (picture == nullptr) return reject_null("picture", error);
    laq_picture given = {};
    if (!read_struct(picture, "picture", given, error)) return LAQ_INVALID_ARGUMENT;
    laq_encode_options chosen = default_encode_options();
    if (options != nullptr && !read_struct(options, "options", chosen, error)) return LAQ_INVALID_ARGUMENT;
    if (chosen.tune != LAQ_TUNE_PERCEPTUAL && chosen.tune != LAQ_TUNE_PSNR) {
      return report(LAQ_INVALID_ARGUMENT,
                    ("tune is " + std::to_string(chosen.tune) + ", it must be 0 (perceptual) or 1 (psnr)").c_str(),
                    error);
    }
    if (chosen.target_kind < LAQ_TARGET_NONE || chosen.target_kind > LAQ_TARGET_BUTTERAUGLI) {
      return report(LAQ_INVALID_ARGUMENT,
                    ("target_kind is " + std::to_string(chosen.target_kind) + ", it must be a laq_target_kind").c_str(),
                    error);
    }
    laq::Metadata metadata;
    if (!read_metadata(given.metadata, metadata, error)) return LAQ_INVALID_ARGUMENT;

    laq::EncodeOptions request;
    request.quality = chosen.quality;
    request.effort = chosen.effort;
    request.threads = chosen.threads;
    request.tune = static_cast<laq::Tune>(chosen.tune);
    request.adaptive_quantization = chosen.adaptive_quantization != 0;
    request.target = {static_cast<laq::TargetKind>(chosen.target_kind), chosen.target};
    request.max_pixels = chosen.max_pixels;
    if (chosen.progress != nullptr)
      request.progress = [&chosen](float done) { return chosen.progress(done, chosen.user) != 0; };
    const laq::Result<std::vector<std::byte>> encoded = laq::encode(view_picture(given, metadata), request);
    if (!encoded) return report(encoded.error(), error);
    *file = to_buffer(*encoded);
    return succeed(error);
  });
}

laq_status laq_decode(const void* data, size_t size, const laq_decode_options* options, laq_picture** picture,
                      laq_error* error) noexcept {
  return guarded(error, [&] {
    if (picture == nullptr) return reject_null("picture", error);
    *picture = nullptr;
    if (data == nullptr && size != 0) return reject_null("data", error);
    laq::DecodeOptions request;
    if (!read_decode_options(options, request, error)) return LAQ_INVALID_ARGUMENT;
    laq::Result<laq::Picture> decoded = laq::decode(file_bytes(data, size), request);
    if (!decoded) return report(decoded.error(), error);
    auto owned = std::make_unique<OwnedPicture>();
    owned->picture = std::move(*decoded);
    const laq::Picture& result = owned->picture;
    static_cast<laq_picture&>(*owned) = {
        sizeof(laq_picture), result.width,          result.height,      result.channels,
        result.depth,        result.samples.data(), result.row_bytes(), view_metadata(result.metadata)};
    *picture = owned.release();
    return succeed(error);
  });
}

laq_status laq_inspect(const void* data, size_t size, laq_info** info, laq_error* error) noexcept {
  return guarded(error, [&] {
    if (info == nullptr) return reject_null("info", error);
    *info = nullptr;
    if (data == nullptr && size != 0) return reject_null("data", error);
    laq::Result<laq::Info> inspected = laq::inspect(file_bytes(data, size));
    if (!inspected) return report(inspected.error(), error);
    auto owned = std::make_unique<OwnedInfo>();
    owned->info = std::move(*inspected);
    const laq::Info& result = owned->info;
    for (const laq::Info::Section& section : result.sections) {
      laq_section& listed = owned->section_list.emplace_back();
      std::copy_n(section.name.data(), std::min<size_t>(section.name.size(), 4), listed.name);
      listed.bytes = section.bytes;
    }
    laq_info& out = *owned;
    out = {};
    out.struct_size = sizeof(laq_info);
    out.width = result.width;
    out.height = result.height;
    out.channels = result.channels;
    out.depth = result.depth;
    out.format = result.format;
    out.quality = result.quality;
    out.tune = static_cast<int>(result.tune);
    out.adaptive_quantization = result.adaptive_quantization;
    out.section_count = owned->section_list.size();
    out.sections = owned->section_list.data();
    out.metadata = view_metadata(result.metadata);
    *info = owned.release();
    return succeed(error);
  });
}

laq_status laq_measure(const laq_picture* reference, const laq_picture* distorted, int metric, double* score,
                       laq_error* error) noexcept {
  return guarded(error, [&] {
    if (score == nullptr) return reject_null("score", error);
    *score = std::numeric_limits<double>::quiet_NaN();
    if (reference == nullptr) return reject_null("reference", error);
    if (distorted == nullptr) return reject_null("distorted", error);
    laq_picture pictures[2] = {};
    laq::Metadata metadata[2];
    if (!read_struct(reference, "reference", pictures[0], error)) return LAQ_INVALID_ARGUMENT;
    if (!read_struct(distorted, "distorted", pictures[1], error)) return LAQ_INVALID_ARGUMENT;
    for (int i = 0; i < 2; ++i) {
      if (!read_metadata(pictures[i].metadata, metadata[i], error)) return LAQ_INVALID_ARGUMENT;
    }
    const laq::Result<double> measured =
        measure(view_picture(pictures[0], metadata[0]), view_picture(pictures[1], metadata[1]), metric);
    if (!measured) return report(measured.error(), error);
    *score = *measured;
    return succeed(error);
  });
}

void laq_buffer_free(laq_buffer* buffer) noexcept {
  if (buffer == nullptr) return;
  std::free(buffer->data);
  *buffer = {nullptr, 0};
}

void laq_picture_free(laq_picture* picture) noexcept {
  delete static_cast<OwnedPicture*>(picture);
}

void laq_info_free(laq_info* info) noexcept {
  delete static_cast<OwnedInfo*>(info);
}

const char* laq_version() noexcept {
  return laq::version();
}
