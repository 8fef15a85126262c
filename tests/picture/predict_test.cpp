// Every mode and block size against the formulas of predict.cpp in plain integers, on every target.
#include "picture/reconstruct/predict.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "for_each_target.h"

namespace {

using laq::test::for_each_target;

constexpr uint16_t kUntouched = 0xdead;
constexpr ptrdiff_t kStride = 64 + 24;

// Borders of a block of up to 64 x 64 samples, with room on both ends.
class Borders {
 public:
  Borders() : above_(kBefore + 2 * 64 + 72), left_(above_) {}

  laq::picture::Neighbours neighbours() const { return {above_.data() + kBefore, left_.data() + kBefore}; }

  // above(i) and left(i), i from -1; above(-1) is the corner.
  template <class Above, class Left>
  void set(Above&& above, Left&& left) {
    for (int i = -1; i < static_cast<int>(above_.size()) - kBefore; ++i) {
      above_[kBefore + i] = static_cast<uint16_t>(above(i));
      left_[kBefore + i] = static_cast<uint16_t>(left(i));
    }
    left_[kBefore - 1] = above_[kBefore - 1];
  }

 private:
  static constexpr int kBefore = 17;
  std::vector<uint16_t> above_, left_;
};

// What stands around a block: noise, wild extremes, a step in each border, all of one value but for one sample.
constexpr int kBorderKinds = 6;
Borders make_borders(int kind, int max_sample, unsigned seed) {
  std::mt19937 random(seed);
  const auto next = [&](int range) { return static_cast<int>(random() % static_cast<unsigned>(range)); };
  Borders borders;
  const int place = next(40), low = next(max_sample / 2);
  const auto sample = [&](int i) {
    switch (kind) {
      case 0:
        return next(max_sample + 1);
      case 1:
        return next(2) * max_sample;
      case 2:
        return i & 1 ? max_sample : 0;
      case 3:
        return i < place ? 0 : max_sample;
      case 4:
        return i == place ? max_sample : 0;
      default:
        return low + next(max_sample / 8);
    }
  };
  borders.set(sample, sample);
  return borders;
}

int product(int a, int b) {
  return (a * b + (1 << 14)) >> 15;
}

// 32 (k / 16)^1.25 for turns of k away from the axis.
int displacement_of(int turn) {
  const int size = static_cast<int>(std::lround(32 * std::pow(std::abs(turn) / 16.0, 1.25)));
  return turn < 0 ? -size : size;
}

// Interpolation taps at f / 32 in 1/2^15.
std::array<int, 4> taps_of(int f, bool sharp) {
  std::array<double, 4> taps;
  const double t = f / 32.0;
  if (sharp) {  // Catmull-Rom
    taps = {(-t * t * t + 2 * t * t - t) / 2, 0, (-3 * t * t * t + 4 * t * t + t) / 2, (t * t * t - t * t) / 2};
  } else {  // (1 2 1) / 4 before linear interpolation
    taps = {(1 - t) / 4, 0, (2 * t + 1 - t) / 4, t / 4};
  }
  std::array<int, 4> fixed;
  for (int i = 0; i < 4; ++i) fixed[i] = static_cast<int>(taps[i] * (1 << 15));  // towards zero
  return fixed;
}

int directional_sample(const uint16_t* main, const uint16_t* side, int turn, int width, int height, int max_sample,
                       int x, int y) {
  const int displacement = displacement_of(turn);
  const auto reference = [&](int i) -> int {
    if (i >= -1) return main[i];
    const int drop = -displacement, behind = -1 - i;  // rounded to the nearest sample of the other side
    return side[std::min((behind * 32 + drop / 2) / drop, width + height) - 1];
  };
  const int position = (y + 1) * displacement, whole = position >> 5;
  const std::array<int, 4> taps = taps_of(position & 31, displacement == 0 || width * height <= 64);
  const int centre = reference(whole + x);
  int sum = 4 * centre;
  for (const int i : {0, 2, 3}) {
    if (taps[i] != 0) sum += product(4 * (reference(whole + x + i - 1) - centre), taps[i]);
  }
  return std::clamp((sum + 2) >> 2, 0, max_sample);
}

int paeth_sample(int left, int above, int corner) {
  const int estimate = left + above - corner;
  const int to_left = std::abs(estimate - left), to_above = std::abs(estimate - above);
  const int to_corner = std::abs(estimate - corner);
  if (to_left <= to_above && to_left <= to_corner) return left;
  return to_above <= to_corner ? above : corner;
}

// From `from` to `to`, at place / size of the way, times four.
int blend(int from, int to, int place, int size) {
  return 4 * from + product(8 * (to - from), place * 16384 / size);
}

int mean_of(const laq::picture::Neighbours& n, int width, int height) {
  int sum = 0;
  for (int i = 0; i < width; ++i) sum += n.above[i];
  for (int i = 0; i < height; ++i) sum += n.left[i];
  return (sum + (width + height) / 2) / (width + height);
}

// A predicted sample drawn to the borders beside it, which weigh a half at the edge.
int combined(int sample, int left, int above, int log2_width, int log2_height, int x, int y) {
  const int scale = (log2_width + log2_height - 2) / 4;
  const auto weight = [&](int i) { return (32 >> std::min(2 * i >> scale, 6)) * 256; };
  const int sum = 4 * sample + product(8 * (left - sample), weight(x)) + product(8 * (above - sample), weight(y));
  return (sum + 2) >> 2;
}

int reference_sample(int mode, const laq::picture::Neighbours& n, int width, int height, int max_sample, int x, int y) {
  const int across = blend(n.left[y], n.above[width - 1], x + 1, width);
  const int down = blend(n.above[x], n.left[height - 1], y + 1, height);
  switch (mode) {
    case laq::picture::kSmoothMode:
      return (across + down + 4) >> 3;
    case laq::picture::kSmoothVerticalMode:
      return (down + 2) >> 2;
    case laq::picture::kSmoothHorizontalMode:
      return (across + 2) >> 2;
    case laq::picture::kPaethMode:
      return paeth_sample(n.left[y], n.above[x], n.above[-1]);
    default:
      break;
  }
  if (mode >= laq::picture::kFirstDirection + laq::picture::kDirections / 2) {
    return directional_sample(n.above, n.left, mode - laq::picture::kVerticalMode, width, height, max_sample, x, y);
  }
  return directional_sample(n.left, n.above, laq::picture::kHorizontalMode - mode, height, width, max_sample, y, x);
}

std::vector<int> reference_prediction(int mode, const laq::picture::Neighbours& n, int width, int height,
                                      int max_sample) {
  std::vector<int> samples;
  const int mean = mean_of(n, width, height);
  const int log2_width = std::countr_zero(static_cast<unsigned>(width));
  const int log2_height = std::countr_zero(static_cast<unsigned>(height));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      int sample = mode == laq::picture::kDcMode ? mean : reference_sample(mode, n, width, height, max_sample, x, y);
      if (mode == laq::picture::kDcMode || mode == laq::picture::kSmoothMode) {
        sample = combined(sample, n.left[y], n.above[x], log2_width, log2_height, x, y);
      }
      samples.push_back(sample);
    }
  }
  return samples;
}

std::string place(int x, int y) {
  return "sample (" + std::to_string(x) + ", " + std::to_string(y) + ")";
}

// Where the block in `out` differs from `expected`, or something around it was written; empty: nowhere.
std::string first_difference(const std::vector<uint16_t>& out, const std::vector<int>& expected, int width,
                             int height) {
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int found = out[y * kStride + x], wanted = expected[y * width + x];
      if (found != wanted) return place(x, y) + ": " + std::to_string(found) + ", not " + std::to_string(wanted);
    }
    const int spare = width == 4 ? 16 : 0;
    for (int x = width + spare; x < kStride; ++x) {
      if (y + 1 < height && out[y * kStride + x] != kUntouched) return place(x, y) + " behind the block was written";
    }
  }
  return {};
}

std::vector<uint16_t> predicted(int mode, const laq::picture::Neighbours& n, int log2_width, int log2_height,
                                int max_sample) {
  std::vector<uint16_t> out(kStride * 64 + 16, kUntouched);
  laq::picture::predict(mode, n, {log2_width, log2_height}, max_sample, {out.data(), kStride});
  return out;
}

template <class Check>
void for_each_size(Check&& check) {
  for (int log2_width = 2; log2_width <= 6; ++log2_width) {
    for (int log2_height = 2; log2_height <= 6; ++log2_height) {
      CAPTURE(log2_width);
      CAPTURE(log2_height);
      check(log2_width, log2_height);
    }
  }
}

}  // namespace

TEST_CASE("every mode predicts what its formula says, for all sizes, depths and borders") {
  for (const int max_sample : {1023, 4095}) {
    for_each_size([&](int log2_width, int log2_height) {
      for (int mode = 0; mode < laq::picture::kModes; ++mode) {
        // One kind of border for most, all of them over the modes and sizes.
        const int kind = (mode + log2_width + 5 * log2_height) % kBorderKinds;
        const Borders borders = make_borders(kind, max_sample, static_cast<unsigned>(mode * 64 + log2_width));
        const std::vector<int> expected =
            reference_prediction(mode, borders.neighbours(), 1 << log2_width, 1 << log2_height, max_sample);
        for_each_target([&] {
          const auto out = predicted(mode, borders.neighbours(), log2_width, log2_height, max_sample);
          const std::string difference = first_difference(out, expected, 1 << log2_width, 1 << log2_height);
          CAPTURE(mode);
          CAPTURE(kind);
          CHECK_MESSAGE(difference.empty(), difference);
        });
      }
    });
  }
}

TEST_CASE("extreme borders in every combination keep the prediction of small blocks in range, on every target") {
  for (const int max_sample : {1023, 4095}) {
    for (int kind = 0; kind < kBorderKinds; ++kind) {
      const Borders borders = make_borders(kind, max_sample, static_cast<unsigned>(kind));
      for (int mode = 0; mode < laq::picture::kModes; ++mode) {
        for (const auto& [log2_width, log2_height] : {std::pair{2, 2}, {3, 3}, {3, 2}, {4, 4}, {2, 5}}) {
          const std::vector<int> expected =
              reference_prediction(mode, borders.neighbours(), 1 << log2_width, 1 << log2_height, max_sample);
          const auto [least, greatest] = std::minmax_element(expected.begin(), expected.end());
          bool in_range = *least >= 0 && *greatest <= max_sample;
          bool same = true;
          for_each_target([&, lw = log2_width, lh = log2_height] {
            const auto out = predicted(mode, borders.neighbours(), lw, lh, max_sample);
            same = same && first_difference(out, expected, 1 << lw, 1 << lh).empty();
          });
          CAPTURE(mode);
          CAPTURE(kind);
          CHECK(in_range);
          CHECK(same);
        }
      }
    }
  }
}

TEST_CASE("borders of one value predict that value in every mode") {
  for (const int value : {0, 1, 511, 1023}) {
    Borders borders;
    borders.set([&](int) { return value; }, [&](int) { return value; });
    for_each_size([&](int log2_width, int log2_height) {
      const std::vector<int> expected(size_t{1} << (log2_width + log2_height), value);
      for (int mode = 0; mode < laq::picture::kModes; ++mode) {
        const auto out = predicted(mode, borders.neighbours(), log2_width, log2_height, 1023);
        const std::string difference = first_difference(out, expected, 1 << log2_width, 1 << log2_height);
        CAPTURE(mode);
        CHECK_MESSAGE(difference.empty(), difference);
      }
    });
  }
}

TEST_CASE("a ramp that does not change along a direction is continued by that direction") {
  constexpr int kSlope = 4, kMiddle = 400;
  for (int mode = laq::picture::kFirstDirection; mode < laq::picture::kModes; ++mode) {
    const bool from_above = mode >= laq::picture::kFirstDirection + laq::picture::kDirections / 2;
    const int turn = from_above ? mode - laq::picture::kVerticalMode : laq::picture::kHorizontalMode - mode;
    const double shear = displacement_of(turn) / 32.0;
    const auto ramp = [&](int x, int y) {
      const double along = from_above ? x + (y + 1) * shear : y + (x + 1) * shear;
      return std::clamp(kMiddle + kSlope * along, 0.0, 1023.0);
    };
    Borders borders;
    borders.set([&](int i) { return std::lround(ramp(i, -1)); }, [&](int i) { return std::lround(ramp(-1, i)); });
    for_each_size([&](int log2_width, int log2_height) {
      const int width = 1 << log2_width, height = 1 << log2_height;
      const auto out = predicted(mode, borders.neighbours(), log2_width, log2_height, 1023);
      double worst = 0;
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) worst = std::max(worst, std::abs(out[y * kStride + x] - ramp(x, y)));
      }
      CAPTURE(mode);
      // The other side's samples are projected to the nearest one: half a sample of slope, and the roundings.
      CHECK(worst <= kSlope * 0.5 + 1.5);
    });
  }
}

TEST_CASE("modes that mirror each other at the diagonal give transposed predictions") {
  for (const int direction : {0, 3, 9, 16, 20, 31}) {
    for_each_size([&](int log2_width, int log2_height) {
      const Borders borders = make_borders(0, 1023, static_cast<unsigned>(direction));
      const laq::picture::Neighbours n = borders.neighbours();
      const auto out = predicted(laq::picture::kFirstDirection + direction, n, log2_width, log2_height, 1023);
      const auto mirrored =
          predicted(laq::picture::kFirstDirection + 64 - direction, {n.left, n.above}, log2_height, log2_width, 1023);
      bool same = true;
      for (int y = 0; y < 1 << log2_height; ++y) {
        for (int x = 0; x < 1 << log2_width; ++x) same = same && out[y * kStride + x] == mirrored[x * kStride + y];
      }
      CAPTURE(direction);
      CHECK(same);
    });
  }
}

TEST_CASE("chroma from luma adds the scaled deviation of luma from its mean, within the range") {
  std::mt19937 random(5);
  for (const int max_sample : {1023, 4095}) {
    for_each_size([&](int log2_width, int log2_height) {
      const int width = 1 << log2_width, height = 1 << log2_height;
      for (const int alpha : {-16, -7, -1, 0, 1, 5, 16}) {
        const bool extreme = random() % 2;
        std::vector<uint16_t> luma(kStride * 64 + 16);
        for (uint16_t& sample : luma) {
          sample = static_cast<uint16_t>(extreme ? random() % 2 * static_cast<unsigned>(max_sample)
                                                 : random() % static_cast<unsigned>(max_sample + 1));
        }
        const Borders borders = make_borders(alpha & 1, max_sample, random());
        const int dc = mean_of(borders.neighbours(), width, height);
        int sum = width * height / 2;
        for (int i = 0; i < width * height; ++i) sum += luma[i / width * kStride + i % width];
        const int mean = sum / (width * height);
        std::vector<int> expected;
        for (int i = 0; i < width * height; ++i) {
          const int deviation = luma[i / width * kStride + i % width] - mean;
          const int doubled = product(8 * deviation, alpha * 1024);
          expected.push_back(std::clamp(dc + ((doubled + 1) >> 1), 0, max_sample));
        }
        for_each_target([&] {
          std::vector<uint16_t> out(kStride * 64 + 16, kUntouched);
          laq::picture::predict_from_luma({luma.data(), kStride}, alpha, borders.neighbours(),
                                          {log2_width, log2_height}, max_sample, {out.data(), kStride});
          const std::string difference = first_difference(out, expected, width, height);
          CAPTURE(alpha);
          CHECK_MESSAGE(difference.empty(), difference);
        });
      }
    });
  }
}
