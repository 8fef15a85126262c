// What model-bench writes: tables in Markdown, all figures as comma-separated values, and a chart.
#pragma once

#include <string>
#include <vector>

#include "divergence.h"

namespace laq::model {

// A format in one place of the model.
struct Measurement {
  std::string place;  // "weights"
  std::string family, name;
  double bits = 0;                  // a number
  double snr = 0;                   // dB; NaN where it is not measured
  Divergence calibrated, held_out;  // over the sequences for calibration, and over the others
};

using Measurements = std::vector<Measurement>;

// The places of numbers that exist only while the model runs.
inline constexpr const char* kVectorPlaces[] = {"inputs of layers", "all inputs", "keys", "values", "keys and values"};

// Divergences of weights, also as ratios to that of Q4_0; and divergences of the held-out sequences by place.
std::string weights_table(const Measurements& measurements);
std::string vectors_table(const Measurements& measurements);
std::string comma_separated(const Measurements& measurements);

// Divergence of the held-out sequences over bits a number, as an SVG document.
std::string chart(const Measurements& measurements, const std::string& place);

}  // namespace laq::model
