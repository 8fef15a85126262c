// Byte-wise writing and checked reading of headers. Integers are little-endian base 128 (LEB128): seven bits a byte,
// the high bit set on all but the last. Floating-point numbers and integers of fixed width have four or eight bytes,
// the lowest first.
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace laq {

class ByteWriter {
 public:
  void byte(uint8_t value) { bytes_.push_back(static_cast<std::byte>(value)); }
  void integer(uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<uint8_t>(value | 0x80));
    byte(static_cast<uint8_t>(value));
  }
  // The same in so many bytes, whatever the value is, which must fit: for a place that is filled in later.
  void padded_integer(uint64_t value, int bytes) {
    for (; bytes > 1; --bytes, value >>= 7) byte(static_cast<uint8_t>(value | 0x80));
    byte(static_cast<uint8_t>(value & 0x7f));
  }
  void float64(double value) {
    const auto bits = std::bit_cast<uint64_t>(value);
    for (int shift = 0; shift < 64; shift += 8) byte(static_cast<uint8_t>(bits >> shift));
  }
  void fixed32(uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) byte(static_cast<uint8_t>(value >> shift));
  }
  void float32(float value) { fixed32(std::bit_cast<uint32_t>(value)); }
  void append(std::span<const std::byte> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  // Makes room for so many bytes in all, so that they need not be moved while they come.
  void reserve(size_t bytes) { bytes_.reserve(bytes); }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

// Bytes that grow in pieces: a single vector takes thrice its size while it grows.
class BytePieces {
 public:
  // are_kept: if not, older bytes are dropped: size() still counts them, but they cannot be taken.
  explicit BytePieces(bool are_kept = true) : are_kept_(are_kept) {}

  void push_back(std::byte byte) {
    if (last_.size() == kPiece) end_piece();
    last_.push_back(byte);
  }
  size_t size() const { return full_ * kPiece + last_.size(); }
  // The last byte, of at least one that is kept.
  std::byte back() const { return last_.empty() ? pieces_.back().back() : last_.back(); }
  void pop_back() {
    if (last_.empty()) {
      last_ = std::move(pieces_.back());
      pieces_.pop_back();
      --full_;
    }
    last_.pop_back();
  }
  // Adds 1 to the bytes as one number, whose lowest byte is the last one.
  void add_one() {
    const auto add = [](std::vector<std::byte>& bytes) {
      for (size_t i = bytes.size(); i-- > 0;) {
        bytes[i] = static_cast<std::byte>(std::to_integer<unsigned>(bytes[i]) + 1);
        if (bytes[i] != std::byte{0}) return true;
      }
      return false;
    };
    bool is_done = add(last_);
    for (size_t piece = pieces_.size(); !is_done && piece-- > 0;) is_done = add(pieces_[piece]);
  }
  // All bytes; none are left.
  std::vector<std::byte> take() {
    assert(are_kept_);
    std::vector<std::byte> bytes;
    bytes.reserve(size());
    move_behind(bytes);
    return bytes;
  }
  // Moves all bytes behind those of a vector that has room for them; none are left.
  void move_behind(std::vector<std::byte>& bytes) {
    assert(are_kept_);
    pieces_.push_back(std::move(last_));
    last_ = {};
    for (std::vector<std::byte>& piece : pieces_) {
      bytes.insert(bytes.end(), piece.begin(), piece.end());
      std::vector<std::byte>().swap(piece);
    }
    pieces_.clear();
    full_ = 0;
  }

 private:
  static constexpr size_t kPiece = 1 << 18;

  void end_piece() {
    ++full_;
    if (!are_kept_) pieces_.clear();
    pieces_.push_back(std::move(last_));
    last_ = {};
    last_.reserve(kPiece);
  }

  bool are_kept_;
  size_t full_ = 0;                             // the number of full pieces
  std::vector<std::vector<std::byte>> pieces_;  // the full pieces; if bytes are not kept, the latest of them alone
  std::vector<std::byte> last_;
};

// Reading past the end gives zeros; that, and an integer above its maximum (which reads as 0), set failed() for good.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

  uint8_t byte() {
    if (rest_.empty()) {
      failed_ = true;
      return 0;
    }
    const auto value = std::to_integer<uint8_t>(rest_.front());
    rest_ = rest_.subspan(1);
    return value;
  }
  uint64_t integer(uint64_t maximum = ~uint64_t{0}) {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t b = byte();
      value |= uint64_t{b & 0x7fu} << shift;
      if (b < 0x80) {
        if (value > maximum || (shift == 63 && b > 1)) failed_ = true;  // the tenth byte holds the 64th bit only
        return failed_ ? 0 : value;
      }
    }
    failed_ = true;
    return 0;
  }
  double float64() {
    uint64_t bits = 0;
    for (int shift = 0; shift < 64; shift += 8) bits |= uint64_t{byte()} << shift;
    return std::bit_cast<double>(bits);
  }
  uint32_t fixed32() {
    uint32_t value = 0;
    for (int shift = 0; shift < 32; shift += 8) value |= uint32_t{byte()} << shift;
    return value;
  }
  float float32() { return std::bit_cast<float>(fixed32()); }
  std::span<const std::byte> take(uint64_t count) {
    if (count > rest_.size()) {
      failed_ = true;
      return {};
    }
    const auto taken = rest_.first(static_cast<size_t>(count));
    rest_ = rest_.subspan(static_cast<size_t>(count));
    return taken;
  }
  std::span<const std::byte> rest() const { return rest_; }
  bool failed() const { return failed_; }

 private:
  std::span<const std::byte> rest_;
  bool failed_ = false;
};

}  // namespace laq
