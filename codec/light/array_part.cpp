#include "light/array_part.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <tuple>

#include <laq/float16.hpp>

#include "base/checks.h"
#include "base/parallel.h"

namespace laq::light {
namespace {

constexpr int kRowAxis = 2, kColumnAxis = 3;  // of the four sides of a box; channels are before them
constexpr int kChannelAxis = 1;

// The samples of `count` pixels, whose channels lie `plane` bytes apart.
template <class Sample>
void interleave(const std::byte* from, size_t plane, size_t channels, size_t count, std::byte* out) {
  for (size_t channel = 0; channel < channels; ++channel) {
    const std::byte* sample = from + channel * plane;
    std::byte* to = out + channel * sizeof(Sample);
    for (size_t x = 0; x < count; ++x, sample += sizeof(Sample), to += channels * sizeof(Sample))
      std::memcpy(to, sample, sizeof(Sample));
  }
}

constexpr size_t aligned_count(uint64_t bytes) {
  return (bytes + sizeof(std::max_align_t) - 1) / sizeof(std::max_align_t);
}

template <class Sample>
void fill(std::byte* to, size_t count, double value) {
  const Sample sample(static_cast<Sample>(value));
  for (size_t i = 0; i < count; ++i, to += sizeof sample) std::memcpy(to, &sample, sizeof sample);
}

}  // namespace

struct ArrayPart::Band {
  int y0 = 0, y1 = 0;  // of the picture
  std::vector<array::ChunkToDecode> chunks;
};

Result<array::ArrayHeader> read_array_header(ByteReader& reader, const FloatHeader& picture) {
  Result<array::ArrayHeader> header = array::ArrayHeader::read(reader);
  if (!header) return header;
  const std::vector<uint64_t> shape = {static_cast<uint64_t>(picture.channels), picture.height, picture.width};
  const ElementType type = picture.format == SampleFormat::float32 ? ElementType::float32 : ElementType::float16;
  const ArrayTargetKind kind = header->info.target.kind;
  if (header->info.shape != shape || header->info.type != type ||
      (kind != ArrayTargetKind::lossless && kind != ArrayTargetKind::max_error))
    return contradiction();
  return header;
}

ArrayPart::ArrayPart(array::ArrayHeader header, std::vector<array::ChunkStream> streams, const RequestedPart& part,
                     const PartOptions& options)
    : header_(std::move(header)),
      layout_(header_.chunk_layout()),
      streams_(std::move(streams)),
      part_(part),
      options_(&options) {}

Result<ArrayPart> ArrayPart::open(std::span<const std::byte> payload, const FloatHeader& picture,
                                  const RequestedPart& part, const PartOptions& options) {
  ByteReader reader(payload);
  Result<array::ArrayHeader> header = read_array_header(reader, picture);
  if (!header) return header.error();
  Result<std::vector<array::ChunkStream>> streams = array::read_chunks(payload, reader, *header, options.allow_partial);
  if (!streams) return streams.error();
  ArrayPart opened(std::move(*header), std::move(*streams), part, options);
  const array::Box box = opened.box_of(part.y0, part.y1);
  if (auto error = check_lengths(chunks_to_decode(opened.header_, opened.layout_, box, opened.streams_))) return *error;
  return opened;
}

array::Box ArrayPart::box_of(int y0, int y1) const {
  array::Box box{{}, header_.layout().sides()};
  box.begin[kRowAxis] = static_cast<uint64_t>(y0);
  box.size[kRowAxis] = static_cast<uint64_t>(y1 - y0);
  box.begin[kColumnAxis] = static_cast<uint64_t>(part_.x0);
  box.size[kColumnAxis] = static_cast<uint64_t>(part_.x1 - part_.x0);
  return box;
}

ArrayPart::Band ArrayPart::band_from(int y) const {
  const auto wanted = static_cast<size_t>(resolve_threads(options_->decode.threads));
  Band band{y, y, {}};
  for (size_t chunks = 0; band.y1 < part_.y1 && chunks < wanted;) {
    const std::vector<uint64_t> row = layout_.chunks_of(box_of(band.y1, band.y1 + 1));
    const uint64_t end = layout_.box_of(row.front()).end(kRowAxis);
    band.y1 = static_cast<int>(std::min<uint64_t>(end, static_cast<uint64_t>(part_.y1)));
    chunks += row.size();
  }
  band.chunks = chunks_to_decode(header_, layout_, box_of(band.y0, band.y1), streams_);
  return band;
}

uint64_t ArrayPart::bytes() const {
  uint64_t most = 0;
  for (int y = part_.y0; y < part_.y1;) {
    const Band band = band_from(y);
    const array::Box box = box_of(band.y0, band.y1);
    const uint64_t of_elements = aligned_count(box_bytes(box, header_.info.type)) * sizeof(std::max_align_t);
    most = std::max(most, of_elements + decoding_bytes(band.chunks, box, streams_.size(), options_->decode.threads));
    y = band.y1;
  }
  return most;
}

std::vector<PictureRegion> ArrayPart::missing() const {
  std::vector<PictureRegion> regions;
  for (const array::ChunkToDecode& chunk : chunks_to_decode(header_, layout_, box_of(part_.y0, part_.y1), streams_)) {
    if (chunk.stream.is_whole) continue;
    const auto side = [](uint64_t place) { return static_cast<int>(place); };
    const auto region = within(part_, side(chunk.box.begin[kColumnAxis]), side(chunk.box.begin[kRowAxis]),
                               side(chunk.box.end(kColumnAxis)), side(chunk.box.end(kRowAxis)));
    if (region) regions.push_back(*region);
  }
  // Chunks of different channels may cover the same pixels.
  const auto key = [](const PictureRegion& region) { return std::tie(region.y, region.x); };
  std::ranges::sort(regions, [&](const PictureRegion& a, const PictureRegion& b) { return key(a) < key(b); });
  regions.erase(std::unique(regions.begin(), regions.end()), regions.end());
  return regions;
}

std::optional<Error> ArrayPart::decode_band(const Band& band, float done, float share,
                                            std::span<std::byte> elements) const {
  const auto channels = header_.layout().sides()[kChannelAxis];
  const size_t bytes = element_bytes(header_.info.type);
  if (std::ranges::any_of(band.chunks, [](const array::ChunkToDecode& chunk) { return !chunk.stream.is_whole; })) {
    const size_t plane = elements.size() / channels;
    for (uint64_t channel = 0; channel < channels; ++channel) {
      constexpr double kGray = 0.5, kOpaque = 1;
      const double value = channels % 2 == 0 && channel == channels - 1 ? kOpaque : kGray;
      std::byte* const first = elements.data() + channel * plane;
      bytes == sizeof(float) ? fill<float>(first, plane / bytes, value) : fill<Float16>(first, plane / bytes, value);
    }
  }
  DecodeOptions options = options_->decode;
  if (options.progress) {
    options.progress = [&](float of_band) { return options_->decode.progress(done + share * of_band); };
  }
  constexpr bool kVerifiesChunks = true;  // if only a part is wanted nobody looks at the checksum of all
  return decode_box(band.chunks, box_of(band.y0, band.y1), kVerifiesChunks, options, elements);
}

bool ArrayPart::give_rows(const Band& band, const std::byte* elements, RowSink& sink) const {
  const auto channels = static_cast<size_t>(header_.layout().sides()[kChannelAxis]);
  const auto width = static_cast<size_t>(part_.x1 - part_.x0);
  const size_t bytes = element_bytes(header_.info.type), row = width * bytes;
  const size_t plane = row * static_cast<size_t>(band.y1 - band.y0);
  for (int y = band.y0; y < band.y1;) {
    const auto first = static_cast<uint32_t>(y - part_.y0);
    const uint32_t count = std::min(sink.rows_at_once(), static_cast<uint32_t>(band.y1 - y));
    const RowsOfSamples room = sink.room(first);
    for (uint32_t i = 0; i < count; ++i, ++y) {
      const std::byte* const from = elements + row * static_cast<size_t>(y - band.y0);
      std::byte* const out = room.first + room.row_bytes * i;
      bytes == sizeof(uint32_t) ? interleave<uint32_t>(from, plane, channels, width, out)
                                : interleave<uint16_t>(from, plane, channels, width, out);
    }
    if (!sink.take(first, count)) return false;
  }
  return true;
}

std::optional<Error> ArrayPart::decode(RowSink& sink) const {
  std::pmr::memory_resource* const memory = options_->decode.memory;
  // Aligned for any element.
  std::pmr::vector<std::max_align_t> storage(memory != nullptr ? memory : std::pmr::new_delete_resource());
  const auto rows = static_cast<float>(part_.y1 - part_.y0);
  for (int y = part_.y0; y < part_.y1;) {
    const Band band = band_from(y);
    const uint64_t bytes = box_bytes(box_of(band.y0, band.y1), header_.info.type);
    if (const size_t count = aligned_count(bytes); count > storage.size()) {
      storage.clear();
      storage.shrink_to_fit();
      storage.resize(count);
    }
    const std::span<std::byte> elements = std::as_writable_bytes(std::span(storage)).first(bytes);
    const float done = static_cast<float>(y - part_.y0) / rows, share = static_cast<float>(band.y1 - y) / rows;
    if (auto error = decode_band(band, done, share, elements)) return error;
    if (!give_rows(band, elements.data(), sink)) return Error{ErrorCode::cancelled, "cancelled by the caller"};
    y = band.y1;
  }
  return std::nullopt;
}

}  // namespace laq::light
