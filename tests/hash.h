// Hashes, by which tests compare content of an earlier day.
#pragma once

#include <cstdint>

namespace laq::test {

// FNV-1a, of bytes that are added one by one.
class Hash {
 public:
  void add(uint32_t byte) { value_ = (value_ ^ byte) * 0x100000001b3u; }
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0xcbf29ce484222325u;
};

}  // namespace laq::test
