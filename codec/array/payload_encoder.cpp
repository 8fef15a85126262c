#include "array/payload_encoder.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "array/box.h"
#include "array/search/recipe_search.h"
#include "base/checks.h"
#include "base/parallel.h"
#include "base/scratch.h"
#include "container/checksum.h"

namespace laq::array {
namespace {

// The sides of chunks of at most `most` elements: the longest side is halved until they are small enough. The first of
// four sides counts independent fields, of which a chunk holds one; unless these are so small that they gain by
// learning from each other, or have a side of 1, so that they are slices of one field.
std::array<uint32_t, kMaxSides> chunk_sides_of(const Sides& sides, uint64_t most) {
  constexpr uint64_t kSmallField = 1 << 12;
  if (is_empty(sides)) return {1, 1, 1, 1};
  Sides chunk = sides;
  if (chunk[1] > 1 && chunk[1] * chunk[2] * chunk[3] >= kSmallField) chunk[0] = 1;
  while (chunk[0] * chunk[1] * chunk[2] * chunk[3] > most) {
    uint64_t& longest = *std::max_element(chunk.begin(), chunk.end());
    longest = (longest + 1) / 2;
  }
  std::array<uint32_t, kMaxSides> result;
  std::copy(chunk.begin(), chunk.end(), result.begin());
  return result;
}

ArrayHeader header_of(const CodedArray& array, const PayloadSettings& settings, const ArrayEncodeOptions& options) {
  ArrayHeader header;
  header.info.type = array.layout.type;
  header.info.shape = array.layout.shape;
  header.wide_form = array.layout.wide_form;
  header.offset = array.layout.offset;
  header.info.signal = array.view.signal;
  header.info.target = options.target;
  header.fidelity = settings.fidelity;
  header.tolerance = settings.tolerance;
  header.chunk_sides =
      chunk_sides_of(array.layout.sides(), options.chunk_elements > 0 ? options.chunk_elements : kMaxChunkElements);
  return header;
}

// The packed elements of a box: those of the array if they follow each other there, or else copies in `storage`.
std::span<const std::byte> elements_of(const ArrayView& array, const Box& box, Scratch<std::byte>& storage) {
  const size_t bytes = element_bytes(array.type), size = box.grid().size() * bytes;
  const Strides strides = strides_of(array);
  const auto* const data = static_cast<const std::byte*>(array.data);
  const Box whole{{}, CodedLayout{array.shape}.sides()};
  const std::optional<size_t> place = contiguous_place(box, whole);
  if (place && strides == packed_strides(whole.size, bytes)) return {data + *place * bytes, size};
  storage = Scratch<std::byte>(size);
  std::byte* const elements = storage.data();
  if (strides[3] == static_cast<int64_t>(bytes)) {
    for_each_row(box, strides, [&](int64_t offset, size_t index) {
      std::memcpy(elements + index * bytes, data + offset, box.size[3] * bytes);
    });
    return {elements, size};
  }
  for_each_element(box, strides,
                   [&](int64_t offset, size_t index) { std::memcpy(elements + index * bytes, data + offset, bytes); });
  return {elements, size};
}

Error too_many_chunks(const ArrayHeader& header) {
  return invalid("the array has " + std::to_string(header.chunks()) +
                 " chunks, more than 2^31 - 1 (let chunk_elements be larger)");
}

// Codes all chunks by threads and calls take(CodedChunk&&) with each, in their order. An Error if the caller or `take`,
// which returns false then, cancels.
template <class Take>
std::optional<Error> code_chunks(const ArrayHeader& header, const CodedArray& array, const PayloadSettings& settings,
                                 const ArrayEncodeOptions& options, Take&& take) {
  if (header.chunks() > kMaxChunks) return too_many_chunks(header);
  const SearchSettings search{.effort = options.effort, .is_gradual = settings.is_gradual};
  const int count = static_cast<int>(header.chunks());
  std::mutex mutex;
  std::atomic<bool> cancelled{false};
  std::map<int, CodedChunk> early;  // chunks that wait for one before them
  int done = 0, next = 0;
  parallel_for(count, options.threads, [&](int number, int) {
    if (cancelled) return;
    const Box box = box_of(header, number);
    std::span<const Step> known;
    if (!settings.recipes.empty()) known = settings.recipes[number];
    Scratch<std::byte> storage;
    const std::span<const std::byte> elements = elements_of(array.view, box, storage);
    ChunkHints hints{.is_near = settings.is_near};
    if (!settings.promises.empty()) hints.promises = settings.promises[number];
    CodedChunk chunk = encode_chunk(header.chunk_format(box.grid()), elements, search, known, hints);
    const std::lock_guard lock(mutex);
    early.emplace(number, std::move(chunk));
    for (; !cancelled && !early.empty() && early.begin()->first == next; ++next) {
      if (!take(std::move(early.extract(early.begin()).mapped()))) cancelled = true;
    }
    if (!options.progress || cancelled) return;
    if (!options.progress(static_cast<float>(++done) / static_cast<float>(count))) cancelled = true;
  });
  if (cancelled) return Error{ErrorCode::cancelled, "cancelled by the caller"};
  return std::nullopt;
}

// What the table says of a chunk.
struct TableEntry {
  uint64_t bytes;
  uint32_t checksum;
};

void finish(const Distortion& distortion, ArrayHeader& header) {
  header.info.max_error = distortion.max_error;
  header.info.mean_squared_error = distortion.mean_squared_error(0);
}

// size_bytes: of the integers of sizes; 0 for as few as each takes.
std::vector<std::byte> head_of_payload(const ArrayHeader& header, std::span<const TableEntry> table, int size_bytes) {
  ByteWriter writer;
  header.write(writer);
  for (const TableEntry& entry : table) {
    if (size_bytes > 0) {
      writer.padded_integer(entry.bytes, size_bytes);
    } else {
      writer.integer(entry.bytes);
    }
  }
  if (has_chunk_checksums(table.size())) {
    for (const TableEntry& entry : table) writer.fixed32(entry.checksum);
  }
  return writer.take();
}

}  // namespace

Result<EncodedArray> encode_payload(const CodedArray& array, const PayloadSettings& settings,
                                    const ArrayEncodeOptions& options) {
  ArrayHeader header = header_of(array, settings, options);
  EncodedArray encoded;
  std::vector<TableEntry> table;
  std::vector<std::vector<std::byte>> streams;
  const std::optional<Error> failure = code_chunks(header, array, settings, options, [&](CodedChunk&& chunk) {
    encoded.distortion.add(chunk.distortion);
    encoded.recipes.push_back(std::move(chunk.recipe));
    encoded.is_tentative = encoded.is_tentative || chunk.is_tentative;
    encoded.lead = encoded.recipes.size() == 1 ? chunk.lead : std::min(encoded.lead, chunk.lead);
    encoded.promises.push_back(std::move(chunk.promises));
    table.push_back({chunk.stream.size(), checksum(chunk.stream)});
    streams.push_back(std::move(chunk.stream));
    return true;
  });
  if (failure) return *failure;
  finish(encoded.distortion, header);
  ByteWriter writer;
  writer.append(head_of_payload(header, table, 0));
  for (const std::vector<std::byte>& stream : streams) writer.append(stream);
  encoded.payload = writer.take();
  return encoded;
}

ChunkCount count_chunks(const CodedArray& array, const ArrayEncodeOptions& options) {
  const ArrayHeader header = header_of(array, {}, options);
  return {header.chunks(), header.chunks() > 0 ? box_of(header, 0).grid().size() : 0};
}

std::vector<SampledChunk> sample_chunks(const CodedArray& array, const ArrayEncodeOptions& options, uint64_t count,
                                        std::span<const size_t> sizes) {
  const ArrayHeader header = header_of(array, {}, options);
  std::vector<SampledChunk> chunks;
  for (uint64_t i = 0; i < count; ++i) {
    const Box box = box_of(header, header.chunks() * (2 * i + 1) / (2 * count));
    Scratch<std::byte> storage;
    const std::span<const std::byte> elements = elements_of(array.view, box, storage);
    SampledChunk chunk{header.chunk_format(box.grid()), {}};
    for (const size_t size : sizes) chunk.samples.push_back(sample_of(chunk.format, elements, size));
    chunks.push_back(std::move(chunk));
  }
  return chunks;
}

Result<uint64_t> encode_payload_to(const PutBytes& put, const CodedArray& array, const PayloadSettings& settings,
                                   const ArrayEncodeOptions& options) {
  constexpr int kSizeBytes = 5;  // a chunk of 2^21 elements has fewer than 2^35 bytes
  ArrayHeader header = header_of(array, settings, options);
  if (header.chunks() > kMaxChunks) return too_many_chunks(header);
  std::vector<TableEntry> table(header.chunks());
  uint64_t end = head_of_payload(header, table, kSizeBytes).size();
  Distortion distortion;
  size_t number = 0;
  const std::optional<Error> failure = code_chunks(header, array, settings, options, [&](CodedChunk&& chunk) {
    distortion.add(chunk.distortion);
    table[number++] = {chunk.stream.size(), checksum(chunk.stream)};
    const uint64_t begin = std::exchange(end, end + chunk.stream.size());
    return put(begin, chunk.stream);
  });
  if (failure) return *failure;
  finish(distortion, header);
  if (!put(0, head_of_payload(header, table, kSizeBytes)))
    return Error{ErrorCode::cancelled, "cancelled by the caller"};
  return end;
}

}  // namespace laq::array
