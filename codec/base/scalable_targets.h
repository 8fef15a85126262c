// The targets of Highway whose vectors have no size that a compiler knows. Such vectors cannot stand in arrays or
// structures, so a file that keeps vectors there leaves these targets out:
//   #define HWY_DISABLED_TARGETS LAQ_SCALABLE_TARGETS
// before it includes Highway.
#pragma once

// Further targets that a build leaves out, such as one for checks that need not see all of them.
#ifndef LAQ_OMITTED_TARGETS
#define LAQ_OMITTED_TARGETS 0
#endif

#define LAQ_SCALABLE_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV | LAQ_OMITTED_TARGETS)

// A file that keeps vectors of doubles there leaves out the targets that have none, too: those of WebAssembly and
// ARMv7.
#if defined(__wasm__) || defined(__arm__)
#define LAQ_TARGETS_WITHOUT_DOUBLES ~(HWY_SCALAR | HWY_EMU128)
#else
#define LAQ_TARGETS_WITHOUT_DOUBLES LAQ_SCALABLE_TARGETS
#endif
