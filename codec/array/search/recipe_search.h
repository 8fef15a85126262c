// The encoder of chunks: it looks for the recipe that serves a chunk best.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "array/stage.h"
#include "array/statistics.h"

namespace laq::array {

struct SearchSettings {
  int effort = 5;  // see ArrayEncodeOptions
  // Only recipes whose bytes follow the tolerance closely are tried: none without loss, nor predictions of integers,
  // whose steps are 1, 3, 5 and so on.
  bool is_gradual = false;
  // Whether stages that have a handicap are tried.
  bool tries_slow = true;
};

struct CodedChunk {
  std::vector<std::byte> stream;  // has least_stream_bytes() of them, or more
  Recipe recipe;
  Distortion distortion;
};

// elements: packed, format.bytes() of them. known: a recipe to use without a search; empty to search. Steps of it that
// this chunk cannot be coded by are searched anew.
CodedChunk encode_chunk(const ChunkFormat& format, std::span<const std::byte> elements,
                        const SearchSettings& settings = {}, std::span<const Step> known = {});

}  // namespace laq::array
