// Fuzz target: any bytes, as the parameters and a chunk of an HDF5 dataset, are refused or decoded.
//
// The input is the number of cd_values, these (all LEB128), and the chunk, whose checksums are set right first.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "fuzz/checksums.h"
#include "fuzz/chunk_memory.h"
#include "fuzz/fuzz_target.h"
#include "hdf5/chunk.h"

namespace {

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz_chunks: %s\n", what);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  laq::ByteReader reader(std::as_bytes(std::span(data, size)));
  std::vector<unsigned> values(static_cast<size_t>(reader.integer(2 * laq_hdf5::kMaxValues)));
  for (unsigned& value : values) value = static_cast<unsigned>(reader.integer(UINT32_MAX));
  if (reader.failed()) return 0;
  const auto parameters = laq_hdf5::read_values(values);
  if (!parameters) return 0;
  require(laq_hdf5::read_values(laq_hdf5::write_values(*parameters)).has_value(), "parameters are not read again");
  const uint64_t bytes = laq_hdf5::chunk_bytes(*parameters).value_or(0);
  require(bytes > 0, "parameters describe no chunk");
  if (bytes > kFuzzMaxBytes) return 0;  // so that a large claim does not cost seconds

  std::vector<std::byte> file(reader.rest().begin(), reader.rest().end());
  repair_checksums(file);
  const ChunkMemory memory;
  laq_hdf5::Buffer chunk(memory);
  const std::string message = laq_hdf5::decode_chunk(*parameters, file, chunk);
  require(!message.empty() || chunk.bytes().size() == bytes, "a chunk has another size than its parameters say");
  return 0;
}
