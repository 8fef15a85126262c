// The search for the step of an array whose target is a number of decibels, or of bits: the largest step that reaches
// the decibels, or the smallest that keeps within the bits. It runs in units of the statistics, so that the scale of
// the elements does not matter.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include <laq/array.hpp>

#include "array/encoder.h"
#include "array/payload_encoder.h"
#include "array/statistics.h"

namespace laq::array {

class StepSearch {
 public:
  // All references must outlive the search.
  StepSearch(const ArrayView& array, const Statistics& statistics, const ArrayEncodeOptions& options,
             const FileBytes& file_bytes);

  // The payload. May throw std::bad_alloc.
  Result<std::vector<std::byte>> run();

 private:
  // A step that was tried. Coarse ones are too large, or the target itself; fine ones are too small.
  struct Trial {
    double exponent;              // log2 of the step
    double excess;                // see excess_of()
    std::vector<Recipe> recipes;  // of the chunks
    bool is_kept;                 // the recipes are those of a trial before
  };

  double bits_of(const EncodedArray& encoded) const;
  // What is beyond the target, about in octaves of the step: the bits of an element grow by one with each octave, or in
  // proportion if there is less than one.
  double excess_of(const EncodedArray& encoded) const;
  // The recipes of a trial with nearly the same step; empty if there is none. Those of the coarse trial come first:
  // between two steps there may lie a jump, say to no loss at all, which the coarse one's recipes do not make.
  std::vector<Recipe> recipes_near(double exponent) const;

  // Takes a trial into account. The next exponent to try; nothing if the target is met closely, or no other step brings
  // it nearer.
  std::optional<double> learn(double exponent, const EncodedArray& encoded, bool is_kept);
  // The next exponent in one direction until the target lies between two trials, with longer strides if short ones
  // bring nothing.
  double beyond(double exponent, double excess);
  // The next exponent beyond a jump, say to no loss at all, which gradual recipes do not make.
  double across(double exponent);
  // The next exponent between the nearest two trials.
  double between() const;

  // Keeps the best encoding that reaches the target: the one of least error within the bits, or of fewest bytes.
  void keep(EncodedArray encoded);

  // Octaves that a result may lie on the right side of the target; for bits, half a percent or two bytes.
  double tolerance() const;
  // The excess to aim at.
  double aim() const;

  double step_of(double exponent) const;
  // The power that decibels are relative to.
  double power() const;
  // The mean squared error at the target in decibels: not a normal number if all elements are the same.
  double wanted_error() const;
  // The exponent of the step to begin with: half a step is about the root mean squared error. exact_bits: what an
  // element takes without loss; each bit less doubles the step.
  double first_guess(double exact_bits) const;

  Result<EncodedArray> encode(const PayloadSettings& settings);
  Result<std::vector<std::byte>> encode_lossless() const;

  const ArrayView& array_;
  const Statistics& statistics_;
  const ArrayEncodeOptions& options_;
  const FileBytes& file_bytes_;
  const bool wants_bits_;
  int encodes_ = 0;
  std::optional<Trial> coarse_, fine_;  // the nearest trials
  double stride_ = 0.25, last_excess_;  // of the last trial in one direction
  bool is_gradual_ = false;             // see SearchSettings
  EncodedArray best_;
  double least_bits_ = std::numeric_limits<double>::infinity();
};

}  // namespace laq::array
