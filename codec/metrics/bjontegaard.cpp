#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <vector>

#include <laq/metrics.hpp>

#include "base/checks.h"
#include "base/without_exceptions.h"

namespace laq {
namespace {

constexpr int kPlaces = 200;            // where curves are compared
constexpr double kLeastOverlap = 1e-3;  // of score, or of the logarithm of rate
constexpr double kSame = 1e-6;          // points nearer than this are one

struct Point {
  double x, y;
  bool operator<(const Point& other) const { return x != other.x ? x < other.x : y < other.y; }
};

// A monotone function through points: piecewise cubic, with Fritsch's and Butland's slopes (their formula 2; at the
// ends the three-point formula, limited to keep the shape, as in C. Moler, Numerical Computing with MATLAB, 3.6).
class Pchip {
 public:
  // points: in order of x, at least two.
  explicit Pchip(std::vector<Point> points) : points_(std::move(points)), slopes_(points_.size()) {
    const size_t n = points_.size();
    std::vector<double> width(n - 1), secant(n - 1);
    for (size_t i = 0; i + 1 < n; ++i) {
      width[i] = points_[i + 1].x - points_[i].x;
      secant[i] = (points_[i + 1].y - points_[i].y) / width[i];
    }
    if (n == 2) {
      slopes_[0] = slopes_[1] = secant[0];
      return;
    }
    for (size_t i = 1; i + 1 < n; ++i) {
      if (secant[i - 1] * secant[i] <= 0) continue;
      const double w1 = 2 * width[i] + width[i - 1], w2 = width[i] + 2 * width[i - 1];
      slopes_[i] = (w1 + w2) / (w1 / secant[i - 1] + w2 / secant[i]);
    }
    slopes_[0] = end_slope(width[0], width[1], secant[0], secant[1]);
    slopes_[n - 1] = end_slope(width[n - 2], width[n - 3], secant[n - 2], secant[n - 3]);
  }

  double first() const { return points_.front().x; }
  double last() const { return points_.back().x; }

  double operator()(double x) const {
    const auto above = std::upper_bound(points_.begin() + 1, points_.end() - 1, x,
                                        [](double value, const Point& point) { return value < point.x; });
    const size_t i = static_cast<size_t>(above - points_.begin()) - 1;
    const double h = points_[i + 1].x - points_[i].x, t = (x - points_[i].x) / h;
    const double s = 1 - t;
    return s * s * ((1 + 2 * t) * points_[i].y + t * h * slopes_[i]) +
           t * t * ((1 + 2 * s) * points_[i + 1].y - s * h * slopes_[i + 1]);
  }

 private:
  static double end_slope(double h0, double h1, double secant0, double secant1) {
    const double slope = ((2 * h0 + h1) * secant0 - h0 * secant1) / (h0 + h1);
    if (slope * secant0 <= 0) return 0;
    if (secant0 * secant1 <= 0 && std::abs(slope) > 3 * std::abs(secant0)) return 3 * secant0;
    return slope;
  }

  std::vector<Point> points_;
  std::vector<double> slopes_;
};

// y as a function of x that does not fall; nothing where there are not two different points.
std::optional<Pchip> rising_curve(std::vector<Point> points) {
  std::sort(points.begin(), points.end());
  std::vector<Point> kept;
  for (size_t i = 0; i < points.size(); ++i) {
    if (i > 0 && points[i].x - points[i - 1].x <= kSame) continue;
    kept.push_back({points[i].x, kept.empty() ? points[i].y : std::max(points[i].y, kept.back().y)});
  }
  if (kept.size() < 2) return std::nullopt;
  return Pchip(std::move(kept));
}

struct Difference {
  double mean;
  double first, last;  // of the overlap
};

std::optional<Difference> mean_difference(const Pchip& anchor, const Pchip& curve, double lowest, double highest) {
  const double first = std::max({anchor.first(), curve.first(), lowest});
  const double last = std::min({anchor.last(), curve.last(), highest});
  if (!(last - first >= kLeastOverlap)) return std::nullopt;
  double sum = 0;
  for (int i = 0; i < kPlaces; ++i) {
    const double x = i == kPlaces - 1 ? last : first + (last - first) * i / (kPlaces - 1);
    sum += curve(x) - anchor(x);
  }
  return Difference{sum / kPlaces, first, last};
}

std::string range_text(double a, double b) {
  char text[80];
  std::snprintf(text, sizeof text, "%g to %g", std::min(a, b), std::max(a, b));
  return text;
}

// Points as (score, log rate) or (log rate, score), with scores that rise with quality.
std::vector<Point> to_points(std::span<const RatePoint> curve, double sign, bool by_score) {
  std::vector<Point> points;
  for (const RatePoint& point : curve) {
    const double score = sign * point.score, rate = std::log(point.rate);
    points.push_back(by_score ? Point{score, rate} : Point{rate, score});
  }
  return points;
}

std::optional<Error> check_curve(const char* name, std::span<const RatePoint> curve) {
  for (const RatePoint& point : curve) {
    if (!(point.rate > 0) || !std::isfinite(point.rate))
      return invalid(std::string("the ") + name + " has a rate of " + std::to_string(point.rate) +
                     ", it must be above 0");
    if (!std::isfinite(point.score)) return invalid(std::string("the ") + name + " has a score that is not a number");
  }
  return std::nullopt;
}

}  // namespace

Result<Bjontegaard> bjontegaard(std::span<const RatePoint> anchor, std::span<const RatePoint> curve,
                                const ScoreRange& range) {
  return without_exceptions([&]() -> Result<Bjontegaard> {
    if (const auto error = check_curve("anchor", anchor)) return *error;
    if (const auto error = check_curve("curve", curve)) return *error;
    if (std::isnan(range.lowest) || std::isnan(range.highest)) return invalid("an end of the range is not a number");
    const double sign = range.higher_is_better ? 1 : -1;
    const double lowest = range.higher_is_better ? range.lowest : -range.highest;
    const double highest = range.higher_is_better ? range.highest : -range.lowest;
    const auto anchor_rate = rising_curve(to_points(anchor, sign, true));
    const auto curve_rate = rising_curve(to_points(curve, sign, true));
    if (!anchor_rate || !curve_rate) {
      return invalid(std::string("the ") + (anchor_rate ? "curve" : "anchor") +
                     " has fewer than two points of different score");
    }
    const auto rate = mean_difference(*anchor_rate, *curve_rate, lowest, highest);
    if (!rate) {
      const bool is_cut = std::isfinite(lowest) || std::isfinite(highest);
      return invalid("the curves have no scores in common: the anchor reaches from " +
                     range_text(sign * anchor_rate->first(), sign * anchor_rate->last()) + ", the curve from " +
                     range_text(sign * curve_rate->first(), sign * curve_rate->last()) +
                     (is_cut ? ", only " + range_text(range.lowest, range.highest) + " counts" : ""));
    }
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    Bjontegaard result = {rate->mean,
                          kNan,
                          std::min(sign * rate->first, sign * rate->last),
                          std::max(sign * rate->first, sign * rate->last),
                          kNan,
                          kNan};
    const auto anchor_score = rising_curve(to_points(anchor, sign, false));
    const auto curve_score = rising_curve(to_points(curve, sign, false));
    if (!anchor_score || !curve_score) return result;
    constexpr double kAll = std::numeric_limits<double>::infinity();
    if (const auto score = mean_difference(*anchor_score, *curve_score, -kAll, kAll)) {
      result.score = sign * score->mean;
      result.lowest_rate = std::exp(score->first);
      result.highest_rate = std::exp(score->last);
    }
    return result;
  });
}

}  // namespace laq
