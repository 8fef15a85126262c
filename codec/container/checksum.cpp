#include "container/checksum.h"

#include <zlib.h>

namespace laq {

uint32_t checksum(std::span<const std::byte> bytes, uint32_t before) {
  // zlib starts anew where the pointer is null, as that of no bytes may be.
  if (bytes.empty()) return before;
  return static_cast<uint32_t>(crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

uint32_t joined_checksum(uint32_t first, uint32_t second, uint64_t second_bytes) {
  return static_cast<uint32_t>(crc32_combine(first, second, static_cast<z_off_t>(second_bytes)));
}

}  // namespace laq
