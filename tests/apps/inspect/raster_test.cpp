// Rasters and slices of arrays, as the page of laq inspect draws them.
#include "inspect/raster.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "inspect/slice.h"

using namespace laq;
using namespace laq::command;

TEST_CASE("a raster shrinks to the means of its finite numbers") {
  Raster raster(5, 3);
  std::iota(raster.values.begin(), raster.values.end(), 0);
  raster.at(1, 1) = std::numeric_limits<double>::quiet_NaN();
  const Raster small = shrunk(raster, 2, 2);
  CHECK(small.width == 3);
  CHECK(small.height == 2);
  CHECK(small.at(0, 0) == (0 + 1 + 5) / 3.0);
  CHECK(small.at(2, 0) == (4 + 9) / 2.0);
  CHECK(small.at(2, 1) == 14);
  CHECK(shrunk(raster, 1, 3).width == 5);
}

TEST_CASE("a percentile looks at finite values alone") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(percentile({infinity, 5, 1, 4, 2, 3, -infinity, std::nan("")}, 0.5) == 3);
  CHECK(percentile({infinity}, 0.5) == 0);
}

TEST_CASE("a map of equal or missing numbers is drawn") {
  Raster raster(2, 1);
  raster.at(1, 0) = std::numeric_limits<double>::quiet_NaN();
  const Figure figure = heat_map("name", "title", "shows", raster, {0, 0, "0", "0"});
  CHECK(figure.picture.width == 2);
  const Colour missing = pixel_of(figure.picture, 1, 0);
  CHECK(missing.red == missing.blue);
}

TEST_CASE("a picture is enlarged and shrunk by whole factors") {
  CHECK(shrinking_factor(1600, 1600) == 1);
  CHECK(shrinking_factor(1601, 1600) == 2);
  CHECK(enlarging_factor(100, 512) == 5);
  CHECK(enlarging_factor(1000, 512) == 1);
  Picture picture = blank_picture(2, 1, {1, 2, 3});
  set_pixel(picture, 1, 0, {9, 8, 7});
  const Picture large = enlarged(picture, 3);
  CHECK(large.width == 6);
  CHECK(pixel_of(large, 2, 2).red == 1);
  CHECK(pixel_of(large, 3, 2).blue == 7);
}

TEST_CASE("slices go through the middle of the last three axes that are long enough") {
  const auto slices = slices_of({4, 20, 30, 40});
  REQUIRE(slices.size() == 3);
  CHECK(slices[0].name() == "axes 2 (down) and 3 (across), at 2 of axis 0, at 10 of axis 1");
  CHECK(slices[2].file_name() == "1-2");
  CHECK(slices_of({2, 100000}).empty());
  CHECK(slices_of({100}).empty());
  CHECK(slices_of({20, 2, 30}).size() == 1);
}

TEST_CASE("a slice holds the elements at its axes") {
  const std::vector<uint64_t> shape = {20, 3, 30};
  std::vector<double> values(20 * 3 * 30);
  std::iota(values.begin(), values.end(), 0);
  const auto slices = slices_of(shape);
  REQUIRE(slices.size() == 1);
  const Raster raster = slice_values(values, shape, slices[0], 1000);
  CHECK(raster.width == 30);
  CHECK(raster.height == 20);
  CHECK(raster.at(7, 11) == (11 * 3 + 1) * 30 + 7);
  const Raster small = slice_values(values, shape, slices[0], 10);
  CHECK(small.width == 10);
  CHECK(small.height == 10);
  CHECK(small.at(0, 0) == ((1 * 30 + 1) + (4 * 30 + 1)) / 2.0);
}

TEST_CASE("lines along an axis stand one after the other") {
  const std::vector<double> values = {0, 1, 2, 3, 4, 5};
  CHECK(lines_along(values, {2, 3}, 0) == std::vector<double>{0, 3, 1, 4, 2, 5});
  CHECK(lines_along(values, {2, 3}, 1) == values);
  CHECK(line_along(values, {2, 3}, 0, 1) == std::vector<double>{1, 4});
  CHECK(line_along(values, {2, 3}, 1, 1) == std::vector<double>{3, 4, 5});
  CHECK(line_along(values, {1, 3, 2}, 1, 1) == std::vector<double>{1, 3, 5});
  CHECK(line_axis({100, 3}) == 0);
  CHECK(line_axis({2, 100}) == 1);
}
