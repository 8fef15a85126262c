#include <algorithm>

#include "tensor/adaptive_rans.h"

namespace laq::tensor {

// A decoder takes from its state what an encoder puts into it last, so intervals are coded from the last to the first
// and bytes are turned round at the end.
std::vector<std::byte> RansWriter::finish_symbols() const {
  std::vector<std::byte> reversed;
  uint64_t state = RansReader::kLeastState;
  for (size_t i = intervals_.size(); i-- > 0;) {
    const uint32_t interval = intervals_[i];
    const uint64_t start = interval >> 16, size = interval & 0xffff;
    if (state >= ((RansReader::kLeastState >> kRansBits) << 16) * size) {
      reversed.push_back(static_cast<std::byte>(state >> 8));
      reversed.push_back(static_cast<std::byte>(state));
      state >>= 16;
    }
    state = ((state / size) << kRansBits) + state % size + start;
  }
  for (int i = 0; i < RansReader::kStateBytes; ++i) reversed.push_back(static_cast<std::byte>(state >> (8 * i)));
  std::reverse(reversed.begin(), reversed.end());
  return reversed;
}

}  // namespace laq::tensor
