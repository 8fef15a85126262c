#include "container/compressed.h"

#include <new>
#include <string>

#include <zlib.h>

#include "base/bytes.h"

namespace laq {
namespace {

// The most that deflate can shrink anything: 258 bytes by two bits (zlib's technical notes, "Maximum Compression
// Factor").
constexpr uint64_t kMaxExpansion = 1032;

}  // namespace

std::vector<std::byte> compress(std::span<const std::byte> contents) {
  std::vector<std::byte> stream(compressBound(static_cast<uLong>(contents.size())));
  uLongf size = static_cast<uLongf>(stream.size());
  // The only failure there can be, as the room is enough.
  if (compress2(reinterpret_cast<Bytef*>(stream.data()), &size, reinterpret_cast<const Bytef*>(contents.data()),
                static_cast<uLong>(contents.size()), Z_BEST_COMPRESSION) != Z_OK) {
    throw std::bad_alloc();
  }
  stream.resize(size);
  ByteWriter writer;
  writer.integer(contents.size());
  writer.append(stream);
  return writer.take();
}

Result<std::vector<std::byte>> decompress(std::span<const std::byte> compressed, const std::string& name,
                                          uint64_t& budget) {
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
  uLongf written = static_cast<uLongf>(length);
  uLong read = static_cast<uLong>(stream.size());
  const int status = uncompress2(reinterpret_cast<Bytef*>(contents.data()), &written,
                                 reinterpret_cast<const Bytef*>(stream.data()), &read);
  if (status == Z_MEM_ERROR) throw std::bad_alloc();
  if (status != Z_OK || written != length || read != stream.size())
    return damaged("its contents cannot be decompressed");
  return contents;
}

}  // namespace laq
