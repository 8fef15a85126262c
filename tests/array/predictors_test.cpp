// Interpolation visits one sample after the other: each sample once, and from what came before alone.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "array/predict/interpolation.h"

using namespace laq;
using namespace laq::array;

namespace {

struct Visited {
  std::vector<int> times;
  std::vector<double> errors;  // of the predictions, in order
};

// Samples are NaN until they are visited, so that a prediction from a later one is no number.
template <class Predictor, class Value>
Visited visit_all(const Grid& grid, Predictor&& predictor, Value&& value) {
  std::vector<double> values(grid.size(), std::nan(""));
  values[0] = value(0);
  Samples samples(grid, 0.001, DecodedValues::in(values));
  Visited visited{std::vector<int>(grid.size()), {}};
  predictor(samples, [&](size_t place, const Expectation& expected) {
    ++visited.times[place];
    visited.errors.push_back(std::fabs(expected.value - value(place)));
    values[place] = value(place);
    return true;
  });
  return visited;
}

const auto kInterpolation = [](Samples& samples, auto&& visit) { for_each_interpolated(samples, visit); };

template <class Predictor>
void check_visits(Predictor&& predictor) {
  for (const Grid& grid : {Grid{{1, 1, 1}}, Grid{{1, 1, 37}}, Grid{{1, 5, 300}}, Grid{{7, 6, 9}}, Grid{{2, 1, 3}}}) {
    const Visited visited =
        visit_all(grid, predictor, [](size_t place) { return std::sin(static_cast<double>(place)); });
    CHECK(visited.times[0] == 0);
    CHECK(std::all_of(visited.times.begin() + 1, visited.times.end(), [](int times) { return times == 1; }));
    CHECK(std::all_of(visited.errors.begin(), visited.errors.end(), [](double error) { return std::isfinite(error); }));
  }
}

// Takes every second run that is offered. root: what each sample that is visited alone gets.
struct RunVisitor {
  Samples& samples;
  float root = 0;
  std::vector<int> times = std::vector<int>(samples.grid.size());
  int offered = 0, taken = 0;

  bool operator()(size_t place, const Expectation&) {
    samples.values.set(place, static_cast<double>(place % 7));
    samples.roots[place] = root;
    ++times[place];
    return true;
  }
  bool may_run() { return true; }
  template <class Predict>
  bool run(const InterpolatedRun& run, Predict&& predict) {
    CHECK(run.count >= InterpolatedRun::kLeast);
    CHECK(run.count <= InterpolatedRun::kMost);
    if (++offered % 2 == 0) return false;
    ++taken;
    for (size_t i = 0; i < static_cast<size_t>(run.count); ++i) {
      const double prediction = predict(static_cast<int>(i));
      CHECK(std::isfinite(prediction));
      samples.values.set(run.place + i * run.stride, prediction);
      ++times[run.place + i * run.stride];
    }
    return true;
  }
};

}  // namespace

TEST_CASE("interpolation visits each sample but the first once, after those it depends on") {
  check_visits(kInterpolation);
}

TEST_CASE("a visit that returns false ends the prediction") {
  std::vector<double> values(120);
  Samples samples(Grid{{1, 6, 20}}, 1, DecodedValues::in(values));
  int visits = 0;
  for_each_interpolated(samples, [&](size_t, const Expectation&) { return ++visits < 10; });
  CHECK(visits == 10);
}

TEST_CASE("interpolation is exact for cubic polynomials, away from the borders") {
  const auto cubic = [](size_t place) {
    const double t = static_cast<double>(place) / 64;
    return t * t * t - 2 * t * t + t;
  };
  const Visited visited = visit_all(Grid{{1, 1, 1025}}, kInterpolation, cubic);
  // The last level visits 512 samples, from left to right.
  for (size_t i = visited.errors.size() - 500; i < visited.errors.size() - 10; ++i) CHECK(visited.errors[i] < 1e-6);
}

TEST_CASE("interpolation offers runs that cover rows without a gap, and codes one by one what is no run") {
  for (const Grid& grid : {Grid{{1, 9, 401}}, Grid{{4, 3, 130}}, Grid{{1, 1, 31}}}) {
    std::vector<double> values(grid.size(), std::nan(""));
    values[0] = 0;
    Samples samples(grid, 1, DecodedValues::in(values));
    RunVisitor visitor{samples};
    for_each_interpolated(samples, visitor);
    CHECK((visitor.taken > 0) == (grid.sides[2] > 31));
    CHECK(std::all_of(visitor.times.begin() + 1, visitor.times.end(), [](int times) { return times == 1; }));
  }
}

TEST_CASE("interpolation offers no run beside samples that were not as predicted") {
  const Grid grid{{1, 129, 129}};
  std::vector<double> values(grid.size());
  Samples samples(grid, 1, DecodedValues::in(values));
  RunVisitor visitor{samples, 1};
  for_each_interpolated(samples, visitor);
  CHECK(visitor.offered == 0);
  CHECK(std::all_of(visitor.times.begin() + 1, visitor.times.end(), [](int times) { return times == 1; }));
}

TEST_CASE("weights of interpolation stay small if a residual follows a long stretch where all around was even") {
  InterpolationWeights<2> weights(1);
  constexpr AxisInterpolation kEven[2] = {{1, 1}, {1 + 1e-12, 1}};
  for (int i = 0; i < 5000; ++i) {
    weights.predict(kEven);
    weights.update(i < 4990 ? 0 : 1);
  }
  constexpr AxisInterpolation kUneven[2] = {{1, 2}, {2, 1}};
  CHECK(std::fabs(weights.join(kUneven) - 1.5) < 1);
}
