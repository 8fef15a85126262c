#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "array/predict/lane_encoder.h"
#include "base/exact_bound.h"
#include "base/scalable_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "array/predict/lane_rows_encoder.cpp"
// Conversions gain by vectors of four doubles, little by what lies between these and two.
#define HWY_DISABLED_TARGETS (LAQ_TARGETS_WITHOUT_DOUBLES | HWY_SSSE3 | HWY_SSE4 | HWY_AVX3 | HWY_AVX3_DL)
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "base/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace laq::array {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class T>
T element_at(const std::byte* elements, ptrdiff_t place) {
  T element;
  std::memcpy(&element, elements + place * static_cast<ptrdiff_t>(sizeof(T)), sizeof(T));
  return element;
}

// Vectors of what Highway knows as floats.
template <class T>
LaneRange range_of_floats(const std::byte* elements, size_t count) {
  constexpr size_t kAtOnce = 32 / sizeof(T), kChains = 4;  // which need not wait for each other
  const hn::CappedTag<T, kAtOnce> d;
  const size_t lanes = hn::Lanes(d), step = kChains * lanes;
  constexpr T kMost = std::numeric_limits<T>::max();
  const auto most = hn::Set(d, kMost);
  decltype(hn::Zero(d)) least[kChains], greatest[kChains];
  for (size_t c = 0; c < kChains; ++c) {
    least[c] = most;
    greatest[c] = hn::Neg(most);
  }
  auto all_finite = hn::Eq(most, most);
  HWY_ALIGN T part[kChains * kAtOnce];
  size_t i = 0;
  for (; i + step <= count; i += step) {
    std::memcpy(part, elements + i * sizeof(T), step * sizeof(T));
    for (size_t c = 0; c < kChains; ++c) {
      const auto values = hn::Load(d, part + c * lanes);
      const auto is_finite = hn::Le(hn::Abs(values), most);
      all_finite = hn::And(all_finite, is_finite);
      least[c] = hn::Min(least[c], hn::IfThenElse(is_finite, values, least[c]));
      greatest[c] = hn::Max(greatest[c], hn::IfThenElse(is_finite, values, greatest[c]));
    }
  }
  LaneRange range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                  !hn::AllTrue(d, all_finite)};
  for (size_t c = 0; c < kChains && i > 0; ++c) {
    hn::Store(least[c], d, part);
    for (size_t k = 0; k < lanes; ++k) range.least = std::min(range.least, static_cast<double>(part[k]));
    hn::Store(greatest[c], d, part);
    for (size_t k = 0; k < lanes; ++k) range.greatest = std::max(range.greatest, static_cast<double>(part[k]));
  }
  for (; i < count; ++i) {
    const T value = element_at<T>(elements, static_cast<ptrdiff_t>(i));
    const bool is_finite = std::fabs(value) <= kMost;
    range.has_mask = range.has_mask || !is_finite;
    if (!is_finite) continue;
    range.least = std::min(range.least, static_cast<double>(value));
    range.greatest = std::max(range.greatest, static_cast<double>(value));
  }
  return range;
}

// The least and the greatest of the finite elements, and whether some are not finite.
template <class T>
LaneRange range_of(std::span<const std::byte> packed) {
  const size_t count = packed.size() / sizeof(T);
  if constexpr (std::is_floating_point_v<T>) return range_of_floats<T>(packed.data(), count);
  LaneRange range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), false};
  if constexpr (std::is_integral_v<T>) {
    T least = std::numeric_limits<T>::max(), greatest = std::numeric_limits<T>::lowest();
    for (size_t i = 0; i < count; ++i) {
      const T value = element_at<T>(packed.data(), static_cast<ptrdiff_t>(i));
      least = std::min(least, value);
      greatest = std::max(greatest, value);
    }
    if (count > 0) range = {static_cast<double>(least), static_cast<double>(greatest), false};
    return range;
  }
  for (size_t i = 0; i < count; ++i) {
    const auto value = static_cast<double>(element_at<T>(packed.data(), static_cast<ptrdiff_t>(i)));
    if (!std::isfinite(value)) {
      range.has_mask = true;
      continue;
    }
    range.least = std::min(range.least, value);
    range.greatest = std::max(range.greatest, value);
  }
  return range;
}

// The samples of a row of elements that are `stride` apart.
template <class T>
void load_samples_as(const std::byte* elements, ptrdiff_t stride, int count, const LaneScale& scale, float* samples) {
  const double inverse = 1 / scale.step, origin = scale.origin;
  const auto sample_of = [=](ptrdiff_t i) {
    T element;
    std::memcpy(&element, elements + i * static_cast<ptrdiff_t>(sizeof(T)), sizeof(T));
    return static_cast<float>((static_cast<double>(element) - origin) * inverse);
  };
  if (stride == 1) {
    for (int i = 0; i < count; ++i) samples[i] = sample_of(i);
  } else {
    for (int i = 0; i < count; ++i) samples[i] = sample_of(i * stride);
  }
}

// The same as the nearest integers; any integer where samples are not finite.
template <class T>
void quantize_as(const std::byte* elements, ptrdiff_t stride, int count, const LaneScale& scale, uint32_t* samples) {
  constexpr double kMost = 0x1p30, kRounds = 0x1.8p52;  // a sum with it has no fraction
  const double inverse = 1 / scale.step, origin = scale.origin;
  const auto sample_of = [=](ptrdiff_t i) {
    T element;
    std::memcpy(&element, elements + i * static_cast<ptrdiff_t>(sizeof(T)), sizeof(T));
    double sample = (static_cast<double>(element) - origin) * inverse;
    sample = sample > -kMost ? sample : -kMost;
    sample = sample < kMost ? sample : kMost;
    return static_cast<uint32_t>(static_cast<int32_t>((sample + kRounds) - kRounds));
  };
  if (stride == 1) {
    for (int i = 0; i < count; ++i) samples[i] = sample_of(i);
  } else {
    for (int i = 0; i < count; ++i) samples[i] = sample_of(i * stride);
  }
}

// The size of the errors of elements; 0 where they are not finite.
template <class T>
void errors_of(const std::byte* elements, ptrdiff_t stride, const std::byte* decoded, int count, double* errors) {
  for (int i = 0; i < count; ++i) {
    T value, found;
    std::memcpy(&value, elements + i * stride * static_cast<ptrdiff_t>(sizeof(T)), sizeof(T));
    std::memcpy(&found, decoded + i * static_cast<ptrdiff_t>(sizeof(T)), sizeof(T));
    const auto number = static_cast<double>(value);
    const double error = std::fabs(number - static_cast<double>(found));
    errors[i] = std::fabs(number) <= std::numeric_limits<double>::max() ? error : 0;
  }
}

// Elements that are beyond the bound become raw elements, which have no errors.
template <class T>
void keep_raw(const std::byte* elements, const ElementRow& row, const std::byte* decoded, double bound, double* errors,
              std::vector<uint32_t>& raw_elements) {
  for (int i = 0; i < row.length; ++i) {
    const size_t at = row.place + i * row.stride;
    T value, found;
    std::memcpy(&value, elements + at * sizeof(T), sizeof(T));
    std::memcpy(&found, decoded + i * sizeof(T), sizeof(T));
    const auto number = static_cast<double>(value);
    if (!std::isfinite(number) || is_within(number, static_cast<double>(found), bound)) continue;
    errors[i] = 0;
    raw_elements.push_back(static_cast<uint32_t>(at));
  }
}

// The number of elements that are finite.
template <class T>
uint64_t count_finite(const std::byte* elements, const ElementRow& row) {
  uint64_t count = 0;
  for (int i = 0; i < row.length; ++i) {
    T element;
    std::memcpy(&element, elements + (row.place + i * row.stride) * sizeof(T), sizeof(T));
    count += std::fabs(static_cast<double>(element)) <= std::numeric_limits<double>::max() ? 1 : 0;
  }
  return count;
}

// As many errors at once as one look takes.
template <class T>
void check_as(const ElementRow& row, const LanesToWrite& write, const std::byte* decoded, LanesWritten& written) {
  constexpr int kAtOnce = 256;
  using Eight = laq::HWY_NAMESPACE::EightOf<double>;
  static_assert(Eight::kLanes == LaneErrors::kParts);
  const double bound = is_integer(write.range.type()) ? write.bound + 0.5 : write.bound;
  const std::byte* const elements = write.elements.data();
  LaneErrors& all = written.errors;
  Eight squares = Eight::load(all.squares.data());
  alignas(64) double errors[kAtOnce], parts[LaneErrors::kParts];
  for (int begin = 0; begin < row.length; begin += kAtOnce) {
    const ElementRow piece = {row.place + begin * row.stride, row.stride, std::min(kAtOnce, row.length - begin)};
    const std::byte* const source = elements + piece.place * sizeof(T);
    const std::byte* const found = decoded + begin * sizeof(T);
    if (row.stride == 1) {
      errors_of<T>(source, 1, found, piece.length, errors);
    } else {
      errors_of<T>(source, static_cast<ptrdiff_t>(row.stride), found, piece.length, errors);
    }
    std::fill(errors + piece.length, errors + (piece.length + 7) / 8 * 8, 0.0);
    const auto largest_of = [&] {
      Eight largest = Eight::zero();
      for (int i = 0; i < piece.length; i += Eight::kLanes) largest = largest.max(Eight::load(errors + i));
      largest.store(parts);
      return *std::max_element(parts, parts + LaneErrors::kParts);
    };
    double largest = largest_of();
    if (!(largest < bound)) {  // they are not clearly within it
      keep_raw<T>(elements, piece, found, write.bound, errors, written.raw_elements);
      largest = largest_of();
    }
    all.largest = std::max(all.largest, largest);
    const Eight scale = Eight::all(all.scale);
    for (int i = 0; i < piece.length; i += Eight::kLanes) {
      const Eight scaled = Eight::load(errors + i) * scale;
      squares = squares + scaled * scaled;
    }
  }
  squares.store(all.squares.data());
  all.count += write.has_mask ? count_finite<T>(elements, row) : static_cast<uint64_t>(row.length);
}

LaneRange RangeOf(ElementType type, std::span<const std::byte> packed) {
  return with_type(type, [&](auto* p) HWY_ATTR { return range_of<std::remove_pointer_t<decltype(p)>>(packed); });
}

void LoadSamples(const LanesToWrite& write, const ElementRow& row, float* samples) {
  with_type(write.range.type(), [&](auto* type) HWY_ATTR {
    using T = std::remove_pointer_t<decltype(type)>;
    load_samples_as<T>(write.elements.data() + row.place * sizeof(T), static_cast<ptrdiff_t>(row.stride), row.length,
                       write.scale, samples);
  });
  if (!write.has_mask) return;
  for (int i = 0; i < row.length; ++i) {
    if (!std::isfinite(samples[i])) samples[i] = std::numeric_limits<float>::quiet_NaN();
  }
}

void QuantizeSamples(const LanesToWrite& write, const ElementRow& row, uint32_t last_first, uint32_t* samples) {
  with_type(write.range.type(), [&](auto* type) HWY_ATTR {
    using T = std::remove_pointer_t<decltype(type)>;
    const std::byte* const elements = write.elements.data() + row.place * sizeof(T);
    quantize_as<T>(elements, static_cast<ptrdiff_t>(row.stride), row.length, write.scale, samples);
    if (!write.has_mask) return;
    for (int i = 0; i < row.length; ++i) {
      T element;
      std::memcpy(&element, elements + i * row.stride * sizeof(T), sizeof(T));
      if (!std::isfinite(static_cast<double>(element))) samples[i] = i > 0 ? samples[i - 1] : last_first;
    }
  });
}

void CheckRow(const LanesToWrite& write, const ElementRow& row, const std::byte* decoded, LanesWritten& written) {
  with_type(write.range.type(), [&](auto* type) HWY_ATTR {
    check_as<std::remove_pointer_t<decltype(type)>>(row, write, decoded, written);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace laq::array
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace laq::array {

HWY_EXPORT(RangeOf);
HWY_EXPORT(LoadSamples);
HWY_EXPORT(QuantizeSamples);
HWY_EXPORT(CheckRow);

Distortion LaneErrors::distortion() const {
  Distortion result{.max_error = largest, .exponent = exponent, .count = count};
  for (const double square : squares) result.squared_error += square;
  return result;
}

LaneRange range_of(ElementType type, std::span<const std::byte> packed) {
  return HWY_DYNAMIC_DISPATCH(RangeOf)(type, packed);
}

void load_samples(const LanesToWrite& write, const ElementRow& row, float* samples) {
  HWY_DYNAMIC_DISPATCH(LoadSamples)(write, row, samples);
}

void quantize_samples(const LanesToWrite& write, const ElementRow& row, uint32_t last_first, uint32_t* samples) {
  HWY_DYNAMIC_DISPATCH(QuantizeSamples)(write, row, last_first, samples);
}

void check_row(const LanesToWrite& write, const ElementRow& row, std::span<const std::byte> decoded,
               LanesWritten& written) {
  HWY_DYNAMIC_DISPATCH(CheckRow)(write, row, decoded.data(), written);
}

}  // namespace laq::array
#endif  // HWY_ONCE
