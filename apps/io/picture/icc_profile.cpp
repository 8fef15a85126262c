#include "io/picture/icc_profile.h"

#ifdef LAQ_HAVE_LCMS2
#include <algorithm>
#include <cmath>
#include <iterator>

#include "io/picture/little_cms.h"
#endif

namespace laq::io {

#ifdef LAQ_HAVE_LCMS2

namespace {

cms::Curve make_curve(cmsContext context, double gamma) {
  if (gamma > 0) return cms::Curve(cmsBuildGamma(context, gamma));
  constexpr double kSrgb[] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};  // IEC 61966-2-1
  return cms::Curve(cmsBuildParametricToneCurve(context, 4, kSrgb));
}

bool are_colours(const Chromaticities& xy) {
  const auto is_possible = [](double v) { return v >= -1 && v <= 2; };
  return std::ranges::all_of(xy, is_possible) && xy[1] > 0.01 && xy[3] != 0 && xy[5] != 0 && xy[7] != 0;
}

// Are the primaries, adapted to D50, numbers that a profile can hold? They are not if white lies far from them.
bool has_sound_primaries(void* profile) {
  constexpr double kMost = 8;
  for (const auto tag : {cmsSigRedColorantTag, cmsSigGreenColorantTag, cmsSigBlueColorantTag}) {
    const auto* xyz = static_cast<const cmsCIEXYZ*>(cmsReadTag(profile, tag));
    if (xyz == nullptr) return false;
    for (const double v : {xyz->X, xyz->Y, xyz->Z}) {
      if (!(std::abs(v) < kMost)) return false;
    }
  }
  return true;
}

cms::Profile make_profile(cmsContext context, const CalibratedColour& colour) {
  const cms::Curve curve = make_curve(context, colour.gamma);
  if (curve == nullptr) return nullptr;
  if (colour.is_gray) return cms::Profile(cmsCreateGrayProfileTHR(context, cmsD50_xyY(), curve.get()));
  const Chromaticities& xy = colour.chromaticities;
  if (!are_colours(xy)) return nullptr;
  const cmsCIExyY white = {xy[0], xy[1], 1};
  const cmsCIExyYTRIPLE primaries = {{xy[2], xy[3], 1}, {xy[4], xy[5], 1}, {xy[6], xy[7], 1}};
  cmsToneCurve* const curves[3] = {curve.get(), curve.get(), curve.get()};
  cms::Profile profile(cmsCreateRGBProfileTHR(context, &white, &primaries, curves));
  return profile && has_sound_primaries(profile.get()) ? std::move(profile) : nullptr;
}

}  // namespace

std::vector<std::byte> make_icc_profile(const CalibratedColour& colour) {
  const cms::Context context = cms::make_context();
  if (context == nullptr) return {};
  const cms::Profile profile = make_profile(static_cast<cmsContext>(context.get()), colour);
  if (profile == nullptr) return {};
  cmsSetProfileVersion(profile.get(), 4.3);
  cmsUInt32Number size = 0;
  if (!cmsSaveProfileToMem(profile.get(), nullptr, &size)) return {};
  std::vector<std::byte> icc(size);
  if (!cmsSaveProfileToMem(profile.get(), icc.data(), &size)) return {};
  icc.resize(size);
  // The date of the header (ICC.1:2022, 7.2.8) is the time of the call: six numbers, of which 1 January 2000 is made.
  constexpr size_t kDate = 24;
  constexpr int kFixedDate[] = {2000 >> 8, 2000 & 0xff, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0};
  for (size_t i = 0; i < std::size(kFixedDate) && kDate + i < icc.size(); ++i)
    icc[kDate + i] = static_cast<std::byte>(kFixedDate[i]);
  return icc;
}

#else

std::vector<std::byte> make_icc_profile(const CalibratedColour&) {
  return {};
}

#endif

}  // namespace laq::io
