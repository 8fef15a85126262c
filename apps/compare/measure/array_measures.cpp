#include "compare/measure/array_measures.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "compare/codecs/signal.h"
#include "io/array_file.h"

namespace laq::compare {

Result<ArrayError> array_error(const Array& original, const Array& decoded) {
  if (decoded.type != original.type || decoded.data.size() != original.data.size())
    return Error{ErrorCode::invalid_argument, "the decoded array has another type or number of elements"};
  const std::vector<double> values = io::to_doubles(original), others = io::to_doubles(decoded);
  const double range = range_of(values);
  const size_t size = element_bytes(original.type);
  double greatest = 0, squares = 0, count = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      if (std::memcmp(&original.data[i * size], &decoded.data[i * size], size) != 0)
        return Error{ErrorCode::invalid_argument, "elements that are not finite have changed"};
      continue;
    }
    ++count;
    if (values[i] == others[i]) continue;
    const double error = std::isfinite(others[i]) ? std::abs(values[i] - others[i]) / range : HUGE_VAL;
    greatest = std::max(greatest, error);
    squares += error * error;
  }
  return ArrayError{10 * std::log10(count / squares), greatest};
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

}  // namespace laq::compare
