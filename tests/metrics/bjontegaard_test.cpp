// Bjontegaard differences: against the figures of another program, and what must hold for any curve.
#include <doctest/doctest.h>

#include <laq/metrics.hpp>

#include <cmath>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "metrics/png_file.h"

using namespace laq;

namespace {

using Curve = std::vector<RatePoint>;

Curve curve(std::initializer_list<RatePoint> points) {
  return Curve(points);
}

Curve scaled(Curve points, double factor) {
  for (RatePoint& point : points) point.rate *= factor;
  return points;
}

// Rates and scores of one codec and column, by image.
std::map<std::string, Curve> load(const std::string& codec, const std::string& column) {
  std::ifstream file(kSharedFolder + "/anchors/kodak.csv");
  std::map<std::string, Curve> curves;
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells;
    std::istringstream words(line);
    for (std::string cell; std::getline(words, cell, ',');) cells.push_back(cell);
    if (names.empty()) {
      names = cells;
      continue;
    }
    std::map<std::string, std::string> row;
    for (size_t i = 0; i < names.size(); ++i) row[names[i]] = cells[i];
    if (row["codec"] != codec) continue;
    curves[row["image"]].push_back({std::stod(row["bytes"]) / std::stod(row["pixels"]), std::stod(row[column])});
  }
  return curves;
}

// Percent of bytes, from the mean of the images' logarithms.
double pooled_rate(const std::string& codec, const std::string& column, const ScoreRange& range) {
  const auto anchors = load("jxl-e7", column);
  double sum = 0;
  int count = 0;
  for (const auto& [image, points] : load(codec, column)) {
    sum += bjontegaard(anchors.at(image), points, range)->log_rate;
    ++count;
  }
  return 100 * std::expm1(sum / count);
}

}  // namespace

TEST_CASE("Bjontegaard rates equal those of an implementation with SciPy's PchipInterpolator to 0.001 %") {
  // ../shared/tools/bdrate.py on ../shared/anchors/kodak.csv against jxl-e7, SciPy 1.10.1.
  if (!shared_file_exists("anchors/kodak.csv")) {
    MESSAGE("skipped: there is no ../shared");
    return;
  }
  const ScoreRange middle = {40, 92, true}, distance = {-INFINITY, INFINITY, false}, near = {0.6, 2.5, false};
  CHECK(std::abs(pooled_rate("jpeg-turbo", "ssimulacra2", middle) - 36.23812) < 0.001);
  CHECK(std::abs(pooled_rate("avif-s6-iq", "ssimulacra2", middle) - -14.16291) < 0.001);
  CHECK(std::abs(pooled_rate("vvc-medium", "ssimulacra2", middle) - -13.81308) < 0.001);
  CHECK(std::abs(pooled_rate("webp-m6", "butteraugli3", distance) - 5.86701) < 0.001);
  CHECK(std::abs(pooled_rate("avif-s2-iq", "butteraugli3", distance) - -20.11904) < 0.001);
  CHECK(std::abs(pooled_rate("jpeg-turbo", "butteraugli3", near) - 35.30876) < 0.001);
  CHECK(std::abs(pooled_rate("avif-s0-iq", "psnr_yuv", {}) - -31.43804) < 0.001);
  CHECK(std::abs(pooled_rate("j2k", "psnr_yuv", {}) - -14.87302) < 0.001);
}

TEST_CASE("a curve against itself differs by nothing, against its multiple by the factor's logarithm") {
  const Curve points = curve({{0.2, 30}, {0.4, 35}, {0.9, 41}, {2, 47}, {4.1, 52}});
  const auto same = bjontegaard(points, points).value();
  CHECK(same.log_rate == doctest::Approx(0));
  CHECK(same.score == doctest::Approx(0));
  CHECK(same.lowest_score == 30);
  CHECK(same.highest_score == 52);
  CHECK(same.lowest_rate == doctest::Approx(0.2));
  CHECK(same.highest_rate == doctest::Approx(4.1));
  const auto more = bjontegaard(points, scaled(points, 1.25)).value();
  CHECK(more.log_rate == doctest::Approx(std::log(1.25)));
  CHECK(more.score < 0);
  CHECK(bjontegaard(scaled(points, 1.25), points)->log_rate == doctest::Approx(-std::log(1.25)));
}

TEST_CASE("a distance counts the other way round, with ranges and results in its own numbers") {
  const Curve scores = curve({{0.2, 30}, {0.4, 35}, {0.9, 41}, {2, 47}});
  Curve distances = scores;
  for (RatePoint& point : distances) point.score = 100 - point.score;
  const Curve anchor = scaled(scores, 1.4);
  Curve anchor_distances = anchor;
  for (RatePoint& point : anchor_distances) point.score = 100 - point.score;
  const auto up = bjontegaard(anchor, scores, {32, 45, true}).value();
  const auto down = bjontegaard(anchor_distances, distances, {55, 68, false}).value();
  CHECK(up.log_rate == doctest::Approx(down.log_rate));
  CHECK(up.score == doctest::Approx(-down.score));
  CHECK(down.score < 0);  // less distance at equal rate
  CHECK(down.lowest_score == 55);
  CHECK(down.highest_score == 68);
}

TEST_CASE("the order of points does not count, nor do points that come twice or lie above a better one") {
  const Curve points = curve({{0.2, 30}, {0.4, 35}, {0.9, 41}, {2, 47}});
  const Curve anchor = curve({{0.3, 31}, {0.6, 37}, {1.2, 43}, {2.4, 48}});
  const double expected = bjontegaard(anchor, points)->log_rate;
  CHECK(bjontegaard(anchor, curve({{2, 47}, {0.2, 30}, {0.9, 41}, {0.4, 35}, {0.4, 35}}))->log_rate ==
        doctest::Approx(expected));
  const auto lifted = bjontegaard(anchor, curve({{0.2, 30}, {0.4, 35}, {0.3, 38}, {0.9, 41}, {2, 47}}));
  REQUIRE(lifted.ok());
  CHECK(std::isfinite(lifted->log_rate));
}

TEST_CASE("monotone random curves differ by less than the largest distance of their points' hull") {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> step(0.05, 1);
  for (int round = 0; round < 200; ++round) {
    Curve a, b;
    double rate = 0.1, score = 20;
    for (int i = 0; i < 6; ++i) {
      a.push_back({rate *= 1 + step(random), score += 10 * step(random)});
      b.push_back({rate * (1 + 0.2 * step(random)), score});
    }
    const auto difference = bjontegaard(a, b).value();
    CHECK(difference.log_rate > 0);
    CHECK(difference.log_rate < std::log(1.2) + 0.35);
  }
}

TEST_CASE("curves without common scores, and curves that are none, are refused with what they have") {
  const Curve low = curve({{0.2, 30}, {0.4, 35}}), high = curve({{1, 60}, {2, 70}});
  const auto apart = bjontegaard(low, high);
  REQUIRE_FALSE(apart.ok());
  CHECK(apart.error().code == ErrorCode::invalid_argument);
  CHECK(apart.error().message.find("30 to 35") != std::string::npos);
  CHECK(apart.error().message.find("60 to 70") != std::string::npos);
  const auto outside = bjontegaard(low, low, {50, 60, true});
  REQUIRE_FALSE(outside.ok());
  CHECK(outside.error().message.find("only 50 to 60 counts") != std::string::npos);
  CHECK_FALSE(bjontegaard(low, low, {NAN, 60, true}).ok());
  CHECK_FALSE(bjontegaard(low, curve({{1, 33}})).ok());
  CHECK_FALSE(bjontegaard(low, {}).ok());
  CHECK_FALSE(bjontegaard(curve({{0, 30}, {1, 40}}), low).ok());
  CHECK_FALSE(bjontegaard(low, curve({{0.1, NAN}, {1, 40}})).ok());
  CHECK_FALSE(bjontegaard(low, curve({{0.1, 20}, {INFINITY, 40}})).ok());
}
