// The encoder of chunks: it looks for the recipe that serves a chunk best.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "array/search/race.h"
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
  bool is_tentative = false;  // see ChunkHints
  double lead = 1;            // what the second best cost, as a multiple of this one's cost; 1 if only one was tried
  std::vector<Promise> promises = {};  // those of the hints, and what the steps have cost that were tried
};

// What a search for a step knows of a chunk.
struct ChunkHints {
  // What samples of the chunk promise; empty if they are to be raced.
  std::span<const Promise> promises = {};
  // Whether a coded chunk is so near to what is looked for that other steps are worth trying; if not, the result is
  // tentative. Null: always.
  std::function<bool(size_t stream_bytes, const Distortion& distortion)> is_near = nullptr;
};

// elements: packed, format.bytes() of them. known: a recipe to use without a search; empty to search. Steps of it that
// this chunk cannot be coded by are searched anew.
CodedChunk encode_chunk(const ChunkFormat& format, std::span<const std::byte> elements,
                        const SearchSettings& settings = {}, std::span<const Step> known = {},
                        const ChunkHints& hints = {});

// A race over samples of a chunk whose tolerance is being looked for: it may change from one sample to the next.
class StepRace {
 public:
  // format: of the chunk; its fidelity is a mean squared error.
  StepRace(const ChunkFormat& format, const SearchSettings& settings);

  // Codes a sample by all steps that are left; samples grow. The best that loses something, or else the best.
  CodedChunk run(const ChunkSample& sample, double tolerance);
  // Empty if they do not serve the chunk.
  std::vector<Promise> promises() const;

 private:
  SearchSettings settings_;
  bool is_fast_;
  Race race_;
};

}  // namespace laq::array
