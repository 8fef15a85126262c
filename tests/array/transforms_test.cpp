// Transforms of chunks: what they take apart comes together again.
#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "array/transform/bands.h"
#include "array/transform/channel_rotations.h"

using namespace laq;
using namespace laq::array;

namespace {

const Grid kGrids[] = {{{1, 1, 100}}, {{1, 37, 53}}, {{20, 9, 33}}, {{3, 64, 1}}, {{64, 1, 17}}};

std::vector<double> random_values(size_t count) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  std::vector<double> values(count);
  for (double& value : values) value = normal(random);
  return values;
}

double energy_of(const std::vector<double>& values) {
  return std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
}

}  // namespace

TEST_CASE("bands cover every coefficient of a grid once, and refer to earlier bands at places that exist") {
  for (const Grid& grid : kGrids) {
    for (const bool slowest_first : {false, true}) {
      const std::vector<Band> bands = bands_of(grid, Decomposition::deepest(grid, slowest_first));
      std::vector<int> covered(grid.size());
      for (size_t b = 0; b < bands.size(); ++b) {
        const Band& band = bands[b];
        CHECK(band.norm > 0);
        CHECK(band.parents.size() <= 1);
        for (const auto* references : {&band.parents, &band.cousins}) {
          for (const Band::Reference& reference : *references) CHECK(reference.band < static_cast<int>(b));
        }
        for (int z = 0; z < band.sides[0]; ++z) {
          for (int y = 0; y < band.sides[1]; ++y) {
            for (int x = 0; x < band.sides[2]; ++x) {
              ++covered[(band.begin[0] + z) * grid.stride(0) + (band.begin[1] + y) * grid.stride(1) + band.begin[2] +
                        x];
            }
          }
        }
      }
      CHECK(covered == std::vector<int>(grid.size(), 1));
    }
  }
}

TEST_CASE("recompose() is the inverse of decompose(), and smooth values end up in few coefficients") {
  for (const Grid& grid : kGrids) {
    for (const bool slowest_first : {false, true}) {
      const Decomposition decomposition = Decomposition::deepest(grid, slowest_first);
      const std::vector<double> values = random_values(grid.size());
      std::vector<double> coefficients = values;
      decompose(grid, decomposition, coefficients.data());
      CHECK(coefficients != values);
      recompose(grid, decomposition, coefficients.data());
      for (size_t i = 0; i < values.size(); ++i) CHECK(coefficients[i] == doctest::Approx(values[i]).epsilon(1e-9));
    }
  }
  const Grid grid = {{1, 64, 64}};
  const Decomposition decomposition = Decomposition::deepest(grid, false);
  std::vector<double> coefficients(grid.size(), 1.0);
  decompose(grid, decomposition, coefficients.data());
  const Band coarsest = bands_of(grid, decomposition)[0];
  double rest = 0;
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) {
      if (y >= coarsest.sides[1] || x >= coarsest.sides[2]) rest += std::fabs(coefficients[y * 64 + x]);
    }
  }
  CHECK(rest < 1e-9);
}

TEST_CASE("rotations of channels keep the energy, and rotate back") {
  constexpr size_t kLength = 3000;
  const std::vector<double> values = random_values(3 * kLength);
  const std::vector<ChannelRotation> rotations = {
      {0, 1, 100, {}}, {1, 2, 700, std::vector<int>(changes_of(kLength), -3)}, {2, 0, 1023, {5, -120}}};
  REQUIRE(changes_of(kLength) == 2);
  std::vector<double> rotated = values;
  rotate_channels(rotations, kLength, rotated.data());
  CHECK(rotated != values);
  CHECK(energy_of(rotated) == doctest::Approx(energy_of(values)));
  rotate_channels_back(rotations, kLength, rotated.data());
  for (size_t i = 0; i < values.size(); ++i) CHECK(rotated[i] == doctest::Approx(values[i]).epsilon(1e-9));
}

TEST_CASE("a rotation by the angle between two equal channels leaves nothing in one of them") {
  constexpr size_t kLength = 100;
  std::vector<double> values = random_values(kLength);
  values.insert(values.end(), values.begin(), values.begin() + kLength);
  const int eighth_turn = 1 << (ChannelRotation::kAngleBits - 2);
  const std::vector<ChannelRotation> rotations = {{0, 1, eighth_turn, {}}};
  rotate_channels(rotations, kLength, values.data());
  for (size_t i = 0; i < kLength; ++i) CHECK(std::fabs(values[kLength + i]) < 1e-12);
}

TEST_CASE("rotations stay within lines of any length, whole spans or not") {
  for (const size_t length : {1, 100, 511, 512, 513, 1024, 1535, 1536, 1600, 2100}) {
    const std::vector<ChannelRotation> rotations = {{0, 1, 5, std::vector<int>(changes_of(length), 2)}};
    const std::vector<double> values = random_values(2 * length);
    std::vector<double> rotated = values;
    rotated.push_back(7);
    rotate_channels(rotations, length, rotated.data());
    rotate_channels_back(rotations, length, rotated.data());
    CHECK(rotated.back() == 7);
    for (size_t i = 0; i < values.size(); ++i) CHECK(rotated[i] == doctest::Approx(values[i]));
  }
}
