#include "array/chunk_layout.h"

#include <algorithm>
#include <utility>

#include "array/box.h"

namespace laq::array {

ChunkLayout::ChunkLayout(const Sides& whole, const ChunkSides& chunk_sides, const Cuts& cuts)
    : chunk_sides_(chunk_sides) {
  for (int axis = 0; axis < kMaxSides; ++axis) {
    uint64_t begin = 0, chunks = 0;
    const auto add_until = [&](uint64_t end) {
      pieces_[axis].push_back({begin, end, chunks});
      chunks += (end - begin + chunk_sides[axis] - 1) / chunk_sides[axis];
      begin = end;
    };
    pieces_[axis].reserve(cuts[axis].size() + 1);
    for (const uint64_t cut : cuts[axis]) add_until(cut);
    add_until(whole[axis]);
    counts_[axis] = chunks;
  }
}

uint64_t ChunkLayout::count() const {
  if (is_empty(counts_)) return 0;
  return counts_[0] * counts_[1] * counts_[2] * counts_[3];
}

Box ChunkLayout::box_of(uint64_t chunk) const {
  Box box;
  for (int axis = kMaxSides - 1; axis >= 0; --axis) {
    const uint64_t along = chunk % counts_[axis];
    chunk /= counts_[axis];
    const auto after = std::ranges::upper_bound(pieces_[axis], along, {}, &Piece::first_chunk);
    const Piece& piece = *(after - 1);
    box.begin[axis] = piece.begin + (along - piece.first_chunk) * chunk_sides_[axis];
    box.size[axis] = std::min<uint64_t>(chunk_sides_[axis], piece.end - box.begin[axis]);
  }
  return box;
}

uint64_t ChunkLayout::chunk_at(int axis, uint64_t place) const {
  const auto after = std::ranges::upper_bound(pieces_[axis], place, {}, &Piece::begin);
  const Piece& piece = *(after - 1);
  return piece.first_chunk + (place - piece.begin) / chunk_sides_[axis];
}

std::vector<uint64_t> ChunkLayout::chunks_of(const Box& region) const {
  if (is_empty(region.size)) return {};
  std::vector<uint64_t> chunks = {0};
  for (int axis = 0; axis < kMaxSides; ++axis) {
    const uint64_t first = chunk_at(axis, region.begin[axis]), last = chunk_at(axis, region.end(axis) - 1);
    std::vector<uint64_t> next;
    next.reserve(chunks.size() * (last - first + 1));
    for (const uint64_t before : chunks) {
      for (uint64_t along = first; along <= last; ++along) next.push_back(before * counts_[axis] + along);
    }
    chunks = std::move(next);
  }
  return chunks;
}

}  // namespace laq::array
