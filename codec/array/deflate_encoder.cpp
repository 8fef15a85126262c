#include <algorithm>
#include <memory>
#include <new>

#include <zlib.h>

#include "array/stage_encoder.h"
#include "base/scratch.h"
#include "base/work.h"

namespace laq::array {
namespace {

std::optional<Encoding> encode(const SourceChunk& chunk, const ChunkFormat&, const CodingSettings& settings) {
  const size_t bytes = element_bytes(chunk.type), count = chunk.grid.size();
  std::vector<std::byte> shuffled(chunk.elements.size());
  for (size_t b = 0; b < bytes; ++b) {
    for (size_t i = 0; i < count; ++i) shuffled[b * count + i] = chunk.elements[i * bytes + b];
  }
  constexpr int kLevel = 6;
  constexpr size_t kReported = 1 << 14;  // elements
  Scratch<std::byte> stream(compressBound(static_cast<uLong>(shuffled.size())));
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
  std::vector<std::byte>().swap(shuffled);
  Encoding encoding{{}, {}, no_distortion(chunk)};
  if (settings.keeps_bytes) {
    encoding.bytes.assign(stream.data(), stream.data() + zlib.total_out);
  } else {
    encoding.counted = zlib.total_out;
  }
  return encoding;
}

}  // namespace

const CodingEncoder deflate_encoder = {{.margin = 0.3, .takes_memory = true}, encode};

}  // namespace laq::array
