// The curve of rate and distortion, judged by samples of an array: where a step lies on it is told in a small part of
// the time that the array takes.
#pragma once

#include <vector>

#include "array/search/chunk_sample.h"
#include "array/stage.h"
#include "array/statistics.h"

namespace laq::array {

class SampledCurve {
 public:
  // samples: none if the array is too small to be worth it.
  SampledCurve(std::vector<ChunkSample> samples, int effort);

  bool is_empty() const { return samples_.empty(); }

  struct Point {
    double bits = 0;  // of an element
    Distortion distortion = {};
  };
  // The recipes of the first step that is asked for serve the others, too.
  Point at_step(double step);
  // Without loss.
  Point exact() const;

 private:
  std::vector<ChunkSample> samples_;
  int effort_;
  std::vector<Recipe> recipes_;  // of the samples
};

}  // namespace laq::array
