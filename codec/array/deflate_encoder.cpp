#include <algorithm>
#include <memory>
#include <new>

#include <zlib.h>

#include "array/stage_encoder.h"
#include "base/work.h"

namespace laq::array {
namespace {

std::optional<Encoding> encode(const SourceChunk& chunk, const ChunkFormat&, int) {
  const size_t bytes = element_bytes(chunk.type), count = chunk.grid.size();
  std::vector<std::byte> shuffled(chunk.elements.size());
  for (size_t b = 0; b < bytes; ++b) {
    for (size_t i = 0; i < count; ++i) shuffled[b * count + i] = chunk.elements[i * bytes + b];
  }
  constexpr int kLevel = 6;
  constexpr size_t kReported = 1 << 14;  // elements
  std::vector<std::byte> stream(compressBound(static_cast<uLong>(shuffled.size())));
  z_stream zlib = {};
  if (deflateInit(&zlib, kLevel) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> ends(&zlib, [](z_stream* made) { return deflateEnd(made); });
  zlib.next_out = reinterpret_cast<Bytef*>(stream.data());
  zlib.avail_out = static_cast<uInt>(stream.size());
  zlib.next_in = reinterpret_cast<Bytef*>(shuffled.data());
  int status = Z_OK;
  for (size_t at = 0; at < count && status == Z_OK; at += kReported) {
    const size_t reported = std::min(kReported, count - at);
    zlib.avail_in = static_cast<uInt>(reported * bytes);
    status = deflate(&zlib, at + reported < count ? Z_NO_FLUSH : Z_FINISH);
    report_work(reported);
  }
  if (status != Z_STREAM_END) throw std::bad_alloc();
  stream.resize(zlib.total_out);
  return Encoding{std::move(stream), {}, no_distortion(chunk)};
}

}  // namespace

const CodingEncoder deflate_encoder = {{.margin = 0.3}, encode};

}  // namespace laq::array
