// The table of a payload stands between the header and the chunks. It gives the place, the permitted loss and the
// checksum of each chunk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "array/header.h"

namespace laq::array {

struct TableEntry {
  uint64_t bytes = 0;
  uint32_t loss = 0;      // the number of the chunk's loss in the header
  uint32_t checksum = 0;  // of the bytes
};

// The bytes of a payload before its chunks. size_bytes: the fixed width of sizes and of numbers that an encoder learns
// last; 0: as few bytes as each needs.
std::vector<std::byte> head_of_payload(const ArrayHeader& header, std::span<const TableEntry> table, int size_bytes);

struct ChunkStream {
  std::span<const std::byte> bytes;  // within the payload
  uint32_t loss = 0;
  std::optional<uint32_t> checksum = {};  // which has not been verified
  bool is_whole = true;                   // false: the payload is cut off before its end, and no bytes are given
};

// Reads table and chunks; `reader` stands behind the header of the payload. The checksum of header and table is
// verified, if there is one. Takes memory in proportion to the payload. may_be_cut: the payload may end anywhere behind
// the table.
Result<std::vector<ChunkStream>> read_chunks(std::span<const std::byte> payload, ByteReader& reader,
                                             const ArrayHeader& header, bool may_be_cut = false);

}  // namespace laq::array
