// The encoder of arrays: from elements to a payload that reaches a target. Statistics are taken first, if the target
// needs them; they turn the target into a tolerance, at once or by a search; then every chunk gets its recipe and its
// stream.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "array/append.h"
#include "array/array_codec.h"
#include "array/coded_array.h"
#include "array/payload_encoder.h"
#include "array/search/step_search.h"
#include "array/statistics.h"
#include "base/checks.h"
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

// An error if the target refers to the size of elements although only their differences from an offset are coded.
std::optional<Error> check_target(const CodedLayout& layout, const ArrayTarget& target) {
  const bool needs_sizes = target.kind == ArrayTargetKind::snr || target.kind == ArrayTargetKind::pointwise_relative;
  if (layout.wide_form != WideForm::from_offset || !needs_sizes) return std::nullopt;
  return invalid(
      "the target is a share of the elements' size, and integers beyond 2^52 have none that is exact (take max_error)");
}

// Keeps every bit, which meets all targets but one in bits.
Result<std::vector<std::byte>> encode_halves(const CodedArray& array, const ArrayEncodeOptions& options,
                                             const FileBytes& file_bytes) {
  Result<EncodedArray> encoded = encode_payload(array, {}, options);
  if (!encoded) return encoded.error();
  const double bits = 8.0 * static_cast<double>(file_bytes(encoded->payload.size())) /
                      static_cast<double>(std::max<uint64_t>(element_count(array.layout.shape), 1));
  if (options.target.kind != ArrayTargetKind::bits || bits <= options.target.value) return std::move(encoded->payload);
  return Error{ErrorCode::limit_exceeded, "integers that are more than 2^53 apart are kept without loss, which takes " +
                                              std::to_string(bits) + " bits per element"};
}

// The losses of parts of an array whose target is a bound.
Result<std::vector<PartLoss>> losses_of_parts(const CodedArray& array, const ArrayEncodeOptions& options,
                                              const Statistics& statistics) {
  std::vector<PartLoss> losses;
  for (const ArrayPartBound& bound : options.parts) {
    const Box box = covering_box(array.layout, bound.part);
    const uint64_t elements = element_count({box.size.begin(), box.size.end()});
    if (element_count(bound.part.size) != elements)
      return invalid("options.parts: what a part takes of all sides but the last three has gaps");
    const auto settings = settings_for(array.view, {options.target.kind, bound.value}, statistics);
    if (settings && elements > 0) losses.push_back({box, {settings->fidelity, settings->tolerance}});
  }
  return losses;
}

struct Plan {
  std::optional<PayloadSettings> settings;  // nothing if the target takes a search
  Statistics statistics;                    // for the search
};

Result<Plan> plan_encoding(const CodedArray& array, const ArrayEncodeOptions& options) {
  if (const auto error = check_target(array.layout, options.target)) return *error;
  if (array.layout.wide_form == WideForm::halves) return Plan{PayloadSettings{}, {}};
  const bool limits_bits = limits_significant_bits(array.view);
  Statistics statistics;
  if (limits_bits || needs_statistics(options.target.kind)) {
    statistics = statistics_of(array.view, options.target.kind != ArrayTargetKind::max_relative_error);
  }
  if (limits_bits) {
    if (const auto error = check_significant_bits(array.view, statistics)) return *error;
  }
  Plan plan{settings_for(array.view, options.target, statistics), statistics};
  if (options.parts.empty()) return plan;
  Result<std::vector<PartLoss>> parts = losses_of_parts(array, options, statistics);
  if (!parts) return parts.error();
  plan.settings->parts = std::move(*parts);
  return plan;
}

// The progress of a search, which codes the array an unknown number of times: each time advances by half of the rest.
class RepeatedProgress {
 public:
  // progress: may be null; must outlive this.
  explicit RepeatedProgress(const std::function<bool(float)>& progress) : progress_(progress) {}

  // Refers to this.
  std::function<bool(float)> one() {
    if (!progress_) return {};
    return [this](float done) {
      if (done < last_) rest_ *= 0.5F;
      last_ = done;
      return progress_(1 - rest_ + done * rest_ * 0.5F);
    };
  }
  // Tells that the search has ended; false cancels.
  bool finish() const { return !progress_ || progress_(1); }

 private:
  const std::function<bool(float)>& progress_;
  float last_ = 0, rest_ = 1;
};

Result<std::vector<std::byte>> search(const CodedArray& array, const Statistics& statistics,
                                      const ArrayEncodeOptions& given, const FileBytes& file_bytes) {
  RepeatedProgress progress(given.progress);
  ArrayEncodeOptions options = given;
  options.progress = progress.one();
  Result<std::vector<std::byte>> payload = search_step(array, statistics, options, file_bytes);
  if (payload && !progress.finish()) return Error{ErrorCode::cancelled, "cancelled by the caller"};
  return payload;
}

Result<std::vector<std::byte>> encode_by(const Plan& plan, const CodedArray& array, const ArrayEncodeOptions& options,
                                         const FileBytes& file_bytes) {
  if (array.layout.wide_form == WideForm::halves) return encode_halves(array, options, file_bytes);
  if (!plan.settings) return search(array, plan.statistics, options, file_bytes);
  Result<EncodedArray> encoded = encode_payload(array, *plan.settings, options);
  if (!encoded) return encoded.error();
  return std::move(encoded->payload);
}

}  // namespace

Result<std::vector<std::byte>> encode_array(const ArrayView& given, const ArrayEncodeOptions& options,
                                            const FileBytes& file_bytes) {
  const CodedArray array = coded_array(given);
  const Result<Plan> plan = plan_encoding(array, options);
  if (!plan) return plan.error();
  return encode_by(*plan, array, options, file_bytes);
}

Result<std::vector<std::byte>> encode_more(const CodedArray& array, const Loss& before,
                                           const ArrayEncodeOptions& options, const FileBytes& file_bytes) {
  Result<Plan> plan = plan_encoding(array, options);
  if (!plan) return plan.error();
  if (plan->settings && options.target.kind == ArrayTargetKind::max_relative_error &&
      before.fidelity == Fidelity::max_error)
    plan->settings->tolerance = std::max(plan->settings->tolerance, before.tolerance);
  return encode_by(*plan, array, options, file_bytes);
}

Result<uint64_t> encode_array_to(const PutBytes& put, const ArrayView& given, const ArrayEncodeOptions& options,
                                 const FileBytes& file_bytes) {
  const CodedArray array = coded_array(given);
  const Result<Plan> plan = plan_encoding(array, options);
  if (!plan) return plan.error();
  if (plan->settings && options.target.kind != ArrayTargetKind::bits)
    return encode_payload_to(put, array, *plan->settings, options);
  const Result<std::vector<std::byte>> payload = encode_by(*plan, array, options, file_bytes);
  if (!payload) return payload.error();
  if (!put(0, *payload)) return Error{ErrorCode::cancelled, "cancelled by the caller"};
  return payload->size();
}

}  // namespace laq::array
