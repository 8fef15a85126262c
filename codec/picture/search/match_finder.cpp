#include "picture/search/match_finder.h"

namespace laq::picture {
namespace {

constexpr uint32_t kBase = 0x9e3779b1;  // of polynomials, odd

uint32_t mixed(uint32_t hash) {
  hash ^= hash >> 15;
  hash *= 0x2c1b3c6d;
  return hash ^ hash >> 13;
}

// The polynomial of `count` values, `step` apart.
uint32_t polynomial(const uint32_t* values, int count, ptrdiff_t step) {
  uint32_t sum = 0;
  for (int i = 0; i < count; ++i) sum = sum * kBase + values[i * step];
  return sum;
}

}  // namespace

MatchFinder::MatchFinder(std::span<const Plane<uint16_t>> source, const Rectangle& tile)
    : tile_(tile), stride_(tile.x1 - tile.x0), squares_{{{4, {}, {}, {}}, {8, {}, {}, {}}}} {
  const int height = tile.y1 - tile.y0;
  const size_t count = static_cast<size_t>(stride_) * height;
  std::vector<uint32_t> samples(count), rows(count);
  for (int y = 0; y < height; ++y) {
    uint32_t* const out = samples.data() + static_cast<size_t>(y) * stride_;
    for (const Plane<uint16_t>& plane : source) {
      const uint16_t* const row = plane.row(tile.y0 + y) + tile.x0;
      for (int x = 0; x < stride_; ++x) out[x] = mixed(out[x] + row[x] + 1);
    }
  }
  for (Squares& squares : squares_) {
    const int side = squares.side;
    const std::array<uint32_t, 8> ones = {1, 1, 1, 1, 1, 1, 1, 1};
    const uint32_t weight = polynomial(ones.data(), side, 1);
    squares.hashes.assign(count, kFlat);
    for (size_t i = 0; i + side <= count; ++i) rows[i] = polynomial(samples.data() + i, side, 1);
    for (int y = 0; y + side <= height; ++y) {
      for (int x = 0; x + side <= stride_; ++x) {
        const size_t place = static_cast<size_t>(y) * stride_ + x;
        const uint32_t sum = polynomial(rows.data() + place, side, stride_);
        if (sum != samples[place] * weight * weight) squares.hashes[place] = mixed(sum) * kBase;
      }
    }
    // Sorted by bucket: counted, then put down.
    squares.buckets.assign((size_t{1} << kBucketBits) + 2, 0);
    const auto for_each_place = [&](auto&& action) {
      for (size_t place = 0; place < count; ++place) {
        if (squares.hashes[place] != kFlat)
          action(static_cast<int32_t>(place), squares.hashes[place] >> (32 - kBucketBits));
      }
    };
    for_each_place([&](int32_t, uint32_t bucket) { ++squares.buckets[bucket + 2]; });
    for (size_t i = 1; i < squares.buckets.size(); ++i) squares.buckets[i] += squares.buckets[i - 1];
    squares.places.resize(squares.buckets.back());
    for_each_place([&](int32_t place, uint32_t bucket) { squares.places[squares.buckets[bucket + 1]++] = place; });
  }
}

}  // namespace laq::picture
