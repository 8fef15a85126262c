// Drives fuzz_chunks without a fuzzer: makes chunks of several kinds of datasets, and damages them and their
// parameters.
//   mutate-chunks [ROUNDS [SEED]]
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "fuzz/chunk_memory.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/mutator.h"
#include "hdf5/chunk.h"
#include "hdf5/fill_values.h"

namespace {

// Elements of one byte order whose neighbours are alike, every ninth of which is the fill value if there is one.
Bytes make_elements(const laq_hdf5::Parameters& parameters) {
  const size_t element = laq_hdf5::element_bytes(parameters.type);
  const size_t shift = element > 1 ? 8 * element - 12 : 0;
  Bytes bytes(static_cast<size_t>(*laq_hdf5::chunk_bytes(parameters)));
  for (size_t i = 0; i < bytes.size() / element; ++i) {
    const uint64_t value = i * i / 50 % 97;
    const uint64_t bits = parameters.fill_value && i % 9 == 0 ? *parameters.fill_value : value << shift;
    laq_hdf5::store_element(bits, element, &bytes[i * element]);
  }
  return bytes;
}

struct Original {
  Bytes values;
  Bytes file;
};

Original make_original(const ChunkMemory& memory, const laq_hdf5::Parameters& parameters) {
  laq_hdf5::Buffer file(memory);
  const std::string message = laq_hdf5::encode_chunk(parameters, make_elements(parameters), file);
  if (!message.empty()) {
    std::fprintf(stderr, "mutate-chunks: %s\n", message.c_str());
    std::exit(1);
  }
  laq::ByteWriter values;
  const std::vector<unsigned> written = laq_hdf5::write_values(parameters);
  values.integer(written.size());
  for (const unsigned value : written) values.integer(value);
  return {values.take(), {file.bytes().begin(), file.bytes().end()}};
}

std::vector<Original> make_originals() {
  const ChunkMemory memory;
  laq_hdf5::Parameters field;
  field.target_kind = LAQ_ARRAY_MAX_ERROR;
  field.target = 0.5;
  field.effort = 1;
  field.type = LAQ_FLOAT32;
  field.sides = {7, 20, 30};
  laq_hdf5::Parameters filled = field;  // fill values become NaNs
  filled.fill_value = 0xc61c3c00;
  laq_hdf5::Parameters masked = filled;  // they become a mask
  masked.type = LAQ_INT16;
  masked.fill_value = 0x8001;
  laq_hdf5::Parameters complex_numbers = field;
  complex_numbers.type = LAQ_FLOAT64;
  complex_numbers.parts = 2;
  complex_numbers.sides = {20, 30};
  laq_hdf5::Parameters big_endian = field;
  big_endian.is_big_endian = true;
  laq_hdf5::Parameters exact = field;
  exact.is_kept = true;
  exact.type = LAQ_UINT8;
  exact.sides = {500};
  std::vector<Original> originals;
  for (const auto& parameters : {field, filled, masked, complex_numbers, big_endian, exact}) {
    originals.push_back(make_original(memory, parameters));
  }
  return originals;
}

}  // namespace

int main(int count, char** words) {
  const long rounds = count > 1 ? std::atol(words[1]) : 3000;
  Mutator mutator(count > 2 ? static_cast<uint32_t>(std::atol(words[2])) : 1);
  const std::vector<Original> originals = make_originals();
  for (long round = 0; round < rounds; ++round) {
    const Original& dataset = originals[mutator.below(originals.size())];
    const Original& chunk = mutator.below(4) == 0 ? originals[mutator.below(originals.size())] : dataset;
    Bytes bytes = dataset.values, file = chunk.file;
    mutator.mutate(mutator.below(4) == 0 ? bytes : file);
    bytes.insert(bytes.end(), file.begin(), file.end());
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  }
  std::printf("%ld damaged chunks were decoded or refused\n", rounds);
}
