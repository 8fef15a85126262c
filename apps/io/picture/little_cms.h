// Objects of Little CMS that free themselves. Each user has a context of its own, which has no error handler and
// nothing that other threads see.
#pragma once

#include <memory>
#include <type_traits>

#include <lcms2.h>

#include "io/picture/release.h"

namespace laq::io::cms {

using Context = std::unique_ptr<std::remove_pointer_t<cmsContext>, Release<cmsDeleteContext>>;
using Profile = std::unique_ptr<void, Release<cmsCloseProfile>>;
using Transform = std::unique_ptr<void, Release<cmsDeleteTransform>>;
using Curve = std::unique_ptr<cmsToneCurve, Release<cmsFreeToneCurve>>;

inline Context make_context() {
  return Context(cmsCreateContext(nullptr, nullptr));
}

}  // namespace laq::io::cms
