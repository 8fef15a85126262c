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

// Divergences are given beside those of Q4_0 in the same place.
std::string markdown_table(const Measurements& measurements, const std::string& place);
std::string comma_separated(const Measurements& measurements);

// Divergence of the held-out sequences over bits a number, as an SVG document.
std::string chart(const Measurements& measurements, const std::string& place);

}  // namespace laq::model
