// Sinks between a coded picture and floating-point samples: they convert codes to light, and reduce light.
#pragma once

#include <cstdint>
#include <vector>

#include <laq/laq.hpp>

#include "base/row_sink.h"
#include "light/float_header.h"

namespace laq::light {

// The rows of samples that a sink takes.
struct RowShape {
  uint32_t width = 0;
  uint32_t height = 0;
  int channels = 3;
  SampleFormat format = SampleFormat::float32;

  size_t samples() const { return size_t{width} * static_cast<size_t>(channels); }
};

// Takes rows of 16-bit codes, and gives rows of the floating-point samples that they stand for to another sink. Both
// outlive it.
class LightSink : public RowSink {
 public:
  LightSink(const FloatHeader& header, const RowShape& shape, RowSink& sink);

  static uint64_t bytes(const RowShape& shape);

  uint32_t rows_at_once() const override;
  RowsOfSamples room(uint32_t y) override;
  bool take(uint32_t y, uint32_t count) override;

 private:
  const FloatHeader& header_;
  const RowShape shape_;
  RowSink& sink_;
  std::vector<uint16_t> codes_;
};

// Takes rows of floating-point samples, and gives rows of a smaller picture to another sink, which outlives it.
// `factor` samples across and down become one: the mean of those that are finite, which are added as doubles row by
// row, rounded to the format once. Where none is finite, it is the first of them. Squares are cut where the picture
// ends.
class ReducingSink : public RowSink {
 public:
  // shape: of the rows that come. factor: 2, 4 or 8.
  ReducingSink(const RowShape& shape, int factor, RowSink& sink);

  static uint64_t bytes(const RowShape& shape, int factor);

  uint32_t rows_at_once() const override;
  RowsOfSamples room(uint32_t y) override;
  bool take(uint32_t y, uint32_t count) override;

 private:
  struct Sum {
    double of_finite = 0;
    uint32_t count = 0;
    uint32_t first = 0;  // the bits of the first sample
  };

  void add_row(const std::byte* row, bool is_first);
  void put_means(std::byte* out);

  const RowShape shape_;
  const uint32_t factor_;
  RowSink& sink_;
  std::vector<std::byte> rows_;
  std::vector<Sum> sums_;
  RowsOfSamples room_;         // of the other sink
  uint32_t first_ = 0;         // row there
  uint32_t rows_in_room_ = 0;  // that stand there
};

}  // namespace laq::light
