// The encoder of arrays: from elements to a payload that reaches a target. Statistics are taken first, if the target
// needs them; they turn the target into a tolerance, at once or by a search; then every chunk gets its recipe and its
// stream.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "array/array_codec.h"
#include "array/payload_encoder.h"
#include "array/search/step_search.h"
#include "array/statistics.h"
#include "base/element.h"

namespace laq::array {
namespace {

// The share of the range as an absolute error: the nearest double to the product, or the one below if the quotient of
// the error and the range, rounded to a double, would exceed the share.
double share_of_range(const Statistics& statistics, double share) {
  const double product =
      std::min(std::ldexp(share * statistics.range, statistics.exponent), std::numeric_limits<double>::max());
  const double quotient = std::ldexp(product, -statistics.exponent) / statistics.range;
  return quotient > share ? std::nextafter(product, 0.0) : product;
}

bool needs_statistics(ArrayTargetKind kind) {
  return kind != ArrayTargetKind::lossless && kind != ArrayTargetKind::max_error &&
         kind != ArrayTargetKind::pointwise_relative;
}

// The settings that reach a target without a search; nothing if one is needed.
std::optional<PayloadSettings> settings_for(const ArrayView& array, const ArrayTarget& target,
                                            const Statistics& statistics) {
  // Integers change by integers.
  const auto within = [&array](double error) {
    return PayloadSettings{Fidelity::max_error, is_integer(array.type) ? std::floor(error) : error};
  };
  switch (target.kind) {
    case ArrayTargetKind::lossless:
      return within(0);
    case ArrayTargetKind::max_error:
      return within(target.value);
    case ArrayTargetKind::max_relative_error:
      return within(share_of_range(statistics, target.value));
    case ArrayTargetKind::pointwise_relative:
      return PayloadSettings{Fidelity::relative_error, target.value};
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<std::vector<std::byte>> encode_array(const ArrayView& array, const ArrayEncodeOptions& options,
                                            const FileBytes& file_bytes) {
  const bool limits_bits = limits_significant_bits(array);
  Statistics statistics;
  if (limits_bits || needs_statistics(options.target.kind)) statistics = statistics_of(array);
  if (limits_bits) {
    if (const auto error = check_significant_bits(array, statistics)) return *error;
  }
  const std::optional<PayloadSettings> settings = settings_for(array, options.target, statistics);
  if (!settings) return search_step(array, statistics, options, file_bytes);
  Result<EncodedArray> encoded = encode_payload(array, *settings, options);
  if (!encoded) return encoded.error();
  return std::move(encoded->payload);
}

}  // namespace laq::array
