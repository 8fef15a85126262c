// The C functions that take pictures: to write them, and to measure them.
#include <algorithm>
#include <limits>
#include <string>

#include <laq/laq.h>
#include <laq/laq.hpp>
#include <laq/metrics.hpp>
#include <laq/partial.hpp>

#include "api/c_api.h"

namespace {

using namespace laq::c_api;

static_assert(LAQ_TARGET_NONE == static_cast<int>(laq::TargetKind::none));
static_assert(LAQ_TARGET_BUTTERAUGLI == static_cast<int>(laq::TargetKind::butteraugli));

// A picture that a caller gives.
struct GivenPicture {
  laq_picture picture = {};
  laq::Metadata metadata = {};

  // `name` is what messages call the picture.
  std::optional<laq::Error> read(const laq_picture* given, const char* name) {
    if (auto failure = read_struct(given, name, picture)) return failure;
    if (picture.sample_format < LAQ_FORMAT_INTEGER || picture.sample_format > LAQ_FORMAT_FLOAT32)
      return laq::invalid(std::string(name) + ".sample_format is " + std::to_string(picture.sample_format) +
                          ", it must be a laq_sample_format");
    const laq_metadata& in = picture.metadata;
    struct Contents {
      const uint8_t* data;
      size_t size;
      const char* name;
      std::vector<std::byte>& out;
    };
    for (const Contents& contents :
         {Contents{in.icc, in.icc_bytes, "icc", metadata.icc}, Contents{in.exif, in.exif_bytes, "exif", metadata.exif},
          Contents{in.xmp, in.xmp_bytes, "xmp", metadata.xmp}}) {
      if (contents.size == 0) continue;
      if (contents.data == nullptr) return is_null(std::string(name) + ".metadata." + contents.name);
      const auto* first = reinterpret_cast<const std::byte*>(contents.data);
      contents.out.assign(first, first + contents.size);
    }
    metadata.orientation =
        in.orientation == 0 ? uint8_t{1} : static_cast<uint8_t>(std::min<uint32_t>(in.orientation, 255));
    metadata.pixels_per_metre_x = in.pixels_per_metre_x;
    metadata.pixels_per_metre_y = in.pixels_per_metre_y;
    metadata.is_only_aspect = in.is_only_aspect != 0;
    read_light(in.light);
    if (const laq_code_points& points = in.code_points; points.are_set != 0)
      metadata.code_points = {points.primaries, points.transfer, points.matrix, points.is_full_range != 0};
    laq::Result<std::vector<laq::Attachment>> attachments = read_attachments(in.attachments, in.attachment_count, name);
    if (!attachments) return attachments.error();
    metadata.attachments = std::move(*attachments);
    return std::nullopt;
  }

  void read_light(const laq_light& light) {
    laq::MasteringDisplay display;
    std::ranges::copy(light.chromaticities, display.chromaticities.begin());
    display.max_luminance = light.max_luminance;
    display.min_luminance = light.min_luminance;
    if (display != laq::MasteringDisplay()) metadata.mastering_display = display;
    const laq::ContentLight content{light.max_pixel, light.max_frame_average};
    if (content != laq::ContentLight()) metadata.content_light = content;
  }

  laq::PictureView view() const {
    return {
        picture.width,   picture.height,    picture.channels, picture.depth,
        picture.samples, picture.row_bytes, &metadata,        static_cast<laq::SampleFormat>(picture.sample_format)};
  }
};

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

// Checks what the smaller types of the C++ API would cut; it checks the rest.
std::optional<laq::Error> check(const laq_encode_options& options) {
  if (options.tune != LAQ_TUNE_PERCEPTUAL && options.tune != LAQ_TUNE_PSNR) {
    return laq::invalid("tune is " + std::to_string(options.tune) + ", it must be 0 (perceptual) or 1 (psnr)");
  }
  if (options.target_kind < LAQ_TARGET_NONE || options.target_kind > LAQ_TARGET_MAX_ERROR) {
    return laq::invalid("target_kind is " + std::to_string(options.target_kind) + ", it must be a laq_target_kind");
  }
  return std::nullopt;
}

// mask: to be filled in, and to live as long as what is returned.
laq::EncodeOptions request_of(const laq_encode_options& options, laq::QualityMask& mask) {
  laq::EncodeOptions request;
  request.quality = options.quality;
  request.effort = options.effort;
  request.threads = options.threads;
  request.tune = static_cast<laq::Tune>(options.tune);
  request.adaptive_quantization = options.adaptive_quantization != 0;
  request.target = {static_cast<laq::TargetKind>(options.target_kind), options.target};
  request.max_pixels = options.max_pixels;
  request.progress = progress_of(options.progress, options.user);
  request.progressive = options.progressive != 0;
  request.pool = pool_of(options.run_tasks, options.user);
  if (options.mask != nullptr) {
    mask = {options.mask->width, options.mask->height, options.mask->levels, options.mask->row_bytes};
    request.mask = &mask;
  }
  return request;
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
      return laq::invalid("metric is " + std::to_string(metric) + ", it must be a laq_metric");
  }
}

}  // namespace

void laq_encode_options_init(laq_encode_options* options, size_t struct_size) noexcept {
  initialize(options, struct_size, default_encode_options());
}

laq_status laq_encode(const laq_picture* picture, const laq_encode_options* options, laq_buffer* file,
                      laq_error* error) noexcept {
  return make_file(file, error, [&]() -> laq::Result<std::vector<std::byte>> {
    GivenPicture given;
    if (const auto failure = given.read(picture, "picture")) return *failure;
    laq_encode_options chosen = default_encode_options();
    if (const auto failure = read_options(options, chosen)) return *failure;
    if (const auto failure = check(chosen)) return *failure;
    laq::QualityMask mask;
    return laq::encode(given.view(), request_of(chosen, mask));
  });
}

laq_status laq_encode_rows(const laq_picture* picture, const laq_encode_options* options, laq_give_rows give,
                           void* user, laq_buffer* file, laq_error* error) noexcept {
  return make_file(file, error, [&]() -> laq::Result<std::vector<std::byte>> {
    if (give == nullptr) return is_null("give");
    GivenPicture given;
    if (const auto failure = given.read(picture, "picture")) return *failure;
    laq_encode_options chosen = default_encode_options();
    if (const auto failure = read_options(options, chosen)) return *failure;
    if (const auto failure = check(chosen)) return *failure;
    const laq::GiveRows give_rows = [give, user](uint32_t y, uint32_t count, void* rows, size_t row_bytes) {
      return give(y, count, rows, row_bytes, user) != 0;
    };
    laq::QualityMask mask;
    return laq::encode_rows(given.view(), give_rows, request_of(chosen, mask));
  });
}

laq_status laq_measure(const laq_picture* reference, const laq_picture* distorted, int metric, double* score,
                       laq_error* error) noexcept {
  return guarded(error, [&]() -> std::optional<laq::Error> {
    if (score == nullptr) return is_null("score");
    *score = std::numeric_limits<double>::quiet_NaN();
    GivenPicture first, second;
    if (auto failure = first.read(reference, "reference")) return failure;
    if (auto failure = second.read(distorted, "distorted")) return failure;
    const laq::Result<double> measured = measure(first.view(), second.view(), metric);
    if (!measured) return measured.error();
    *score = *measured;
    return std::nullopt;
  });
}
