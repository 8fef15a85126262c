// The boundary of the library: no exception crosses it, and the caller's floating-point environment has no effect
// inside.
#pragma once

#include <cfenv>
#include <functional>
#include <new>
#include <stdexcept>
#include <system_error>

#include "laq/laq.hpp"

namespace laq {

// Gives what `work` gives; an exception becomes an Error, from which the type that `work` gives is made. The messages
// are short enough to need no memory of their own.
template <class Work>
auto without_exceptions(Work&& work) noexcept -> decltype(work()) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "out of memory"};
  } catch (const std::length_error&) {
    return Error{ErrorCode::out_of_memory, "out of memory"};
  } catch (const std::system_error&) {
    return Error{ErrorCode::out_of_memory, "out of threads"};
  } catch (...) {
    return Error{ErrorCode::unsupported, "internal error"};
  }
}

// A function of the caller's that returns false to cancel, and may be null. An exception of it would travel through the
// threads of the encoder, so it cancels the encode instead. `callback` must outlive the result.
template <class... Arguments>
std::function<bool(Arguments...)> cancel_on_exception(const std::function<bool(Arguments...)>& callback) {
  if (!callback) return {};
  return [&callback](Arguments... arguments) {
    try {
      return callback(arguments...);
    } catch (...) {
      return false;
    }
  };
}

// The default floating-point environment for the length of a scope, in this thread and those that are started in it:
// rounding to nearest, and numbers below the normal ones kept. Programs that are built with -ffast-math, among others,
// change it for their threads; what a decoder computes must not depend on that.
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
