// What this build of the library is made of.
#include <cstdint>
#include <string>

#include "base/scalable_targets.h"
#include "build_libraries.h"

#include <hwy/highway.h>

#include <laq/build_info.hpp>

#include "container/container.h"

namespace laq {
namespace {

// The best of the targets that were compiled and that this processor has.
std::string simd_target() {
  const int64_t usable = hwy::SupportedTargets() & HWY_TARGETS & ~int64_t{LAQ_SCALABLE_TARGETS};
  return usable == 0 ? "none" : hwy::TargetName(usable & -usable);  // better ones have lower bits
}

}  // namespace

std::string build_info() {
  return "format " + std::to_string(kFormat) + "\nSIMD " + simd_target() + "\n" + LAQ_LIBRARIES;
}

}  // namespace laq
