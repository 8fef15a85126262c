// Decoding at a level: every 2^level-th element along each side, from the first one on, as the whole array has it.
// Chunks without such elements are passed over. A chunk that begins at such an element and is predicted from coarse to
// fine is decoded as far as they need; others are decoded wholly.
#include <algorithm>
#include <atomic>
#include <functional>
#include <numeric>
#include <string>
#include <utility>

#include "array/array_codec.h"
#include "array/box.h"
#include "array/chunk_progress.h"
#include "array/chunk_table.h"
#include "base/checks.h"
#include "base/parallel.h"
#include "base/scratch.h"
#include "container/checksum.h"

namespace laq::array {
namespace {

// The elements of a side, or of a part of it that begins at one, that are at multiples of 2^level.
constexpr uint64_t coarse(uint64_t side, int level) {
  return (side + (uint64_t{1} << level) - 1) >> level;
}

std::vector<uint64_t> coarse_shape(const std::vector<uint64_t>& shape, int level) {
  std::vector<uint64_t> result;
  for (const uint64_t side : shape) result.push_back(coarse(side, level));
  return result;
}

// Where the elements of a box lie among those of the level; empty if there are none.
Box coarse_box(const Box& box, int level) {
  Box result;
  for (int axis = 0; axis < kMaxSides; ++axis) {
    result.begin[axis] = coarse(box.begin[axis], level);
    result.size[axis] = coarse(box.end(axis), level) - result.begin[axis];
  }
  return result;
}

// Whether the elements of the level in a box are at multiples of 2^level of its grid, too.
bool is_aligned(const Box& box, int level) {
  for (int axis = 0; axis < kMaxSides; ++axis) {
    if (box.begin[axis] != coarse(box.begin[axis], level) << level) return false;
  }
  return box.size[0] == 1 || box.size[1] == 1;  // the grid has these two as one
}

// Picks the elements of the level from all elements of a box.
void pick_level(const Box& box, const Box& picked, int level, const std::byte* elements, size_t bytes, std::byte* out) {
  Sides at;
  for (at[0] = picked.begin[0]; at[0] < picked.end(0); ++at[0]) {
    for (at[1] = picked.begin[1]; at[1] < picked.end(1); ++at[1]) {
      for (at[2] = picked.begin[2]; at[2] < picked.end(2); ++at[2]) {
        for (at[3] = picked.begin[3]; at[3] < picked.end(3); ++at[3], out += bytes) {
          Sides place;
          for (int axis = 0; axis < kMaxSides; ++axis) place[axis] = at[axis] << level;
          std::copy_n(elements + box.index_of(place) * bytes, bytes, out);
        }
      }
    }
  }
}

struct LevelChunk {
  uint64_t number;
  Box box, coarse;
  ChunkFormat format;
  ChunkStream stream;
};

bool decode_level(const LevelChunk& chunk, int level, std::span<std::byte> elements) {
  if (is_aligned(chunk.box, level)) {
    const std::optional<bool> is_valid = decode_chunk_level(chunk.format, chunk.stream.bytes, level, elements);
    if (is_valid) return *is_valid;
  }
  Scratch<std::byte> whole(chunk.format.bytes());
  if (!decode_chunk(chunk.format, chunk.stream.bytes, {whole.data(), whole.size()})) return false;
  pick_level(chunk.box, chunk.coarse, level, whole.data(), element_bytes(chunk.format.type), elements.data());
  return true;
}

// Gives `array`, which has the shape of the level, the elements of an array that is decoded wholly, for arrays that are
// not coded by their own sides.
Result<Array> decode_and_pick(std::span<const std::byte> payload, const std::vector<uint64_t>& shape, int level,
                              Array array, const DecodeOptions& options) {
  const size_t bytes = element_bytes(array.type);
  const uint64_t count = element_count(array.shape), picked_bytes = count * bytes;
  if (picked_bytes > options.max_bytes) return exceeds_memory(picked_bytes, options);
  DecodeOptions rest = options;
  rest.max_bytes -= picked_bytes;
  rest.max_pixels = UINT64_MAX;  // the limit is for what is given
  // Decoded as a region, so that the checksums of chunks are verified: that of the file has not been.
  const ArrayRegion all{std::vector<uint64_t>(shape.size()), shape};
  const Result<Array> whole = decode_array(payload, &all, rest);
  if (!whole) return whole.error();
  array.data.resize(picked_bytes);
  std::vector<uint64_t> place(array.shape.size());
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t from = 0;
    for (size_t side = 0; side < place.size(); ++side) from = from * whole->shape[side] + (place[side] << level);
    std::copy_n(whole->data.data() + from * bytes, bytes, array.data.data() + i * bytes);
    for (size_t side = place.size(); side-- > 0 && ++place[side] == array.shape[side];) place[side] = 0;
  }
  return array;
}

uint64_t most_needed(std::span<const LevelChunk> chunks, int threads) {
  constexpr size_t kOfThread = 1 << 14;
  std::vector<uint64_t> needs;
  for (const LevelChunk& chunk : chunks) {
    needs.push_back(2 * chunk.format.bytes() + chunk_decoding_bytes(chunk.format, chunk.stream.bytes) + kOfThread);
  }
  const size_t at_once = std::min<size_t>(resolve_threads(threads), needs.size());
  std::partial_sort(needs.begin(), needs.begin() + static_cast<ptrdiff_t>(at_once), needs.end(), std::greater<>());
  return std::accumulate(needs.begin(), needs.begin() + static_cast<ptrdiff_t>(at_once),
                         chunks.size() * sizeof(LevelChunk));
}

}  // namespace

Result<Array> decode_array_level(std::span<const std::byte> payload, int level, const DecodeOptions& options) {
  ByteReader reader(payload);
  const Result<ArrayHeader> header = ArrayHeader::read(reader);
  if (!header) return header.error();
  const CodedLayout layout = header->layout();
  Array array{layout.type, coarse_shape(layout.shape, level), {}, header->info.signal};
  const uint64_t elements = element_count(array.shape);
  if (elements > options.max_pixels) {
    return Error{ErrorCode::limit_exceeded, "the array has " + std::to_string(elements) +
                                                " elements at this level, more than max_pixels (" +
                                                std::to_string(options.max_pixels) + ")"};
  }
  if (layout.wide_form == WideForm::halves || layout.shape.size() > kMaxSides)
    return decode_and_pick(payload, layout.shape, level, std::move(array), options);
  const Result<std::vector<ChunkStream>> streams = read_chunks(payload, reader, *header);
  if (!streams) return streams.error();
  const ChunkLayout chunk_layout = header->chunk_layout();
  std::vector<LevelChunk> chunks;
  uint64_t elements_of_chunks = 0;
  for (uint64_t number = 0; number < streams->size(); ++number) {
    const Box box = chunk_layout.box_of(number), picked = coarse_box(box, level);
    if (is_empty(picked.size)) continue;
    const ChunkStream& stream = (*streams)[number];
    chunks.push_back({number, box, picked, header->chunk_format(box.grid(), stream.loss), stream});
    const uint64_t size = chunks.back().format.grid.size();
    if (auto error = check_expansion("chunk " + std::to_string(number), size, "elements", stream.bytes.size()))
      return *error;
    elements_of_chunks += size;
  }
  const size_t bytes = element_bytes(layout.type);
  const uint64_t needed =
      most_needed(chunks, options.threads) + elements * bytes + streams->size() * sizeof(ChunkStream);
  if (needed > options.max_bytes) return exceeds_memory(needed, options);
  array.data.resize(elements * bytes);

  Box whole{{}, layout.sides()};
  whole = coarse_box(whole, level);
  ChunkProgress progress(options.progress, elements_of_chunks, 1);
  std::atomic<bool> has_failed{false};
  std::optional<Error> error;
  parallel_for(static_cast<int>(chunks.size()), {options.threads, options.pool}, [&](int index, int) {
    if (has_failed) return;
    const LevelChunk& chunk = chunks[index];
    const auto fail = [&](Error failure) {
      if (!has_failed.exchange(true)) error = std::move(failure);
    };
    const auto damaged = [&](const char* how) {
      return Error{ErrorCode::corrupt, "chunk " + std::to_string(chunk.number) + " of the array " + how};
    };
    if (chunk.stream.checksum && checksum(chunk.stream.bytes) != *chunk.stream.checksum)
      return fail(damaged("has a wrong checksum"));
    uint64_t count = bytes;
    for (const uint64_t side : chunk.coarse.size) count *= side;
    Scratch<std::byte> picked(count);
    bool is_valid = true;
    const bool is_done = progress.run(chunk.format.grid.size(), [&] {
      is_valid = decode_level(chunk, level, {picked.data(), picked.size()});
    });
    if (!is_valid) return fail(damaged("holds an impossible value or ends too early"));
    if (!is_done) return fail({ErrorCode::cancelled, "cancelled by the caller"});
    copy_common(chunk.coarse, picked.data(), whole, array.data.data(), bytes);
  });
  if (error) return *error;
  add_offset(layout, array.data);
  return array;
}

}  // namespace laq::array
