// Pictures that are read from a file row by row, in the memory that some rows take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::io {

class RowReader {
 public:
  virtual ~RowReader() = default;

  // Size, channels, depth and metadata; there are no samples in it. Its notes are complete after the last row.
  const Noted<Picture>& header() const { return header_; }
  // False if rows cannot be read one by one: decode_picture() reads such a file, and read() is not called.
  virtual bool is_sequential() const { return true; }
  // Reads the next `count` rows, packed samples as those of Picture, to memory that begins at `rows`, row_bytes apart.
  // Call it until all rows are read. After an error there are no further rows. May throw std::bad_alloc.
  virtual std::optional<Error> read(uint32_t count, std::byte* rows, size_t row_bytes) = 0;

 protected:
  Noted<Picture> header_;
};

// The reader, or why the file cannot be read.
using OpenedRows = Result<std::unique_ptr<RowReader>>;

// Begins to read a file, which outlives the reader. Nothing is allocated for its samples.
using RowReaderMaker = OpenedRows(std::span<const std::byte> file, uint64_t max_pixels);

// The whole picture of a sequential reader. Its memory grows with the rows that are read, so that a file that ends
// early takes little.
Result<Noted<Picture>> read_all_rows(const OpenedRows& reader);

}  // namespace laq::io
