// Damage to bytes, the same way each time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

using Bytes = std::vector<std::byte>;

class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  // Below `count`, which is not 0. (Distributions of the standard library differ between libraries.)
  size_t below(size_t count) { return random_() % count; }

  void mutate(Bytes& bytes) {
    for (size_t i = 0, count = 1 + below(4); i < count && !bytes.empty(); ++i) mutate_once(bytes);
  }

 private:
  // Headers and tables stand in front: they get half of the damage.
  size_t place(const Bytes& bytes) { return below(below(2) == 0 ? std::min<size_t>(bytes.size(), 48) : bytes.size()); }
  std::byte any_byte() {
    constexpr std::byte kEnds[] = {std::byte{0}, std::byte{1}, std::byte{0x7f}, std::byte{0x80}, std::byte{0xff}};
    return below(2) == 0 ? kEnds[below(5)] : static_cast<std::byte>(random_());
  }
  void mutate_once(Bytes& bytes) {
    const size_t at = place(bytes);
    const auto where = bytes.begin() + static_cast<ptrdiff_t>(at);
    const size_t length = 1 + below(std::min<size_t>(16, bytes.size() - at));
    const auto end = where + static_cast<ptrdiff_t>(length);
    switch (below(7)) {
      case 0:
      case 1:
        *where ^= static_cast<std::byte>(1 << below(8));
        break;
      case 2:
        *where = any_byte();
        break;
      case 3:
        std::generate(where, end, [&] { return any_byte(); });
        break;
      case 4:
        bytes.erase(where, end);
        break;
      case 5:
        bytes.insert(where, length, any_byte());
        break;
      default:
        bytes.resize(at);
    }
  }

  std::mt19937 random_;
};
