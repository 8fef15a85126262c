// The curve of rate and distortion, judged by samples of an array: where a step lies on it is told in a small part of
// the time that the array takes.
#pragma once

#include <vector>

#include "array/search/chunk_sample.h"
#include "array/search/recipe_search.h"
#include "array/stage.h"
#include "array/statistics.h"

namespace laq::array {

// A chunk and samples of it, which grow.
struct SampledChunk {
  ChunkFormat format;
  std::vector<ChunkSample> samples;
};

class SampledCurve {
 public:
  // chunks: none if the array is too small to be worth it; all have the same number of samples.
  SampledCurve(std::vector<SampledChunk> chunks, int effort);

  bool is_empty() const { return chunks_.empty(); }

  struct Point {
    double bits = 0;  // of an element
    Distortion distortion = {};
  };
  // By the first samples, until grow() is called. The recipes of the first step that is asked for serve the others,
  // too.
  Point at_step(double step);
  // Without loss.
  Point exact() const;
  // Lets the next step be raced anew, because it is far from the one that was.
  void race_again();
  // Goes on to larger samples; false if there are none.
  bool grow();
  // What the steps cost that may serve the chunks, as far as at_step() has tried.
  std::vector<std::vector<Promise>> promises() const;

 private:
  CodedChunk code(size_t chunk, double step);

  std::vector<SampledChunk> chunks_;
  int effort_;
  size_t size_ = 0;              // the samples in use
  std::vector<StepRace> races_;  // of the chunks
  std::vector<Recipe> recipes_;  // of the samples in use; empty if they have not been raced
};

}  // namespace laq::array
