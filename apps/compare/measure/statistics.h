// Bjontegaard rates of a comparison: for each image, and over the images of a class.
#pragma once

#include <string>
#include <vector>

#include "compare/measure/results.h"

namespace laq::compare {

// The codec that is the zero of the rates if the user names none: jxl-e7, else the first that is not laq, else the
// first. codecs: at least one.
std::string default_anchor(const std::vector<CodecEntry>& codecs);

// Fills results.rates and results.image_rates from the points, against results.anchor. Images whose curves do not
// overlap are counted and named, not left out in silence. Classes have rows of their own where there are several.
void add_rates(Results& results);

// Fills results.lossless from the points of arrays of which no loss was asked, by a quality of 0, and that have none.
void add_lossless(Results& results);

// Of sorted values, at least one; share 0..1, interpolated linearly.
double percentile(const std::vector<double>& sorted, double share);

}  // namespace laq::compare
