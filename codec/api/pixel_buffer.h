// The caller's memory for decoded pixels, and the sinks that put them there.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <laq/partial.hpp>

#include "base/row_sink.h"

namespace laq {

// An error if a buffer has no channel, or a depth that its type does not have.
std::optional<Error> check(const PixelBuffer& buffer);

// An error if a picture of this format cannot go into a buffer, which is checked.
std::optional<Error> check(const PixelBuffer& buffer, SampleFormat format);

// Rows in memory of our own, a few at once, that are handed on as pictures.
class ChunkSink : public RowSink {
 public:
  ChunkSink(const PartInfo& info, int threads, const TakeRows& take);

  uint64_t bytes() const { return bytes_; }
  // To be called before decoding. May throw std::bad_alloc.
  void allocate() { samples_.resize(bytes_); }

  uint32_t rows_at_once() const override { return rows_at_once_; }
  RowsOfSamples room(uint32_t) override { return {samples_.data(), rows_.row_bytes}; }
  bool take(uint32_t y, uint32_t count) override;

 private:
  PictureView rows_;
  uint32_t rows_at_once_;
  size_t bytes_;
  std::vector<std::byte> samples_;
  const TakeRows& take_;
};

// Puts rows into the buffer, of which `y` is the first one.
void store_rows(const PictureView& rows, uint32_t y, const PixelBuffer& buffer);

}  // namespace laq
