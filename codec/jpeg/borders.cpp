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

// f(x, y) = 1/4 sum T(u, v) cos((2x + 1) u pi / 16) cos((2y + 1) v pi / 16)
void BlockSamples::add(int u, int v, float value) {
  sums_down_[u] += value;
  sums_across_[v] += value;
  below_[u] += v % 2 == 0 ? value : -value;
  beside_[v] += u % 2 == 0 ? value : -value;
  const float quarter = 0.25f * value;
  for (int x = 0; x < kSide; ++x) rows_[v][x] += quarter * kWaves[u][x];
  for (int y = 0; y < kSide; ++y) columns_[u][y] += quarter * kWaves[v][y];
}

void BlockSamples::finish() {
  // The last wave is the first one, or its negative if its frequency is odd.
  for (int n = 0; n < 2; ++n) {
    SideValues even_rows{}, odd_rows{}, even_columns{}, odd_columns{};
    for (int f = 0; f < kSide; f += 2) {
      const float even = kWaves[f][n], odd = kWaves[f + 1][n];
      for (int x = 0; x < kSide; ++x) {
        even_rows[x] += even * rows_[f][x];
        odd_rows[x] += odd * rows_[f + 1][x];
        even_columns[x] += even * columns_[f][x];
        odd_columns[x] += odd * columns_[f + 1][x];
      }
    }
    for (int x = 0; x < kSide; ++x) {
      top_[n][x] = even_rows[x] + odd_rows[x];
      bottom_[n][x] = even_rows[x] - odd_rows[x];
      left_[n][x] = even_columns[x] + odd_columns[x];
      right_[n][x] = even_columns[x] - odd_columns[x];
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
  Borders borders{below_, beside_, bottom_, right_};
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
