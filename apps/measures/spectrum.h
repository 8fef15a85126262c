// Power spectra, by FFTW: how much of a signal's power lies at which frequency. By Welch's method: the signal is cut
// into windows, and the spectra of these are averaged. Source: P. Welch, "The use of fast Fourier transform for the
// estimation of power spectra", 1967.
//
// A power is |transform|^2 / (elements of the window): white noise has its variance at every frequency, so the noise of
// a quantizer with the step s, s^2 / 12, can be drawn beside a spectrum. Without a taper the mean over all frequencies
// is the mean square of the elements (Parseval). Frequencies are in cycles an element, up to 0.5.
//
// The functions are not to be called from two threads at once.
#pragma once

#include <span>
#include <vector>

namespace laq::spectrum {

// Whether this build has FFTW. Without it all spectra are empty.
bool is_available();

enum class Taper {
  none,
  hann,  // removes the mean of a window and fades it out towards its ends, where it would not go on as it begins
};

// The power of an area at each frequency, frequency 0 at row rows / 2 and column columns / 2.
struct AreaSpectrum {
  int rows = 0, columns = 0;
  std::vector<double> power;  // packed row by row; empty if there is none
};

struct Point {
  double frequency;
  double power;
};

inline constexpr int kAreaWindow = 256;   // elements a side of a window, or as many as the area has
inline constexpr int kLineWindow = 4096;  // elements of a window, or as many as the line has

// values: rows x columns of them, packed. Elements that are not finite count as 0.
AreaSpectrum spectrum_of_area(std::span<const double> values, int rows, int columns, Taper taper = Taper::hann);

// The mean power by distance from frequency 0, which itself is left out: one point for each ring of frequencies.
std::vector<Point> radial_mean(const AreaSpectrum& spectrum);

// The mean spectrum of lines of so many elements each, which stand one after the other; frequency 0 is the first point.
std::vector<Point> spectrum_of_lines(std::span<const double> values, size_t length, Taper taper = Taper::hann);

}  // namespace laq::spectrum
