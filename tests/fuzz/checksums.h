// The checksums of LAQ files, for targets that damage such files: with them set right, what lies behind them is
// reached.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <zlib.h>

#include "array/chunk_table.h"
#include "base/bytes.h"
#include "container/checksum.h"
#include "container/container.h"

inline void put_checksum(uint32_t checksum, std::byte* place) {
  for (int i = 0; i < 4; ++i) place[i] = static_cast<std::byte>(checksum >> (8 * i));
}

// Overwrites the checksum of header and table of an array, and those of its chunks, as far as they are there.
inline void repair_array(std::span<std::byte> payload) {
  using namespace laq::array;
  laq::ByteReader reader(payload);
  const laq::Result<ArrayHeader> header = ArrayHeader::read(reader);
  if (!header) return;
  const uint64_t count = header->chunks();
  if (!has_chunk_checksums(count) || count > payload.size()) return;
  std::vector<uint64_t> sizes(count);
  for (uint64_t& size : sizes) size = reader.integer();
  if (header->losses.size() > 1) {
    for (uint64_t i = 0; i < count; ++i) reader.integer();
  }
  const size_t checksums = payload.size() - reader.rest().size();
  reader.take(4 * (count + 1));
  if (reader.failed()) return;
  for (uint64_t i = 0; i < count; ++i) {
    const std::span<const std::byte> chunk = reader.take(sizes[i]);
    if (!reader.failed()) put_checksum(laq::checksum(chunk), payload.data() + checksums + 4 * i);
  }
  const size_t end = checksums + 4 * count;
  put_checksum(laq::checksum(payload.first(end)), payload.data() + end);
}

inline laq::SectionName payload_name(std::span<const std::byte> file, size_t begin) {
  laq::SectionName name{};
  for (size_t i = 0; i < name.size(); ++i) name[i] = static_cast<char>(file[begin + i]);
  return name;
}

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
    if (payload_name(file, begin) == laq::kArraySection)
      repair_array({file.data() + (payload.data() - file.data()), payload.size()});
    const uLong name_crc = crc32_z(0, reinterpret_cast<const Bytef*>(file.data() + begin), 4);
    const uLong crc =
        payload.empty() ? name_crc : crc32_z(name_crc, reinterpret_cast<const Bytef*>(payload.data()), payload.size());
    put_checksum(static_cast<uint32_t>(crc), file.data() + end);
  }
}
