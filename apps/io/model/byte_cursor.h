// Takes numbers and pieces off the front of bytes. What lies behind their end reads as zeros and as nothing, and
// has_failed() tells that it was asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "io/bytes.h"

namespace laq::io {

class ByteCursor {
 public:
  explicit ByteCursor(std::span<const std::byte> bytes, size_t at = 0) : bytes_(bytes), at_(at) {}

  size_t at() const { return at_; }
  uint64_t rest() const { return bytes_.size() - at_; }
  bool has_failed() const { return has_failed_; }

  // A little-endian number of up to eight bytes.
  uint64_t number(size_t size) { return little_endian(take(size), 0, size); }

  std::span<const std::byte> take(uint64_t size) {
    if (size > rest()) {
      has_failed_ = true;
      at_ = bytes_.size();
      return {};
    }
    const auto piece = bytes_.subspan(at_, static_cast<size_t>(size));
    at_ += piece.size();
    return piece;
  }

 private:
  std::span<const std::byte> bytes_;
  size_t at_;
  bool has_failed_ = false;
};

}  // namespace laq::io
