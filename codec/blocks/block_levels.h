// The levels of widths up to 6, in the order of their indices. See block_code.h; widths of 8 bits have all numbers
// 0..511.
#pragma once

#include <array>
#include <cstdint>

namespace laq {

// clang-format off
inline constexpr std::array<uint8_t, 4> kLevels1 = {
    0, 53, 74, 127};
inline constexpr std::array<uint8_t, 8> kLevels2 = {
    0, 27, 44, 58, 69, 83, 100, 127};
inline constexpr std::array<uint8_t, 16> kLevels3 = {
    0, 14, 25, 35, 42, 49, 55, 61, 66, 72, 78, 85, 92, 102, 113, 127};
inline constexpr std::array<uint8_t, 32> kLevels4 = {
    0, 7, 13, 19, 24, 29, 33, 37, 41, 44, 47, 51, 54, 57, 59, 62, 65, 68, 70, 73, 76, 80, 83, 86,
    90, 94, 98, 103, 108, 114, 120, 127};
inline constexpr std::array<uint8_t, 64> kLevels5 = {
    0, 3, 7, 10, 13, 16, 18, 21, 23, 26, 28, 30, 32, 35, 36, 38, 40, 42, 44, 45, 47, 49, 50, 52,
    53, 55, 56, 57, 59, 60, 61, 63, 64, 66, 67, 68, 70, 71, 72, 74, 75, 77, 78, 80, 82, 83, 85, 87,
    89, 91, 92, 95, 97, 99, 101, 104, 106, 109, 111, 114, 117, 120, 124, 127};
inline constexpr std::array<uint8_t, 128> kLevels6 = {
    0, 2, 4, 5, 7, 9, 11, 12, 14, 15, 17, 18, 20, 21, 22, 24, 25, 26, 27, 28, 30, 31, 32, 33,
    34, 35, 36, 37, 38, 39, 40, 41, 42, 42, 43, 44, 45, 46, 47, 47, 48, 49, 50, 50, 51, 52, 52, 53,
    54, 54, 55, 56, 56, 57, 58, 58, 59, 60, 60, 61, 61, 62, 63, 63, 64, 64, 65, 66, 66, 67, 67, 68,
    69, 69, 70, 71, 71, 72, 73, 73, 74, 75, 75, 76, 77, 77, 78, 79, 80, 80, 81, 82, 83, 84, 85, 85,
    86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 99, 100, 101, 102, 103, 105, 106, 107, 109, 110, 112, 113,
    115, 116, 118, 120, 122, 123, 125, 127};
// clang-format on

template <int kWidth>
constexpr const auto& levels() {
  static_assert(kWidth >= 1 && kWidth <= 6);
  if constexpr (kWidth == 1) return kLevels1;
  if constexpr (kWidth == 2) return kLevels2;
  if constexpr (kWidth == 3) return kLevels3;
  if constexpr (kWidth == 4) return kLevels4;
  if constexpr (kWidth == 5) return kLevels5;
  if constexpr (kWidth == 6) return kLevels6;
}

}  // namespace laq
