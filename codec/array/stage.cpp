#include "array/stage.h"

namespace laq::array {
namespace {

struct Row {
  const char* name;
  StageDecoder decoder;
};

#define LAQ_ARRAY_ROW(kind, name) Row{#name, &name##_decoder},
constexpr std::array<Row, kStages> kRows = {LAQ_ARRAY_STAGES(LAQ_ARRAY_ROW)};
#undef LAQ_ARRAY_ROW

constexpr uint8_t kExact = 0x40;  // in the byte of a step

}  // namespace

const StageDecoder& decoder_of(StageId stage) {
  return kRows[static_cast<size_t>(stage)].decoder;
}

const char* name_of(StageId stage) {
  return kRows[static_cast<size_t>(stage)].name;
}

bool allows(StageId stage, const ChunkFormat& format) {
  return std::visit([&format](const auto* decoder) { return decoder->allows(format); }, decoder_of(stage));
}

std::byte Step::to_byte() const {
  return static_cast<std::byte>(static_cast<uint8_t>(stage) | (is_exact ? kExact : 0));
}

std::optional<Step> Step::from_byte(std::byte byte) {
  const auto bits = std::to_integer<uint8_t>(byte);
  const uint8_t number = bits & ~kExact;
  if (number >= kStages) return std::nullopt;
  return Step{static_cast<StageId>(number), (bits & kExact) != 0};
}

}  // namespace laq::array
