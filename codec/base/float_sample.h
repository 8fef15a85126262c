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

}  // namespace laq
