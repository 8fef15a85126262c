// The checksums of LAQ files, for targets that damage such files: with them set right, what lies behind them is
// reached.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <zlib.h>

#include "base/bytes.h"

// Overwrites the checksum of every section that lies within the file.
inline void repair_checksums(std::vector<std::byte>& file) {
  laq::ByteReader reader(file);
  reader.take(4);
  while (!reader.failed() && !reader.rest().empty()) {
    const size_t begin = file.size() - reader.rest().size();
    reader.take(4);
    const std::span<const std::byte> payload = reader.take(reader.integer());
    const size_t end = file.size() - reader.rest().size();
    reader.take(4);
    if (reader.failed()) return;
    const uLong name_crc = crc32_z(0, reinterpret_cast<const Bytef*>(file.data() + begin), 4);
    const uLong crc =
        payload.empty() ? name_crc : crc32_z(name_crc, reinterpret_cast<const Bytef*>(payload.data()), payload.size());
    for (size_t i = 0; i < 4; ++i) file[end + i] = static_cast<std::byte>(crc >> (8 * i));
  }
}
