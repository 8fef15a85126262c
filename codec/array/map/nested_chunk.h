// Chunks that are coded by mapping their elements to another chunk: what the map needs comes first, the nested chunk
// after it.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "array/chunk.h"
#include "array/chunk_codec.h"
#include "base/bytes.h"

namespace laq::array {

// How a nested chunk is coded: as by encode_chunk(), by fewer methods.
using EncodeNested = std::function<EncodedChunk(const ChunkFormat& format, std::span<const std::byte> elements)>;

// A chunk within the stream of another one.
struct NestedChunk {
  ChunkFormat format;
  std::span<const std::byte> stream;
};

inline std::vector<std::byte> join_mapped(std::span<const std::byte> map, std::span<const std::byte> nested) {
  ByteWriter writer;
  writer.integer(map.size());
  writer.append(map);
  writer.append(nested);
  return writer.take();
}

struct MappedStream {
  std::span<const std::byte> map, nested;
  bool is_valid;

  explicit MappedStream(std::span<const std::byte> stream) {
    ByteReader reader(stream);
    map = reader.take(reader.integer(stream.size()));
    nested = reader.rest();
    is_valid = !reader.failed();
  }
};

}  // namespace laq::array
