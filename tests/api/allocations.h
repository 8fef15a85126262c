// What the program that replaces operator new knows of its allocations.
#pragma once

#include <atomic>
#include <cstddef>

namespace laq {

extern std::atomic<long> allocations_left;  // before one fails; negative: none does
extern std::atomic<long> allocations_alive;

namespace detail {
extern std::atomic<size_t> bytes_alive, bytes_peak;
}  // namespace detail

// The most bytes that were allocated at once while `work` ran, beyond those before it.
template <class Work>
size_t peak_bytes_of(Work&& work) {
  const size_t before = detail::bytes_alive;
  detail::bytes_peak = before;
  work();
  return detail::bytes_peak - before;
}

}  // namespace laq
