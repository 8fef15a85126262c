// The syntax of indices of local regression, written once for reader and writer, and the choice of their models for
// several rows at once. To be included once for each target, see Highway's foreach_target.
#if defined(LAQ_ARRAY_INDEX_CODER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef LAQ_ARRAY_INDEX_CODER_INL_H_
#undef LAQ_ARRAY_INDEX_CODER_INL_H_
#else
#define LAQ_ARRAY_INDEX_CODER_INL_H_
#endif

#include <hwy/highway.h>

#include <bit>
#include <cstdint>
#include <cstdlib>

#include "array/predict/index_models.h"
#include "base/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The symbol whose interval of the distribution holds a place.
HWY_INLINE size_t symbol_at(const SymbolCounts& model, int16_t place) {
  const hn::CappedTag<int16_t, SymbolCounts::kSymbols> d;
  constexpr int kWidth = static_cast<int>(hn::MaxLanes(d));
  size_t above = 0;
  for (int i = 0; i < SymbolCounts::kSymbols; i += kWidth) {
    above += hn::CountTrue(d, hn::Gt(hn::LoadU(d, model.below.data() + i), hn::Set(d, place)));
  }
  return SymbolCounts::kSymbols - 1 - above;
}

// Codes a number of units beyond those with a symbol: its sign, then the excess in an Exp-Golomb code.
template <class Coder>
HWY_NOINLINE int64_t code_escape(Coder& coder, IndexModels& models, int64_t units) {
  const bool negative = coder.bits(1, units < 0) != 0;
  const uint64_t rest = Coder::kReads ? 1 : static_cast<uint64_t>(std::abs(units)) - IndexModels::kMost;
  const int top = std::bit_width(rest) - 1;
  int length = 0;
  while (length < IndexModels::kPrefix - 1 && coder.bit(models.prefix[length], length < top)) ++length;
  const uint64_t low = code_bits(coder, length, rest & ((uint64_t{1} << length) - 1));
  const auto size = static_cast<int64_t>((uint64_t{1} << length | low) + IndexModels::kMost);
  return negative ? -size : size;
}

// Codes the bits of an index below its unit, and returns the index. A single bit has a model; several bits are nearly
// equiprobable. wanted: for a writer, the index plus half a unit.
template <class Coder>
HWY_NOINLINE int64_t code_below_units(Coder& coder, IndexModels& models, int symbol, int shift, int64_t units,
                                      int64_t wanted) {
  constexpr uint64_t kMostSize = (uint64_t{1} << 59) - 1;
  const uint64_t mask = (uint64_t{1} << shift) - 1;
  const uint64_t low = shift == 1 ? uint64_t{coder.bit(models.first_below[symbol], (wanted & 1) != 0)}
                                  : code_bits(coder, shift, static_cast<uint64_t>(wanted) & mask);
  const auto size = static_cast<int64_t>((static_cast<uint64_t>(std::abs(units)) << shift) & kMostSize);
  const auto rest = static_cast<int64_t>(low) - (int64_t{1} << (shift - 1));
  return (units < 0 ? -size : size) + rest;
}

// The index that a writer codes, in units of 2^shift that are centred on zero; a reader has none. `turned`: whether the
// index is coded with its sign changed, because the neighbours' signs suggest it.
struct WantedIndex {
  int64_t centred = 0;  // the index plus half a unit
  int64_t units = 0;
};
HWY_INLINE WantedIndex wanted_index(int64_t index, int shift, bool turned) {
  const int64_t centred = (turned ? -index : index) + (int64_t{1} << shift >> 1);
  return {centred, centred >> shift};
}

HWY_INLINE uint32_t symbol_of(const WantedIndex& wanted) {
  const bool has_symbol = wanted.units >= -IndexModels::kMost && wanted.units <= IndexModels::kMost;
  return has_symbol ? static_cast<uint32_t>(wanted.units + IndexModels::kMost) : IndexModels::kEscape;
}

// An index is coded in two parts: first the symbol of its units, then the rest. wanted: of a writer; a reader does not
// look at it.
template <class Coder>
HWY_INLINE uint32_t code_symbol(Coder& coder, int state, SymbolCounts& counts, const uint32_t& wanted) {
  if constexpr (Coder::kReads) {
    const size_t symbol = symbol_at(counts, coder.place(state));
    coder.take(state, counts, symbol);
    return static_cast<uint32_t>(symbol);
  } else {
    coder.put(state, counts, wanted);
    return wanted;
  }
}

// Returns the index.
template <class Coder>
HWY_INLINE int64_t code_rest(Coder& coder, IndexModels& models, int symbol, int shift, bool turned,
                             const WantedIndex& wanted) {
  int64_t units = symbol - IndexModels::kMost;
  if (symbol == IndexModels::kEscape) units = code_escape(coder, models, wanted.units);
  if (shift > 0) units = code_below_units(coder, models, symbol, shift, units, wanted.centred);
  return turned ? -units : units;
}

// Chooses for each row's index the model and the shift of its units; returns whether a shift is not zero. expected: the
// root of its magnitude. corrected: by how many half steps the regression corrects Lorenzo's prediction. around: the
// sum of roots around.
template <int kRows>
HWY_INLINE bool choose_models(const laq::HWY_NAMESPACE::LanesOf<float, kRows>& expected,
                              const laq::HWY_NAMESPACE::LanesOf<float, kRows>& corrected,
                              const laq::HWY_NAMESPACE::LanesOf<float, kRows>& around, int32_t* models,
                              int32_t* shifts) {
  constexpr float kLeast = 1.0f / (1 << -IndexModels::kLeastOctave);  // added, so that class 0 begins at 0
  // Exponent and highest fraction bit count half octaves.
  constexpr int kBitsBelow = 22, kFirst = std::bit_cast<int32_t>(kLeast) >> kBitsBelow;
  constexpr int kScales = IndexModels::kScales;
  alignas(32) float roots[kRows], sizes[kRows], sums[kRows];
  expected.store(roots);
  corrected.store(sizes);
  around.store(sums);
  const hn::CappedTag<float, kRows> d;
  const hn::RebindToSigned<decltype(d)> di;
  const auto one_kind = hn::Set(di, kScales), two_kinds = hn::Set(di, 2 * kScales);
  const auto where = [&](auto mask, auto number)
                         HWY_ATTR { return hn::IfThenElseZero(hn::RebindMask(di, mask), number); };
  auto shifted = hn::Zero(di);
  for (int r = 0; r < kRows; r += static_cast<int>(hn::MaxLanes(d))) {
    const auto root = hn::Load(d, roots + r), size = hn::Load(d, sizes + r);
    const auto magnitude = hn::Add(hn::Mul(root, root), hn::Set(d, kLeast));
    const auto scale = hn::Sub(hn::ShiftRight<kBitsBelow>(hn::BitCast(di, magnitude)), hn::Set(di, kFirst));
    const auto beyond = hn::Max(hn::Sub(scale, hn::Set(di, kScales - 2)), hn::Zero(di));
    const auto shift = hn::Min(hn::ShiftRight<1>(beyond), hn::Set(di, IndexModels::kMostShift));
    const auto within = hn::Min(hn::Sub(scale, hn::Add(shift, shift)), hn::Set(di, kScales - 1));
    const auto uncertain =
        hn::Add(where(hn::Gt(size, hn::Set(d, 0.5f)), two_kinds), where(hn::Gt(size, hn::Set(d, 4.0f)), two_kinds));
    const auto calm = where(hn::Eq(hn::Load(d, sums + r), hn::Zero(d)), one_kind);
    hn::StoreU(hn::Add(hn::Add(uncertain, calm), within), di, models + r);
    hn::StoreU(shift, di, shifts + r);
    shifted = hn::Or(shifted, shift);
  }
  return !hn::AllTrue(di, hn::Eq(shifted, hn::Zero(di)));
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#endif
