// MatchFinder: where the samples of a block stand elsewhere in its tile, by hashes of small squares.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/plane.h"
#include "picture/syntax/block.h"

namespace laq::picture {

class MatchFinder {
 public:
  // source: planes of the group, all of them to match.
  MatchFinder(std::span<const Plane<uint16_t>> source, const Rectangle& tile);

  // Calls candidate(vector) for places that a block can perhaps copy: whose samples equal the block's in one square at
  // least. Those just before the block in raster order come first.
  template <class Candidate>
  void for_each_match(const Block& block, Candidate&& candidate) const {
    const Squares& squares = squares_[std::min(block.shape.log2_width, block.shape.log2_height) > 2];
    int asked = 0;
    for (int dy = 0; dy < block.height() && asked < kMostAsked; dy += squares.side) {
      for (int dx = 0; dx < block.width() && asked < kMostAsked; dx += squares.side) {
        const uint32_t hash = hash_at(squares, block.x + dx, block.y + dy);
        if (hash == kFlat) continue;
        ++asked;
        // No place below this superblock row is decoded.
        const int end = ((block.y & -kSuperblockSize) + kSuperblockSize - tile_.y0) * stride_;
        const auto bucket = squares.bucket(hash);
        auto place = std::lower_bound(bucket.begin(), bucket.end(), end);
        for (int looked = 0; looked < kMostLooked && place != bucket.begin(); ++looked) {
          --place;
          if (squares.hashes[*place] != hash) continue;
          candidate(BlockVector{static_cast<int16_t>(tile_.x0 + *place % stride_ - block.x - dx),
                                static_cast<int16_t>(tile_.y0 + *place / stride_ - block.y - dy)});
        }
      }
    }
  }

 private:
  static constexpr int kMostAsked = 4;    // squares of a block
  static constexpr int kMostLooked = 48;  // places for each
  static constexpr int kBucketBits = 16;
  static constexpr uint32_t kFlat = 0;  // of squares of one colour, which prediction finds

  struct Squares {
    int side;
    std::vector<uint32_t> hashes;   // by place: x + y * stride in the tile
    std::vector<int32_t> places;    // by bucket, in raster order
    std::vector<uint32_t> buckets;  // where they begin, and the end of the last

    std::span<const int32_t> bucket(uint32_t hash) const {
      const uint32_t index = hash >> (32 - kBucketBits);
      return std::span(places).subspan(buckets[index], buckets[index + 1] - buckets[index]);
    }
  };

  uint32_t hash_at(const Squares& squares, int x, int y) const {
    return squares.hashes[static_cast<size_t>(y - tile_.y0) * stride_ + x - tile_.x0];
  }

  Rectangle tile_;
  int stride_;
  std::array<Squares, 2> squares_;
};

}  // namespace laq::picture
