// Figures of power spectra: of a signal, of what it is decoded to, and of the error.
#pragma once

#include <string>
#include <vector>

#include "inspect/page.h"
#include "measures/spectrum.h"

namespace laq::command {

struct NamedSpectrum {
  std::string name;  // "original", "decoded", "error"
  std::vector<spectrum::Point> points;
};

// The looks of the series of the page's charts: a NamedSpectrum has that of its name.
std::vector<compare::Look> looks_of_page();
size_t look_of(const std::string& name);

// The power that a quantizer's noise would have at every frequency.
struct NoiseLevel {
  std::string name;
  double power = 0;  // 0: not known
};

// The curves of power over frequency; the noise is a dotted line. unit: of the frequencies.
Figure spectrum_chart(const std::string& shows, const std::vector<NamedSpectrum>& spectra, const NoiseLevel& noise,
                      const std::string& unit);

// The power of an area over both frequencies, from `low` to `high` decibels.
Figure area_spectrum_map(const std::string& name, const std::string& title, const std::string& shows,
                         const spectrum::AreaSpectrum& area, double low, double high);

// Decibels of the power below which a share of the frequencies lies.
double decibels_at(const spectrum::AreaSpectrum& area, double share);

}  // namespace laq::command
