// The C function that measures pictures.
#include <limits>
#include <string>

#include <laq/laq.h>
#include <laq/metrics.hpp>

#include "api/c_api.h"
#include "api/c_given_picture.h"

namespace {

using namespace laq::c_api;

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
