#include "inflate.h"

#include <algorithm>
#include <array>

namespace laq::web {
namespace {

constexpr std::array<uint32_t, 256> kCrcOfByte = [] {
  constexpr uint32_t kPolynomial = 0xedb88320;  // bits reversed
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? kPolynomial : 0);
    table[byte] = crc;
  }
  return table;
}();

uint32_t adler32(std::span<const uint8_t> bytes) {
  constexpr uint32_t kModulus = 65521;
  constexpr size_t kBeforeOverflow = 5552;  // sums of so many bytes stay below 2^32
  uint32_t sum = 1, sum_of_sums = 0;
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(bytes.size(), kBeforeOverflow));
    for (const uint8_t byte : part) sum_of_sums += sum += byte;
    sum %= kModulus;
    sum_of_sums %= kModulus;
    bytes = bytes.subspan(part.size());
  }
  return sum_of_sums << 16 | sum;
}

// The bits of a stream, the lowest of a byte first. Behind the end there are zeros, and has_failed() is true.
class BitReader {
 public:
  explicit BitReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  uint32_t bits(int count) {
    while (count_ < count) {
      if (at_ < bytes_.size()) {
        held_ |= uint32_t{bytes_[at_++]} << count_;
      } else {
        has_failed_ = true;
      }
      count_ += 8;
    }
    const uint32_t value = held_ & ((1U << count) - 1);
    held_ >>= count;
    count_ -= count;
    return value;
  }

  // Drops the rest of the byte that is being read; what follows is read in whole bytes.
  void align() { held_ = 0, count_ = 0; }
  uint32_t byte() { return bits(8); }

  // The next bytes, after align(); fewer where the stream ends.
  std::span<const uint8_t> bytes(size_t count) {
    const auto found = bytes_.subspan(at_, std::min(count, bytes_.size() - at_));
    at_ += found.size();
    if (found.size() < count) has_failed_ = true;
    return found;
  }

  bool has_failed() const { return has_failed_; }
  size_t read() const { return at_; }

 private:
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
  uint32_t held_ = 0;  // bits that are read next
  int count_ = 0;      // of them; below 8 between calls
  bool has_failed_ = false;
};

constexpr int kLongestCode = 15, kLengthsOfBytes = 288, kLengthsOfDistances = 32;

// A canonical prefix code: codes of a length stand in the order of their symbols, behind all shorter ones.
class PrefixCode {
 public:
  // False where the lengths (0: no code) fit no code. A code without symbols reads none; another one is complete, but
  // if may_be_single is true there may be one symbol of length 1.
  bool set(std::span<const uint8_t> lengths, bool may_be_single) {
    count_.fill(0);
    for (const uint8_t length : lengths) ++count_[length];
    int room = 1;
    for (int length = 1; length <= kLongestCode; ++length) {
      room = room * 2 - count_[length];
      if (room < 0) return false;
    }
    std::array<uint16_t, kLongestCode + 1> next{};
    for (int length = 1; length < kLongestCode; ++length)
      next[length + 1] = static_cast<uint16_t>(next[length] + count_[length]);
    for (size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      if (lengths[symbol] > 0) symbols_[next[lengths[symbol]]++] = static_cast<uint16_t>(symbol);
    }
    const size_t coded = lengths.size() - count_[0];
    return room == 0 || coded == 0 || (may_be_single && coded == 1 && count_[1] == 1);
  }

  // -1 for bits that are no code.
  int read(BitReader& reader) const {
    int code = 0, first = 0, index = 0;
    for (int length = 1; length <= kLongestCode; ++length) {
      code |= static_cast<int>(reader.bits(1));
      if (code - first < count_[length]) return symbols_[index + code - first];
      index += count_[length];
      first = (first + count_[length]) * 2;
      code *= 2;
    }
    return -1;
  }

 private:
  std::array<uint16_t, kLongestCode + 1> count_{};  // of symbols, by the length of their codes
  std::array<uint16_t, kLengthsOfBytes> symbols_{};
};

// Lengths and distances: a symbol has a base and so many bits that are added to it (RFC 1951, 3.2.5).
constexpr std::array<uint16_t, 29> kLengthBase = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                                  31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
constexpr std::array<uint8_t, 29> kLengthBits = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr std::array<uint16_t, 30> kDistanceBase = {1,    2,    3,    4,    5,    7,    9,    13,    17,    25,
                                                    33,   49,   65,   97,   129,  193,  257,  385,   513,   769,
                                                    1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
constexpr int kEndOfBlock = 256;

class Inflater {
 public:
  Inflater(std::span<const uint8_t> stream, std::span<uint8_t> contents) : reader_(stream), contents_(contents) {}

  Inflated run() {
    const bool is_whole = stream();
    return {reader_.read(), written_, is_whole};
  }

 private:
  bool stream() {
    const uint32_t method = reader_.byte(), flags = reader_.byte();
    constexpr uint32_t kDeflate = 8, kLargestWindow = 7, kDictionary = 0x20;
    if (reader_.has_failed() || (method << 8 | flags) % 31 != 0 || (method & 15) != kDeflate ||
        method >> 4 > kLargestWindow || (flags & kDictionary) != 0) {
      return false;
    }
    for (bool is_last = false; !is_last;) {
      is_last = reader_.bits(1) == 1;
      if (!block(reader_.bits(2)) || reader_.has_failed()) return false;
    }
    reader_.align();
    uint32_t checksum = 0;
    for (int i = 0; i < 4; ++i) checksum = checksum << 8 | reader_.byte();
    return !reader_.has_failed() && checksum == adler32(contents_.first(written_));
  }

  bool block(uint32_t kind) {
    if (kind == 0) return stored_block();
    if (kind == 1) return set_fixed_codes() && coded_block();
    return kind == 2 && read_codes() && coded_block();
  }

  bool stored_block() {
    reader_.align();
    const uint32_t size = reader_.bits(16), complement = reader_.bits(16);
    if (reader_.has_failed() || (size ^ complement) != 0xffff || size > contents_.size() - written_) return false;
    const auto found = reader_.bytes(size);
    std::copy(found.begin(), found.end(), contents_.begin() + static_cast<ptrdiff_t>(written_));
    written_ += found.size();
    return found.size() == size;
  }

  bool set_fixed_codes() {
    std::array<uint8_t, kLengthsOfBytes> lengths{};
    for (int symbol = 0; symbol < kLengthsOfBytes; ++symbol)
      lengths[symbol] = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
    std::array<uint8_t, kLengthsOfDistances> distances{};
    distances.fill(5);
    return bytes_.set(lengths, true) && distances_.set(distances, true);
  }

  bool read_codes() {
    constexpr std::array<uint8_t, 19> kOrder = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    const size_t byte_count = reader_.bits(5) + 257, distance_count = reader_.bits(5) + 1;
    const size_t order_count = reader_.bits(4) + 4;
    if (byte_count > 286 || distance_count > 30) return false;
    std::array<uint8_t, kOrder.size()> order{};
    for (size_t i = 0; i < order_count; ++i) order[kOrder[i]] = static_cast<uint8_t>(reader_.bits(3));
    PrefixCode code;
    if (!code.set(order, false)) return false;
    std::array<uint8_t, kLengthsOfBytes + kLengthsOfDistances> lengths{};
    const size_t count = byte_count + distance_count;
    for (size_t at = 0; at < count;) {
      const int symbol = code.read(reader_);
      if (symbol < 0 || reader_.has_failed()) return false;
      if (symbol < 16) {
        lengths[at++] = static_cast<uint8_t>(symbol);
        continue;
      }
      // 16 repeats the last length, 17 and 18 repeat 0.
      if (symbol == 16 && at == 0) return false;
      const uint8_t length = symbol == 16 ? lengths[at - 1] : 0;
      const size_t repeats = symbol == 16   ? 3 + reader_.bits(2)
                             : symbol == 17 ? 3 + reader_.bits(3)
                                            : 11 + reader_.bits(7);
      if (repeats > count - at) return false;
      std::fill_n(lengths.begin() + static_cast<ptrdiff_t>(at), repeats, length);
      at += repeats;
    }
    const std::span all(lengths);
    return lengths[kEndOfBlock] > 0 && bytes_.set(all.first(byte_count), true) &&
           distances_.set(all.subspan(byte_count, distance_count), true);
  }

  bool coded_block() {
    for (;;) {
      const int symbol = bytes_.read(reader_);
      if (symbol < 0 || reader_.has_failed()) return false;
      if (symbol == kEndOfBlock) return true;
      if (symbol > kEndOfBlock) {
        if (!repeat(static_cast<size_t>(symbol) - kEndOfBlock - 1)) return false;
        continue;
      }
      if (written_ == contents_.size()) return false;
      contents_[written_++] = static_cast<uint8_t>(symbol);
    }
  }

  // Copies bytes that were written before; they may reach into those that are being written.
  bool repeat(size_t length_symbol) {
    if (length_symbol >= kLengthBase.size()) return false;
    const size_t length = kLengthBase[length_symbol] + reader_.bits(kLengthBits[length_symbol]);
    const int symbol = distances_.read(reader_);
    if (symbol < 0 || symbol >= static_cast<int>(kDistanceBase.size())) return false;
    const size_t distance = kDistanceBase[symbol] + reader_.bits(symbol < 4 ? 0 : symbol / 2 - 1);
    if (reader_.has_failed() || distance > written_ || length > contents_.size() - written_) return false;
    for (size_t i = 0; i < length; ++i, ++written_) contents_[written_] = contents_[written_ - distance];
    return true;
  }

  BitReader reader_;
  std::span<uint8_t> contents_;
  size_t written_ = 0;
  PrefixCode bytes_, distances_;
};

constexpr size_t kStoredBlock = 65535, kBlockHeader = 5, kStreamHeader = 2, kChecksum = 4;

}  // namespace

uint32_t crc32(uint32_t crc, std::span<const uint8_t> bytes) {
  crc = ~crc;
  for (const uint8_t byte : bytes) crc = crc >> 8 ^ kCrcOfByte[(crc ^ byte) & 255];
  return ~crc;
}

Inflated inflate(std::span<const uint8_t> stream, std::span<uint8_t> contents) {
  return Inflater(stream, contents).run();
}

size_t stored_bytes(size_t size) {
  const size_t blocks = size == 0 ? 1 : (size - 1) / kStoredBlock + 1;
  return kStreamHeader + blocks * kBlockHeader + size + kChecksum;
}

size_t store(std::span<const uint8_t> contents, std::span<uint8_t> stream) {
  if (stream.size() < stored_bytes(contents.size())) return 0;
  size_t at = 0;
  const auto put = [&](size_t byte) { stream[at++] = static_cast<uint8_t>(byte & 255); };
  put(0x78);
  put(0x01);
  const uint32_t checksum = adler32(contents);
  for (bool is_last = false; !is_last;) {
    const auto part = contents.first(std::min(contents.size(), kStoredBlock));
    contents = contents.subspan(part.size());
    is_last = contents.empty();
    put(is_last ? 1 : 0);
    put(part.size());
    put(part.size() >> 8);
    put(~part.size());
    put(~part.size() >> 8);
    std::copy(part.begin(), part.end(), stream.begin() + static_cast<ptrdiff_t>(at));
    at += part.size();
  }
  for (int shift = 24; shift >= 0; shift -= 8) put(checksum >> shift);
  return at;
}

}  // namespace laq::web
