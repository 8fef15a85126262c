// The payload of an array: header, table of sizes, chunks. The specification is docs/format.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include <laq/array.hpp>

#include "array/chunk_codec.h"
#include "base/bytes.h"

namespace laq::array {

inline constexpr int kMaxSides = 4;
inline constexpr uint64_t kMaxElements = uint64_t{1} << 40;
inline constexpr uint32_t kMinChunkElements = 1 << 8;  // that an encoder is asked for
inline constexpr uint32_t kMaxChunkElements = 1 << 21;

using Sides = std::array<uint64_t, kMaxSides>;

// The sides of an array, with 1 in front where it has fewer than four.
Sides sides_of(const std::vector<uint64_t>& shape);

struct ArrayHeader {
  ArrayInfo info;  // but for the chunks, which only read() fills in
  Fidelity fidelity = Fidelity::max_error;
  double tolerance = 0;                           // see Fidelity
  std::array<uint32_t, kMaxSides> chunk_sides{};  // of arrays with fewer sides, the first ones are 1

  uint64_t elements() const;
  uint64_t chunks() const;

  void write(ByteWriter& writer) const;
  static Result<ArrayHeader> read(ByteReader& reader);
};

// The product of the sides; more than kMaxElements where that is exceeded.
uint64_t element_count(const std::vector<uint64_t>& shape);

// What the finite elements of an array are like. Range and squares are in units of 2^exponent, so that they are
// numbers of moderate size whatever the scale of the elements.
struct ArrayStatistics {
  double least = 0, greatest = 0;
  int exponent = 0;  // of the largest size, see exponent_of
  double range = 0;  // the greatest less the least
  double mean_square = 0;
  uint64_t count = 0;
};
ArrayStatistics statistics_of(const ArrayView& array);

// An error where an element lies outside of what the significant bits hold, which decoders limit elements to.
std::optional<Error> check_significant_bits(const ArrayView& array);

struct EncodedArray {
  std::vector<std::byte> payload;
  Distortion distortion;
  std::vector<std::byte> recipes;  // first bytes of streams, but for what each finds out: how the chunks were coded
};

// How the chunks are to be coded: see ChunkSearch.
struct ChunkRecipes {
  std::span<const std::byte> as_before = {};  // those of an encoding of the same array; or empty
  bool are_gradual = false;
};

// Codes an array, which has been checked. The target of the options is only written down. May throw std::bad_alloc.
Result<EncodedArray> encode_array_payload(const ArrayView& array, Fidelity fidelity, double tolerance,
                                          const ArrayEncodeOptions& options, const ChunkRecipes& recipes = {});
// region: null for the whole array.
Result<Array> decode_array_payload(std::span<const std::byte> payload, const ArrayRegion* region,
                                   const DecodeOptions& options);

}  // namespace laq::array
