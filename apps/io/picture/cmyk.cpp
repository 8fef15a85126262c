#include "io/picture/cmyk.h"

#include <utility>

#ifdef LAQ_HAVE_LCMS2
#include "io/picture/little_cms.h"
#endif

namespace laq::io {

#ifdef LAQ_HAVE_LCMS2

struct CmykToSrgb::State {
  cms::Context context;
  cms::Transform transform;
};

Result<CmykToSrgb> CmykToSrgb::of(std::span<const std::byte> icc, int depth, bool is_inverted) {
  if (icc.empty()) {
    return Error{ErrorCode::unsupported,
                 "is a CMYK picture without an ICC profile, so its colours are not known (convert it to RGB first)"};
  }
  const Error no_memory{ErrorCode::out_of_memory, "not enough memory to convert CMYK to sRGB"};
  const auto state = std::make_shared<State>();
  state->context = cms::make_context();
  const auto context = static_cast<cmsContext>(state->context.get());
  if (context == nullptr) return no_memory;
  const cms::Profile profile(cmsOpenProfileFromMemTHR(context, icc.data(), static_cast<cmsUInt32Number>(icc.size())));
  const cms::Profile srgb(cmsCreate_sRGBProfileTHR(context));
  if (srgb == nullptr) return no_memory;
  if (profile != nullptr && cmsGetColorSpace(profile.get()) == cmsSigCmykData) {
    const bool is_deep = depth > 8;
    const cmsUInt32Number from =
        is_deep ? (is_inverted ? TYPE_CMYK_16_REV : TYPE_CMYK_16) : (is_inverted ? TYPE_CMYK_8_REV : TYPE_CMYK_8);
    state->transform.reset(cmsCreateTransformTHR(context, profile.get(), from, srgb.get(),
                                                 is_deep ? TYPE_RGB_16 : TYPE_RGB_8, INTENT_RELATIVE_COLORIMETRIC,
                                                 cmsFLAGS_NOCACHE | cmsFLAGS_BLACKPOINTCOMPENSATION));
  }
  if (state->transform == nullptr) {
    return Error{ErrorCode::unsupported,
                 "is a CMYK picture whose ICC profile is damaged or not for CMYK (convert it to RGB first)"};
  }
  CmykToSrgb converter;
  converter.state_ = state;
  return converter;
}

void CmykToSrgb::convert(const std::byte* cmyk, std::byte* srgb, uint32_t pixels) const {
  cmsDoTransform(state_->transform.get(), cmyk, srgb, pixels);
}

#else

Result<CmykToSrgb> CmykToSrgb::of(std::span<const std::byte>, int, bool) {
  return Error{ErrorCode::unsupported,
               "is a CMYK picture, and this laq was built without Little CMS, which converts it (install liblcms2-dev "
               "and build laq again, or convert the picture to RGB first)"};
}

void CmykToSrgb::convert(const std::byte*, std::byte*, uint32_t) const {}

#endif

}  // namespace laq::io
