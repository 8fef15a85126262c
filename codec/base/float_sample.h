// Floating-point samples of pictures, as they lie in memory.
#pragma once

#include <cstddef>
#include <cstring>

#include <laq/float16.hpp>
#include <laq/laq.hpp>

namespace laq {

constexpr size_t float_sample_bytes(SampleFormat format) {
  return format == SampleFormat::float32 ? sizeof(float) : sizeof(Float16);
}

// The sample that begins at `from`; format: not integer.
inline float float_sample(const std::byte* from, SampleFormat format) {
  if (format == SampleFormat::float16) {
    Float16 half;
    std::memcpy(&half, from, sizeof half);
    return static_cast<float>(static_cast<double>(half));
  }
  float value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// Puts the nearest sample to a number, of two the one whose last bit is 0, where `to` points; format: not integer.
inline void put_float_sample(double number, SampleFormat format, std::byte* to) {
  if (format == SampleFormat::float16) {
    const Float16 half(number);
    std::memcpy(to, &half, sizeof half);
    return;
  }
  const auto value = static_cast<float>(number);
  std::memcpy(to, &value, sizeof value);
}

}  // namespace laq
