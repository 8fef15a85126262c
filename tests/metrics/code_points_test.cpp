// Code points of colour as light: points of the curves that the standards print, and colours whose place is known.
#include "metrics/code_points.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "laq/metrics.hpp"
#include "metrics/metric_pictures.h"

using namespace laq;

namespace {

using Colour = std::array<float, 3>;

Colour light_of(const CodePoints& points, const Colour& encoded, int depth = 10, bool is_gray = false) {
  const Result<LightTransform> transform = code_point_transform(points, depth, is_gray);
  REQUIRE(transform.ok());
  Plane<float> row(8, 3);
  for (int c = 0; c < 3; ++c) row.row(c)[0] = encoded[static_cast<size_t>(c)];
  if (*transform) (*transform)(row, 1);
  return {row.row(0)[0], row.row(1)[0], row.row(2)[0]};
}

float gray_light(uint8_t transfer, float v, bool is_full_range = true) {
  return light_of({1, transfer, 0, is_full_range}, {v, v, v}, 10, true)[0];
}

bool is_near(const Colour& a, const Colour& b, float tolerance) {
  for (size_t c = 0; c < 3; ++c) {
    if (!(std::abs(a[c] - b[c]) <= tolerance)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("transfer curves pass through points of their standards") {
  CHECK(gray_light(8, 0.25f) == 0.25f);
  CHECK(gray_light(1, 0.081f) == doctest::Approx(0.018).epsilon(0.01));
  CHECK(gray_light(1, 0.5f) == doctest::Approx(0.2596).epsilon(0.001));
  CHECK(gray_light(14, 1) == doctest::Approx(1));
  CHECK(gray_light(4, 0.5f) == doctest::Approx(std::pow(0.5, 2.2)));
  CHECK(gray_light(7, 1) == doctest::Approx(1));
  CHECK(gray_light(17, 1) == doctest::Approx(52.37 / 48));
  // BT.2408: white of 203 cd/m2 is 58 % of PQ and 75 % of HLG. BT.2100: 10000 and 1000 cd/m2 are the most.
  CHECK(gray_light(16, 0.5807f) == doctest::Approx(1).epsilon(0.002));
  CHECK(gray_light(16, 1) == doctest::Approx(10000 / 203.0));
  CHECK(gray_light(16, 0) == 0);
  CHECK(gray_light(18, 0.75f) == doctest::Approx(1).epsilon(0.005));
  CHECK(gray_light(18, 1) == doctest::Approx(1000 / 203.0).epsilon(0.001));
}

TEST_CASE("samples of narrow range have black and white inside of their range") {
  const auto light = [](float sample) { return gray_light(8, sample / 1023, false); };
  CHECK(light(64) == doctest::Approx(0).scale(1));
  CHECK(light(940) == doctest::Approx(1));
  CHECK(light(0) == 0);
}

TEST_CASE("primaries become those of sRGB, and white stays white") {
  for (const uint8_t primaries : {1, 4, 5, 6, 7, 8, 9, 11, 12, 22})
    CHECK(is_near(light_of({primaries, 8}, {0.5f, 0.5f, 0.5f}), {0.5f, 0.5f, 0.5f}, 1e-4f));
  // ITU-R BT.2087 has the inverse of this matrix.
  CHECK(is_near(light_of({9, 8}, {1, 0, 0}), {1.6605f, -0.1246f, -0.0182f}, 2e-3f));
  CHECK(is_near(light_of({12, 8}, {1, 0, 0}), {1.2249f, -0.0420f, -0.0197f}, 1e-3f));
  CHECK(is_near(light_of({9, 16}, {1, 1, 1}), {49.26f, 49.26f, 49.26f}, 0.02f));
  CHECK(is_near(light_of({9, 18}, {0.75f, 0.75f, 0.75f}), {1, 1, 1}, 5e-3f));
}

TEST_CASE("code points of sRGB, or of nothing, need no transform; reserved ones are refused") {
  for (const CodePoints points : {CodePoints{1, 13}, CodePoints{2, 13}, CodePoints{1, 2}, CodePoints{2, 2}})
    CHECK_FALSE(bool(*code_point_transform(points, 8, false)));
  CHECK_FALSE(bool(*code_point_transform({9, 13}, 8, true)));
  for (const CodePoints points : {CodePoints{0, 13}, CodePoints{1, 3}, CodePoints{200, 16}, CodePoints{9, 9}}) {
    const Result<LightTransform> refused = code_point_transform(points, 8, false);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::unsupported);
  }
}

TEST_CASE("the light of a value follows every curve from 0 to 1, and no reserved one") {
  for (const uint8_t transfer : {1, 2, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 18}) {
    CAPTURE(transfer);
    CHECK(*linear_light(-1, transfer) == doctest::Approx(0));
    CHECK(*linear_light(0, transfer) == doctest::Approx(0));
    CHECK(*linear_light(1, transfer) == doctest::Approx(1).epsilon(0.001));
  }
  CHECK(*linear_light(0.5, 13) == doctest::Approx(0.21404).epsilon(0.0005));
  CHECK(*linear_light(1, 16) == doctest::Approx(10000.0 / 203));
  CHECK(*linear_light(0.75, 18) == doctest::Approx(0.26496).epsilon(0.001));
  for (const uint8_t transfer : {0, 3, 9, 10, 19, 255}) {
    CAPTURE(transfer);
    CHECK(linear_light(0.5, transfer).error().code == ErrorCode::unsupported);
  }
}

TEST_CASE("SSIMULACRA 2 looks at code points before an ICC profile") {
  const Picture plain = test::metric_picture(40, 40, 3);
  Picture same = plain;
  same.metadata.code_points = CodePoints{1, 13};
  same.metadata.icc = std::vector<std::byte>(5);  // would be refused
  CHECK(Ssimulacra2::of(plain.view())->score(same.view()).value() == 100);
  Picture brighter = plain;
  brighter.metadata.code_points = CodePoints{9, 16};
  CHECK(Ssimulacra2::of(plain.view())->score(brighter.view()).value() < 90);
  CHECK(Ssimulacra2::of(brighter.view())->score(brighter.view()).value() == 100);
  const Picture coarse = test::coarser(brighter, 8);
  CHECK(Ssimulacra2::of(brighter.view())->score(coarse.view()).value() < 100);
  brighter.metadata.code_points = CodePoints{99, 16};
  const Result<Ssimulacra2> refused = Ssimulacra2::of(brighter.view());
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message.starts_with("reference: "));
}
