// Charts of power spectra: decibels over the logarithm of the frequency.
#pragma once

#include <string>
#include <vector>

#include "compare/report/chart.h"
#include "measures/spectrum.h"

namespace laq::compare {

// What a page says where spectrum::is_available() is false.
inline constexpr char kNoSpectra[] = "This build has no FFTW (Debian: libfftw3-dev), so spectra are left out.";

// A power in decibels; finite for no power too.
double decibels(double power);

// A chart with the axes of spectra and without series. unit: of the frequencies.
Chart spectrum_axes(const std::string& description, const std::string& unit);

// The curve of a spectrum. Frequencies without power are left out; neighbours within a ratio are averaged, so that the
// octaves have about as many points.
ChartSeries spectrum_curve(size_t look, const std::string& name, const std::vector<spectrum::Point>& spectrum);

}  // namespace laq::compare
