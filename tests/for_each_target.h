// Runs a check with every SIMD target that this machine has, one after the other.
#pragma once

#include <doctest/doctest.h>
#include <hwy/highway.h>

#include <cstdint>
#include <string>

namespace laq::test {

template <class Check>
void for_each_target(Check&& check) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    const std::string name = hwy::TargetName(target);
    CAPTURE(name);
    hwy::SetSupportedTargetsForTest(target);
    check();
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace laq::test
