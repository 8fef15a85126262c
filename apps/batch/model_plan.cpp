#include "batch/model_plan.h"

#include <algorithm>
#include <cmath>

#include <fnmatch.h>

#include "io/array/array_file.h"

namespace laq::command {
namespace {

bool matches(const std::string& pattern, const std::string& name) {
  return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

std::optional<Error> check_pattern(const std::string& pattern, std::span<const TensorView> tensors) {
  if (std::ranges::any_of(tensors, [&](const TensorView& view) { return matches(pattern, view.name); }))
    return std::nullopt;
  return Error{ErrorCode::invalid_argument, "has no tensor whose name matches '" + pattern + "'"};
}

// Spreads the bits so that the sum over tensors of sensitivity times relative squared error is least, if each bit
// divides the squared error by four: b = B + log2(s / n) / 2 less the mean of that over all elements, with n elements.
// Source: reverse water-filling, Cover and Thomas, "Elements of Information Theory", 10.3.3. Tensors that the file does
// not name keep the bits of the target.
void spread_bits(const io::Sensitivity& sensitivity, double bits, std::vector<TensorView>& tensors) {
  constexpr double kLeast = 0.5, kMost = 16;
  double elements = 0, mean = 0;
  std::vector<std::pair<TensorView*, double>> gains;
  for (TensorView& view : tensors) {
    const auto found = sensitivity.find(view.name);
    if (found == sensitivity.end() || !(found->second > 0)) continue;
    if (view.target || is_kept_by_default(view.type, view.shape)) continue;
    const double count = io::element_count(view.shape);
    const double gain = 0.5 * std::log2(found->second / count);
    gains.emplace_back(&view, gain);
    elements += count;
    mean += count * gain;
  }
  for (const auto& [view, gain] : gains)
    view->target = TensorTarget{TensorTargetKind::bits, std::clamp(bits + gain - mean / elements, kLeast, kMost)};
}

}  // namespace

Result<std::vector<TensorView>> plan_tensors(const ModelSettings& settings, const TensorTarget& target,
                                             std::span<const std::byte> file, const io::ModelFile& model) {
  std::vector<TensorView> tensors;
  bool is_any_important = false;
  for (const io::ModelTensor& tensor : model.tensors) {
    TensorView& view = tensors.emplace_back(io::view_of(tensor, file));
    if (settings.importance) {
      const auto found = settings.importance->find(tensor.name);
      if (found == settings.importance->end()) continue;
      view.importance = found->second;
      is_any_important = true;
    }
  }
  if (settings.importance && !is_any_important)
    return Error{ErrorCode::invalid_argument, "has no tensor that the file of --importance names"};
  for (const auto& [pattern, bits] : settings.bits_of) {
    if (auto error = check_pattern(pattern, tensors)) return *error;
    for (TensorView& view : tensors) {
      if (is_floating_point(view.type) && matches(pattern, view.name))
        view.target = TensorTarget{TensorTargetKind::bits, bits};
    }
  }
  for (const std::string& pattern : settings.kept) {
    if (auto error = check_pattern(pattern, tensors)) return *error;
    for (TensorView& view : tensors) {
      if (matches(pattern, view.name)) view.target = TensorTarget{};
    }
  }
  if (settings.sensitivity && target.kind == TensorTargetKind::bits)
    spread_bits(*settings.sensitivity, target.value, tensors);
  for (TensorView& view : tensors) {
    if (!view.target) view.target = is_kept_by_default(view.type, view.shape) ? TensorTarget{} : target;
  }
  return tensors;
}

}  // namespace laq::command
