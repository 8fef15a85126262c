// Damaged payloads of pictures without loss, which a decoder refuses or decodes to a picture of the size that it tells.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <random>
#include <vector>

#include "lossless/lossless_codec.h"

namespace laq::test {

// Decodes so many copies of the payload, each of which is cut off or has some bits flipped.
inline void check_damaged(const std::vector<std::byte>& payload, int rounds, std::mt19937& random) {
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::byte> damaged = payload;
    if (round % 3 == 0) {
      damaged.resize(random() % damaged.size());
    } else {
      for (int i = 0; i < 1 + round % 4; ++i)
        damaged[random() % damaged.size()] ^= static_cast<std::byte>(1u << random() % 8);
    }
    DecodeOptions limits;
    limits.max_pixels = 1 << 16;
    const auto result = lossless::decode_picture(damaged, limits);
    if (result.ok()) CHECK(result->samples.size() == result->row_bytes() * result->height);
  }
}

}  // namespace laq::test
