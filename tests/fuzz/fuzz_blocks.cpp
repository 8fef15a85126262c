// Fuzz target: any bytes, as blocks of any format, are refused or computed with.
//
// The first bytes are the format, the others the blocks.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <laq/blocks.hpp>

#include "base/bytes.h"
#include "fuzz/fuzz_target.h"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz_blocks: %s\n", what);
  std::abort();
}

void compute(const laq::BlockView& view) {
  const laq::BlockFormat& format = view.format();
  constexpr uint64_t kMostElements = 1 << 16;  // so that zeros of many claimed rows do not cost seconds
  if (format.columns > kMostElements || format.rows > kMostElements || format.rows * format.columns > kMostElements) {
    return;
  }
  const auto elements = laq::dequantize_blocks(view);
  require(elements.ok() && elements->size() == format.rows * format.columns, "a view does not dequantize");
  const std::vector<float> activations(static_cast<size_t>(format.columns), 0.5f);
  const auto products = laq::matvec_blocks(view, activations);
  require(products.ok() && products->size() == format.rows, "a view does not multiply");
  if (format.rows == 0) return;
  std::vector<float> row(static_cast<size_t>(format.columns));
  require(!laq::dequantize_blocks(view, format.rows - 1, row), "the last row does not dequantize");
  require(laq::dot_blocks(view, format.rows - 1, activations).ok(), "the last row does not multiply");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  laq::ByteReader reader(std::as_bytes(std::span(data, size)));
  laq::BlockFormat format;
  format.rows = reader.integer();
  format.columns = reader.integer();
  format.width = reader.byte();
  const uint8_t flags = reader.byte();
  format.rows_apart = flags & 1;
  format.is_rotated = flags & 2;
  format.exponent = static_cast<int8_t>(reader.byte());
  if (reader.failed()) return 0;
  const auto view = laq::view_blocks(format, reader.rest());
  if (view) {
    compute(*view);
  } else {
    require(!view.error().message.empty(), "an error says nothing");
  }
  return 0;
}
