// Objects of Little CMS that free themselves. Each user has a context of its own, which has no error handler and
// nothing that other threads see.
#pragma once

#include <memory>

#include <lcms2.h>

namespace laq::io::cms {

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
using Context = std::unique_ptr<void, DeleteContext>;
using Profile = std::unique_ptr<void, CloseProfile>;
using Transform = std::unique_ptr<void, DeleteTransform>;
using Curve = std::unique_ptr<cmsToneCurve, FreeCurve>;

inline Context make_context() {
  return Context(cmsCreateContext(nullptr, nullptr));
}

}  // namespace laq::io::cms
