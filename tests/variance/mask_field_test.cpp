#include "variance/mask_field.h"

#include <vector>

#include <doctest/doctest.h>

namespace laq {
namespace {

Plane<uint8_t> filled(int columns, int rows, int index) {
  Plane<uint8_t> field(columns, rows);
  for (int y = 0; y < rows; ++y) std::fill_n(field.row(y), columns, static_cast<uint8_t>(index));
  return field;
}

TEST_CASE("a mask fits a picture by its pixels or by its squares of 16") {
  const uint8_t level = 0;
  CHECK(fits_picture({40, 33, &level, 40}, 40, 33));
  CHECK(fits_picture({3, 3, &level, 3}, 40, 33));
  CHECK_FALSE(fits_picture({33, 40, &level, 33}, 40, 33));
  CHECK_FALSE(fits_picture({3, 2, &level, 3}, 40, 33));
  CHECK_FALSE(fits_picture({0, 0, &level, 0}, 40, 33));
}

TEST_CASE("levels of a mask move steps by whole units, white down and black up by three octaves") {
  const std::vector<uint8_t> levels = {0, 64, 128, 192, 255};
  Plane<uint8_t> field = filled(8, 4, 100);  // padded beyond the five squares
  apply_mask({{5, 1, levels.data(), 5}, 80, 16, 0}, 100, 2, field);
  for (int row = 0; row < 4; ++row) {
    CHECK(field.row(row)[0] == 148);
    CHECK(field.row(row)[1] == 124);
    CHECK(field.row(row)[2] == 100);
    CHECK(field.row(row)[3] == 76);
    for (int column = 4; column < 8; ++column) CHECK(field.row(row)[column] == 52);
  }
}

TEST_CASE("a mask adds to the field, keeps its grid, and stays within what can be coded") {
  const uint8_t black = 0, white = 255;
  Plane<uint8_t> field = filled(1, 1, 151);
  apply_mask({{1, 1, &black, 1}, 16, 16, 0}, 101, 2, field);
  CHECK(field.row(0)[0] == 101 + 64);
  field = filled(1, 1, 61);
  apply_mask({{1, 1, &white, 1}, 16, 16, 0}, 101, 2, field);
  CHECK(field.row(0)[0] == 101 - 64);
  field = filled(1, 1, 5);
  apply_mask({{1, 1, &white, 1}, 16, 16, 0}, 5, 2, field);
  CHECK(field.row(0)[0] == 1);
  field = filled(1, 1, 252);
  apply_mask({{1, 1, &black, 1}, 16, 16, 0}, 250, 2, field);
  CHECK(field.row(0)[0] == 254);
}

TEST_CASE("levels of pixels count by their mean in a square, which ends with the picture") {
  constexpr uint32_t kWidth = 20, kHeight = 18;
  std::vector<uint8_t> levels((kWidth + 3) * kHeight, 128);
  for (uint32_t y = 0; y < 16; ++y) {
    for (uint32_t x = 0; x < 16; ++x) levels[(kWidth + 3) * y + x] = x % 2 == 0 ? 0 : 128;  // mean 64
  }
  for (uint32_t y = 16; y < kHeight; ++y) {
    for (uint32_t x = 16; x < kWidth; ++x) levels[(kWidth + 3) * y + x] = 192;
  }
  Plane<uint8_t> field = filled(4, 4, 100);
  apply_mask({{kWidth, kHeight, levels.data(), kWidth + 3}, kWidth, kHeight, 0}, 100, 2, field);
  CHECK(field.row(0)[0] == 124);
  CHECK(field.row(0)[1] == 100);
  CHECK(field.row(1)[1] == 76);
  CHECK(field.row(3)[3] == 76);
  // The same, from the second row of squares on.
  field = filled(4, 2, 100);
  apply_mask({{kWidth, kHeight, levels.data(), kWidth + 3}, kWidth, kHeight, 16}, 100, 2, field);
  CHECK(field.row(0)[0] == 100);
  CHECK(field.row(0)[1] == 76);
}

}  // namespace
}  // namespace laq
