// Where the bytes of a file go while it is made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <utility>
#include <vector>

namespace laq::io {

class ByteSink {
 public:
  virtual ~ByteSink() = default;

  // Puts bytes at a place of the file. Bytes that are there already are replaced; a gap before the place becomes zeros.
  // False after a failure, whose cause the maker of the sink can ask for. Throws nothing.
  virtual bool put(uint64_t place, std::span<const std::byte> bytes) noexcept = 0;
};

// Keeps the file in memory. put() fails if there is not enough of it.
class MemorySink : public ByteSink {
 public:
  bool put(uint64_t place, std::span<const std::byte> bytes) noexcept override {
    if (place > SIZE_MAX - bytes.size()) return false;
    const auto begin = static_cast<size_t>(place);
    try {
      if (begin == bytes_.size()) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        return true;
      }
      if (begin + bytes.size() > bytes_.size()) bytes_.resize(begin + bytes.size());
    } catch (const std::exception&) {  // std::bad_alloc or std::length_error
      return false;
    }
    if (!bytes.empty()) std::memcpy(bytes_.data() + begin, bytes.data(), bytes.size());
    return true;
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace laq::io
