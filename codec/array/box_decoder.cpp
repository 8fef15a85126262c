#include "array/box_decoder.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <numeric>
#include <string>

#include "array/chunk_progress.h"
#include "base/checks.h"
#include "base/parallel.h"
#include "base/scratch.h"
#include "container/checksum.h"

namespace laq::array {

std::vector<ChunkToDecode> chunks_to_decode(const ArrayHeader& header, const ChunkLayout& layout, const Box& wanted,
                                            std::span<const ChunkStream> streams) {
  const std::vector<uint64_t> numbers = layout.chunks_of(wanted);
  std::vector<ChunkToDecode> chunks;
  chunks.reserve(numbers.size());
  for (const uint64_t number : numbers) {
    const Box box = layout.box_of(number);
    chunks.push_back({number, box, header.chunk_format(box.grid(), streams[number].loss), streams[number]});
  }
  return chunks;
}

std::optional<Error> check_lengths(std::span<const ChunkToDecode> chunks) {
  for (const ChunkToDecode& chunk : chunks) {
    if (!chunk.stream.is_whole) continue;
    const std::string name = "chunk " + std::to_string(chunk.number);
    if (auto error = check_expansion(name, chunk.format.grid.size(), "elements", chunk.stream.bytes.size()))
      return error;
  }
  return std::nullopt;
}

uint64_t decoding_bytes(std::span<const ChunkToDecode> chunks, const Box& box, uint64_t all_chunks, int threads) {
  constexpr size_t kOfThread = 1 << 14;
  std::vector<uint64_t> needs;
  for (const ChunkToDecode& chunk : chunks) {
    if (!chunk.stream.is_whole) continue;
    const uint64_t copy = contiguous_place(chunk.box, box) ? 0 : chunk.format.bytes();
    needs.push_back(copy + chunk_decoding_bytes(chunk.format, chunk.stream.bytes) + kOfThread);
  }
  const size_t at_once = std::min<size_t>(resolve_threads(threads), needs.size());
  std::partial_sort(needs.begin(), needs.begin() + static_cast<ptrdiff_t>(at_once), needs.end(), std::greater<>());
  const uint64_t tables = all_chunks * (sizeof(uint64_t) + sizeof(ChunkStream)) +
                          chunks.size() * (sizeof(ChunkToDecode) + 4 * sizeof(uint64_t));
  return std::accumulate(needs.begin(), needs.begin() + static_cast<ptrdiff_t>(at_once), tables);
}

uint64_t box_bytes(const Box& box, ElementType type) {
  uint64_t bytes = element_bytes(type);
  for (const uint64_t side : box.size) bytes *= side;
  return bytes;
}

std::optional<Error> decode_box(std::span<const ChunkToDecode> chunks, const Box& box, bool verifies_chunks,
                                const DecodeOptions& options, std::span<std::byte> elements) {
  std::atomic<bool> is_damaged{false};
  std::optional<Error> error;
  const auto damaged = [&](const ChunkToDecode& chunk, const char* how) {
    if (!is_damaged.exchange(true))
      error = Error{ErrorCode::corrupt, "chunk " + std::to_string(chunk.number) + " of the array " + how};
  };
  uint64_t elements_of_all = 0;
  for (const ChunkToDecode& chunk : chunks) elements_of_all += chunk.format.grid.size();
  ChunkProgress progress(options.progress, elements_of_all, 1);
  std::atomic<bool> is_cancelled{false};
  parallel_for(static_cast<int>(chunks.size()), {options.threads, options.pool}, [&](int index, int) {
    if (is_damaged || is_cancelled) return;
    const ChunkToDecode& chunk = chunks[index];
    const ChunkStream& stream = chunk.stream;
    if (!stream.is_whole) return;
    if (verifies_chunks && stream.checksum && checksum(stream.bytes) != *stream.checksum)
      return damaged(chunk, "has a wrong checksum");
    const size_t bytes = element_bytes(chunk.format.type);
    const std::optional<size_t> place = contiguous_place(chunk.box, box);
    Scratch<std::byte> decoded(place ? 0 : chunk.format.bytes());
    const std::span<std::byte> own =
        place ? elements.subspan(*place * bytes, chunk.format.bytes()) : std::span(decoded.data(), decoded.size());
    bool is_valid = true;
    const bool is_done =
        progress.run(chunk.format.grid.size(), [&] { is_valid = decode_chunk(chunk.format, stream.bytes, own); });
    if (!is_valid) return damaged(chunk, "holds an impossible value or ends too early");
    if (!is_done) {
      is_cancelled = true;
      return;
    }
    if (!place) copy_common(chunk.box, decoded.data(), box, elements.data(), bytes);
  });
  if (!error && is_cancelled) return Error{ErrorCode::cancelled, "cancelled by the caller"};
  return error;
}

}  // namespace laq::array
