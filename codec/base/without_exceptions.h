// The edge of the library, which no exception crosses.
#pragma once

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

// A caller's progress function, which may be null. An exception of it would travel through the threads of the encoder,
// so it cancels the encode instead. `progress` must outlive the result.
inline std::function<bool(float)> cancel_on_exception(const std::function<bool(float)>& progress) {
  if (!progress) return {};
  return [&progress](float done) {
    try {
      return progress(done);
    } catch (...) {
      return false;
    }
  };
}

}  // namespace laq
