#include "array/stage_encoder.h"

#include <limits>

namespace laq::array {
namespace {

#define LAQ_ARRAY_ROW(kind, name) &name##_encoder,
constexpr std::array<StageEncoder, kStages> kEncoders = {LAQ_ARRAY_STAGES(LAQ_ARRAY_ROW)};
#undef LAQ_ARRAY_ROW

}  // namespace

const StageEncoder& encoder_of(StageId stage) {
  return kEncoders[static_cast<size_t>(stage)];
}

const Policy& policy_of(StageId stage) {
  return std::visit([](const auto* encoder) -> const Policy& { return encoder->policy; }, encoder_of(stage));
}

bool allows_change(ElementType type, double bound) {
  return bound >= (is_integer(type) ? 1 : std::numeric_limits<double>::denorm_min());
}

bool holds_series(const Grid& grid) {
  return grid.is_line() ||
         (grid.sides[0] == 1 && grid.sides[2] >= 1000 && grid.sides[1] <= 256 && grid.sides[2] > 8 * grid.sides[1]);
}

}  // namespace laq::array
