#include "light/light_sinks.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/float_sample.h"

namespace laq::light {
namespace {

// Some rows at once cost little memory, and save calls.
constexpr uint32_t kRowsAtOnce = 32;

uint32_t rows_at_once_of(const RowShape& shape) {
  return std::min(shape.height, kRowsAtOnce);
}

}  // namespace

LightSink::LightSink(const FloatHeader& header, const RowShape& shape, RowSink& sink)
    : header_(header), shape_(shape), sink_(sink), codes_(shape.samples() * rows_at_once_of(shape)) {}

uint64_t LightSink::bytes(const RowShape& shape) {
  return uint64_t{shape.samples()} * rows_at_once_of(shape) * sizeof(uint16_t);
}

uint32_t LightSink::rows_at_once() const {
  return std::min(sink_.rows_at_once(), rows_at_once_of(shape_));
}

RowsOfSamples LightSink::room(uint32_t) {
  return {reinterpret_cast<std::byte*>(codes_.data()), shape_.samples() * sizeof(uint16_t)};
}

bool LightSink::take(uint32_t y, uint32_t count) {
  const RowsOfSamples out = sink_.room(y);
  const size_t bytes = float_sample_bytes(shape_.format);
  for (uint32_t row = 0; row < count; ++row) {
    const uint16_t* const codes = codes_.data() + shape_.samples() * row;
    std::byte* sample = out.first + out.row_bytes * row;
    int channel = 0;
    for (size_t i = 0; i < shape_.samples(); ++i, sample += bytes) {
      put_float_sample(header_.code_of_channel(channel).number_of(codes[i]), shape_.format, sample);
      if (++channel == shape_.channels) channel = 0;
    }
  }
  return sink_.take(y, count);
}

ReducingSink::ReducingSink(const RowShape& shape, int factor, RowSink& sink)
    : shape_(shape),
      factor_(static_cast<uint32_t>(factor)),
      sink_(sink),
      rows_(shape.samples() * float_sample_bytes(shape.format) * rows_at_once_of(shape)),
      sums_(size_t{(shape.width + factor_ - 1) / factor_} * static_cast<size_t>(shape.channels)) {}

uint64_t ReducingSink::bytes(const RowShape& shape, int factor) {
  const auto side = static_cast<uint32_t>(factor);
  const uint64_t sums = uint64_t{(shape.width + side - 1) / side} * static_cast<uint64_t>(shape.channels);
  return uint64_t{shape.samples()} * rows_at_once_of(shape) * float_sample_bytes(shape.format) + sums * sizeof(Sum);
}

uint32_t ReducingSink::rows_at_once() const {
  return rows_at_once_of(shape_);
}

RowsOfSamples ReducingSink::room(uint32_t) {
  return {rows_.data(), shape_.samples() * float_sample_bytes(shape_.format)};
}

void ReducingSink::add_row(const std::byte* row, bool is_first) {
  const size_t bytes = float_sample_bytes(shape_.format), channels = static_cast<size_t>(shape_.channels);
  Sum* sums = sums_.data();
  for (uint32_t x = 0; x < shape_.width; ++x) {
    const bool begins = x % factor_ == 0;
    if (begins && x > 0) sums += channels;
    for (size_t channel = 0; channel < channels; ++channel, row += bytes) {
      Sum& sum = sums[channel];
      if (begins && is_first) {
        sum = {};
        std::memcpy(&sum.first, row, bytes);
      }
      const float value = float_sample(row, shape_.format);
      if (!std::isfinite(value)) continue;
      sum.of_finite += double{value};
      ++sum.count;
    }
  }
}

void ReducingSink::put_means(std::byte* out) {
  const size_t bytes = float_sample_bytes(shape_.format);
  for (const Sum& sum : sums_) {
    if (sum.count > 0) {
      put_float_sample(sum.of_finite / static_cast<double>(sum.count), shape_.format, out);
    } else {
      std::memcpy(out, &sum.first, bytes);
    }
    out += bytes;
  }
}

bool ReducingSink::take(uint32_t y, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i, ++y) {
    add_row(rows_.data() + shape_.samples() * float_sample_bytes(shape_.format) * i, y % factor_ == 0);
    const bool is_last = y + 1 == shape_.height;
    if ((y + 1) % factor_ != 0 && !is_last) continue;
    if (rows_in_room_ == 0) room_ = sink_.room(first_);
    put_means(room_.first + room_.row_bytes * rows_in_room_);
    ++rows_in_room_;
    if (rows_in_room_ < sink_.rows_at_once() && !is_last) continue;
    if (!sink_.take(first_, rows_in_room_)) return false;
    first_ += rows_in_room_;
    rows_in_room_ = 0;
  }
  return true;
}

}  // namespace laq::light
