#include "container/checksum.h"

#include <zlib.h>

namespace laq {

uint32_t checksum(std::span<const std::byte> bytes, uint32_t before) {
  // zlib starts anew where the pointer is null, as that of no bytes may be.
  if (bytes.empty()) return before;
  return static_cast<uint32_t>(crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace laq
