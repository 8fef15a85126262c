#include "array/payload_encoder.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <string>

#include "array/box.h"
#include "array/search/recipe_search.h"
#include "base/checks.h"
#include "base/parallel.h"
#include "base/scratch.h"

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

// Calls encode(chunk) for all chunks, by threads; false if the caller cancels.
template <class Encode>
bool for_each_chunk(int count, const ArrayEncodeOptions& options, Encode&& encode) {
  std::mutex mutex;
  std::atomic<bool> cancelled{false};
  int done = 0;
  parallel_for(count, options.threads, [&](int chunk, int) {
    if (cancelled) return;
    encode(chunk);
    if (!options.progress) return;
    const std::lock_guard lock(mutex);
    if (!cancelled && !options.progress(static_cast<float>(++done) / static_cast<float>(count))) cancelled = true;
  });
  return !cancelled;
}

}  // namespace

Result<EncodedArray> encode_payload(const CodedArray& array, const PayloadSettings& settings,
                                    const ArrayEncodeOptions& options) {
  ArrayHeader header = header_of(array, settings, options);
  if (header.chunks() > kMaxChunks) {
    return invalid("the array has " + std::to_string(header.chunks()) +
                   " chunks, more than 2^31 - 1 (let chunk_elements be larger)");
  }
  const SearchSettings search{.effort = options.effort, .is_gradual = settings.is_gradual};
  std::vector<CodedChunk> chunks(header.chunks());
  const bool is_complete = for_each_chunk(static_cast<int>(chunks.size()), options, [&](int chunk) {
    const Box box = box_of(header, chunk);
    std::span<const Step> known;
    if (!settings.recipes.empty()) known = settings.recipes[chunk];
    Scratch<std::byte> storage;
    const std::span<const std::byte> elements = elements_of(array.view, box, storage);
    chunks[chunk] = encode_chunk(header.chunk_format(box.grid()), elements, search, known);
  });
  if (!is_complete) return Error{ErrorCode::cancelled, "cancelled by the caller"};
  EncodedArray encoded;
  for (const CodedChunk& chunk : chunks) encoded.distortion.add(chunk.distortion);
  header.info.max_error = encoded.distortion.max_error;
  header.info.mean_squared_error = encoded.distortion.mean_squared_error(0);
  ByteWriter writer;
  header.write(writer);
  for (const CodedChunk& chunk : chunks) writer.integer(chunk.stream.size());
  for (CodedChunk& chunk : chunks) {
    writer.append(chunk.stream);
    encoded.recipes.push_back(std::move(chunk.recipe));
  }
  encoded.payload = writer.take();
  return encoded;
}

}  // namespace laq::array
