// The rows of a tile of lossless/gradient_tile.h, for each SIMD target: one walk for writer and reader.
#if defined(LAQ_LOSSLESS_GRADIENT_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_LOSSLESS_GRADIENT_ROWS_INL_H_
#undef LAQ_LOSSLESS_GRADIENT_ROWS_INL_H_
#else
#define LAQ_LOSSLESS_GRADIENT_ROWS_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <hwy/highway.h>

#include "entropy/lane_rans.h"
#include "lossless/gradient_tile.h"
#include "variance/magnitude_classes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::lossless {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Planes = hn::CappedTag<int32_t, kGradientPlanes>;
inline constexpr int kLanesOfPlanes = static_cast<int>(hn::MaxLanes(Planes()));

// A row of each plane.
using GradientRow = std::array<int32_t*, kGradientPlanes>;

// The prediction of the median edge detector from n above, w to the left and nw between them.
HWY_INLINE int32_t median_edge(int32_t n, int32_t w, int32_t nw) {
  return std::min(std::max(n + w - nw, std::min(n, w)), std::max(n, w));
}

// levels[i]: how row[i] differs from its prediction. Both rows are readable one before their beginning.
inline void difference(const int32_t* row, const int32_t* above, int length, int32_t* HWY_RESTRICT levels) {
  for (int i = 0; i < length; ++i) levels[i] = row[i] - median_edge(above[i], row[i - 1], above[i - 1]);
}

// Coder: has kReads; load(y, row), by which a writer gives the planes of a row; code(levels, length, classes, set);
// and store(y, row), which is shown the planes that a reader has found.
template <class Coder>
class GradientRows {
 public:
  GradientRows(Coder& coder, int planes, bool has_colours, int width, int height)
      : coder_(coder),
        planes_(planes),
        has_colours_(has_colours),
        width_(width),
        height_(height),
        pitch_(pitch(width)),
        levels_(kGradientPlanes * pitch_),
        samples_(2 * kGradientPlanes * pitch_),
        sizes_(3 * kGradientPlanes * pitch_),
        sums_(pitch_),
        classes_(pitch_) {}

  static size_t bytes(int width) {
    constexpr size_t kOfSample = 3 * sizeof(int32_t) + 3 * sizeof(uint16_t);
    return pitch(width) * (kGradientPlanes * kOfSample + sizeof(uint16_t) + sizeof(uint8_t));
  }

  bool code() {
    for (int y = 0; y < height_; ++y) {
      if constexpr (!Coder::kReads) subtract_predictions(y);
      for (int plane = 0; plane < planes_; ++plane) {
        sum_around(plane, y);
        laq::HWY_NAMESPACE::classify(sums_.data(), width_, classes_.data());
        if (!coder_.code(levels(plane), width_, classes_.data(), plane % kLevelSets)) return false;
        uint16_t* const row = sizes(plane, y);
        laq::HWY_NAMESPACE::magnitudes_of(levels(plane), width_, row);
        row[-1] = row[0];
        row[width_] = row[width_ - 1];
      }
      if constexpr (Coder::kReads) {
        add_predictions(y);
        if (!coder_.store(y, GradientRow{levels(0), levels(1), levels(2), levels(3)})) return false;
      }
    }
    return true;
  }

 private:
  static constexpr size_t kMargin = 16;
  static size_t pitch(int width) { return (static_cast<size_t>(width) + 15) / 16 * 16 + kMargin + kRowPadding; }

  int32_t* levels(int plane) { return levels_.data() + plane * pitch_ + kMargin; }
  int32_t* samples(int plane, int y) {
    return samples_.data() + ((y & 1) * kGradientPlanes + plane) * pitch_ + kMargin;
  }
  uint16_t* sizes(int plane, int y) { return sizes_.data() + (y % 3 * kGradientPlanes + plane) * pitch_ + kMargin; }

  // To the left of a row stands the first sample of the row above, above the first row 0.
  void subtract_predictions(int y) {
    GradientRow row{};
    for (int plane = 0; plane < planes_; ++plane) row[plane] = samples(plane, y);
    coder_.load(y, row);
    for (int plane = 0; plane < planes_; ++plane) {
      int32_t* const above = samples(plane, y + 1);
      row[plane][-1] = above[-1] = y > 0 ? above[0] : 0;
      if (y == 0) std::fill_n(above, width_, 0);
      difference(row[plane], above, width_, levels(plane));
    }
  }

  // Makes samples of the levels, all planes of a pixel at once. Sums wrap, as a damaged stream may hold anything.
  void add_predictions(int y) {
    const Planes d;
    int32_t* const now = samples(0, y);
    int32_t* const above = samples(0, y + 1);
    if (y == 0) std::fill_n(above, kGradientPlanes * width_, 0);
    for (int x = 0; x < width_; x += kLanesOfPlanes) {
      hn::StoreInterleaved4(hn::LoadU(d, levels(0) + x), hn::LoadU(d, levels(1) + x), hn::LoadU(d, levels(2) + x),
                            hn::LoadU(d, levels(3) + x), d, now + kGradientPlanes * x);
    }
    for (int first = 0; first < kGradientPlanes; first += kLanesOfPlanes) {
      auto corner = hn::LoadU(d, above + first), left = corner;
      for (int x = first; x < kGradientPlanes * width_; x += kGradientPlanes) {
        const auto n = hn::LoadU(d, above + x);
        const auto sum = hn::Add(left, hn::Sub(n, corner));
        const auto predicted = hn::Min(hn::Max(sum, hn::Min(n, left)), hn::Max(n, left));
        left = hn::Add(predicted, hn::LoadU(d, now + x));
        corner = n;
        hn::StoreU(left, d, now + x);
      }
    }
    for (int x = 0; x < width_; x += kLanesOfPlanes) {
      hn::Vec<Planes> a, b, c, e;
      hn::LoadInterleaved4(d, now + kGradientPlanes * x, a, b, c, e);
      hn::StoreU(a, d, levels(0) + x);
      hn::StoreU(b, d, levels(1) + x);
      hn::StoreU(c, d, levels(2) + x);
      hn::StoreU(e, d, levels(3) + x);
    }
  }

  // The magnitudes above, and those of the plane before in the same row if the planes are colours.
  void sum_around(int plane, int y) {
    constexpr uint16_t kUnknown = 3 * kMagnitudeWeight;
    const bool has_before = has_colours_ && (plane == 1 || plane == 2);
    const uint16_t* const before = has_before ? sizes(plane - 1, y) : nullptr;
    uint16_t* HWY_RESTRICT sums = sums_.data();
    if (y == 0) {
      for (int i = 0; i < width_; ++i) sums[i] = has_before ? kMagnitudeWeight * before[i] : kUnknown;
      return;
    }
    const uint16_t* const up = sizes(plane, y + 2);
    if (has_before) {
      for (int i = 0; i < width_; ++i) {
        sums[i] = static_cast<uint16_t>(4 * up[i] + 2 * (up[i - 1] + up[i + 1]) + 2 * before[i] + before[i - 1] +
                                        before[i + 1]);
      }
      return;
    }
    const uint16_t* const second = y > 1 ? sizes(plane, y + 1) : up;
    for (int i = 0; i < width_; ++i)
      sums[i] = static_cast<uint16_t>(4 * up[i] + 3 * (up[i - 1] + up[i + 1]) + 2 * second[i]);
  }

  Coder& coder_;
  int planes_;
  bool has_colours_;
  int width_, height_;
  size_t pitch_;
  std::vector<int32_t> levels_;
  std::vector<int32_t> samples_;  // of two rows: planes of a writer, pixels of a reader
  std::vector<uint16_t> sizes_;   // of three rows
  std::vector<uint16_t> sums_;
  std::vector<uint8_t> classes_;
};

}  // namespace HWY_NAMESPACE
}  // namespace laq::lossless
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
