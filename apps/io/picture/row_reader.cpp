#include "io/picture/row_reader.h"

#include <utility>
#include <vector>

namespace laq::io {

Result<Noted<Picture>> read_all_rows(const OpenedRows& reader) {
  if (!reader) return reader.error();
  RowReader& rows = **reader;
  const uint32_t height = rows.header().height;
  const size_t row_bytes = rows.header().row_bytes();
  std::vector<std::byte> samples;
  for (uint32_t y = 0; y < height; ++y) {
    samples.resize(samples.size() + row_bytes);
    if (auto error = rows.read(1, samples.data() + y * row_bytes, row_bytes)) return *error;
  }
  Noted<Picture> picture = rows.header();
  picture.samples = std::move(samples);
  return picture;
}

}  // namespace laq::io
