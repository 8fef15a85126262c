// Where decoded rows go.
#pragma once

#include <cstddef>
#include <cstdint>

#include <laq/laq.hpp>

namespace laq {

// Rows of interleaved samples of the picture's channels and depth, without a known end.
struct RowsOfSamples {
  std::byte* first = nullptr;
  size_t row_bytes = 0;
};

// Takes the rows of a part, from the top to the bottom.
class RowSink {
 public:
  virtual ~RowSink() = default;
  // The most rows that it has room for at once.
  virtual uint32_t rows_at_once() const = 0;
  // Where the rows from `y` on are wanted.
  virtual RowsOfSamples room(uint32_t y) = 0;
  // The rows y .. y + count - 1 stand in their room. False cancels.
  virtual bool take(uint32_t y, uint32_t count) = 0;
};

// The samples of a picture that has room for them, row after row.
class PictureSink : public RowSink {
 public:
  explicit PictureSink(Picture& picture) : picture_(picture) {}

  uint32_t rows_at_once() const override { return picture_.height; }
  RowsOfSamples room(uint32_t y) override {
    return {picture_.samples.data() + picture_.row_bytes() * y, picture_.row_bytes()};
  }
  bool take(uint32_t, uint32_t) override { return true; }

 private:
  Picture& picture_;
};

}  // namespace laq
