#include <algorithm>
#include <array>
#include <bit>
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

// The same as the nearest integers; any integer where samples are not finite. Others are below 2^30, see scale_of().
template <class T>
void quantize_as(const std::byte* elements, ptrdiff_t stride, int count, const LaneScale& scale, uint32_t* samples) {
  constexpr double kRounds = 0x1.8p52;  // a sum with it ends in the bits of the nearest integer
  const double inverse = 1 / scale.step, origin = scale.origin;
  const auto sample_of = [=](ptrdiff_t i) {
    T element;
    std::memcpy(&element, elements + i * static_cast<ptrdiff_t>(sizeof(T)), sizeof(T));
    const double sample = (static_cast<double>(element) - origin) * inverse;
    return static_cast<uint32_t>(std::bit_cast<uint64_t>(sample + kRounds));
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

// Adds the errors of finite elements that follow each other, eight at once, if all are clearly within the bound; false
// if they are not, or if T is no type for vectors.
template <class T>
bool add_errors(const std::byte* elements, const std::byte* decoded, int count, double bound, LaneErrors& all) {
  if constexpr (!std::is_same_v<T, float> && !std::is_same_v<T, double>) {
    return false;
  } else {
    using Eight = laq::HWY_NAMESPACE::EightOf<double>;
    const auto load = [](const std::byte* from) HWY_ATTR {
      if constexpr (std::is_same_v<T, float>) {
        return laq::HWY_NAMESPACE::EightOf<float>::load(from).to_doubles();
      } else {
        return Eight::load(from);
      }
    };
    const Eight scale = Eight::all(all.scale);
    Eight squares = Eight::load(all.squares.data()), largest = Eight::zero();
    const auto add = [&](const std::byte* source, const std::byte* found) HWY_ATTR {
      const Eight error = (load(source) - load(found)).absolute(), scaled = error * scale;
      largest = largest.max(error);
      squares = squares + scaled * scaled;
    };
    const int whole = count - count % Eight::kLanes;
    for (int i = 0; i < whole; i += Eight::kLanes) add(elements + i * sizeof(T), decoded + i * sizeof(T));
    if (whole < count) {
      std::array<std::byte, Eight::kLanes * sizeof(T)> source{}, found{};
      std::memcpy(source.data(), elements + whole * sizeof(T), (count - whole) * sizeof(T));
      std::memcpy(found.data(), decoded + whole * sizeof(T), (count - whole) * sizeof(T));
      add(source.data(), found.data());
    }
    if (!largest.all_below(bound)) return false;
    alignas(64) double parts[LaneErrors::kParts];
    largest.store(parts);
    all.largest = std::max(all.largest, *std::max_element(parts, parts + LaneErrors::kParts));
    squares.store(all.squares.data());
    return true;
  }
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
  alignas(64) double errors[kAtOnce], parts[LaneErrors::kParts];
  for (int begin = 0; begin < row.length; begin += kAtOnce) {
    const int length = std::min(kAtOnce, row.length - begin);
    const ElementRow piece = {row.place + begin * row.stride, row.stride, length};
    const std::byte* const source = elements + piece.place * sizeof(T);
    const std::byte* const found = decoded + begin * sizeof(T);
    if (row.stride == 1 && !write.has_mask && add_errors<T>(source, found, length, bound, all)) continue;
    if (row.stride == 1) {
      errors_of<T>(source, 1, found, length, errors);
    } else {
      errors_of<T>(source, static_cast<ptrdiff_t>(row.stride), found, length, errors);
    }
    std::fill(errors + length, errors + (length + 7) / 8 * 8, 0.0);
    const auto largest_of = [&] {
      Eight largest = Eight::zero();
      for (int i = 0; i < length; i += Eight::kLanes) largest = largest.max(Eight::load(errors + i));
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
    Eight squares = Eight::load(all.squares.data());
    for (int i = 0; i < length; i += Eight::kLanes) {
      const Eight scaled = Eight::load(errors + i) * scale;
      squares = squares + scaled * scaled;
    }
    squares.store(all.squares.data());
  }
  all.count += write.has_mask ? count_finite<T>(elements, row) : static_cast<uint64_t>(row.length);
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

HWY_EXPORT(LoadSamples);
HWY_EXPORT(QuantizeSamples);
HWY_EXPORT(CheckRow);

Distortion LaneErrors::distortion() const {
  Distortion result{.max_error = largest, .exponent = exponent, .count = count};
  for (const double square : squares) result.squared_error += square;
  return result;
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
