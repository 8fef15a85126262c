// The header of an array payload: what holds for the whole array.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <laq/array.hpp>

#include "array/chunk.h"
#include "base/bytes.h"

namespace laq::array {

inline constexpr int kMaxSides = 4;
inline constexpr uint64_t kMaxElements = uint64_t{1} << 40;
inline constexpr uint32_t kMinChunkElements = 1 << 8;  // that an encoder may be asked for
inline constexpr uint32_t kMaxChunkElements = 1 << 21;
inline constexpr uint64_t kMaxChunks = std::numeric_limits<int>::max();

using Sides = std::array<uint64_t, kMaxSides>;

// The sides of an array, with 1 in front if it has fewer than four.
Sides sides_of(const std::vector<uint64_t>& shape);

// Whether a box with these sides has no elements. Its other sides may have any size.
bool is_empty(const Sides& sides);

// The product of the sides; more than kMaxElements if that is exceeded.
uint64_t element_count(const std::vector<uint64_t>& shape);

struct ArrayHeader {
  ArrayInfo info;  // without the chunks, which only read() fills in
  Fidelity fidelity = Fidelity::max_error;
  double tolerance = 0;                           // see Fidelity
  std::array<uint32_t, kMaxSides> chunk_sides{};  // the first ones are 1 if the array has fewer sides

  uint64_t elements() const;
  uint64_t chunks() const;
  ChunkFormat chunk_format(const Grid& grid) const {
    return {info.type, grid, fidelity, tolerance, info.signal.significant_bits};
  }

  void write(ByteWriter& writer) const;
  static Result<ArrayHeader> read(ByteReader& reader);
};

}  // namespace laq::array
