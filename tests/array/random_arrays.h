// Arrays of many kinds, made at random.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include <laq/array.hpp>

#include "base/element.h"

namespace laq::array {

enum class RandomKind : uint8_t {
  noise,
  autoregressive,
  sines_and_noise,
  steps,
  sparse,       // mostly zero
  few_values,   // a handful of unrelated numbers
  periodic,     // repeats exactly
  decimals,     // a smooth signal with two decimals
  fill_values,  // a smooth signal, of which parts are 1e20
  wide,         // sizes over twenty octaves
  channels      // rows that are mixtures of the same two, and one that is far larger
};
inline constexpr int kRandomKinds = 11;

// std::mt19937 gives the same numbers with every library, its distributions do not.
class RandomNumbers {
 public:
  explicit RandomNumbers(unsigned seed) : random_(seed) {}

  double uniform() { return static_cast<double>(random_()) / 4294967296.0; }  // 0 .. 1
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }
  size_t below(size_t count) { return random_() % count; }

 private:
  std::mt19937 random_;
};

inline std::vector<double> random_values(RandomKind kind, size_t rows, size_t width, unsigned seed) {
  RandomNumbers random(seed);
  const size_t count = rows * width;
  std::vector<double> values(count), table(1 + random.below(9)), wave(width);
  for (double& value : table) value = 100 * random.normal();
  const double slow = 0.02 + 0.2 * random.uniform(), fast = 0.5 + random.uniform(),
               share = 0.02 + 0.2 * random.uniform();
  const size_t period = 20 + random.below(300);
  double state = 0, other = 0;
  for (double& value : wave) value = state = 0.98 * state + random.normal();
  for (size_t i = 0; i < count; ++i) {
    const auto x = static_cast<double>(i % width), y = static_cast<double>(i / width);
    const double smooth = 50 * std::sin(slow * x + 0.05 * y) + 20 * std::cos(0.3 * slow * x - 0.08 * y);
    state = 0.95 * state + random.normal();
    switch (kind) {
      case RandomKind::noise:
        values[i] = 100 * random.normal();
        break;
      case RandomKind::autoregressive:
        values[i] = 10 * state;
        break;
      case RandomKind::sines_and_noise:
        values[i] = smooth + 5 * std::sin(fast * x) + share * random.normal();
        break;
      case RandomKind::steps:
        if (random.uniform() < 0.01) other = std::floor(200 * random.uniform()) - 100;
        values[i] = other;
        break;
      case RandomKind::sparse:
        values[i] = random.uniform() < 0.1 * share ? 100 * random.normal() : 0;
        break;
      case RandomKind::few_values:
        values[i] = table[random.below(table.size())];
        break;
      case RandomKind::periodic:
        values[i] = i < period ? 60 * random.normal() : values[i - period];
        break;
      case RandomKind::decimals:
        values[i] = std::nearbyint(100 * (smooth + 0.1 * random.normal())) / 100;
        break;
      case RandomKind::fill_values:
        if (random.uniform() < 0.02) other = 1 - other;
        values[i] = other > 0 ? 1e20 : smooth + share * random.normal();
        break;
      case RandomKind::wide:
        values[i] = std::exp2(10 * std::sin(slow * x) + share * random.normal());
        break;
      case RandomKind::channels:
        values[i] = (i / width == 0 ? 3000 : 10) * wave[i % width] + random.normal() + 7 * y;
        break;
    }
  }
  return values;
}

// Integers are limited to the range of their type.
inline Array random_array(RandomKind kind, ElementType type, std::vector<uint64_t> shape, unsigned seed) {
  uint64_t count = 1;
  for (const uint64_t side : shape) count *= side;
  const uint64_t width = shape.back();
  std::vector<double> values = random_values(kind, count / width, width, seed);
  const ElementRange range(type);
  for (double& value : values) value = range.round(value);
  Array array{type, std::move(shape), std::vector<std::byte>(count * element_bytes(type)), {}};
  store_values(type, values, array.data);
  return array;
}

}  // namespace laq::array
