// The checksum of files: CRC-32 as in zlib, PNG and gzip (ISO 3309, polynomial 0x04c11db7 reflected).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace laq {

// before: the checksum of the bytes that come before these.
uint32_t checksum(std::span<const std::byte> bytes, uint32_t before = 0);

// The checksum of two parts, one behind the other, by their checksums and the length of the second.
uint32_t joined_checksum(uint32_t first, uint32_t second, uint64_t second_bytes);

}  // namespace laq
