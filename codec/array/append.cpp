#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "array/append.h"
#include "array/chunk_table.h"
#include "array/payload_encoder.h"
#include "base/checks.h"
#include "container/checksum.h"

namespace laq::array {
namespace {

std::optional<Error> check_fit(const ArrayHeader& header, const ArrayView& more) {
  const std::vector<uint64_t>& shape = header.info.shape;
  if (shape.empty()) return invalid("the array of the file is one element without sides, which nothing can follow");
  if (more.type != header.info.type)
    return invalid("the elements are of another type than those of the file (inspect_array tells it)");
  const bool fits =
      more.shape.size() == shape.size() && std::equal(more.shape.begin() + 1, more.shape.end(), shape.begin() + 1);
  if (!fits) {
    return invalid("the array is " + shape_text(more.shape) + ", that of the file " + shape_text(shape) +
                   ": all sides but the first must be equal");
  }
  if (more.shape[0] > kMaxElements - shape[0]) return invalid("the array would have more than 2^40 elements");
  std::vector<uint64_t> whole = shape;
  whole[0] += more.shape[0];
  if (element_count(whole) > kMaxElements) return invalid("the array would have more than 2^40 elements");
  return std::nullopt;
}

// The side of what is coded along which an array grows.
int growing_axis(const CodedLayout& layout) {
  if (layout.wide_form == WideForm::halves) return kMaxSides - 1;
  return kMaxSides - static_cast<int>(std::min<size_t>(layout.shape.size(), kMaxSides));
}

// The length of the longest piece of a side.
uint64_t longest_piece(const ArrayHeader& header, int axis) {
  uint64_t longest = 0, begin = 0;
  for (const uint64_t cut : header.cuts[axis]) longest = std::max(longest, cut - std::exchange(begin, cut));
  return std::max(longest, header.layout().sides()[axis] - begin);
}

// The longest that chunks may become along the growing side; their other sides stay as they are.
uint32_t longest_side(const ArrayHeader& header, int axis, const ArrayEncodeOptions& options) {
  Sides column;
  std::copy(header.chunk_sides.begin(), header.chunk_sides.end(), column.begin());
  column[axis] = kMaxChunkElements;
  uint64_t others = 1;
  for (int other = 0; other < kMaxSides; ++other) others *= other == axis ? 1 : header.chunk_sides[other];
  return std::min(chunk_sides_of(column, options)[axis], static_cast<uint32_t>(kMaxChunkElements / others));
}

// The chunks of the grown array.
struct Growth {
  ChunkSides sides;
  bool is_cut;  // before what is appended
};

// Existing chunks are kept, so the side of chunks may only grow along the growing axis, and only while every piece of
// that axis is a single chunk. As long as it may still grow, a cut keeps the new piece apart.
Growth grow_chunks(const ArrayHeader& header, int axis, uint64_t appended, const ArrayEncodeOptions& options) {
  Growth growth{header.chunk_sides, true};
  uint32_t& side = growth.sides[axis];
  const uint64_t length = header.layout().sides()[axis];
  const uint64_t last_piece = length - (header.cuts[axis].empty() ? 0 : header.cuts[axis].back());
  bool may_grow = longest_piece(header, axis) <= side;
  if (may_grow) {
    const uint32_t longest = longest_side(header, axis, options);
    side = std::max(side, static_cast<uint32_t>(std::min<uint64_t>(longest, appended)));
    may_grow = side < longest;
  }
  growth.is_cut = may_grow || last_piece % side != 0;
  return growth;
}

// Combines the errors of both parts into those of the whole.
void merge_errors(const ArrayHeader& more, ArrayHeader& header) {
  const auto finite = [](const ArrayHeader& of) {
    return static_cast<double>(element_count(of.info.shape) - of.info.non_finite);
  };
  ArrayInfo& info = header.info;
  const double before = finite(header), after = finite(more);
  if (after > 0) {
    const double share = after / (before + after);
    const double rest = before > 0 ? info.mean_squared_error * (before / (before + after)) : 0;
    info.mean_squared_error = rest + more.info.mean_squared_error * share;
  }
  info.max_error = std::max(info.max_error, more.info.max_error);
  info.non_finite += more.info.non_finite;
}

// The number of a loss in the header, to which it is added if it is new.
uint32_t find_or_add_loss(const Loss& loss, ArrayHeader& header) {
  const auto found = std::ranges::find(header.losses, loss);
  const auto number = static_cast<uint32_t>(found - header.losses.begin());
  if (found == header.losses.end()) header.losses.push_back(loss);
  return number;
}

// The most bytes by which the head of the grown file exceeds the heads of both parts: for a loss, after which all
// chunks of a file that had one must name theirs, for a cut, and for checksums, which a single chunk does not have.
uint64_t growth_of_head(const ArrayHeader& header, size_t chunks, uint64_t new_chunks) {
  constexpr uint64_t kLoss = 9, kCut = 8, kChecksums = 16, kNumber = 2;
  return kLoss + kCut + kChecksums + kNumber * new_chunks + (header.losses.size() == 1 ? chunks : 0);
}

// The bytes of all chunks, which follow each other.
std::span<const std::byte> bytes_of(std::span<const ChunkStream> chunks) {
  if (chunks.empty()) return {};
  const std::byte* const begin = chunks.front().bytes.data();
  return {begin, chunks.back().bytes.data() + chunks.back().bytes.size()};
}

void add_to(std::vector<TableEntry>& table, std::span<const ChunkStream> chunks, std::optional<uint32_t> loss = {}) {
  for (const ChunkStream& chunk : chunks) {
    const uint32_t sum = chunk.checksum ? *chunk.checksum : checksum(chunk.bytes);
    table.push_back({chunk.bytes.size(), loss.value_or(chunk.loss), sum});
  }
}

}  // namespace

Result<AppendedPayload> append_array(std::span<const std::byte> payload, const ArrayView& more,
                                     const ArrayEncodeOptions& given, const FileBytes& file_bytes) {
  ByteReader reader(payload);
  Result<ArrayHeader> header = ArrayHeader::read(reader);
  if (!header) return header.error();
  const Result<std::vector<ChunkStream>> chunks = read_chunks(payload, reader, *header);
  if (!chunks) return chunks.error();
  if (auto error = check_fit(*header, more)) return *error;

  const bool was_empty = chunks->empty();
  ArrayView view = more;
  view.signal = header->info.signal;
  std::optional<CodedArray> coded = was_empty ? coded_array(view) : coded_array_like(header->layout(), view);
  if (!coded) {
    return invalid(
        "integers of 64 bits lie too far from those of the file to be coded like them (encode the whole array anew)");
  }
  const int axis = growing_axis(was_empty ? coded->layout : header->layout());
  if (header->wide_form == WideForm::halves && !was_empty && (header->chunk_sides[2] != 2 || !header->cuts[2].empty()))
    return Error{ErrorCode::unsupported, "the chunks of the array are such that nothing can be appended"};
  const Growth growth = grow_chunks(*header, axis, coded->layout.sides()[axis], given);
  if (!was_empty) {
    // Cuts along other sides go through all of the array.
    coded->chunking = {growth.sides, header->cuts};
    coded->chunking->cuts[axis].clear();
  }
  ArrayEncodeOptions options = given;
  options.target = header->info.target;
  options.parts = {};
  uint64_t more_of_head = 0;
  if (coded->chunking) {
    const ChunkLayout layout(coded->layout.sides(), coded->chunking->sides, coded->chunking->cuts);
    more_of_head = growth_of_head(*header, chunks->size(), layout.count());
  }
  const FileBytes with_head = [&](size_t payload_bytes) { return file_bytes(payload_bytes) + more_of_head; };
  Result<std::vector<std::byte>> encoded = encode_more(*coded, header->losses.front(), options, with_head);
  if (!encoded) return encoded.error();
  ByteReader new_reader(*encoded);
  Result<ArrayHeader> new_header = ArrayHeader::read(new_reader);
  if (!new_header) return new_header.error();
  const Result<std::vector<ChunkStream>> new_chunks = read_chunks(*encoded, new_reader, *new_header);
  if (!new_chunks) return new_chunks.error();

  const std::vector<uint64_t> shape_before = header->info.shape;
  const uint64_t place = header->layout().sides()[axis];
  std::vector<TableEntry> table;
  table.reserve(chunks->size() + new_chunks->size());
  if (was_empty) {
    header = std::move(new_header);
    add_to(table, *new_chunks);
  } else {
    merge_errors(*new_header, *header);
    header->chunk_sides = growth.sides;
    if (!new_chunks->empty() && growth.is_cut) header->cuts[axis].push_back(place);
    add_to(table, *chunks);
    if (!new_chunks->empty()) add_to(table, *new_chunks, find_or_add_loss(new_header->losses.front(), *header));
  }
  header->info.shape = shape_before;
  header->info.shape[0] += more.shape[0];
  if (table.size() > kMaxChunks) return invalid("the array would have more than 2^31 - 1 chunks");
  AppendedPayload appended;
  appended.head = head_of_payload(*header, table, 0);
  appended.chunks = bytes_of(*chunks);
  const std::span<const std::byte> new_bytes = bytes_of(*new_chunks);
  encoded->erase(encoded->begin(), encoded->begin() + (encoded->size() - new_bytes.size()));
  appended.new_chunks = std::move(*encoded);
  return appended;
}

}  // namespace laq::array
