// How the sides of what is coded are cut into chunks. Cuts divide each side into pieces, mostly one, and every piece is
// divided into chunks of the same size from its beginning on; the last chunk of a piece may be shorter. Chunks are
// numbered row by row, the last side fastest.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "array/coded_layout.h"

namespace laq::array {

// Along each side the places where a piece ends and another one begins: ascending, and within the side.
using Cuts = std::array<std::vector<uint64_t>, kMaxSides>;
using ChunkSides = std::array<uint32_t, kMaxSides>;

// What makes the layout of chunks, beside the sides of the whole.
struct Chunking {
  ChunkSides sides;
  Cuts cuts;
};

struct Box;

class ChunkLayout {
 public:
  // chunk_sides: the most that a chunk has of each side, at least 1.
  ChunkLayout(const Sides& whole, const ChunkSides& chunk_sides, const Cuts& cuts);

  uint64_t count() const;
  Box box_of(uint64_t chunk) const;
  // The numbers of the chunks that hold elements of a region, ascending.
  std::vector<uint64_t> chunks_of(const Box& region) const;

 private:
  struct Piece {
    uint64_t begin, end;
    uint64_t first_chunk;  // among those along the side
  };

  // The chunk along a side that holds an element.
  uint64_t chunk_at(int axis, uint64_t place) const;

  std::array<std::vector<Piece>, kMaxSides> pieces_;
  ChunkSides chunk_sides_;
  Sides counts_;  // of chunks along each side
};

}  // namespace laq::array
