#include "blocks/width_choice.h"

#include <cmath>

namespace laq {
namespace {

// The width of a block with the least error + lambda * bytes.
size_t choose_width(const BlockErrors& block, double lambda) {
  size_t best = 0;
  double least = 0;
  for (size_t w = 0; w < kChosenWidths.size(); ++w) {
    const double cost = block.of_width[w] + lambda * block_bytes(kChosenWidths[w], block.lanes);
    if (w != 0 && cost >= least) continue;
    least = cost;
    best = w;
  }
  return best;
}

uint64_t bytes_at(const std::vector<BlockErrors>& blocks, double lambda) {
  uint64_t bytes = 0;
  for (const BlockErrors& block : blocks) {
    bytes += static_cast<uint64_t>(block_bytes(kChosenWidths[choose_width(block, lambda)], block.lanes));
  }
  return bytes;
}

// Blocks that take the next width while there are bytes for it, at a lambda that leaves few.
void spend_rest(const std::vector<BlockErrors>& blocks, double lambda, uint64_t bytes, uint64_t most_bytes,
                std::vector<uint8_t>& widths) {
  for (size_t i = 0; i < blocks.size(); ++i) {
    const size_t now = choose_width(blocks[i], lambda * (1 + 1e-9)),
                 next = choose_width(blocks[i], lambda * (1 - 1e-3));
    const auto cost = [&](size_t w) { return static_cast<uint64_t>(block_bytes(kChosenWidths[w], blocks[i].lanes)); };
    if (next <= now || bytes + cost(next) - cost(now) > most_bytes) continue;
    bytes += cost(next) - cost(now);
    widths[i] = static_cast<uint8_t>(kChosenWidths[next]);
  }
}

}  // namespace

std::vector<uint8_t> choose_widths(const std::vector<BlockErrors>& blocks, uint64_t most_bytes) {
  // Bisects the logarithm of lambda: `high` fits.
  double low = 1e-30, high = 1e30;
  for (int i = 0; i < 100 && high > low * (1 + 1e-7); ++i) {
    const double middle = std::sqrt(low * high);
    (bytes_at(blocks, middle) <= most_bytes ? high : low) = middle;
  }
  std::vector<uint8_t> widths;
  for (const BlockErrors& block : blocks) {
    widths.push_back(static_cast<uint8_t>(kChosenWidths[choose_width(block, high)]));
  }
  const uint64_t bytes = bytes_at(blocks, high);
  if (bytes <= most_bytes) spend_rest(blocks, high, bytes, most_bytes, widths);
  return widths;
}

}  // namespace laq
