#include "array/payload.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>

#include "array/chunk_method.h"
#include "array/search/method_search.h"
#include "base/checks.h"
#include "base/element.h"
#include "base/expansion.h"
#include "base/parallel.h"

namespace laq::array {
namespace {

constexpr uint64_t kMaxChunks = std::numeric_limits<int>::max();

// Its other sides may be of any size.
bool is_empty(const Sides& sides) {
  return std::find(sides.begin(), sides.end(), 0) != sides.end();
}

// Halves the longest side until a chunk is small enough. The first of four sides is a series of independent fields,
// unless they are so small that it would cost more than to learn from each other, or are slices of one field.
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

// The place of a chunk, or of a region, in the array.
struct Box {
  Sides begin, size;

  // The fields of a series stand one behind the other. Sides of 1 come first.
  Grid grid() const {
    Grid grid;
    int axis = kAxes;
    for (const uint64_t side : {size[3], size[2], size[0] * size[1]}) {
      if (side > 1) grid.sides[--axis] = static_cast<int>(side);
    }
    return grid;
  }

  uint64_t end(int axis) const { return begin[axis] + size[axis]; }
  // Of an element of the array among those of the box, in their order.
  size_t index_of(const Sides& at) const {
    size_t index = 0;
    for (int axis = 0; axis < kMaxSides; ++axis) index = index * size[axis] + at[axis] - begin[axis];
    return index;
  }
};

Box box_of(const ArrayHeader& header, uint64_t chunk) {
  const Sides sides = sides_of(header.info.shape);
  Box box;
  for (int axis = kMaxSides - 1; axis >= 0; --axis) {
    const uint64_t side = header.chunk_sides[axis], count = (sides[axis] + side - 1) / side;
    box.begin[axis] = chunk % count * side;
    box.size[axis] = std::min(side, sides[axis] - box.begin[axis]);
    chunk /= count;
  }
  return box;
}

// Calls copy(offset in the array in bytes by strides, index in the box) for every element of the box.
template <class Copy>
void for_each_element(const Box& box, const std::array<int64_t, kMaxSides>& strides, Copy&& copy) {
  if (is_empty(box.size)) return;
  size_t index = 0;
  Sides at{};
  const auto begin = [&](int axis) { return static_cast<int64_t>(box.begin[axis] + at[axis]) * strides[axis]; };
  for (at[0] = 0; at[0] < box.size[0]; ++at[0]) {
    for (at[1] = 0; at[1] < box.size[1]; ++at[1]) {
      for (at[2] = 0; at[2] < box.size[2]; ++at[2]) {
        int64_t offset = begin(0) + begin(1) + begin(2) + static_cast<int64_t>(box.begin[3]) * strides[3];
        for (uint64_t x = 0; x < box.size[3]; ++x, offset += strides[3]) copy(offset, index++);
      }
    }
  }
}

// Copies the elements that two boxes share, both packed.
void copy_common(const Box& from, const std::byte* source, const Box& to, std::byte* target, size_t bytes) {
  Box common;
  for (int axis = 0; axis < kMaxSides; ++axis) {
    common.begin[axis] = std::max(from.begin[axis], to.begin[axis]);
    const uint64_t end = std::min(from.end(axis), to.end(axis));
    if (end <= common.begin[axis]) return;
    common.size[axis] = end - common.begin[axis];
  }
  Sides at = common.begin;
  for (at[0] = common.begin[0]; at[0] < common.end(0); ++at[0]) {
    for (at[1] = common.begin[1]; at[1] < common.end(1); ++at[1]) {
      for (at[2] = common.begin[2]; at[2] < common.end(2); ++at[2]) {
        std::memcpy(target + to.index_of(at) * bytes, source + from.index_of(at) * bytes, common.size[3] * bytes);
      }
    }
  }
}

std::array<int64_t, kMaxSides> packed_strides(const Sides& sides, size_t bytes) {
  std::array<int64_t, kMaxSides> strides{};
  if (is_empty(sides)) return strides;
  auto stride = static_cast<int64_t>(bytes);
  for (int axis = kMaxSides - 1; axis >= 0; --axis) {
    strides[axis] = stride;
    stride *= static_cast<int64_t>(sides[axis]);
  }
  return strides;
}

std::array<int64_t, kMaxSides> strides_of(const ArrayView& array, const Sides& sides) {
  if (array.strides.empty()) return packed_strides(sides, element_bytes(array.type));
  std::array<int64_t, kMaxSides> strides{};
  std::copy(array.strides.begin(), array.strides.end(), strides.end() - static_cast<ptrdiff_t>(array.strides.size()));
  return strides;
}

// Calls f(value) for every element that is finite.
template <class Function>
void for_each_finite(const ArrayView& array, Function&& f) {
  const Sides sides = sides_of(array.shape);
  with_type(array.type, [&](auto* p) {
    using T = std::remove_pointer_t<decltype(p)>;
    for_each_element(Box{{}, sides}, strides_of(array, sides), [&](int64_t offset, size_t) {
      T element;
      std::memcpy(&element, static_cast<const std::byte*>(array.data) + offset, sizeof(T));
      const auto value = static_cast<double>(element);
      if (std::isfinite(value)) f(value);
    });
  });
}

std::optional<Error> check(const ArrayRegion& region, const std::vector<uint64_t>& shape) {
  if (region.begin.size() != shape.size() || region.size.size() != shape.size()) {
    return invalid("region.begin has " + std::to_string(region.begin.size()) + " values and region.size " +
                   std::to_string(region.size.size()) + ", the array has " + std::to_string(shape.size()) + " sides");
  }
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    const uint64_t begin = region.begin[axis], size = region.size[axis];
    if (begin > shape[axis] || size > shape[axis] - begin) {
      return invalid("the region has " + std::to_string(size) + " elements from " + std::to_string(begin) +
                     " on of side " + std::to_string(axis) + ", which has " + std::to_string(shape[axis]));
    }
  }
  return std::nullopt;
}

Box box_of(const ArrayRegion& region) {
  Box box{{}, sides_of(region.size)};
  std::copy(region.begin.begin(), region.begin.end(), box.begin.end() - static_cast<ptrdiff_t>(region.begin.size()));
  return box;
}

// The numbers of the chunks that hold elements of a region.
std::vector<uint64_t> chunks_of(const ArrayHeader& header, const Box& region) {
  if (is_empty(region.size)) return {};
  std::vector<uint64_t> chunks = {0};
  const Sides sides = sides_of(header.info.shape);
  for (int axis = 0; axis < kMaxSides; ++axis) {
    const uint64_t side = header.chunk_sides[axis], count = (sides[axis] + side - 1) / side;
    std::vector<uint64_t> next;
    for (const uint64_t before : chunks) {
      for (uint64_t i = region.begin[axis] / side; i * side < region.end(axis); ++i) next.push_back(before * count + i);
    }
    chunks = std::move(next);
  }
  return chunks;
}

// The bytes of every chunk.
Result<std::vector<std::span<const std::byte>>> read_streams(ByteReader& reader, uint64_t count) {
  // Every chunk has a byte at least, so their number is bounded before memory is taken for them.
  const Error truncated{ErrorCode::truncated, "the array ends within its chunks"};
  if (count > reader.rest().size() || count > kMaxChunks) return truncated;
  std::vector<uint64_t> sizes(count);
  for (uint64_t& size : sizes) size = reader.integer(reader.rest().size());
  std::vector<std::span<const std::byte>> streams(count);
  for (uint64_t i = 0; i < count; ++i) streams[i] = reader.take(sizes[i]);
  if (reader.failed()) return truncated;
  return streams;
}

struct ChunkToDecode {
  uint64_t number;
  Box box;
  ChunkFormat format;
  std::span<const std::byte> stream;
};

// Those that hold elements of a region.
std::vector<ChunkToDecode> chunks_to_decode(const ArrayHeader& header, const Box& region,
                                            std::span<const std::span<const std::byte>> streams) {
  const std::vector<uint64_t> numbers = chunks_of(header, region);
  std::vector<ChunkToDecode> chunks;
  chunks.reserve(numbers.size());
  for (const uint64_t number : numbers) {
    const Box box = box_of(header, number);
    chunks.push_back(
        {number,
         box,
         {header.info.type, box.grid(), header.fidelity, header.tolerance, header.info.signal.significant_bits},
         streams[number]});
  }
  return chunks;
}

// That no chunk claims more elements than its bytes can hold: before anything is allocated for them.
std::optional<Error> check_lengths(std::span<const ChunkToDecode> chunks) {
  for (const ChunkToDecode& chunk : chunks) {
    const std::string name = "chunk " + std::to_string(chunk.number);
    if (auto error = check_expansion(name, chunk.format.grid.size(), "elements", chunk.stream.size())) return error;
  }
  return std::nullopt;
}

// What decoding takes beside the elements, at most: tables, and the chunks that are in work at once.
uint64_t decoding_bytes(std::span<const ChunkToDecode> chunks, uint64_t all_chunks, int threads) {
  constexpr size_t kOfThread = 1 << 14;
  std::vector<uint64_t> needs;
  for (const ChunkToDecode& chunk : chunks) {
    needs.push_back(chunk.format.bytes() + chunk_decoding_bytes(chunk.format, chunk.stream) + kOfThread);
  }
  const size_t at_once = std::min<size_t>(resolve_threads(threads), needs.size());
  std::partial_sort(needs.begin(), needs.begin() + static_cast<ptrdiff_t>(at_once), needs.end(), std::greater<>());
  const uint64_t tables = all_chunks * 24 + chunks.size() * (sizeof(ChunkToDecode) + 4 * sizeof(uint64_t));
  return std::accumulate(needs.begin(), needs.begin() + static_cast<ptrdiff_t>(at_once), tables);
}

}  // namespace

uint64_t element_count(const std::vector<uint64_t>& shape) {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  uint64_t count = 1;
  for (const uint64_t side : shape) {
    if (side > kMaxElements / count) return kMaxElements + 1;
    count *= side;
  }
  return count;
}

Sides sides_of(const std::vector<uint64_t>& shape) {
  Sides sides = {1, 1, 1, 1};
  std::copy(shape.begin(), shape.end(), sides.end() - static_cast<ptrdiff_t>(shape.size()));
  return sides;
}

uint64_t ArrayHeader::elements() const {
  return element_count(info.shape);
}

uint64_t ArrayHeader::chunks() const {
  if (elements() == 0) return 0;
  const Sides whole = sides_of(info.shape);
  uint64_t count = 1;
  for (int axis = 0; axis < kMaxSides; ++axis) count *= (whole[axis] + chunk_sides[axis] - 1) / chunk_sides[axis];
  return count;
}

void ArrayHeader::write(ByteWriter& writer) const {
  writer.byte(static_cast<uint8_t>(info.type));
  writer.byte(static_cast<uint8_t>(info.shape.size()));
  for (const uint64_t side : info.shape) writer.integer(side);
  writer.integer(info.signal.sample_rate);
  writer.byte(info.signal.significant_bits);
  writer.byte(static_cast<uint8_t>(info.target.kind));
  writer.float64(info.target.value);
  writer.float64(info.max_error);
  writer.float64(info.mean_squared_error);
  writer.byte(static_cast<uint8_t>(fidelity));
  writer.float64(tolerance);
  for (const uint32_t side : chunk_sides) writer.integer(side);
}

Result<ArrayHeader> ArrayHeader::read(ByteReader& reader) {
  ArrayHeader header;
  const uint8_t type = reader.byte(), dimensions = reader.byte();
  bool valid = type <= static_cast<uint8_t>(ElementType::float64) && dimensions >= 1 && dimensions <= kMaxSides;
  header.info.type = static_cast<ElementType>(type);
  for (int i = 0; valid && i < dimensions; ++i) header.info.shape.push_back(reader.integer(kMaxElements));
  header.info.signal.sample_rate = static_cast<uint32_t>(reader.integer(std::numeric_limits<uint32_t>::max()));
  header.info.signal.significant_bits = reader.byte();
  const uint8_t kind = reader.byte();
  header.info.target = {static_cast<ArrayTargetKind>(kind), reader.float64()};
  header.info.max_error = reader.float64();
  header.info.mean_squared_error = reader.float64();
  const uint8_t fidelity = reader.byte();
  header.fidelity = static_cast<Fidelity>(fidelity);
  header.tolerance = reader.float64();
  for (uint32_t& side : header.chunk_sides) side = static_cast<uint32_t>(reader.integer(kMaxChunkElements));
  if (reader.failed())
    return Error{ErrorCode::truncated, "the header of the array ends too early, or holds a number out of its range"};
  const auto is_finite = [](double value) { return value >= 0 && std::isfinite(value); };
  uint64_t chunk_elements = 1;
  for (const uint32_t side : header.chunk_sides) {
    valid = valid && side > 0 && side <= kMaxChunkElements / chunk_elements;
    if (valid) chunk_elements *= side;
  }
  valid = valid && kind <= static_cast<uint8_t>(ArrayTargetKind::pointwise_relative) &&
          is_finite(header.info.target.value) && header.info.max_error >= 0 && header.info.mean_squared_error >= 0 &&
          fidelity <= static_cast<uint8_t>(Fidelity::relative_error) && is_finite(header.tolerance) &&
          (header.tolerance > 0 || header.fidelity == Fidelity::max_error) &&
          (header.tolerance < 1 || header.fidelity != Fidelity::relative_error) && header.elements() <= kMaxElements;
  if (!valid) return Error{ErrorCode::corrupt, "the header of the array holds a value out of its range"};
  header.info.chunks = header.chunks();
  header.info.chunk_shape.assign(header.chunk_sides.end() - dimensions, header.chunk_sides.end());
  return header;
}

ArrayStatistics statistics_of(const ArrayView& array) {
  double least = std::numeric_limits<double>::infinity(), greatest = -least, squares = 0;
  ArrayStatistics statistics;
  for_each_finite(array, [&](double value) {
    least = std::min(least, value);
    greatest = std::max(greatest, value);
    ++statistics.count;
  });
  if (statistics.count == 0) return statistics;
  statistics.least = least;
  statistics.greatest = greatest;
  statistics.exponent = exponent_of(std::max(std::fabs(least), std::fabs(greatest)));
  const double scale = std::ldexp(1.0, -statistics.exponent);
  for_each_finite(array, [&](double value) { squares += (value * scale) * (value * scale); });
  statistics.range = greatest * scale - least * scale;
  statistics.mean_square = squares / static_cast<double>(statistics.count);
  return statistics;
}

std::optional<Error> check_significant_bits(const ArrayView& array) {
  const int bits = array.signal.significant_bits;
  const ElementRange range(array.type, bits), all(array.type);
  if (range.least() == all.least() && range.greatest() == all.greatest()) return std::nullopt;
  const ArrayStatistics statistics = statistics_of(array);
  for (const double element : {statistics.least, statistics.greatest}) {
    if (range.clamp(element) == element || statistics.count == 0) continue;
    return invalid("signal.significant_bits is " + std::to_string(bits) + ", and the array holds " +
                   std::to_string(static_cast<int64_t>(element)) + ", which needs more (let it be 0)");
  }
  return std::nullopt;
}

Result<EncodedArray> encode_array_payload(const ArrayView& array, Fidelity fidelity, double tolerance,
                                          const ArrayEncodeOptions& options, const ChunkRecipes& recipes) {
  ArrayHeader header;
  header.info.type = array.type;
  header.info.shape = array.shape;
  header.info.signal = array.signal;
  header.info.target = options.target;
  header.fidelity = fidelity;
  header.tolerance = tolerance;
  const Sides sides = sides_of(header.info.shape);
  const std::array<int64_t, kMaxSides> strides = strides_of(array, sides);
  header.chunk_sides = chunk_sides_of(sides, options.chunk_elements > 0 ? options.chunk_elements : kMaxChunkElements);
  if (header.chunks() > kMaxChunks) {
    return invalid("the array has " + std::to_string(header.chunks()) +
                   " chunks, more than 2^31 - 1 (let chunk_elements be larger)");
  }
  const auto count = static_cast<int>(header.chunks());
  std::vector<CodedChunk> chunks(count);
  std::mutex mutex;
  std::atomic<bool> cancelled{false};
  int done = 0;
  const size_t bytes = element_bytes(array.type);
  parallel_for(count, options.threads, [&](int chunk, int) {
    if (cancelled) return;
    const Box box = box_of(header, chunk);
    const ChunkFormat format{array.type, box.grid(), fidelity, tolerance, array.signal.significant_bits};
    std::vector<std::byte> elements(format.bytes());
    for_each_element(box, strides, [&](int64_t offset, size_t index) {
      std::memcpy(elements.data() + index * bytes, static_cast<const std::byte*>(array.data) + offset, bytes);
    });
    ChunkSearch search{.effort = options.effort, .is_gradual = recipes.are_gradual};
    if (!recipes.as_before.empty()) search.as_before = recipes.as_before.subspan(chunk, 1);
    chunks[chunk] = encode_chunk(format, elements, search);
    if (!options.progress) return;
    const std::lock_guard lock(mutex);
    if (!cancelled && !options.progress(static_cast<float>(++done) / static_cast<float>(count))) cancelled = true;
  });
  if (cancelled) return Error{ErrorCode::cancelled, "cancelled by the caller"};
  Distortion distortion;
  for (const CodedChunk& chunk : chunks) distortion.add(chunk.distortion);
  header.info.max_error = distortion.max_error;
  header.info.mean_squared_error = distortion.mean_squared_error(0);
  ByteWriter writer;
  header.write(writer);
  for (const CodedChunk& chunk : chunks) writer.integer(chunk.stream.size());
  std::vector<std::byte> found;
  for (const CodedChunk& chunk : chunks) {
    writer.append(chunk.stream);
    found.push_back(FirstByte{FirstByte::read(chunk.stream[0]).recipe}.write());
  }
  return EncodedArray{writer.take(), distortion, std::move(found)};
}

Result<Array> decode_array_payload(std::span<const std::byte> payload, const ArrayRegion* region,
                                   const DecodeOptions& options) {
  ByteReader reader(payload);
  const Result<ArrayHeader> read = ArrayHeader::read(reader);
  if (!read) return read.error();
  const ArrayHeader& header = *read;
  const std::vector<uint64_t>& shape = header.info.shape;
  if (region != nullptr) {
    if (auto error = check(*region, shape)) return *error;
  }
  const Box box = region != nullptr ? box_of(*region) : Box{{}, sides_of(shape)};
  Array array{header.info.type, region != nullptr ? region->size : shape, {}, header.info.signal};
  const uint64_t elements = element_count(array.shape);
  const size_t bytes = element_bytes(array.type);
  const auto exceeds = [&](uint64_t count, const char* unit, const char* name, uint64_t limit) {
    return Error{ErrorCode::limit_exceeded, std::string(region != nullptr ? "the region" : "the array") + " has " +
                                                std::to_string(count) + " " + unit + ", more than " + name + " (" +
                                                std::to_string(limit) + ")"};
  };
  if (elements > options.max_pixels) return exceeds(elements, "elements", "max_pixels", options.max_pixels);
  const Result<std::vector<std::span<const std::byte>>> streams = read_streams(reader, header.chunks());
  if (!streams) return streams.error();
  const std::vector<ChunkToDecode> chunks = chunks_to_decode(header, box, *streams);
  if (const auto error = check_lengths(chunks)) return *error;
  const uint64_t needed = elements * bytes + decoding_bytes(chunks, header.chunks(), options.threads);
  if (needed > options.max_bytes) return exceeds_memory(needed, options);

  array.data.resize(elements * bytes);
  std::atomic<bool> corrupt{false};
  parallel_for(static_cast<int>(chunks.size()), options.threads, [&](int index, int) {
    if (corrupt) return;
    const ChunkToDecode& chunk = chunks[index];
    std::vector<std::byte> decoded(chunk.format.bytes());
    if (!decode_chunk(chunk.format, chunk.stream, decoded)) {
      corrupt = true;
      return;
    }
    copy_common(chunk.box, decoded.data(), box, array.data.data(), bytes);
  });
  if (corrupt) return Error{ErrorCode::corrupt, "a chunk of the array holds an impossible value or ends too early"};
  return array;
}

}  // namespace laq::array
