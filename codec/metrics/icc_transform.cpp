#include "metrics/icc_transform.h"

#include <algorithm>
#include <memory>

#include "container/srgb_profile.h"

#ifdef LAQ_HAVE_LCMS2
#include <lcms2.h>
#endif

namespace laq {

#ifdef LAQ_HAVE_LCMS2

namespace {

struct DeleteContext {
  void operator()(void* context) const { cmsDeleteContext(static_cast<cmsContext>(context)); }
};
struct CloseProfile {
  void operator()(void* profile) const { cmsCloseProfile(profile); }
};
struct DeleteTransform {
  void operator()(void* transform) const { cmsDeleteTransform(transform); }
};
struct FreeCurve {
  void operator()(cmsToneCurve* curve) const { cmsFreeToneCurve(curve); }
};
using Profile = std::unique_ptr<void, CloseProfile>;
using Curve = std::unique_ptr<cmsToneCurve, FreeCurve>;

// Linear light of the primaries of IEC 61966-2-1, or gray.
Profile linear_profile(cmsContext context, bool is_gray) {
  const Curve linear(cmsBuildGamma(context, 1.0));
  if (linear == nullptr) return nullptr;
  if (is_gray) return Profile(cmsCreateGrayProfileTHR(context, cmsD50_xyY(), linear.get()));
  const cmsCIExyY white = {0.3127, 0.3290, 1};
  const cmsCIExyYTRIPLE primaries = {{0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}};
  cmsToneCurve* const curves[3] = {linear.get(), linear.get(), linear.get()};
  Profile profile(cmsCreateRGBProfileTHR(context, &white, &primaries, curves));
  // The primaries adapted to D50 as in the profile that libjxl makes, in its units of 1 / 65536. Little CMS has another
  // D50, which moves them by up to 18 units: ssimulacra2::RecursiveGaussian says why that matters.
  struct Primary {
    cmsTagSignature tag;
    double x, y, z;
  };
  constexpr Primary kPrimaries[3] = {{cmsSigRedColorantTag, 28575, 14581, 912},
                                     {cmsSigGreenColorantTag, 25238, 46983, 6363},
                                     {cmsSigBlueColorantTag, 9378, 3973, 46806}};
  for (const Primary& primary : kPrimaries) {
    const cmsCIEXYZ xyz = {primary.x / 65536, primary.y / 65536, primary.z / 65536};
    if (profile == nullptr || !cmsWriteTag(profile.get(), primary.tag, &xyz)) return nullptr;
  }
  return profile;
}

struct State {
  std::unique_ptr<void, DeleteContext> context;
  std::unique_ptr<void, DeleteTransform> transform;
};

}  // namespace

Result<LightTransform> icc_transform(std::span<const std::byte> icc, bool is_gray) {
  if (!is_gray && is_srgb_profile(icc)) return LightTransform();
  const auto state = std::make_shared<State>();
  // A context of its own has no error handler, and nothing that other threads see.
  state->context.reset(cmsCreateContext(nullptr, nullptr));
  const auto context = static_cast<cmsContext>(state->context.get());
  if (context == nullptr) return Error{ErrorCode::out_of_memory, "out of memory"};
  const Profile profile(cmsOpenProfileFromMemTHR(context, icc.data(), static_cast<cmsUInt32Number>(icc.size())));
  if (profile == nullptr) {
    return Error{ErrorCode::invalid_argument,
                 "the ICC profile is damaged; remove it to have the picture taken as sRGB"};
  }
  if (cmsGetColorSpace(profile.get()) != (is_gray ? cmsSigGrayData : cmsSigRgbData)) {
    return Error{ErrorCode::invalid_argument, is_gray ? "the ICC profile is not for gray, as the picture is"
                                                      : "the ICC profile is not for RGB, as the picture is"};
  }
  const Profile linear = linear_profile(context, is_gray);
  if (linear == nullptr) return Error{ErrorCode::out_of_memory, "out of memory"};
  // Intent and flags are those of libjxl (lib/jxl/cms/jxl_cms.cc).
  const cmsUInt32Number format = is_gray ? TYPE_GRAY_FLT : TYPE_RGB_FLT | PLANAR_SH(1);
  state->transform.reset(
      cmsCreateTransformTHR(context, profile.get(), format, linear.get(), format, INTENT_RELATIVE_COLORIMETRIC,
                            cmsFLAGS_NOCACHE | cmsFLAGS_BLACKPOINTCOMPENSATION | cmsFLAGS_HIGHRESPRECALC));
  if (state->transform == nullptr) {
    return Error{ErrorCode::invalid_argument,
                 "the ICC profile cannot be turned into light: it lacks curves or tables, or is damaged"};
  }
  return LightTransform([state, colours = is_gray ? 1 : 3](Plane<float>& row, int width) {
    const auto bytes = static_cast<cmsUInt32Number>(row.stride() * static_cast<ptrdiff_t>(sizeof(float)));
    cmsDoTransformLineStride(state->transform.get(), row.row(0), row.row(0), static_cast<cmsUInt32Number>(width), 1, 0,
                             0, bytes, bytes);
    // Damaged curves may give anything.
    constexpr float kMost = 100;
    for (int c = 0; c < colours; ++c) {
      float* const light = row.row(c);
      for (int x = 0; x < width; ++x) light[x] = light[x] > -kMost ? std::min(light[x], kMost) : -kMost;
    }
  });
}

#else

Result<LightTransform> icc_transform(std::span<const std::byte> icc, bool is_gray) {
  if (!is_gray && is_srgb_profile(icc)) return LightTransform();
  return Error{ErrorCode::unsupported,
               "the picture has an ICC profile other than sRGB, and this library was built without Little CMS (lcms2), "
               "which follows profiles"};
}

#endif

}  // namespace laq
