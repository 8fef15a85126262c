// Lorenzo's prediction of samples that are quantized first, for each SIMD target; written once for writer and reader.
// Samples are integers, in steps of the quantizer. A level is their difference along some of the axes, one after the
// other, modulo 2^32, so that it leaves nothing to a rounding.
// Sources: Ibarria et al., "Out-of-core compression and decompression of large n-dimensional scalar fields", 2003;
// quantization before the prediction as in cuSZ (Tian et al., PACT 2020).
#if defined(LAQ_ARRAY_LORENZO_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_ARRAY_LORENZO_INL_H_
#undef LAQ_ARRAY_LORENZO_INL_H_
#else
#define LAQ_ARRAY_LORENZO_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <hwy/highway.h>

#include "array/predict/multilevel-inl.h"
#include "base/grid.h"
#include "entropy/lane_rans.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

// The rows of samples that a row is predicted from: above, behind, and above that one. Axes along which no differences
// are taken have rows of zeros.
struct LorenzoRows {
  const uint32_t *up, *back, *back_up;

  HWY_INLINE uint32_t sum(int i) const { return up[i] + back[i] - back_up[i]; }
};

// Coder: has kReads; load(z, y, samples), by which a writer gives a row; code(row), as in multilevel-inl.h; and
// finish(z, y, samples), to which each row is shown when it is whole.
template <class Coder>
class Lorenzo {
 public:
  // axes: along which differences are taken, bit 2 - axis each.
  Lorenzo(Coder& coder, const Grid& grid, int axes)
      : coder_(coder),
        grid_(grid),
        axes_(axes),
        pitch_((grid.sides[2] + 15) / 16 * 16 + 2 * kMargin),
        samples_(kept_rows(grid) * pitch_),
        zeros_(pitch_),
        sizes_(kept_rows(grid) * pitch_),
        sums_(grid.sides[2] + kRowPadding),
        classes_(grid.sides[2] + kRowPadding),
        levels_(grid.sides[2] + kRowPadding) {}

  static size_t bytes(const Grid& grid) {
    const size_t pitch = grid.sides[2] + 16 + 2 * kMargin;
    return kept_rows(grid) * pitch * (sizeof(uint32_t) + sizeof(uint16_t)) + pitch * 16;
  }

  bool code() {
    for (int z = 0; z < grid_.sides[0]; ++z) {
      for (int y = 0; y < grid_.sides[1]; ++y) {
        if (!code_row(z, y)) return false;
      }
    }
    return true;
  }

 private:
  static constexpr int kMargin = 16;
  static constexpr bool kIsWriter = !Coder::kReads;

  // Rows of two slices are kept, or two rows of the only slice.
  static ptrdiff_t kept_rows(const Grid& grid) { return 2 * (grid.sides[0] > 1 ? ptrdiff_t{grid.sides[1]} : 1); }
  ptrdiff_t place_of(int z, int y) const {
    return (grid_.sides[0] > 1 ? (z & 1) * ptrdiff_t{grid_.sides[1]} + y : y & 1) * pitch_ + kMargin;
  }
  uint32_t* samples(int z, int y) { return samples_.data() + place_of(z, y); }
  uint16_t* sizes(int z, int y) { return sizes_.data() + place_of(z, y); }

  bool code_row(int z, int y) {
    const int length = grid_.sides[2];
    const uint32_t* const zeros = zeros_.data() + kMargin;
    const bool has_up = y > 0 && (axes_ & 2) != 0, has_back = z > 0 && (axes_ & 4) != 0;
    const LorenzoRows rows = {has_up ? samples(z, y - 1) : zeros, has_back ? samples(z - 1, y) : zeros,
                              has_up && has_back ? samples(z - 1, y - 1) : zeros};
    uint32_t* const row = samples(z, y);
    auto* const levels = reinterpret_cast<uint32_t*>(levels_.data());
    if constexpr (kIsWriter) {
      coder_.load(z, y, row);
      difference(row, rows, length, levels);
    }
    sum_around(z, y, length);
    classify(sums_.data(), length, classes_.data());
    if (!coder_.code({nullptr, nullptr, classes_.data(), levels_.data(), length, 0})) return false;
    if constexpr (!kIsWriter) add_up(levels, rows, length, row);
    magnitudes_of(levels_.data(), length, sizes(z, y));
    extend(sizes(z, y), length);
    coder_.finish(z, y, row);
    return true;
  }

  // What is before the row is 0.
  void difference(const uint32_t* row, const LorenzoRows& rows, int length, uint32_t* levels) const {
    if ((axes_ & 1) != 0) {
      levels[0] = row[0] - rows.sum(0);
      for (int i = 1; i < length; ++i) levels[i] = (row[i] - rows.sum(i)) - (row[i - 1] - rows.sum(i - 1));
    } else {
      for (int i = 0; i < length; ++i) levels[i] = row[i] - rows.sum(i);
    }
  }
  void add_up(const uint32_t* levels, const LorenzoRows& rows, int length, uint32_t* row) const {
    if ((axes_ & 1) != 0) {
      uint32_t left = 0;
      for (int i = 0; i < length; ++i) {
        left += levels[i];
        row[i] = left + rows.sum(i);
      }
    } else {
      for (int i = 0; i < length; ++i) row[i] = levels[i] + rows.sum(i);
    }
  }

  void sum_around(int z, int y, int length) {
    constexpr uint16_t kUnknown = 36;
    const uint16_t* up = y > 0 ? sizes(z, y - 1) : nullptr;
    const uint16_t* back = z > 0 ? sizes(z - 1, y) : nullptr;
    if (up == nullptr) up = back;
    if (back == nullptr) back = up;
    if (up == nullptr) {
      std::fill_n(sums_.begin(), length, kUnknown);
      return;
    }
    for (int i = 0; i < length; ++i) {
      const auto sum = static_cast<uint16_t>(2 * (up[i] + back[i]) + up[i - 1] + up[i + 1] + back[i - 1] + back[i + 1]);
      sums_[i] = static_cast<uint16_t>(sum + (sum >> 1));
    }
  }

  Coder& coder_;
  Grid grid_;
  int axes_;
  ptrdiff_t pitch_;
  std::vector<uint32_t> samples_, zeros_;
  std::vector<uint16_t> sizes_, sums_;
  std::vector<uint8_t> classes_;
  std::vector<int32_t> levels_;
};

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#endif  // include guard of each target
