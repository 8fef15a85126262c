#include "array/chunk_table.h"

#include "container/checksum.h"

namespace laq::array {

std::vector<std::byte> head_of_payload(const ArrayHeader& header, std::span<const TableEntry> table, int size_bytes) {
  ByteWriter writer;
  header.write(writer, size_bytes > 0);
  for (const TableEntry& entry : table) {
    size_bytes > 0 ? writer.padded_integer(entry.bytes, size_bytes) : writer.integer(entry.bytes);
  }
  if (header.losses.size() > 1) {
    for (const TableEntry& entry : table) writer.integer(entry.loss);
  }
  if (!has_chunk_checksums(table.size())) return writer.take();
  for (const TableEntry& entry : table) writer.fixed32(entry.checksum);
  std::vector<std::byte> head = writer.take();
  ByteWriter end;
  end.fixed32(checksum(head));
  const std::vector<std::byte> own = end.take();
  head.insert(head.end(), own.begin(), own.end());
  return head;
}

Result<std::vector<ChunkStream>> read_chunks(std::span<const std::byte> payload, ByteReader& reader,
                                             const ArrayHeader& header, bool may_be_cut) {
  // Every chunk has a byte at least, so their number is bounded before memory is taken for them.
  const Error truncated{ErrorCode::truncated, "the array ends within its chunks"};
  const uint64_t count = header.chunks();
  if (count > reader.rest().size() || count > kMaxChunks) return truncated;
  std::vector<uint64_t> sizes(count);
  const uint64_t most = may_be_cut ? UINT64_MAX : payload.size();
  for (uint64_t& size : sizes) size = reader.integer(most);
  std::vector<ChunkStream> chunks(count);
  if (header.losses.size() > 1) {
    for (ChunkStream& chunk : chunks) chunk.loss = static_cast<uint32_t>(reader.integer(header.losses.size() - 1));
  }
  if (has_chunk_checksums(count)) {
    for (ChunkStream& chunk : chunks) chunk.checksum = reader.fixed32();
    const uint32_t found = checksum(payload.first(payload.size() - reader.rest().size()));
    const uint32_t told = reader.fixed32();
    if (!reader.failed() && found != told)
      return Error{ErrorCode::corrupt, "header and table of the array have a wrong checksum"};
  }
  if (reader.failed()) return truncated;
  for (uint64_t i = 0; i < count; ++i) {
    chunks[i].is_whole = sizes[i] <= reader.rest().size();
    if (chunks[i].is_whole) {
      chunks[i].bytes = reader.take(sizes[i]);
    } else if (may_be_cut) {
      reader.take(reader.rest().size());
    } else {
      return truncated;
    }
  }
  return chunks;
}

}  // namespace laq::array
