#include "container/compressed.h"

#include <memory>
#include <new>
#include <string>

#include <zlib.h>

#include "base/bytes.h"

namespace laq {
namespace {

// The most that deflate can shrink anything: 258 bytes by two bits (zlib's technical notes, "Maximum Compression
// Factor").
constexpr uint64_t kMaxExpansion = 1032;

// Whether the stream gives as many bytes as the contents have, and ends there.
bool inflate_all(std::span<const std::byte> stream, std::span<std::byte> contents,
                 std::span<const std::byte> dictionary) {
  z_stream inflater = {};
  if (inflateInit(&inflater) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&inflater, inflateEnd);
  inflater.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(stream.data()));
  inflater.avail_in = static_cast<uInt>(stream.size());
  inflater.next_out = reinterpret_cast<Bytef*>(contents.data());
  inflater.avail_out = static_cast<uInt>(contents.size());
  int status = inflate(&inflater, Z_FINISH);
  if (status == Z_NEED_DICT && !dictionary.empty() &&
      inflateSetDictionary(&inflater, reinterpret_cast<const Bytef*>(dictionary.data()),
                           static_cast<uInt>(dictionary.size())) == Z_OK) {
    status = inflate(&inflater, Z_FINISH);
  }
  if (status == Z_MEM_ERROR) throw std::bad_alloc();
  return status == Z_STREAM_END && inflater.avail_out == 0 && inflater.avail_in == 0;
}

}  // namespace

std::vector<std::byte> compress(std::span<const std::byte> contents, std::span<const std::byte> dictionary) {
  z_stream deflater = {};
  if (deflateInit(&deflater, Z_BEST_COMPRESSION) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&deflater, deflateEnd);
  if (!dictionary.empty()) {
    deflateSetDictionary(&deflater, reinterpret_cast<const Bytef*>(dictionary.data()),
                         static_cast<uInt>(dictionary.size()));
  }
  std::vector<std::byte> stream(deflateBound(&deflater, static_cast<uLong>(contents.size())));
  // zlib does not write to what it reads, though its pointer is not const.
  deflater.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(contents.data()));
  deflater.avail_in = static_cast<uInt>(contents.size());
  deflater.next_out = reinterpret_cast<Bytef*>(stream.data());
  deflater.avail_out = static_cast<uInt>(stream.size());
  // The only failure there can be, as the room is enough.
  if (deflate(&deflater, Z_FINISH) != Z_STREAM_END) throw std::bad_alloc();
  stream.resize(deflater.total_out);
  ByteWriter writer;
  writer.integer(contents.size());
  writer.append(stream);
  return writer.take();
}

Result<std::vector<std::byte>> decompress(std::span<const std::byte> compressed, const std::string& name,
                                          uint64_t& budget, std::span<const std::byte> dictionary) {
  const auto damaged = [&](const char* what) { return Error{ErrorCode::corrupt, name + ": " + what}; };
  ByteReader reader(compressed);
  const uint64_t length = reader.integer();
  const std::span<const std::byte> stream = reader.rest();
  if (reader.failed() || length == 0 || length / kMaxExpansion > stream.size())
    return damaged("the length of its contents is impossible");
  if (length > kMaxCompressedContents) {
    return Error{ErrorCode::limit_exceeded, name + ": holds " + std::to_string(length) + " bytes, more than the " +
                                                std::to_string(kMaxCompressedContents) + " that it may"};
  }
  if (length > budget) {
    return Error{ErrorCode::limit_exceeded, name + ": holds " + std::to_string(length) +
                                                " bytes, more than the limit leaves (" + std::to_string(budget) + ")"};
  }
  budget -= length;
  std::vector<std::byte> contents(length);
  if (!inflate_all(stream, contents, dictionary)) return damaged("its contents cannot be decompressed");
  return contents;
}

}  // namespace laq
