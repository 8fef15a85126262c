// The levels of widths up to 6, in the order of their indices. See block_code.h; widths of 8 bits have all numbers 0..511.
#pragma once

#include <array>
#include <cstdint>

namespace laq {

// clang-format off
inline constexpr std::array<uint8_t, 4> kLevels1 = {
    0, 45, 82, 127};
inline constexpr std::array<uint8_t, 8> kLevels2 = {
    0, 23, 41, 56, 71, 86, 104, 127};
inline constexpr std::array<uint8_t, 16> kLevels3 = {
    0, 13, 24, 33, 41, 48, 54, 61, 66, 73, 79, 86, 94, 103, 114, 127};
inline constexpr std::array<uint8_t, 32> kLevels4 = {
    0, 7, 13, 19, 24, 29, 33, 37, 41, 44, 47, 51, 54, 57, 59, 62, 65, 68, 70, 73, 76, 80, 83, 86,
    90, 94, 98, 103, 108, 114, 120, 127};
inline constexpr std::array<uint8_t, 64> kLevels5 = {
    0, 3, 6, 9, 12, 15, 18, 20, 23, 25, 27, 30, 32, 34, 36, 38, 39, 41, 43, 45, 46, 48, 50, 51,
    53, 54, 56, 57, 59, 60, 61, 63, 64, 66, 67, 68, 70, 71, 73, 74, 76, 77, 79, 81, 82, 84, 86, 88,
    89, 91, 93, 95, 97, 100, 102, 104, 107, 109, 112, 115, 118, 121, 124, 127};
inline constexpr std::array<uint8_t, 128> kLevels6 = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
    24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
    48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71,
    72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95,
    96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119,
    120, 121, 122, 123, 124, 125, 126, 127};
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
