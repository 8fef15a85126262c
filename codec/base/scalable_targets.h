// The targets of Highway whose vectors have no size that a compiler knows. Such vectors cannot stand in arrays or
// structures, so a file that keeps vectors there leaves these targets out:
//   #define HWY_DISABLED_TARGETS LAQ_SCALABLE_TARGETS
// before it includes Highway.
#pragma once

#define LAQ_SCALABLE_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)

// A file that keeps vectors of doubles there leaves out the targets that have none, too: those of WebAssembly and
// ARMv7.
#if defined(__wasm__) || defined(__arm__)
#define LAQ_TARGETS_WITHOUT_DOUBLES ~(HWY_SCALAR | HWY_EMU128)
#else
#define LAQ_TARGETS_WITHOUT_DOUBLES LAQ_SCALABLE_TARGETS
#endif
