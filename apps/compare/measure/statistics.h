// Bjontegaard rates of a comparison: for each image, and over the images of a class.
#pragma once

#include <string>
#include <vector>

#include "compare/measure/results.h"

namespace laq::compare {

// The codec that rates are relative to if the user names none, and why it is. For pictures it is jxl-e7 if that is
// compared. Otherwise it is the codec whose scores meet those of the others most often, counted over codecs and images;
// of several the first peer, or laq if no peer is among them. There must be a codec.
struct Anchor {
  std::string codec;
  std::string reason;
};
Anchor default_anchor(const Results& results);

// Computes results.rates and results.image_rates from the points, relative to results.anchor. Images whose curves do
// not overlap are counted and named; a codec with one point is compared at its score, if scores are decibels or
// logarithms. If there are several classes, each has rows of its own.
void add_rates(Results& results);

// Computes results.lossless from the points of arrays and models with a quality of 0, which asks for no loss, and no
// error.
void add_lossless(Results& results);

// The value below which a share (0..1) of the sorted values lies, interpolated linearly. There must be a value.
double percentile(const std::vector<double>& sorted, double share);

}  // namespace laq::compare
