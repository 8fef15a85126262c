// Drives fuzz_blocks without a fuzzer: makes blocks of several formats and damages them.
//   mutate-blocks [ROUNDS [SEED]]
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <laq/blocks.hpp>

#include "base/bytes.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/mutator.h"

namespace {

Bytes make_original(uint64_t rows, uint64_t columns, const laq::BlockOptions& options) {
  std::vector<float> elements(static_cast<size_t>(rows * columns));
  for (size_t i = 0; i < elements.size(); ++i) elements[i] = static_cast<float>(i * i % 1009) - 500;
  const auto tensor = laq::quantize_blocks(elements, rows, columns, options);
  if (!tensor) {
    std::fprintf(stderr, "mutate-blocks: %s\n", tensor.error().message.c_str());
    std::exit(1);
  }
  laq::ByteWriter writer;
  writer.integer(rows);
  writer.integer(columns);
  writer.byte(static_cast<uint8_t>(tensor->format.width));
  writer.byte(static_cast<uint8_t>(tensor->format.rows_apart | tensor->format.is_rotated << 1));
  writer.byte(static_cast<uint8_t>(tensor->format.exponent));
  writer.append(tensor->bytes);
  return writer.take();
}

}  // namespace

int main(int count, char** words) {
  const long rounds = count > 1 ? std::atol(words[1]) : 3000;
  Mutator mutator(count > 2 ? static_cast<uint32_t>(std::atol(words[2])) : 1);
  std::vector<Bytes> originals;
  for (const int width : {0, 1, 2, 3, 4, 5, 6, 8}) {
    originals.push_back(make_original(3, 300, {.width = width, .threads = 1, .rows = laq::BlockRows::apart}));
    originals.push_back(make_original(
        20, 27, {.bits = 3, .width = width, .threads = 1, .rows = laq::BlockRows::joined, .rotates = true}));
  }
  for (long round = 0; round < rounds; ++round) {
    Bytes bytes = originals[mutator.below(originals.size())];
    mutator.mutate(bytes);
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  }
  std::printf("%ld damaged tensors of blocks were computed with or were refused\n", rounds);
}
