#include "jpeg/borders.h"

#include <algorithm>
#include <cmath>

namespace laq::jpeg {
namespace {

constexpr float kRootOfHalf = 0.70710678118654752f;

// cos(n pi / 16)
constexpr std::array<float, 9> kCosines = {1.0f,
                                           0.98078528040323044f,
                                           0.92387953251128675f,
                                           0.83146961230254524f,
                                           0.70710678118654752f,
                                           0.55557023301960222f,
                                           0.38268343236508977f,
                                           0.19509032201612827f,
                                           0.0f};

constexpr float cosine(int n) {  // of n pi / 16
  n %= 32;
  if (n > 16) n = 32 - n;
  return n <= 8 ? kCosines[n] : -kCosines[16 - n];
}

// kWaves[u][x] = cos((2x + 1) u pi / 16)
constexpr std::array<SideValues, kSide> kWaves = [] {
  std::array<SideValues, kSide> waves{};
  for (int u = 0; u < kSide; ++u) {
    for (int x = 0; x < kSide; ++x) waves[u][x] = cosine((2 * x + 1) * u);
  }
  return waves;
}();

}  // namespace

Dequantization::Dequantization(const QuantizationTable& table) {
  for (int i = 0; i < kBlock; ++i) {
    const float factor = (i % kSide == 0 ? kRootOfHalf : 1.0f) * (i / kSide == 0 ? kRootOfHalf : 1.0f);
    factors[i] = factor * static_cast<float>(std::max<int>(table[i], 1));
  }
}

BlockSamples::BlockSamples(const int16_t* block, const Dequantization& dequantization) {
  // f(x, y) = 1/4 sum T(u, v) cos((2x + 1) u pi / 16) cos((2y + 1) v pi / 16)
  std::array<SideValues, kSide> rows{};     // [v][x]
  std::array<SideValues, kSide> columns{};  // [u][y]
  for (int v = 0; v < kSide; ++v) {
    for (int u = 0; u < kSide; ++u) {
      const int i = kSide * v + u;
      if (i == 0 || block[i] == 0) continue;
      const float value = static_cast<float>(block[i]) * dequantization.factors[i];
      below_[u] += v % 2 == 0 ? value : -value;
      beside_[v] += u % 2 == 0 ? value : -value;
      const float quarter = 0.25f * value;
      for (int x = 0; x < kSide; ++x) rows[v][x] += quarter * kWaves[u][x];
      for (int y = 0; y < kSide; ++y) columns[u][y] += quarter * kWaves[v][y];
    }
  }
  for (int n = 0; n < 2; ++n) {
    for (int f = 0; f < kSide; ++f) {
      const float first = kWaves[f][n], last = kWaves[f][kSide - 1 - n];
      for (int x = 0; x < kSide; ++x) {
        top_[n][x] += first * rows[f][x];
        bottom_[n][x] += last * rows[f][x];
        left_[n][x] += first * columns[f][x];
        right_[n][x] += last * columns[f][x];
      }
    }
  }
}

BlockSamples::Expected BlockSamples::expect_first(const Borders* above, const Borders* left) const {
  // On both sides of a border, samples go on as they came.
  std::array<float, 2> means{};
  int sides = 0;
  float least = 0, most = 0;
  const auto look = [&](const std::array<SideValues, 2>& theirs, const std::array<SideValues, 2>& own) {
    float sum = 0;
    for (int x = 0; x < kSide; ++x) {
      const float outside = theirs[0][x] + 0.5f * (theirs[0][x] - theirs[1][x]);
      const float inside = own[0][x] + 0.5f * (own[0][x] - own[1][x]);
      const float difference = outside - inside;
      sum += difference;
      least = sides == 0 && x == 0 ? difference : std::min(least, difference);
      most = sides == 0 && x == 0 ? difference : std::max(most, difference);
    }
    means[sides++] = sum / kSide;
  };
  if (above) look(above->lower_rows, top_);
  if (left) look(left->right_columns, left_);
  if (sides == 0) return {};
  // T(0, 0) / 4 is the mean of the samples.
  return {4 * (sides == 1 ? means[0] : 0.5f * (means[0] + means[1])), 4 * (most - least)};
}

Borders BlockSamples::borders(float first) const {
  Borders borders{below_, beside_, bottom_, right_, true};
  borders.below[0] += first;
  borders.right[0] += first;
  const float mean = 0.25f * first;
  for (auto* const lines : {&borders.lower_rows, &borders.right_columns}) {
    for (SideValues& line : *lines) {
      for (float& sample : line) sample += mean;
    }
  }
  return borders;
}

}  // namespace laq::jpeg
