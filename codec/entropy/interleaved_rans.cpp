#include "entropy/interleaved_rans.h"

#include "base/bytes.h"

namespace laq {

// A stream has the number of bytes of symbols, these bytes, and the equiprobable bits.
InterleavedRansReader::InterleavedRansReader(std::span<const std::byte> bytes, int states) : count_(states) {
  ByteReader reader(bytes);
  const uint64_t symbols = reader.integer();
  const std::span<const std::byte> rest = reader.rest();
  if (symbols > rest.size() || symbols < static_cast<uint64_t>(count_) * kRansStateBytes) {
    is_past_end_ = true;
    return;
  }
  next_ = rest.data();
  end_ = next_ + symbols;
  plain_ = PlainBitReader(rest.subspan(symbols));
  restart();
}

void InterleavedRansReader::restart() {
  if (is_past_end_ || end_ - next_ < static_cast<ptrdiff_t>(count_) * kRansStateBytes) {
    is_past_end_ = true;
    return;
  }
  for (int s = 0; s < count_; ++s) {
    uint64_t& state = states_[s] = 0;
    for (int i = 0; i < kRansStateBytes; ++i) state = state << 8 | std::to_integer<uint64_t>(*next_++);
  }
}

// A decoder takes from its states what an encoder puts into them last, so intervals are coded from the last to the
// first and bytes are turned round at the end.
void InterleavedRansWriter::end_states() {
  std::vector<std::byte> reversed;
  std::array<uint64_t, kMostRansStates> states;
  states.fill(kLeastRansState);
  for (; !pieces_.empty(); pieces_.pop_back()) {
    const Piece& piece = *pieces_.back();
    for (size_t i = piece.length; i-- > 0;) {
      const uint64_t start = piece.intervals[i] >> 16, size = piece.intervals[i] & 0xffff;
      uint64_t& state = states[piece.states[i]];
      if (state >= kLeastRansState * size) {
        reversed.push_back(static_cast<std::byte>(state >> 8));
        reversed.push_back(static_cast<std::byte>(state));
        state >>= 16;
      }
      state = ((state / size) << 16) + state % size + start;
    }
  }
  for (int s = count_; s-- > 0;) {
    for (int i = 0; i < kRansStateBytes; ++i) reversed.push_back(static_cast<std::byte>(states[s] >> (8 * i)));
  }
  for (; !reversed.empty(); reversed.pop_back()) symbols_.push_back(reversed.back());
}

void InterleavedRansWriter::restart() {
  end_states();
  begin_piece();
}

std::vector<std::byte> InterleavedRansWriter::finish(std::span<const std::byte> head) {
  constexpr size_t kSpare = 32;
  end_states();
  BytePieces plain = plain_.finish();
  ByteWriter number;
  number.integer(symbols_.size());
  const std::vector<std::byte> number_bytes = number.take();
  finished_bytes_ = head.size() + number_bytes.size() + symbols_.size() + plain.size();
  std::vector<std::byte> stream;
  if (!keeps_bytes_) return stream;
  stream.reserve(finished_bytes_ + kSpare);
  stream.assign(head.begin(), head.end());
  stream.insert(stream.end(), number_bytes.begin(), number_bytes.end());
  symbols_.move_behind(stream);
  plain.move_behind(stream);
  return stream;
}

}  // namespace laq
