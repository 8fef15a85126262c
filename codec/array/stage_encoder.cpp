#include "array/stage_encoder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <type_traits>
#include <utility>

namespace laq::array {
namespace {

#define LAQ_ARRAY_ROW(kind, name) &name##_encoder,
constexpr std::array<StageEncoder, kStages> kEncoders = {LAQ_ARRAY_STAGES(LAQ_ARRAY_ROW)};
#undef LAQ_ARRAY_ROW

// Calls f(value) for each element in turn.
template <class Function>
void for_each_value(const SourceChunk& chunk, Function&& f) {
  with_type(chunk.type, [&](auto* p) {
    using T = std::remove_pointer_t<decltype(p)>;
    for (size_t i = 0; i < chunk.grid.size(); ++i) {
      T element;
      std::memcpy(&element, chunk.elements.data() + i * sizeof(T), sizeof(T));
      f(static_cast<double>(element));
    }
  });
}

uint64_t spacing_of(const SourceChunk& chunk) {
  uint64_t divisor = 0;
  std::optional<double> first;
  for_each_value(chunk, [&](double value) {
    if (!first) first = value;
    if (divisor != 1) divisor = std::gcd(divisor, static_cast<uint64_t>(std::fabs(value - *first)));
  });
  return std::max<uint64_t>(divisor, 1);
}

double largest_of(const SourceChunk& chunk) {
  double largest = 0;
  for_each_value(chunk, [&](double value) {
    const double size = std::fabs(value);
    largest = size > largest && size <= std::numeric_limits<double>::max() ? size : largest;
  });
  return largest;
}

}  // namespace

std::span<const double> SourceChunk::values() const {
  const bool is_aligned = reinterpret_cast<uintptr_t>(elements.data()) % alignof(double) == 0;
  if (type == ElementType::float64 && is_aligned) {
    return {reinterpret_cast<const double*>(elements.data()), grid.size()};
  }
  if (copied_values_.empty()) copied_values_ = values_of(type, elements);
  return copied_values_;
}

std::vector<double> SourceChunk::take_values() const {
  if (copied_values_.empty()) return values_of(type, elements);
  return std::exchange(copied_values_, {});
}

uint64_t SourceChunk::spacing() const {
  if (!spacing_) spacing_ = is_integer(type) ? spacing_of(*this) : 1;
  return *spacing_;
}

int SourceChunk::exponent() const {
  if (!exponent_) exponent_ = is_integer(type) ? 0 : exponent_of(largest_of(*this));
  return *exponent_;
}

Distortion no_distortion(const SourceChunk& chunk) {
  Distortion distortion;
  for_each_value(chunk, [&](double value) { distortion.count += std::isfinite(value) ? 1 : 0; });
  return distortion;
}

std::optional<double> mean_of(std::span<const double> values) {
  double sum = 0;
  size_t count = 0;
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    sum += value;
    ++count;
  }
  if (count == 0 || !std::isfinite(sum)) return std::nullopt;
  return sum / static_cast<double>(count);
}

MappedChunk map_exactly(const ChunkFormat& simpler, std::span<const double> numbers, std::vector<std::byte> bytes,
                        const Distortion& distortion) {
  MappedChunk mapped{simpler, std::vector<std::byte>(simpler.bytes()), Encoding{std::move(bytes), {}, distortion}};
  store_values(simpler.type, numbers, mapped.elements);
  return mapped;
}

void prepend(std::byte first, std::vector<std::byte>& stream) {
  stream.reserve(stream.size() + 1);
  stream.insert(stream.begin(), first);
}

const StageEncoder& encoder_of(StageId stage) {
  return kEncoders[static_cast<size_t>(stage)];
}

const Policy& policy_of(StageId stage) {
  return std::visit([](const auto* encoder) -> const Policy& { return encoder->policy; }, encoder_of(stage));
}

bool allows_change(ElementType type, double bound) {
  return bound >= (is_integer(type) ? 1 : std::numeric_limits<double>::denorm_min());
}

bool holds_series(const Grid& grid) {
  return grid.is_line() ||
         (grid.sides[0] == 1 && grid.sides[2] >= 1000 && grid.sides[1] <= 256 && grid.sides[2] > 8 * grid.sides[1]);
}

}  // namespace laq::array
