#include "jpeg/group_syntax.h"

#include <algorithm>

#include "base/checks.h"
#include "base/parallel.h"

namespace laq::jpeg {
namespace {

constexpr std::array<int16_t, kBlock> kNoCoefficients{};

}  // namespace

ComponentCoder::ComponentCoder(Component& component, const ComponentCoder* other, const GroupRows& rows,
                               const Dequantization& factors)
    : component_(component),
      other_(other),
      is_like_other_(other && other->component_.padded_across == component.padded_across &&
                     other->component_.padded_down == component.padded_down),
      from_(rows.from * component.down),
      to_(rows.to * component.down),
      factors_(factors),
      coded_(size_t(to_ - from_) * component.padded_across),
      borders_(component.padded_across) {}

Neighbours ComponentCoder::neighbours(int x, int y) const {
  const bool has_above = y > from_, has_left = x > 0, has_right = x + 1 < component_.padded_across;
  Neighbours around{};
  const int16_t* const above = has_above ? component_.block(x, y - 1) : nullptr;
  const int16_t* const left = has_left ? component_.block(x - 1, y) : nullptr;
  around.above = above ? above : left ? left : kNoCoefficients.data();
  around.left = left ? left : around.above;
  around.above_left = has_above && has_left ? component_.block(x - 1, y - 1) : around.above;
  around.above_right = has_above && has_right ? component_.block(x + 1, y - 1) : around.above;
  if (has_above) around.of_above = coded_[place(x, y - 1)];
  if (has_left) around.of_left = coded_[place(x - 1, y)];
  if (!has_above) around.of_above = around.of_left;
  if (!has_left) around.of_left = around.of_above;
  around.border_above = has_above ? &borders_[x] : nullptr;
  around.border_left = has_left ? &borders_[x - 1] : nullptr;
  if (other_) {
    const Component& other = other_->component_;
    around.of_other =
        other_->coded_[other_->place(x * other.across / component_.across, y * other.down / component_.down)];
    if (is_like_other_) around.other = other.block(x, y);
  }
  return around;
}

uint64_t least_group_bytes(const Frame& frame, const GroupRows& rows) {
  uint64_t blocks = 0;
  for (const Component& component : frame.components)
    blocks += uint64_t{static_cast<uint32_t>(component.padded_across)} * component.down * (rows.to - rows.from);
  return least_stream_bytes(blocks * kBlock);
}

uint64_t coding_bytes(const Frame& frame, uint64_t file_bytes, int groups, int threads) {
  uint64_t of_row = 0;
  for (const Component& component : frame.components)
    of_row += static_cast<uint64_t>(component.padded_across) * sizeof(Borders);
  const auto workers = static_cast<uint64_t>(std::min(groups, resolve_threads(threads)));
  return frame.blocks() * (kBlock * sizeof(int16_t) + sizeof(CodedBlock)) + 2 * file_bytes +
         workers * (of_row + 2 * BlockModels::bytes());
}

}  // namespace laq::jpeg
