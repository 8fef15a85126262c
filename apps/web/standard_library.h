// Parts of C++20's library that the one of Emscripten 3.1.6 (libc++ 13) does not have and the library uses. Every file
// of the modules for the browser is compiled as if it included this first; with a newer libc++ it is empty. A part that
// the library begins to use and the compiler misses is added here.
#pragma once

#include <version>

#if defined(_LIBCPP_VERSION) && _LIBCPP_VERSION < 15000 && __cplusplus >= 202002L

#include <algorithm>
#include <functional>
#include <iterator>
#include <ranges>
#include <type_traits>
#include <utility>

namespace std {

template <class To, class From>
requires(sizeof(To) == sizeof(From) && is_trivially_copyable_v<To> && is_trivially_copyable_v<From>) constexpr To
    bit_cast(const From& from) noexcept {
  return __builtin_bit_cast(To, from);
}

namespace ranges {

template <class Range, class Value, class Projection = identity>
constexpr auto find(Range&& range, const Value& value, Projection projection = {}) {
  return std::find_if(ranges::begin(range), ranges::end(range),
                      [&](const auto& element) { return std::invoke(projection, element) == value; });
}

template <class Range, class Output>
constexpr auto copy(Range&& range, Output output) {
  return std::copy(ranges::begin(range), ranges::end(range), output);
}

template <class Range, class Predicate>
constexpr bool any_of(Range&& range, Predicate predicate) {
  return std::any_of(ranges::begin(range), ranges::end(range), std::move(predicate));
}

template <class Range, class Predicate>
constexpr bool none_of(Range&& range, Predicate predicate) {
  return std::none_of(ranges::begin(range), ranges::end(range), std::move(predicate));
}

template <class Range, class Value>
constexpr auto lower_bound(Range&& range, const Value& value) {
  return std::lower_bound(ranges::begin(range), ranges::end(range), value);
}

template <class Range, class Predicate>
constexpr auto count_if(Range&& range, Predicate predicate) {
  return std::count_if(ranges::begin(range), ranges::end(range), std::move(predicate));
}

template <class First, class Second>
constexpr bool equal(First&& first, Second&& second) {
  return std::equal(ranges::begin(first), ranges::end(first), ranges::begin(second), ranges::end(second));
}

template <class Range, class Less = std::less<>>
constexpr void sort(Range&& range, Less less = {}) {
  std::sort(ranges::begin(range), ranges::end(range), std::move(less));
}

template <class Range, class Less = std::less<>>
void stable_sort(Range&& range, Less less = {}) {
  std::stable_sort(ranges::begin(range), ranges::end(range), std::move(less));
}

}  // namespace ranges
}  // namespace std

#endif
