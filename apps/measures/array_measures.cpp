#include "measures/array_measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <span>

#include "io/array/array_file.h"

namespace laq {
namespace {

constexpr size_t kBlock = 4096;
using Block = std::array<long double, kBlock>;

// Calls use(a, b) with each pair of elements.
template <class Use>
void for_each_pair(const Array& reference, const Array& distorted, Use&& use) {
  const size_t elements = reference.data.size() / element_bytes(reference.type);
  const auto blocks = std::make_unique<std::array<Block, 2>>();
  for (size_t begin = 0; begin < elements; begin += kBlock) {
    const size_t count = std::min(kBlock, elements - begin);
    io::load_elements(reference, begin, std::span((*blocks)[0]).first(count));
    io::load_elements(distorted, begin, std::span((*blocks)[1]).first(count));
    for (size_t i = 0; i < count; ++i) use((*blocks)[0][i], (*blocks)[1][i]);
  }
}

std::vector<uint64_t> without_ones(std::vector<uint64_t> shape) {
  std::erase(shape, 1u);
  return shape;
}

struct Extent {
  long double least = std::numeric_limits<long double>::infinity(), greatest = -least;
  long double range() const { return greatest > least ? greatest - least : 0; }
};

struct Sums {
  uint64_t finite = 0;                       // elements of the reference
  uint64_t both_finite = 0;                  // elements of both arrays
  long double reference = 0, distorted = 0;  // of elements that are finite in both arrays
};

double decibels(long double power, long double error) {
  return static_cast<double>(10 * std::log10(power / error));
}

}  // namespace

Result<ArrayMeasures> measure_arrays(const Array& reference, const Array& distorted) {
  if (without_ones(reference.shape) != without_ones(distorted.shape)) {
    return Error{ErrorCode::invalid_argument, "has the shape " + io::shape_name(distorted.shape) + ", the original " +
                                                  io::shape_name(reference.shape)};
  }
  ArrayMeasures measures;
  Extent extent;
  Sums sums;
  long double greatest = 0, squares = 0, power = 0;
  for_each_pair(reference, distorted, [&](long double a, long double b) {
    ++measures.elements;
    const bool is_same = a == b || (std::isnan(a) && std::isnan(b));
    measures.differing += is_same ? 0 : 1;
    measures.differing_not_finite += !is_same && !(std::isfinite(a) && std::isfinite(b)) ? 1 : 0;
    if (!std::isfinite(a)) return;
    ++sums.finite;
    extent.least = std::min(extent.least, a);
    extent.greatest = std::max(extent.greatest, a);
    const long double error = std::isfinite(b) ? std::abs(a - b) : std::numeric_limits<long double>::infinity();
    greatest = std::max(greatest, error);
    squares += error * error;
    power += a * a;
    if (!std::isfinite(b)) return;
    ++sums.both_finite;
    sums.reference += a;
    sums.distorted += b;
  });
  const long double count = sums.both_finite, mean_a = sums.reference / count, mean_b = sums.distorted / count;
  long double product = 0, variance_a = 0, variance_b = 0;
  for_each_pair(reference, distorted, [&](long double a, long double b) {
    if (!std::isfinite(a) || !std::isfinite(b)) return;
    product += (a - mean_a) * (b - mean_b);
    variance_a += (a - mean_a) * (a - mean_a);
    variance_b += (b - mean_b) * (b - mean_b);
  });
  const long double range = extent.range(), mean_square = sums.finite > 0 ? squares / sums.finite : 0;
  measures.power = static_cast<double>(power);
  measures.squared_error = static_cast<double>(squares);
  measures.range = static_cast<double>(range);
  measures.max_error = static_cast<double>(greatest);
  measures.root_mean_square_error = static_cast<double>(std::sqrt(mean_square));
  measures.max_relative_error = greatest == 0 ? 0 : static_cast<double>(greatest / range);
  measures.psnr = squares == 0 ? HUGE_VAL : decibels(range * range, mean_square);
  measures.snr = squares == 0 ? HUGE_VAL : decibels(power, squares);
  measures.correlation = static_cast<double>(product / (std::sqrt(variance_a) * std::sqrt(variance_b)));
  return measures;
}

}  // namespace laq
