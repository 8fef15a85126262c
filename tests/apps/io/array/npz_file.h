// Writes NPZ files for tests.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <zlib.h>

#include "io/array/npy.h"
#include "io/bytes.h"

using Bytes = std::vector<std::byte>;

// The bytes as a deflated stream without a header.
inline std::string deflated(const Bytes& bytes) {
  std::string packed(bytes.size() + 100, '\0');
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

// An archive of these members: names with endings, and contents.
inline Bytes npz_file(const std::vector<std::pair<std::string, Bytes>>& members, bool is_deflated,
                      bool is_zip64 = false) {
  const auto number = [](uint64_t value, size_t size) { return laq::io::integer_text(value, size, false); };
  std::string file, list;
  for (const auto& [name, contents] : members) {
    const std::string packed = is_deflated ? deflated(contents) : std::string(laq::io::text_of(contents));
    const auto sum = crc32(0, reinterpret_cast<const Bytef*>(contents.data()), static_cast<uInt>(contents.size()));
    const std::string extra = is_zip64 ? number(1, 2) + number(24, 2) + number(contents.size(), 8) +
                                             number(packed.size(), 8) + number(file.size(), 8)
                                       : "";
    const uint64_t hidden = 0xffffffff;
    const std::string common = number(20, 2) + number(0, 2) + number(is_deflated ? 8 : 0, 2) + number(0, 4) +
                               number(sum, 4) + number(is_zip64 ? hidden : packed.size(), 4) +
                               number(is_zip64 ? hidden : contents.size(), 4) + number(name.size(), 2);
    list += "PK\x01\x02" + number(20, 2) + common + number(extra.size(), 2) + number(0, 8) + number(0, 2) +
            number(is_zip64 ? hidden : file.size(), 4) + name + extra;
    file += "PK\x03\x04" + common + number(0, 2) + name + packed;
  }
  const size_t offset = file.size(), count = members.size();
  file += list;
  if (is_zip64) {
    const size_t end = file.size();
    file += "PK\x06\x06" + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8) + number(count, 8) +
            number(count, 8) + number(list.size(), 8) + number(offset, 8);
    file += "PK\x06\x07" + number(0, 4) + number(end, 8) + number(1, 4);
  }
  file += "PK\x05\x06" + number(0, 4) + number(count, 2) + number(count, 2) +
          number(is_zip64 ? 0xffffffff : list.size(), 4) + number(is_zip64 ? 0xffffffff : offset, 4) + number(0, 2);
  const auto bytes = std::as_bytes(std::span(file));
  return {bytes.begin(), bytes.end()};
}
