// The default floating-point environment for the length of a scope, in this thread and those that are started in it:
// rounding to nearest, and numbers below the normal ones kept. Programs that are built with -ffast-math, among others,
// change it for their threads; what a decoder computes must not depend on that.
#pragma once

#include <cfenv>

namespace laq {

class DefaultFloatingPoint {
 public:
  DefaultFloatingPoint() {
    std::fegetenv(&callers_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~DefaultFloatingPoint() { std::fesetenv(&callers_); }
  DefaultFloatingPoint(const DefaultFloatingPoint&) = delete;
  DefaultFloatingPoint& operator=(const DefaultFloatingPoint&) = delete;

 private:
  std::fenv_t callers_;
};

}  // namespace laq
