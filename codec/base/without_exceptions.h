// The edge of the library: exceptions become Errors.
#pragma once

#include <new>
#include <stdexcept>
#include <system_error>

#include "laq/laq.hpp"

namespace laq {

// What `work`, which gives a Result, gives. The messages are short enough to need no memory of their own.
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

}  // namespace laq
