// The targets of Highway whose vectors have no size that a compiler knows. Such vectors cannot stand in arrays or
// structures, so a file that keeps vectors there leaves these targets out:
//   #define HWY_DISABLED_TARGETS LAQ_SCALABLE_TARGETS
// before it includes Highway.
#pragma once

#define LAQ_SCALABLE_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
