#include "transform/wavelet.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace laq {
namespace {

constexpr std::array<double, 4> kLift = {-1.586134342059924, -0.052980118572961, 0.882911075530934, 0.443506852043971};
constexpr double kScale = 1.149604398860241;  // of low coefficients; high ones are divided by it
constexpr int kBlock = 16;                    // lines that are transformed at once

// even or odd elements += weight * (sum of their neighbours), mirrored at the ends.
template <int kWidth>
void lift(double* data, int length, int parity, double weight) {
  for (int i = parity; i < length; i += 2) {
    const double* const before = data + (i > 0 ? i - 1 : std::min(1, length - 1)) * kWidth;
    const double* const after = data + (i + 1 < length ? i + 1 : i - 1) * kWidth;
    double* const at = data + i * kWidth;
    for (int k = 0; k < kWidth; ++k) at[k] += weight * (before[k] + after[k]);
  }
}

// The place of a line's element `i` in its halves.
int split_place(int i, int length) {
  return i % 2 == 0 ? i / 2 : (length + 1) / 2 + i / 2;
}

template <int kWidth>
void forward_block(const Lines& lines, double* scratch) {
  for (int i = 0; i < lines.length; ++i) {
    for (int k = 0; k < kWidth; ++k) scratch[i * kWidth + k] = lines.data[i * lines.stride + k * lines.distance];
  }
  for (int s = 0; s < 4; ++s) lift<kWidth>(scratch, lines.length, 1 - s % 2, kLift[s]);
  for (int i = 0; i < lines.length; ++i) {
    double* const out = lines.data + split_place(i, lines.length) * lines.stride;
    const double scale = i % 2 == 0 ? kScale : 1 / kScale;
    for (int k = 0; k < kWidth; ++k) out[k * lines.distance] = scratch[i * kWidth + k] * scale;
  }
}

template <int kWidth>
void inverse_block(const Lines& lines, double* scratch) {
  for (int i = 0; i < lines.length; ++i) {
    const double* const in = lines.data + split_place(i, lines.length) * lines.stride;
    const double scale = i % 2 == 0 ? 1 / kScale : kScale;
    for (int k = 0; k < kWidth; ++k) scratch[i * kWidth + k] = in[k * lines.distance] * scale;
  }
  for (int s = 3; s >= 0; --s) lift<kWidth>(scratch, lines.length, 1 - s % 2, -kLift[s]);
  for (int i = 0; i < lines.length; ++i) {
    for (int k = 0; k < kWidth; ++k) lines.data[i * lines.stride + k * lines.distance] = scratch[i * kWidth + k];
  }
}

// Calls block(lines, scratch) for kBlock lines at once, and for the last ones one by one.
template <class Many, class One>
void in_blocks(const Lines& lines, std::vector<double>& scratch, Many&& many, One&& one) {
  if (lines.length < 2) return;
  scratch.resize(Wavelet::scratch_bytes(lines.length, lines.count) / sizeof(double));
  Lines part = lines;
  int line = 0;
  for (; line + kBlock <= lines.count; line += kBlock, part.data += kBlock * lines.distance) many(part, scratch.data());
  for (; line < lines.count; ++line, part.data += lines.distance) one(part, scratch.data());
}

// The norms of the impulse responses of the inverse transform.
struct Norms {
  static constexpr int kLevels = 8;
  std::array<double, kLevels> low, high;

  Norms() {
    for (int level = 0; level < kLevels; ++level) {
      low[level] = norm(level, false);
      high[level] = norm(level, true);
    }
  }

  static double norm(int level, bool is_high) {
    const int length = 64 << level;
    std::vector<double> line(length);
    const int half = 32;  // elements of the low half after `level + 1` splits
    line[is_high ? half + half / 2 : half / 2] = 1;
    Wavelet wavelet;
    for (int l = level; l >= 0; --l) wavelet.inverse({line.data(), length >> l, 1, 1, 1});
    double squares = 0;
    for (const double value : line) squares += value * value;
    return std::sqrt(squares);
  }
};
const Norms& norms() {
  static const Norms kNorms;
  return kNorms;
}

}  // namespace

void Wavelet::forward(const Lines& lines) {
  in_blocks(lines, scratch_, forward_block<kBlock>, forward_block<1>);
}

void Wavelet::inverse(const Lines& lines) {
  in_blocks(lines, scratch_, inverse_block<kBlock>, inverse_block<1>);
}

size_t Wavelet::scratch_bytes(int length, int count) {
  return static_cast<size_t>(length) * (count >= kBlock ? kBlock : 1) * sizeof(double);
}

double Wavelet::low_norm(int level) {
  return norms().low[std::min(level, Norms::kLevels - 1)];
}
double Wavelet::high_norm(int level) {
  return norms().high[std::min(level, Norms::kLevels - 1)];
}

}  // namespace laq
