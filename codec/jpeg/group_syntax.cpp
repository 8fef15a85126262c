#include "jpeg/group_syntax.h"

#include <algorithm>

#include "base/checks.h"
#include "base/parallel.h"

namespace laq::jpeg {
namespace {

constexpr std::array<int16_t, kBlock> kNoCoefficients{};

int last_of(const int16_t* block) {
  int last = kBlock - 1;
  while (last > 0 && block[kZigzag[last]] == 0) --last;
  return last;
}

}  // namespace

ComponentCoder::ComponentCoder(Component& component, const Component* other, const GroupRows& rows,
                               const Dequantization& factors)
    : component_(component),
      other_(other),
      from_(rows.from * component.down),
      to_(rows.to * component.down),
      factors_(factors),
      above_(component.padded_across) {}

Neighbours ComponentCoder::neighbours(int x, int y) const {
  const bool has_above = y > from_, has_left = x > 0, has_right = x + 1 < component_.padded_across;
  Neighbours around{};
  const int16_t* const above = has_above ? component_.block(x, y - 1) : nullptr;
  const int16_t* const left = has_left ? component_.block(x - 1, y) : nullptr;
  around.above = above ? above : left ? left : kNoCoefficients.data();
  around.left = left ? left : around.above;
  around.above_left = has_above && has_left ? component_.block(x - 1, y - 1) : around.above;
  around.above_right = has_above && has_right ? component_.block(x + 1, y - 1) : around.above;
  around.other = other_ ? other_->block(x, y) : nullptr;
  around.last_other = other_ ? last_of(around.other) : 0;
  const Above& of_above = has_above ? above_[x] : has_left ? above_[x - 1] : above_[x];
  const Above& of_left = has_left ? above_[x - 1] : of_above;
  around.last_above = of_above.coded.last;
  around.last_left = of_left.coded.last;
  around.residual_above = of_above.coded.residual;
  around.residual_left = of_left.coded.residual;
  around.border_above = has_above ? &above_[x].borders : nullptr;
  around.border_left = has_left ? &above_[x - 1].borders : nullptr;
  return around;
}

uint64_t least_group_bytes(const Frame& frame, const GroupRows& rows) {
  uint64_t blocks = 0;
  for (const Component& component : frame.components)
    blocks += uint64_t{static_cast<uint32_t>(component.padded_across)} * component.down * (rows.to - rows.from);
  return least_stream_bytes(blocks * kBlock);
}

uint64_t coding_bytes(const Frame& frame, uint64_t file_bytes, int groups, int threads) {
  constexpr uint64_t kOfBlock = sizeof(Borders) + sizeof(CodedBlock);
  uint64_t widest = 0;
  for (const Component& component : frame.components)
    widest = std::max(widest, static_cast<uint64_t>(component.padded_across) * kOfBlock);
  const auto workers = static_cast<uint64_t>(std::min(groups, resolve_threads(threads)));
  return frame.blocks() * kBlock * sizeof(int16_t) + 2 * file_bytes + workers * (widest + 2 * BlockModels::bytes());
}

}  // namespace laq::jpeg
