#include "array/payload_encoder.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "array/box.h"
#include "array/chunk_progress.h"
#include "array/chunk_table.h"
#include "array/search/recipe_search.h"
#include "base/checks.h"
#include "base/parallel.h"
#include "base/scratch.h"
#include "container/checksum.h"

namespace laq::array {
namespace {

// The borders of all parts.
Cuts cuts_around(std::span<const PartLoss> parts, const Sides& sides) {
  Cuts cuts;
  for (int axis = 0; axis < kMaxSides; ++axis) {
    for (const PartLoss& part : parts) {
      for (const uint64_t cut : {part.box.begin[axis], part.box.end(axis)}) {
        if (cut > 0 && cut < sides[axis]) cuts[axis].push_back(cut);
      }
    }
    std::ranges::sort(cuts[axis]);
    cuts[axis].erase(std::unique(cuts[axis].begin(), cuts[axis].end()), cuts[axis].end());
  }
  return cuts;
}

// The number of the loss of a chunk, which lies wholly inside or outside of each part.
uint32_t loss_of(const Box& chunk, const ArrayHeader& header, std::span<const PartLoss> parts) {
  for (size_t i = parts.size(); i-- > 0;) {
    if (!holds(parts[i].box, chunk.begin)) continue;
    return static_cast<uint32_t>(std::ranges::find(header.losses, parts[i].loss) - header.losses.begin());
  }
  return 0;
}

ArrayHeader header_of(const CodedArray& array, const PayloadSettings& settings, const ArrayEncodeOptions& options) {
  ArrayHeader header;
  header.info.type = array.layout.type;
  header.info.shape = array.layout.shape;
  header.wide_form = array.layout.wide_form;
  header.offset = array.layout.offset;
  header.info.signal = array.view.signal;
  header.info.target = options.target;
  header.losses = {{settings.fidelity, settings.tolerance}};
  for (const PartLoss& part : settings.parts) {
    if (std::ranges::find(header.losses, part.loss) == header.losses.end()) header.losses.push_back(part.loss);
  }
  header.cuts = array.chunking ? array.chunking->cuts : cuts_around(settings.parts, array.layout.sides());
  header.chunk_sides = array.chunking ? array.chunking->sides : chunk_sides_of(array.layout.sides(), options);
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

// The elements of all chunks.
uint64_t elements_of(const ArrayHeader& header) {
  const Sides sides = header.layout().sides();
  return sides[0] * sides[1] * sides[2] * sides[3];
}

// How often an element is coded until the recipe of its chunk is found, on average over fields and series.
double passes_of(int effort) {
  constexpr std::array<double, 9> kPasses = {1.2, 1.3, 1.5, 2, 2, 2.2, 2.5, 6, 6};
  return kPasses[effort - 1];
}

// A chunk and the number of its loss.
struct LossyChunk : CodedChunk {
  uint32_t loss = 0;
};

// Codes all chunks by threads and calls take(LossyChunk&&) with each, in their order. An Error if the caller or `take`,
// which returns false then, cancels.
template <class Take>
std::optional<Error> code_chunks(const ArrayHeader& header, const CodedArray& array, const PayloadSettings& settings,
                                 const ArrayEncodeOptions& options, Take&& take) {
  const ChunkLayout layout = header.chunk_layout();
  if (layout.count() > kMaxChunks) return too_many_chunks(header);
  const SearchSettings search{.effort = options.effort, .is_gradual = settings.is_gradual};
  const int count = static_cast<int>(layout.count());
  std::mutex mutex;
  std::atomic<bool> cancelled{false};
  std::map<int, LossyChunk> early;  // chunks that wait for one before them
  int next = 0;
  ChunkProgress progress(options.progress, elements_of(header), passes_of(options.effort));
  parallel_for(count, {options.threads, options.pool}, [&](int number, int) {
    if (cancelled) return;
    const Box box = layout.box_of(number);
    std::span<const Step> known;
    if (!settings.recipes.empty()) known = settings.recipes[number];
    Scratch<std::byte> storage;
    const std::span<const std::byte> elements = elements_of(array.view, box, storage);
    const uint32_t loss = loss_of(box, header, settings.parts);
    const ChunkFormat format = header.chunk_format(box.grid(), loss);
    ChunkHints hints{.is_near = settings.is_near};
    if (!settings.promises.empty()) hints.promises = settings.promises[number];
    const bool is_done = progress.run(format.grid.size(), [&] {
      LossyChunk chunk{encode_chunk(format, elements, search, known, hints), loss};
      const std::lock_guard lock(mutex);
      early.emplace(number, std::move(chunk));
      for (; !cancelled && !early.empty() && early.begin()->first == next; ++next) {
        if (!take(std::move(early.extract(early.begin()).mapped()))) cancelled = true;
      }
    });
    if (!is_done) cancelled = true;
  });
  if (cancelled) return Error{ErrorCode::cancelled, "cancelled by the caller"};
  return std::nullopt;
}

void finish(const Distortion& distortion, ArrayHeader& header) {
  if (is_floating_point(header.info.type)) header.info.non_finite = element_count(header.info.shape) - distortion.count;
  header.info.max_error = distortion.max_error;
  header.info.mean_squared_error = distortion.mean_squared_error(0);
}

}  // namespace

ChunkSides chunk_sides_of(const Sides& sides, const ArrayEncodeOptions& options) {
  const uint64_t most = options.chunk_elements > 0 ? options.chunk_elements : kMaxChunkElements;
  constexpr uint64_t kSmallField = 1 << 12;
  if (is_empty(sides)) return {1, 1, 1, 1};
  Sides chunk = sides;
  if (chunk[1] > 1 && chunk[1] * chunk[2] * chunk[3] >= kSmallField) chunk[0] = 1;
  while (chunk[0] * chunk[1] * chunk[2] * chunk[3] > most) {
    uint64_t& longest = *std::max_element(chunk.begin(), chunk.end());
    longest = (longest + 1) / 2;
  }
  ChunkSides result;
  std::copy(chunk.begin(), chunk.end(), result.begin());
  return result;
}

Result<EncodedArray> encode_payload(const CodedArray& array, const PayloadSettings& settings,
                                    const ArrayEncodeOptions& options) {
  ArrayHeader header = header_of(array, settings, options);
  EncodedArray encoded;
  std::vector<TableEntry> table;
  std::vector<std::vector<std::byte>> streams;
  const std::optional<Error> failure = code_chunks(header, array, settings, options, [&](LossyChunk&& chunk) {
    encoded.distortion.add(chunk.distortion);
    encoded.recipes.push_back(std::move(chunk.recipe));
    encoded.is_tentative = encoded.is_tentative || chunk.is_tentative;
    encoded.lead = encoded.recipes.size() == 1 ? chunk.lead : std::min(encoded.lead, chunk.lead);
    encoded.promises.push_back(std::move(chunk.promises));
    table.push_back({chunk.stream.size(), chunk.loss, checksum(chunk.stream)});
    streams.push_back(std::move(chunk.stream));
    return true;
  });
  if (failure) return *failure;
  finish(encoded.distortion, header);
  ByteWriter writer;
  const std::vector<std::byte> head = head_of_payload(header, table, 0);
  size_t bytes = head.size();
  for (const std::vector<std::byte>& stream : streams) bytes += stream.size();
  writer.reserve(bytes);
  writer.append(head);
  for (const std::vector<std::byte>& stream : streams) writer.append(stream);
  encoded.payload = writer.take();
  return encoded;
}

ChunkCount count_chunks(const CodedArray& array, const ArrayEncodeOptions& options) {
  const ArrayHeader header = header_of(array, {}, options);
  const ChunkLayout layout = header.chunk_layout();
  return {layout.count(), layout.count() > 0 ? layout.box_of(0).grid().size() : 0};
}

std::vector<SampledChunk> sample_chunks(const CodedArray& array, const ArrayEncodeOptions& options, uint64_t count,
                                        std::span<const size_t> sizes) {
  const ArrayHeader header = header_of(array, {}, options);
  const ChunkLayout layout = header.chunk_layout();
  std::vector<SampledChunk> chunks;
  for (uint64_t i = 0; i < count; ++i) {
    const Box box = layout.box_of(layout.count() * (2 * i + 1) / (2 * count));
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
  // All but the sizes and checksums is known, so that the head has its length.
  const ChunkLayout layout = header.chunk_layout();
  std::vector<TableEntry> table(layout.count());
  for (uint64_t i = 0; i < table.size(); ++i) table[i].loss = loss_of(layout.box_of(i), header, settings.parts);
  uint64_t end = head_of_payload(header, table, kSizeBytes).size();
  Distortion distortion;
  size_t number = 0;
  const std::optional<Error> failure = code_chunks(header, array, settings, options, [&](LossyChunk&& chunk) {
    distortion.add(chunk.distortion);
    table[number++] = {chunk.stream.size(), chunk.loss, checksum(chunk.stream)};
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
