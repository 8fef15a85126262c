#include <new>

#include <zlib.h>

#include "array/stage_encoder.h"

namespace laq::array {
namespace {

std::optional<Encoding> encode(const SourceChunk& chunk, const ChunkFormat&, int) {
  const size_t bytes = element_bytes(chunk.type), count = chunk.grid.size();
  std::vector<std::byte> shuffled(chunk.elements.size());
  for (size_t b = 0; b < bytes; ++b) {
    for (size_t i = 0; i < count; ++i) shuffled[b * count + i] = chunk.elements[i * bytes + b];
  }
  constexpr int kLevel = 6;
  uLongf size = compressBound(static_cast<uLong>(shuffled.size()));
  std::vector<std::byte> stream(size);
  const int status =
      compress2(reinterpret_cast<Bytef*>(stream.data()), &size, reinterpret_cast<const Bytef*>(shuffled.data()),
                static_cast<uLong>(shuffled.size()), kLevel);
  if (status != Z_OK) throw std::bad_alloc();
  stream.resize(size);
  return Encoding{std::move(stream), {}, no_distortion(chunk)};
}

}  // namespace

const CodingEncoder deflate_encoder = {{.margin = 0.3}, encode};

}  // namespace laq::array
