// Encoding of an array payload: header, table of sizes, chunks. The specification is docs/format.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <laq/array.hpp>

#include "array/box.h"
#include "array/chunk.h"
#include "array/coded_array.h"
#include "array/header.h"
#include "array/search/sampled_curve.h"
#include "array/stage.h"
#include "array/statistics.h"

namespace laq::array {

struct EncodedArray {
  std::vector<std::byte> payload;
  Distortion distortion;
  std::vector<Recipe> recipes;                      // of the chunks
  bool is_tentative = false;                        // whether a chunk is, see ChunkHints
  double lead = 1;                                  // the least of the chunks, see CodedChunk
  std::vector<std::vector<Promise>> promises = {};  // of the chunks, see CodedChunk
};

// A part of what is coded that has a loss of its own.
struct PartLoss {
  Box box;
  Loss loss;
};

// How much elements may lose, and the recipes to use.
struct PayloadSettings {
  Fidelity fidelity = Fidelity::max_error;
  double tolerance = 0;  // see Fidelity
  // See SearchSettings.
  bool is_gradual = false;
  // The recipes of an encoding of the same array, to be used again; empty to search.
  std::vector<Recipe> recipes = {};
  // The forecasts for each chunk from samples, and the test whether a result is near the target: see ChunkHints. Both
  // are optional.
  std::vector<std::vector<Promise>> promises = {};
  std::function<bool(size_t stream_bytes, const Distortion& distortion)> is_near = nullptr;
  std::vector<PartLoss> parts = {};  // of which the last one that holds an element counts
};

// The sides of chunks of an array with these sides, of as many elements as the options say: the longest side is halved
// until they are small enough. The first of four sides counts independent fields, and a chunk holds one of them, unless
// they are so small that they gain by learning from each other, or have a side of 1 and so are slices of one field.
ChunkSides chunk_sides_of(const Sides& sides, const ArrayEncodeOptions& options);

// Codes an array, which has been checked. The target of the options is only written down. May throw std::bad_alloc.
Result<EncodedArray> encode_payload(const CodedArray& array, const PayloadSettings& settings,
                                    const ArrayEncodeOptions& options);

// The same for a payload that is not kept in memory: see encode_array_to().
Result<uint64_t> encode_payload_to(const PutBytes& put, const CodedArray& array, const PayloadSettings& settings,
                                   const ArrayEncodeOptions& options);

// The number of chunks of an array, and of elements in the first one.
struct ChunkCount {
  uint64_t chunks;
  uint64_t elements;
};
ChunkCount count_chunks(const CodedArray& array, const ArrayEncodeOptions& options);

// Samples of `count` chunks of an array, which has been checked, of about so many elements each.
std::vector<SampledChunk> sample_chunks(const CodedArray& array, const ArrayEncodeOptions& options, uint64_t count,
                                        std::span<const size_t> sizes);

}  // namespace laq::array
