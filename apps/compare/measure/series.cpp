#include "compare/measure/series.h"

#include <algorithm>
#include <cmath>

#include "compare/measure/measure.h"
#include "io/array/array_file.h"

namespace laq::compare {
namespace {

constexpr size_t kWindows = 240;

// Levels of number(i) for each element i, as shares of `range`.
template <class Function>
std::vector<double> levels_of(const std::vector<double>& values, const Array& array, double range, Function&& number) {
  std::vector<double> shares(values.size());
  for (size_t i = 0; i < values.size(); ++i) shares[i] = number(i) / range;
  return local_levels(shares, array.shape.back(), kWindows);
}

double mean_of(const std::vector<double>& values) {
  double sum = 0, count = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    sum += value;
    ++count;
  }
  return sum / count;
}

constexpr int kBins = 40;  // of a histogram, from -1 to 1

ErrorHistogram empty_histogram(const std::string& image) {
  ErrorHistogram histogram{image, {}, {}};
  for (int i = 0; i < kBins; ++i) histogram.sizes.push_back((2 * i + 1.0) / kBins - 1);
  return histogram;
}

// Adds the distribution of error(i) / unit over the elements whose error is finite; nothing if the unit is 0, that is,
// without loss.
template <class Function>
void add_line(size_t elements, Function&& error, double unit, ErrorHistogram::Line line, ErrorHistogram& histogram) {
  if (!(unit > 0)) return;
  line.shares.resize(kBins);
  double count = 0;
  for (size_t i = 0; i < elements; ++i) {
    const double place = std::floor((error(i) / unit + 1) / 2 * kBins);
    if (!std::isfinite(place)) continue;
    ++line.shares[static_cast<size_t>(std::clamp(place, 0.0, kBins - 1.0))];
    ++count;
  }
  for (double& share : line.shares) share /= count;
  histogram.lines.push_back(std::move(line));
}

// The spectrum of number(i) / range along the last axis, in cycles an element, or in hertz for sounds.
template <class Function>
std::vector<spectrum::Point> spectrum_of(const Array& array, size_t elements, double range, Function&& number) {
  constexpr size_t kShortest = 16;  // lines of fewer elements have hardly any frequencies
  if (array.shape.empty() || array.shape.back() < kShortest || !spectrum::is_available()) return {};
  std::vector<double> shares(elements);
  for (size_t i = 0; i < elements; ++i) shares[i] = number(i) / range;
  std::vector<spectrum::Point> points = spectrum::spectrum_of_lines(shares, array.shape.back());
  if (array.signal.sample_rate > 0)
    for (spectrum::Point& point : points) point.frequency *= array.signal.sample_rate;
  return points;
}

}  // namespace

bool is_series(const Array& array) {
  if (array.data.empty()) return false;
  return array.signal.sample_rate > 0 || array.data.size() == array.shape.back() * element_bytes(array.type);
}

std::vector<double> local_levels(std::span<const double> values, size_t row_length, size_t windows) {
  const size_t length = (row_length + windows - 1) / windows;
  std::vector<double> levels;
  for (size_t begin = 0; begin < row_length; begin += length) {
    double squares = 0, count = 0;
    for (size_t row = 0; row < values.size(); row += row_length) {
      for (size_t i = begin; i < std::min(begin + length, row_length); ++i) {
        const double value = values[row + i];
        if (!std::isfinite(value)) continue;
        squares += value * value;
        ++count;
      }
    }
    levels.push_back(std::sqrt(squares / count));
  }
  return levels;
}

ArrayErrors measure_errors(const Array& array, const std::string& image, const std::vector<const Codec*>& codecs,
                           const std::vector<Point>& points, double score, std::vector<std::string>& failures) {
  const std::vector<double> values = io::to_doubles(array);
  const double range = range_of(values), mean = mean_of(values);
  ArrayErrors result;
  result.histogram = empty_histogram(image);
  result.spectra = {image, array.signal.sample_rate > 0 ? "hertz" : "cycles an element", {}, {}};
  result.spectra.original = spectrum_of(array, values.size(), range, [&](size_t i) { return values[i]; });
  Series series;
  series.image = image;
  series.in_seconds = array.signal.sample_rate > 0;
  if (is_series(array)) series.signal = levels_of(values, array, range, [&](size_t i) { return values[i] - mean; });
  const size_t count = series.signal.size();
  const double length = array.shape.empty() ? 0
                                            : static_cast<double>(array.shape.back()) /
                                                  (series.in_seconds ? array.signal.sample_rate : 1);
  for (size_t i = 0; i < count; ++i)
    series.times.push_back(length * (static_cast<double>(i) + 0.5) / static_cast<double>(count));
  for (const Codec* codec : codecs) {
    const Point* point = nearest_point(points, codec->name(), image, score);
    if (!point) continue;
    const Result<Encoded> encoded = codec->encode(array, point->q, 0);
    const Result<Decoded> decoded = encoded ? codec->decode(encoded->file, 0) : encoded.error();
    if (!decoded) {
      failures.push_back(codec->name() + ", " + image + ", errors: " + decoded.error().message);
      continue;
    }
    const std::vector<double> others = io::to_doubles(decoded->array());
    const auto error = [&](size_t i) { return others[i] - values[i]; };
    const double bound = codec->error_bound(point->q).value_or(kAbsent);
    add_line(values.size(), error, std::isnan(bound) ? point->max_absolute_error : bound * range,
             {codec->name(), *point}, result.histogram);
    result.spectra.errors.push_back({codec->name(), spectrum_of(array, values.size(), range, error)});
    if (is_series(array))
      series.errors.push_back({codec->name(), *point, levels_of(values, array, range, error), bound});
  }
  if (is_series(array)) result.series = std::move(series);
  return result;
}

}  // namespace laq::compare
