#include "measures/octave_bands.h"

#include <algorithm>
#include <cmath>

#include "io/array/array_file.h"
#include "measures/spectrum.h"

namespace laq {
namespace {

// The mean square in the band (from, to] by a spectrum whose windows have `window` elements.
double power_within(const std::vector<spectrum::Point>& points, double from, double to, double window) {
  double sum = 0;
  for (const spectrum::Point& point : points) {
    const double sides = point.frequency < 0.5 ? 2 : 1;  // negative frequencies have the same power
    if (point.frequency > from && point.frequency <= to) sum += sides * point.power;
  }
  return sum / window;
}

}  // namespace

std::vector<OctaveBand> octave_bands(const Array& reference, const Array& distorted) {
  constexpr size_t kLeastSide = 8, kMostPiece = size_t{1} << 16, kMostElements = size_t{1} << 22;
  const size_t elements = reference.data.size() / element_bytes(reference.type);
  const size_t side = reference.shape.empty() ? 1 : reference.shape.back();
  if (!spectrum::is_available() || elements == 0 || side < kLeastSide) return {};
  // Pieces of lines, spread evenly over the array.
  const size_t piece = std::min(side, kMostPiece), pieces_per_line = side / piece;
  const size_t pieces = elements / side * pieces_per_line, used = std::min(pieces, kMostElements / piece);
  std::vector<double> signal(used * piece), error(used * piece);
  for (size_t i = 0; i < used; ++i) {
    const size_t n = i * pieces / used, begin = n / pieces_per_line * side + n % pieces_per_line * piece;
    const std::span<double> a(&signal[i * piece], piece), b(&error[i * piece], piece);
    io::load_elements(reference, begin, a);
    io::load_elements(distorted, begin, b);
    for (size_t j = 0; j < piece; ++j) b[j] -= a[j];
  }
  const auto of_signal = spectrum::spectrum_of_lines(signal, piece),
             of_error = spectrum::spectrum_of_lines(error, piece);
  const auto window = static_cast<double>(std::min<size_t>(piece, spectrum::kLineWindow));
  std::vector<OctaveBand> bands;
  for (double to = 0.5; to * window > 1; to /= 2) {
    const double from = to * window > 2 ? to / 2 : 0;
    bands.push_back({from, to, std::sqrt(power_within(of_signal, from, to, window)),
                     std::sqrt(power_within(of_error, from, to, window))});
  }
  return bands;
}

}  // namespace laq
