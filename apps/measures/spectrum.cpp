#include "measures/spectrum.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#ifdef LAQ_HAVE_FFTW
#include <fftw3.h>
#endif

namespace laq::spectrum {

#ifdef LAQ_HAVE_FFTW

namespace {

// The weights of a taper along one side; their mean square is 1.
std::vector<double> weights_of(Taper taper, int side) {
  std::vector<double> weights(static_cast<size_t>(side), 1);
  if (taper == Taper::none || side < 3) return weights;
  double squares = 0;
  for (int i = 0; i < side; ++i) {
    weights[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * (i + 0.5) / side);
    squares += weights[i] * weights[i];
  }
  const double scale = std::sqrt(side / squares);
  for (double& weight : weights) weight *= scale;
  return weights;
}

// The transform of windows of one size, and the sum of their powers.
class WindowTransform {
 public:
  WindowTransform(int rows, int columns, Taper taper)
      : rows_(rows),
        columns_(columns),
        taper_(taper),
        row_weights_(weights_of(taper, rows)),
        column_weights_(weights_of(taper, columns)),
        in_(fftw_alloc_real(static_cast<size_t>(rows) * columns)),
        out_(fftw_alloc_complex(static_cast<size_t>(rows) * half())),
        plan_(fftw_plan_dft_r2c_2d(rows, columns, in_, out_, FFTW_ESTIMATE)),
        sums_(static_cast<size_t>(rows) * half()) {}
  ~WindowTransform() {
    fftw_destroy_plan(plan_);
    fftw_free(in_);
    fftw_free(out_);
  }
  WindowTransform(const WindowTransform&) = delete;
  WindowTransform& operator=(const WindowTransform&) = delete;

  // first: the window's first element; stride: from one of its rows to the next.
  void add(const double* first, size_t stride) {
    double sum = 0;
    for (int y = 0; y < rows_; ++y) {
      for (int x = 0; x < columns_; ++x) {
        const double value = first[y * stride + x];
        sum += in_[y * columns_ + x] = std::isfinite(value) ? value : 0;
      }
    }
    if (taper_ == Taper::hann) {
      const double mean = sum / (static_cast<double>(rows_) * columns_);
      for (int y = 0; y < rows_; ++y) {
        for (int x = 0; x < columns_; ++x) {
          double& value = in_[y * columns_ + x];
          value = (value - mean) * row_weights_[y] * column_weights_[x];
        }
      }
    }
    fftw_execute(plan_);
    for (size_t i = 0; i < sums_.size(); ++i) sums_[i] += out_[i][0] * out_[i][0] + out_[i][1] * out_[i][1];
    ++windows_;
  }

  // The mean power at `u` cycles a row of the window and `v` a column, 0 .. columns - 1 and 0 .. rows - 1. The second
  // half of the frequencies mirrors the first.
  double power(int v, int u) const {
    if (u >= half()) {
      u = columns_ - u;
      v = (rows_ - v) % rows_;
    }
    return sums_[static_cast<size_t>(v) * half() + u] / (windows_ * static_cast<double>(rows_) * columns_);
  }

 private:
  int half() const { return columns_ / 2 + 1; }

  int rows_, columns_;
  Taper taper_;
  std::vector<double> row_weights_, column_weights_;
  double* in_;
  fftw_complex* out_;
  fftw_plan plan_;
  std::vector<double> sums_;
  double windows_ = 0;
};

// The places at which windows begin on a side. They overlap by half and reach from one end to the other; there are at
// most `most`.
std::vector<size_t> window_places(size_t side, size_t window, size_t most) {
  const size_t count = std::clamp<size_t>((2 * (side - window) + window - 1) / window + 1, 1, most);
  std::vector<size_t> places(count);
  for (size_t i = 0; i < count; ++i) places[i] = count > 1 ? i * (side - window) / (count - 1) : 0;
  return places;
}

}  // namespace

bool is_available() {
  return true;
}

AreaSpectrum spectrum_of_area(std::span<const double> values, int rows, int columns, Taper taper) {
  constexpr size_t kMostWindows = 16;  // a side, which bounds the time for large pictures
  const int height = std::min(rows, kAreaWindow), width = std::min(columns, kAreaWindow);
  if (height < 1 || width < 1) return {};
  WindowTransform transform(height, width, taper);
  const auto stride = static_cast<size_t>(columns);
  for (const size_t y : window_places(static_cast<size_t>(rows), static_cast<size_t>(height), kMostWindows)) {
    for (const size_t x : window_places(stride, static_cast<size_t>(width), kMostWindows))
      transform.add(values.data() + y * stride + x, stride);
  }
  AreaSpectrum spectrum{height, width, {}};
  spectrum.power.reserve(static_cast<size_t>(height) * width);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      // Row and column 0 show the most negative frequencies.
      spectrum.power.push_back(transform.power((y + height - height / 2) % height, (x + width - width / 2) % width));
    }
  }
  return spectrum;
}

std::vector<Point> spectrum_of_lines(std::span<const double> values, size_t length, Taper taper) {
  constexpr size_t kMostWindows = 4096;  // of all lines
  if (length == 0 || values.size() < length) return {};
  const size_t lines = values.size() / length, window = std::min<size_t>(length, kLineWindow);
  const size_t lines_used = std::min(lines, kMostWindows);
  WindowTransform transform(1, static_cast<int>(window), taper);
  for (size_t i = 0; i < lines_used; ++i) {
    const double* const line = values.data() + i * lines / lines_used * length;
    for (const size_t x : window_places(length, window, std::max<size_t>(1, kMostWindows / lines_used)))
      transform.add(line + x, window);
  }
  std::vector<Point> points;
  for (int u = 0; u <= static_cast<int>(window) / 2; ++u)
    points.push_back({u / static_cast<double>(window), transform.power(0, u)});
  return points;
}

#else

bool is_available() {
  return false;
}

AreaSpectrum spectrum_of_area(std::span<const double>, int, int, Taper) {
  return {};
}

std::vector<Point> spectrum_of_lines(std::span<const double>, size_t, Taper) {
  return {};
}

#endif

std::vector<Point> radial_mean(const AreaSpectrum& spectrum) {
  const int rings = std::min(spectrum.rows, spectrum.columns) / 2;
  const int middle_row = spectrum.rows / 2, middle_column = spectrum.columns / 2;
  std::vector<double> sums(static_cast<size_t>(rings) + 1), counts(sums);
  for (int y = 0; y < spectrum.rows; ++y) {
    for (int x = 0; x < spectrum.columns; ++x) {
      const double v = (y - middle_row) / static_cast<double>(spectrum.rows);
      const double u = (x - middle_column) / static_cast<double>(spectrum.columns);
      const auto ring = std::lround(std::hypot(u, v) * 2 * rings);
      if (ring < 1 || ring > rings) continue;
      sums[ring] += spectrum.power[static_cast<size_t>(y) * spectrum.columns + x];
      ++counts[ring];
    }
  }
  std::vector<Point> points;
  for (int ring = 1; ring <= rings; ++ring) {
    if (counts[ring] > 0) points.push_back({0.5 * ring / rings, sums[ring] / counts[ring]});
  }
  return points;
}

}  // namespace laq::spectrum
