// Codes the samples of a chunk by multilevel prediction, for each SIMD target; written once for writer and reader. A
// sample counts in steps of the quantizer: it is the prediction and a level, all of them floats that are computed by
// single additions and multiplications in a fixed order.
#if defined(LAQ_ARRAY_MULTILEVEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_ARRAY_MULTILEVEL_INL_H_
#undef LAQ_ARRAY_MULTILEVEL_INL_H_
#else
#define LAQ_ARRAY_MULTILEVEL_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <hwy/highway.h>

#include "array/predict/multilevel.h"
#include "entropy/lane_rans.h"
#include "variance/magnitude_classes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using laq::HWY_NAMESPACE::classify;
using laq::HWY_NAMESPACE::magnitudes_of;

using Floats = hn::CappedTag<float, 8>;
using Integers = hn::RebindToSigned<Floats>;
inline constexpr int kFloats = static_cast<int>(hn::MaxLanes(Floats()));

// Predicts kVectors vectors at once, whose sums need not wait for each other.
template <int kVectors>
HWY_INLINE void predict_vectors(const float* const* taps, const Stencil& stencil, int place, float* predicted) {
  const Floats d;
  hn::Vec<Floats> sums[kVectors];
  for (int v = 0; v < kVectors; ++v) sums[v] = hn::Zero(d);
  for (int k = 0; k < stencil.count; ++k) {
    const auto weight = hn::Set(d, stencil.weights[k]);
    const float* const tap = taps[k] + place;
    for (int v = 0; v < kVectors; ++v) sums[v] = hn::Add(sums[v], hn::Mul(weight, hn::LoadU(d, tap + v * kFloats)));
  }
  for (int v = 0; v < kVectors; ++v) hn::StoreU(sums[v], d, predicted + place + v * kFloats);
}

// Rows are readable one vector behind their end.
inline void predict(const float* const* taps, const Stencil& stencil, int length, float* predicted) {
  constexpr int kAtOnce = 4;
  int i = 0;
  for (; i + kAtOnce * kFloats <= length; i += kAtOnce * kFloats) {
    predict_vectors<kAtOnce>(taps, stencil, i, predicted);
  }
  const int left = (length - i + kFloats - 1) / kFloats;  // vectors
  if (left == 1) predict_vectors<1>(taps, stencil, i, predicted);
  if (left == 2) predict_vectors<2>(taps, stencil, i, predicted);
  if (left == 3) predict_vectors<3>(taps, stencil, i, predicted);
  if (left == 4) predict_vectors<4>(taps, stencil, i, predicted);
}

inline void add_levels(const float* predicted, const int32_t* levels, int length, float* values) {
  const Floats d;
  for (int i = 0; i < length; i += kFloats) {
    const auto level = hn::ConvertTo(d, hn::LoadU(Integers(), levels + i));
    hn::StoreU(hn::Add(hn::LoadU(d, predicted + i), level), d, values + i);
  }
}

// The magnitudes around the samples of a row: of the samples beside, and of their own kind before (up and back, of
// which one or both may be missing). up and back are readable one before and one behind the row.
inline void sum_magnitudes(const uint16_t* before, const uint16_t* after, const uint16_t* up, const uint16_t* back,
                           int length, uint16_t* HWY_RESTRICT sums) {
  if (up == nullptr) up = back;
  if (back == nullptr) back = up;
  if (up == nullptr) {
    for (int i = 0; i < length; ++i) sums[i] = static_cast<uint16_t>(kMagnitudeWeight / 2 * (before[i] + after[i]));
    return;
  }
  for (int i = 0; i < length; ++i) {
    sums[i] = static_cast<uint16_t>(2 * (up[i] + back[i] + before[i] + after[i]) + up[i - 1] + up[i + 1] + back[i - 1] +
                                    back[i + 1]);
  }
}

// Repeats the ends of a row beyond it.
inline void extend(float* row, int length) {
  constexpr int kBefore = 4, kBehind = 6;
  const float first = row[0], last = row[length - 1];
  for (int i = 1; i <= kBefore; ++i) row[-i] = first;
  for (int i = 0; i < kBehind; ++i) row[length + i] = last;
}
inline void extend(uint16_t* row, int length) {
  row[-1] = row[0];
  row[length] = row[length - 1];
}

template <class T>
void interleave(const T* HWY_RESTRICT even, const T* HWY_RESTRICT odd, int length, T* HWY_RESTRICT row) {
  const int pairs = length / 2;
  for (int i = 0; i < pairs; ++i) {
    row[2 * i] = even[i];
    row[2 * i + 1] = odd[i];
  }
  if (length % 2 != 0) row[length - 1] = even[pairs];
}
inline void deinterleave(const float* HWY_RESTRICT row, int length, float* HWY_RESTRICT even, float* HWY_RESTRICT odd) {
  const int pairs = length / 2;
  for (int i = 0; i < pairs; ++i) {
    even[i] = row[2 * i];
    odd[i] = row[2 * i + 1];
  }
  if (length % 2 != 0) even[pairs] = row[length - 1];
}

// A row of a level, of even and odd samples, as one.
inline void join(Level& level, int z, int y, float* row) {
  if (level.odd > 0) {
    interleave(level.values(0, z, y), level.values(1, z, y), level.grid.sides[2], row);
  } else {
    std::copy_n(level.values(0, z, y), level.even, row);
  }
}
inline void join(Level& level, int z, int y, uint16_t* row) {
  if (level.odd > 0) {
    interleave(level.sizes(0, z, y), level.sizes(1, z, y), level.grid.sides[2], row);
  } else {
    std::copy_n(level.sizes(0, z, y), level.even, row);
  }
}

// A row whose levels are coded.
struct LevelRow {
  const float* predicted;
  float* values;  // a writer's source
  const uint8_t* classes;
  int32_t* levels;
  int length;
  int set;  // of contexts
};

// Coder: has stencil(level, pass, stencil), which sets the stencil of a pass; code(row), which codes the levels of a
// row; and finish(level, z, y), to which each row of the finest level is shown when it is whole. The first two return
// whether to go on.
template <class Coder>
class Multilevel {
 public:
  Multilevel(Coder& coder, std::vector<Level>& levels) : coder_(coder), levels_(levels) {
    const int longest = levels.front().grid.sides[2];
    predicted_.resize(longest + kRowPadding);
    steps_.resize(longest + kRowPadding);
    sums_.resize(longest + kRowPadding);
    classes_.resize(longest + kRowPadding);
  }
  static size_t bytes(size_t longest) { return (longest + kRowPadding) * 11; }

  // first: the sample of the coarsest grid. last: the number of the level that is coded last, and shown as the finest.
  bool code(float first, size_t last = 0) {
    for (size_t number = levels_.size(); number-- > last;) {
      Level& level = levels_[number];
      if (number + 1 < levels_.size()) {
        refine(levels_[number + 1], level);
      } else {
        constexpr uint16_t kFirstSize = 4;
        level.values(0, 0, 0)[0] = first;
        extend(level.values(0, 0, 0), 1);
        level.sizes(0, 0, 0)[0] = kFirstSize;
        extend(level.sizes(0, 0, 0), 1);
      }
      for (const Pass pass : kPasses) {
        if (!code_pass(level, pass, number == 0)) return false;
      }
    }
    Level& finest = levels_[last];
    if (last == 0 && finest.odd > 0) return true;
    for (int z = 0; z < finest.grid.sides[0]; ++z) {
      for (int y = 0; y < finest.grid.sides[1]; ++y) coder_.finish(finest, z, y);
    }
    return true;
  }

 private:
  static void refine(Level& coarse, Level& fine) {
    for (int z = 0; z < coarse.grid.sides[0]; ++z) {
      for (int y = 0; y < coarse.grid.sides[1]; ++y) {
        float* const values = fine.values(0, fine.steps[0] * z, fine.steps[1] * y);
        uint16_t* const sizes = fine.sizes(0, fine.steps[0] * z, fine.steps[1] * y);
        join(coarse, z, y, values);
        join(coarse, z, y, sizes);
        extend(values, fine.even);
        extend(sizes, fine.even);
      }
    }
  }

  bool code_pass(Level& level, Pass pass, bool is_finest) {
    const PassRows rows(level, pass);
    if (rows.is_empty) return true;
    Stencil stencil;
    if (!coder_.stencil(level, pass, stencil)) return false;
    const int is_odd = pass == Pass::odd;
    const bool is_last = is_odd != 0 || (level.odd == 0 && (pass == Pass::rows || level.steps[1] == 1));
    const int set = !is_finest ? 2 : is_last ? 0 : 1;
    TapsOfRows taps_of_rows(level, pass, stencil.count);
    for (int z = rows.begin[0]; z < level.grid.sides[0]; z += rows.step[0]) {
      for (int y = rows.begin[1]; y < level.grid.sides[1]; y += rows.step[1]) {
        const Taps& taps = taps_of_rows.of_row(z, y);
        float* const values = level.values(is_odd, z, y);
        uint16_t* const sizes = level.sizes(is_odd, z, y);
        predict(taps.data(), stencil, rows.length, predicted_.data());
        sum_around(level, pass, z, y, rows.length);
        classify(sums_.data(), rows.length, classes_.data());
        if (!coder_.code({predicted_.data(), values, classes_.data(), steps_.data(), rows.length, set})) return false;
        add_levels(predicted_.data(), steps_.data(), rows.length, values);
        magnitudes_of(steps_.data(), rows.length, sizes);
        extend(values, rows.length);
        extend(sizes, rows.length);
        if (is_finest && is_odd != 0) coder_.finish(level, z, y);
      }
    }
    return true;
  }

  void sum_around(Level& level, Pass pass, int z, int y, int length) {
    const int planes = level.grid.sides[0], rows = level.grid.sides[1], step = level.steps[1];
    const uint16_t *before, *after, *up = nullptr, *back = nullptr;
    if (pass == Pass::odd) {
      before = level.sizes(0, z, y);
      after = before + 1;
      if (y > 0) up = level.sizes(1, z, y - 1);
      if (z > 0) back = level.sizes(1, z - 1, y);
    } else if (pass == Pass::rows) {
      before = level.sizes(0, z, y - 1);
      after = y + 1 < rows ? level.sizes(0, z, y + 1) : before;
      if (y > 1) up = level.sizes(0, z, y - 2);
      if (z > 0) back = level.sizes(0, z - 1, y);
    } else {
      before = level.sizes(0, z - 1, y);
      after = z + 1 < planes ? level.sizes(0, z + 1, y) : before;
      if (y >= step) up = level.sizes(0, z, y - step);
      if (z > 2) back = level.sizes(0, z - 2, y);
    }
    sum_magnitudes(before, after, up, back, length, sums_.data());
  }

  Coder& coder_;
  std::vector<Level>& levels_;
  std::vector<float> predicted_;
  std::vector<int32_t> steps_;
  std::vector<uint16_t> sums_;
  std::vector<uint8_t> classes_;
};

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
