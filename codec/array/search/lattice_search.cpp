#include "array/search/lattice_search.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <utility>
#include <vector>

namespace laq::array {
namespace {

constexpr double kMisfitBits = 45;  // what a level costs that is no point of the lattice

// Half of the distance to the nearest other number of the type.
double rounding_of(ElementType type, double value) {
  const double size = std::fabs(value);
  return 0.5 * ElementRange(type).spacing(size > 0 ? std::ilogb(size) : kLeastExponent);
}

// How many of some levels are points of the lattice; -0 is none.
size_t count_points(const Lattice& lattice, const ElementRange& range, std::span<const double> levels) {
  size_t count = 0;
  for (const double level : levels) {
    const std::optional<double> index = lattice.nearest(level);
    count += index && lattice.at(*index, range) == level;
  }
  return count;
}

// The lattice with its origin at the first level; nothing if the indices become too large.
std::optional<Lattice> beginning_at(Lattice lattice, double level) {
  const double index = std::nearbyint((level * lattice.divisor - lattice.first) / lattice.step);
  if (!(std::fabs(index) < static_cast<double>(Lattice::kMostOrigin))) return std::nullopt;
  lattice.origin = static_cast<int64_t>(index);
  return lattice;
}

// The lattice of numbers with a last bit in common. Finer bits make all indices longer, coarser ones leave levels out:
// both have a price.
std::optional<Lattice> binary_lattice(std::span<const double> levels) {
  constexpr int kLeast = -1074, kMost = 1023;
  std::vector<size_t> counts(kMost - kLeast + 1);  // of levels by the exponents of their last bits
  for (const double level : levels) {
    if (level == 0) continue;
    int exponent = 0;
    const auto mantissa = static_cast<int64_t>(std::ldexp(std::frexp(level, &exponent), 53));
    const int last = exponent - 53 + std::countr_zero(static_cast<uint64_t>(mantissa));
    ++counts[std::clamp(last, kLeast, kMost) - kLeast];
  }
  size_t misfits = 0;
  double best = std::numeric_limits<double>::infinity();
  int best_exponent = kLeast;
  for (int exponent = kLeast; exponent <= kMost; ++exponent) {
    const double price = kMisfitBits * static_cast<double>(misfits) / static_cast<double>(levels.size()) - exponent;
    if (price < best) {
      best = price;
      best_exponent = exponent;
    }
    misfits += counts[exponent - kLeast];
    if (misfits * 8 > levels.size()) break;
  }
  return beginning_at({0, std::ldexp(1.0, best_exponent), 1}, levels.front());
}

// The lattice of decimals with the fewest digits after the point that nearly all levels need.
std::optional<Lattice> decimal_lattice(const ElementRange& range, std::span<const double> levels) {
  constexpr int kMostDigits = 9;
  double divisor = 1;
  for (int digits = 0; digits <= kMostDigits; ++digits, divisor *= 10) {
    const std::optional<Lattice> lattice = beginning_at({0, 1, divisor}, levels.front());
    if (!lattice) return std::nullopt;
    const std::span<const double> first = levels.first(std::min<size_t>(levels.size(), 64));
    if (count_points(*lattice, range, first) * 8 < first.size() * 7) continue;
    if (count_points(*lattice, range, levels) * 64 >= levels.size() * 63) return lattice;
  }
  return std::nullopt;
}

// A line through the levels: how many steps each level is from the first one.
struct Line {
  std::vector<double> indices;  // of the levels, whole
  double step = 0;
};

// An approximate common divisor of the differences between neighbours.
std::optional<Line> find_line(ElementType type, std::span<const double> levels) {
  const double rounding = std::max(rounding_of(type, levels.front()), rounding_of(type, levels.back()));
  constexpr double kLeastSteps = 6;  // roundings that a step has at least
  constexpr int kMostParts = 4;      // of the smallest gap
  double least = std::numeric_limits<double>::infinity();
  for (size_t i = 1; i < levels.size(); ++i) least = std::min(least, levels[i] - levels[i - 1]);
  if (least < kLeastSteps * rounding) return std::nullopt;
  std::vector<double> sorted(levels.size() - 1);  // the gaps
  for (size_t i = 1; i < levels.size(); ++i) sorted[i - 1] = levels[i] - levels[i - 1];
  std::sort(sorted.begin(), sorted.end());
  for (int parts = 1; parts <= kMostParts; ++parts) {
    double step = sorted.front() / parts;
    if (step < kLeastSteps * rounding) return std::nullopt;
    // Longer gaps tell the step more exactly, once it is known well enough to count how many of it they have.
    double products = 0, squares = 0;
    size_t misfits = 0;
    for (const double gap : sorted) {
      const double count = std::max(std::nearbyint(gap / step), 1.0);
      if (std::fabs(gap - count * step) > 5 * rounding + 0.02 * step) {
        ++misfits;
        continue;
      }
      products += gap * count;
      squares += count * count;
      step = products / squares;
    }
    if (misfits * 50 > sorted.size()) continue;
    Line line{std::move(sorted), step};
    line.indices.resize(levels.size());
    double sum = 0;
    for (size_t i = 1; i < levels.size(); ++i) {
      line.indices[i] = sum += std::max(std::nearbyint((levels[i] - levels[i - 1]) / step), 1.0);
    }
    line.indices[0] = 0;
    if (!(sum < 0x1p31)) return std::nullopt;
    return line;
  }
  return std::nullopt;
}

// Intercept and slope of a line that comes as near as possible to all points. The intercepts that keep it within the
// rounding of each are an interval for every slope, whose width is a concave function of the slope.
struct Fit {
  double first, step;
};
Fit fit_line(ElementType type, std::span<const double> levels, const Line& line, const std::vector<size_t>& chosen) {
  const double base = levels.front();
  std::vector<double> roundings;
  double most = 0;
  for (const size_t i : chosen) {
    roundings.push_back(rounding_of(type, levels[i]));
    most = std::max(most, roundings.back());
  }
  double low = 0, high = 0;
  const auto width = [&](double step) {
    low = -std::numeric_limits<double>::infinity();
    high = -low;
    for (size_t k = 0; k < chosen.size(); ++k) {
      const double middle = (levels[chosen[k]] - base) - step * line.indices[chosen[k]];
      low = std::max(low, middle - roundings[k]);
      high = std::min(high, middle + roundings[k]);
    }
    return high - low;
  };
  const double last = line.indices.back(), slope = (levels.back() - base) / last;
  double least = slope - 8 * most / last, greatest = slope + 8 * most / last;
  for (int i = 0; i < 80; ++i) {
    const double third = (greatest - least) / 3, a = least + third, b = greatest - third;
    (width(a) < width(b) ? least : greatest) = width(a) < width(b) ? a : b;
  }
  const double step = 0.5 * (least + greatest);
  width(step);
  return {base + 0.5 * (low + high), step};
}

// The shortest decimal within `tolerance`.
double shortest_decimal(double value, double tolerance) {
  for (int digits = 0; digits <= 16; ++digits) {
    char text[40];
    std::snprintf(text, sizeof text, "%.*e", digits, value);
    const double decimal = std::strtod(text, nullptr);
    if (std::fabs(decimal - value) <= tolerance) return decimal;
  }
  return value;
}

// The lattice of integers that were unpacked by an offset that is a level itself, with every operation rounded to the
// type. Nothing if no offset gives nearly all levels.
std::optional<Lattice> unpacked_lattice(ElementType type, const ElementRange& range, std::span<const double> levels,
                                        const Line& line, double step, double tolerance) {
  std::vector<double> steps = {step};
  if (type == ElementType::float32) {
    constexpr size_t kMostSteps = 64;
    steps.clear();
    for (auto s = static_cast<float>(step - tolerance); s <= step + tolerance && steps.size() < kMostSteps;
         s = std::nextafter(s, std::numeric_limits<float>::infinity())) {
      steps.push_back(static_cast<double>(s));
    }
  }
  // An order that finds misfits soon.
  constexpr size_t kStride = 61;
  // The misfits among the first levels of that order; counting ends once there are more than are allowed.
  const auto misfits_of = [&](const Lattice& lattice, size_t count, size_t allowed) {
    size_t misfits = 0, seen = 0;
    for (size_t begin = 0; begin < kStride; ++begin) {
      for (size_t i = begin; i < levels.size(); i += kStride) {
        if (seen++ == count || misfits > allowed) return misfits;
        misfits += lattice.at(line.indices[i], range) != levels[i];
      }
    }
    return misfits;
  };
  std::optional<Lattice> best;
  size_t allowed = levels.size() / 512;
  for (const double tried : steps) {
    for (size_t zero = 0; zero < levels.size(); ++zero) {
      const Lattice lattice = {levels[zero], tried, 1, -static_cast<int64_t>(line.indices[zero]),
                               type == ElementType::float32};
      if (misfits_of(lattice, std::min(kStride, levels.size()), 1) > 1) continue;
      const size_t misfits = misfits_of(lattice, levels.size(), allowed);
      if (misfits > allowed) continue;
      best = lattice;
      if (misfits == 0) return best;
      allowed = misfits - 1;
    }
  }
  return best;
}

std::optional<Lattice> general_lattice(ElementType type, const ElementRange& range, std::span<const double> levels) {
  const std::optional<Line> line = find_line(type, levels);
  if (!line) return std::nullopt;
  // Some levels tell; those that they leave out are added.
  constexpr size_t kChosen = 1024, kAdded = 256;
  std::vector<size_t> chosen;
  for (size_t i = 0; i < std::min(kChosen, levels.size()); ++i) {
    chosen.push_back(i * (levels.size() - 1) / std::max<size_t>(std::min(kChosen, levels.size()) - 1, 1));
  }
  const double rounding = rounding_of(type, std::max(std::fabs(levels.front()), std::fabs(levels.back())));
  Lattice best;
  size_t most = 0;
  for (int round = 0; round < 6; ++round) {
    const Fit fit = fit_line(type, levels, *line, chosen);
    const double step = shortest_decimal(fit.step, rounding / line->indices.back());
    const Lattice exact = {fit.first, fit.step, 1};
    for (const Lattice& lattice : {exact, Lattice{shortest_decimal(fit.first, rounding), step, 1}}) {
      const size_t count = count_points(lattice, range, levels);
      if (count <= most && most > 0) continue;
      most = count;
      best = lattice;
    }
    if (const auto multiples = beginning_at({0, step, 1}, levels.front())) {
      const size_t count = count_points(*multiples, range, levels);
      if (count > most) {
        most = count;
        best = *multiples;
      }
    }
    if (most == levels.size()) break;
    size_t added = 0;
    for (size_t i = 0; i < levels.size() && added < kAdded; ++i) {
      if (exact.at(line->indices[i], range) == levels[i]) continue;
      chosen.push_back(i);
      ++added;
    }
  }
  if (most < levels.size()) {
    const double tolerance = rounding * 2 / line->indices.back();
    if (const auto unpacked =
            unpacked_lattice(type, range, levels, *line, shortest_decimal(best.step, tolerance), 4 * tolerance)) {
      if (count_points(*unpacked, range, levels) > most) return unpacked;
    }
  }
  return best;
}

}  // namespace

std::optional<Lattice> find_lattice(ElementType type, std::span<const double> levels) {
  if (levels.size() < 2) return std::nullopt;
  const ElementRange range(type);
  std::optional<Lattice> best;
  double best_price = 0;
  for (const auto& lattice :
       {decimal_lattice(range, levels), general_lattice(type, range, levels), binary_lattice(levels)}) {
    if (!lattice) continue;
    // The price in bits of an index, and of levels that are no points.
    const double misfits =
        1 - static_cast<double>(count_points(*lattice, range, levels)) / static_cast<double>(levels.size());
    const double price = kMisfitBits * misfits + std::log2((levels.back() - levels.front()) / lattice->spacing());
    if (best && price >= best_price) continue;
    best = lattice;
    best_price = price;
  }
  return best;
}

}  // namespace laq::array
