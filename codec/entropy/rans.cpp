#include "entropy/rans.h"

#include <algorithm>
#include <cmath>

namespace laq {

std::vector<std::byte> RansWriter::finish(int states) {
  std::vector<uint16_t> words;  // the last one that is decoded first
  std::array<uint32_t, RansReader::kMostStates> state;
  state.fill(kLeastState);
  for (size_t i = symbols_.size(); i-- > 0;) {
    const Coded& coded = symbols_[i];
    uint32_t& x = state[coded.state];
    if (x >= uint64_t{coded.frequency} << (32 - kProbabilityBits)) {
      words.push_back(static_cast<uint16_t>(x));
      x >>= 16;
    }
    x = ((x / coded.frequency) << kProbabilityBits) + x % coded.frequency + coded.start;
  }
  for (int i = states; i-- > 0;) {
    words.push_back(static_cast<uint16_t>(state[i] >> 16));
    words.push_back(static_cast<uint16_t>(state[i]));
  }
  if (pending_ > 0) bits(8 - pending_, 0);
  std::vector<std::byte> stream;
  stream.reserve(2 * words.size() + bits_.size());
  for (size_t i = words.size(); i-- > 0;) {
    stream.push_back(static_cast<std::byte>(words[i]));
    stream.push_back(static_cast<std::byte>(words[i] >> 8));
  }
  stream.insert(stream.end(), bits_.rbegin(), bits_.rend());
  return stream;
}

void SymbolCounter::fold() {
  folded_ -= std::log2(product_);
  product_ = 1;
}

}  // namespace laq
