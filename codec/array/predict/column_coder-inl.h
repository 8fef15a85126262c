// Codes a column of a band, as writer or reader: a sample of each row, whose predictions are known. To be included once
// for each target, see Highway's foreach_target.
#if defined(LAQ_ARRAY_COLUMN_CODER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_ARRAY_COLUMN_CODER_INL_H_
#undef LAQ_ARRAY_COLUMN_CODER_INL_H_
#else
#define LAQ_ARRAY_COLUMN_CODER_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "array/predict/index_coder-inl.h"
#include "array/predict/index_models.h"
#include "array/predict/local_regression.h"
#include "array/predict/residual_coder.h"
#include "base/lanes-inl.h"
#include "levels/float32_cells-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

// How the index of each row of a column is coded.
struct IndexCoding {
  static constexpr int kRows = LocalRegression::kRows;

  alignas(64) float leanings[kRows];  // below zero: with its sign changed, as signs around are negative
  alignas(64) int32_t models[kRows], shifts[kRows];
  bool is_shifted;  // whether a shift is not zero
};

template <class Coder>
class ColumnCoder {
 public:
  static constexpr int kRows = LocalRegression::kRows;
  static constexpr uint32_t kAllRows = (1u << kRows) - 1;
  using Doubles = laq::HWY_NAMESPACE::LanesOf<double, kRows>;
  using Floats = laq::HWY_NAMESPACE::LanesOf<float, kRows>;

  // row_distance: from the place of a column's sample to the place of its sample one row further down.
  ColumnCoder(ResidualCoder<Coder>& residuals, ptrdiff_t row_distance)
      : residuals_(residuals),
        row_distance_(row_distance),
        step_(residuals.step()),
        models_(std::make_unique<IndexModels>()) {}

  // Sets the indices and values of a column's samples. place: that of the first row's sample. rows: a bit for each row
  // whose sample is coded; what is set for the others has no meaning. leaning: as coding's.
  template <bool kIsFloat32>
  HWY_INLINE void code(size_t place, uint32_t rows, const Doubles& predicted, const Floats& leaning,
                       const IndexCoding& coding, Floats& index, Doubles& value) {
    Wanted wanted;
    Coded coded;
    Doubles exact_index;  // of a writer
    bool is_quantized = false;
    if constexpr (!Coder::kReads && kIsFloat32) is_quantized = quantize(place, rows, predicted, exact_index, value);
    if ((Coder::kReads || is_quantized) && residuals_.begin_without_flags(std::popcount(rows))) {
      if (is_quantized) want(exact_index, leaning, coding, wanted);
    } else {
      is_quantized = false;
      alignas(64) double predictions[kRows];
      predicted.store(predictions);
      code_flags(place, rows, predictions, coding, wanted, coded);
    }
    code_indices(rows & ~coded.raw, coding, wanted, coded);
    if (is_quantized) {
      index = exact_index.to_floats();
      return;
    }
    if (HWY_LIKELY(!coded.has_rests)) {
      index = (Floats::of_bytes(coded.symbols) - Floats::all(IndexModels::kMost)).turned_by(leaning);
      exact_index = index.to_doubles();
    } else {
      alignas(64) double indices[kRows];
      for (int row = 0; row < kRows; ++row) indices[row] = static_cast<double>(coded.indices[row]);
      exact_index = Doubles::load(indices);
      index = exact_index.to_floats();
    }
    value = values_of<kIsFloat32>(rows, predicted, exact_index, coding, coded);
  }

 private:
  // What a writer codes of a column.
  struct Wanted {
    uint32_t symbols[kRows];
    WantedIndex indices[kRows];  // set if there are rests

    HWY_INLINE void set(int row, int64_t index, const IndexCoding& coding) {
      indices[row] = wanted_index(index, coding.shifts[row], coding.leanings[row] < 0);
      symbols[row] = symbol_of(indices[row]);
    }
  };
  // A column after coding.
  struct Coded {
    alignas(64) double raw_values[kRows];
    uint32_t symbols;        // of the rows, a byte each
    uint32_t raw = 0;        // a bit for each row whose sample is a raw element
    bool has_rests = false;  // whether some index is more than its symbol: an escape, or a shift above 0
    int64_t indices[kRows];  // set only then

    HWY_INLINE int symbol(int row) const { return static_cast<int>(symbols >> (8 * row) & 0xff); }
  };

  size_t place_of(size_t place, int row) const { return place + row * row_distance_; }

  // Quantizes float32 samples of a column. False if one of them may have no index.
  HWY_INLINE bool quantize(size_t place, uint32_t rows, const Doubles& predicted, Doubles& index,
                           Doubles& value) const {
    Doubles samples;
    if (HWY_LIKELY(rows == kAllRows)) {
      alignas(64) double of_rows[kRows];
      for (int row = 0; row < kRows; ++row) of_rows[row] = residuals_.source(place_of(place, row));
      samples = Doubles::load(of_rows);
    } else {
      alignas(64) double of_rows[kRows];
      predicted.store(of_rows);
      take_samples(place, rows, of_rows);
      samples = Doubles::load(of_rows);
    }
    return laq::HWY_NAMESPACE::quantize_float32(residuals_.quantizer(), samples, predicted, residuals_.dead_zone(),
                                                index, value);
  }
  // Sets the samples of some rows, apart, as it is rare.
  HWY_NOINLINE void take_samples(size_t place, uint32_t rows, double* samples) const {
    for (int row = 0; row < kRows; ++row) {
      if ((rows >> row & 1) != 0) samples[row] = residuals_.source(place_of(place, row));
    }
  }
  // Chooses what a writer codes of indices that it has found.
  static HWY_INLINE void want(const Doubles& index, const Floats& leaning, const IndexCoding& coding, Wanted& wanted) {
    const Floats units = index.to_floats().turned_by(leaning);
    if (HWY_LIKELY(!coding.is_shifted && units.absolute().all_below(IndexModels::kMost + 0.5f))) {
      (units + Floats::all(IndexModels::kMost)).store_as_integers(wanted.symbols);
      return;
    }
    alignas(64) double indices[kRows];
    index.store(indices);
    for (int row = 0; row < kRows; ++row) wanted.set(row, static_cast<int64_t>(indices[row]), coding);
  }
  // Codes the flags of raw elements, and these elements. Of the others a writer finds the indices.
  HWY_NOINLINE void code_flags(size_t place, uint32_t rows, const double* predictions, const IndexCoding& coding,
                               Wanted& wanted, Coded& coded) {
    for (int row = 0; row < kRows; ++row) {
      if ((rows >> row & 1) == 0) continue;
      int64_t index = 0;
      if (const std::optional<double> raw = residuals_.begin(place_of(place, row), predictions[row], index)) {
        coded.raw_values[row] = *raw;
        coded.raw |= 1u << row;
      } else if constexpr (!Coder::kReads) {
        wanted.set(row, index, coding);
      }
    }
  }

  // Codes the symbols of some rows, then what those do not tell.
  HWY_INLINE void code_indices(uint32_t rows, const IndexCoding& coding, const Wanted& wanted, Coded& coded) {
    coded.symbols =
        rows == kAllRows ? code_symbols<true>(rows, coding, wanted) : code_symbols<false>(rows, coding, wanted);
    // An escape, 15, is the only symbol whose byte has bit 4 set once 1 is added to it; no byte carries into the next.
    static_assert(IndexModels::kEscape == 15);
    const bool has_escape = ((coded.symbols + 0x01010101) & 0x10101010) != 0;
    if (HWY_UNLIKELY(has_escape || coding.is_shifted)) code_rests(rows, coding, wanted, coded);
  }
  // Returns a byte for each row: its symbol, or the symbol of index 0 if it is not coded, which an exclusive or with
  // kMost replaces by the row's own.
  template <bool kIsWhole>
  HWY_INLINE uint32_t code_symbols(uint32_t rows, const IndexCoding& coding, const Wanted& wanted) {
    Coder& coder = residuals_.coder();
    IndexModels& models = *models_;
    const auto code_row = [&](auto& by, int row, int state) HWY_ATTR {
      return code_symbol(by, state, models.units[coding.models[row]], wanted.symbols[row]) << (8 * row);
    };
    if (kIsWhole && HWY_LIKELY(coder.states() == kRows && coder.prepare_for(kRows))) {
      typename Coder::Burst burst(coder);
      uint32_t symbols = code_row(burst, 0, 0);
      symbols |= code_row(burst, 1, 1);
      symbols |= code_row(burst, 2, 2);
      symbols |= code_row(burst, 3, 3);
      burst.finish();
      return symbols;
    }
    uint32_t symbols = kIsWhole ? 0 : IndexModels::kMost * uint32_t{0x01010101};
    const int last_state = coder.states() - 1;
    for (int row = 0; row < kRows; ++row) {
      if (!kIsWhole && (rows >> row & 1) == 0) continue;
      symbols ^= code_row(coder, row, row & last_state) ^ (kIsWhole ? 0 : IndexModels::kMost << (8 * row));
    }
    return symbols;
  }
  HWY_NOINLINE void code_rests(uint32_t rows, const IndexCoding& coding, const Wanted& wanted, Coded& coded) {
    coded.has_rests = true;
    for (int row = 0; row < kRows; ++row) {
      coded.indices[row] = (rows >> row & 1) == 0
                               ? 0
                               : code_rest(residuals_.coder(), *models_, coded.symbol(row), coding.shifts[row],
                                           coding.leanings[row] < 0, wanted.indices[row]);
    }
  }

  // The values of some rows, from their indices.
  template <bool kIsFloat32>
  HWY_INLINE Doubles values_of(uint32_t rows, const Doubles& predicted, const Doubles& index, const IndexCoding& coding,
                               const Coded& coded) const {
    if constexpr (kIsFloat32) {
      const Doubles rounded = laq::HWY_NAMESPACE::reconstruct_float32(predicted, index, step_);
      if (HWY_LIKELY(coded.raw == 0)) return rounded;
      alignas(64) double values[kRows];
      rounded.store(values);
      for (int row = 0; row < kRows; ++row) {
        if ((coded.raw >> row & 1) != 0) values[row] = coded.raw_values[row];
      }
      return Doubles::load(values);
    } else {
      alignas(64) double predictions[kRows], values[kRows] = {};
      predicted.store(predictions);
      for (int row = 0; row < kRows; ++row) {
        if ((rows >> row & 1) == 0) continue;
        if ((coded.raw >> row & 1) != 0) {
          values[row] = coded.raw_values[row];
          continue;
        }
        int64_t number = coded.symbol(row) - IndexModels::kMost;
        if (coding.leanings[row] < 0) number = -number;
        values[row] = residuals_.reconstruct(predictions[row], coded.has_rests ? coded.indices[row] : number);
      }
      return Doubles::load(values);
    }
  }

  ResidualCoder<Coder>& residuals_;
  ptrdiff_t row_distance_;
  double step_;
  std::unique_ptr<IndexModels> models_;
};

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#endif
