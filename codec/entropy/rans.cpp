#include "entropy/rans.h"

namespace laq {

std::vector<std::byte> write_rans(std::span<const CodedSymbol> symbols, int states, std::span<const std::byte> bits) {
  std::vector<uint16_t> words;  // the last one is decoded first
  std::array<uint32_t, kMostStates> state;
  state.fill(kLeastState);
  for (size_t i = symbols.size(); i-- > 0;) {
    const CodedSymbol& coded = symbols[i];
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
  std::vector<std::byte> stream;
  stream.reserve(2 * words.size() + bits.size());
  for (size_t i = words.size(); i-- > 0;) {
    stream.push_back(static_cast<std::byte>(words[i]));
    stream.push_back(static_cast<std::byte>(words[i] >> 8));
  }
  stream.insert(stream.end(), bits.rbegin(), bits.rend());
  return stream;
}

}  // namespace laq
