#include <array>
#include <utility>

#include "array/mixed_bytes.h"
#include "array/stage_encoder.h"
#include "base/work.h"

namespace laq::array {
namespace {

constexpr int kMostBytes = 8;  // of an element

// Writes, and counts what it costs.
struct CountingWriter {
  SymbolWriter writer;
  uint64_t price = 0;  // in 1/256 bit

  bool bit(AdaptiveModel auto& model, bool value) {
    price += laq::price(model, value);
    return writer.bit(model, value);
  }
  uint32_t bits(int count, uint32_t value) {
    price += static_cast<uint64_t>(count) << kPriceFraction;
    return writer.bits(count, value);
  }
};

struct CodedBytes {
  std::vector<std::byte> stream;
  std::array<uint64_t, kMostBytes> prices{};  // of each byte of all elements
};

CodedBytes code(const SourceChunk& chunk, const ChunkFormat& format, MixingTables tables, BytePlaces places) {
  CodedBytes coded;
  CountingWriter counting;
  MixedBytes mixed(counting, format, chunk.elements, tables, places);
  const size_t bytes = element_bytes(chunk.type);
  for (size_t i = 0; i < chunk.grid.size(); ++i) {
    if (i % kReportedElements == 0) report_work(kReportedElements);
    mixed(bits_at(chunk.elements, bytes, i),
          [&](int place) { coded.prices[place] += std::exchange(counting.price, 0); });
  }
  const std::array<std::byte, kMixedBytesHead> head = {static_cast<std::byte>(tables), std::byte{places.equiprobable},
                                                       std::byte{places.guessed}};
  const std::vector<std::byte> bytes_of_coder = counting.writer.finish();
  coded.stream.reserve(head.size() + bytes_of_coder.size());
  coded.stream.assign(head.begin(), head.end());
  coded.stream.insert(coded.stream.end(), bytes_of_coder.begin(), bytes_of_coder.end());
  return coded;
}

// The places of bytes that are guessed right in more than half of the elements.
uint8_t guessed_places(const SourceChunk& chunk, const ChunkFormat& format, MixingTables tables) {
  ElementCandidates candidates(format, chunk.elements, tables);
  const int bytes = static_cast<int>(element_bytes(chunk.type));
  std::array<size_t, kMostBytes> hits{};
  for (size_t i = 0; i < chunk.grid.size(); ++i) {
    if (i % kReportedElements == 0) report_work(kReportedElements);
    const uint64_t element = bits_at(chunk.elements, static_cast<size_t>(bytes), i);
    candidates.find();
    uint64_t before = 0;
    for (int place = bytes - 1; place >= 0; --place) {
      const auto byte = static_cast<uint32_t>(element >> (8 * place) & 0xff);
      hits[place] += candidates.guess(candidates.view(place, before)).byte == byte ? 1 : 0;
      before = before << 8 | byte;
    }
    candidates.advance(element);
  }
  unsigned guessed = 0;
  for (int place = 0; place < bytes; ++place) {
    const bool is_guessed = 2 * hits[place] > chunk.grid.size();
    guessed |= unsigned{is_guessed} << place;
  }
  return static_cast<uint8_t>(guessed);
}

// A first pass counts right guesses, and a second one codes. A third one codes again if mixing does not make some bytes
// smaller: those are coded as they are, which is faster.
template <MixingTables kTables>
std::optional<Encoding> encode(const SourceChunk& chunk, const ChunkFormat& format, int) {
  constexpr double kLeastGain = 0.002;
  BytePlaces places{0, guessed_places(chunk, format, kTables)};
  CodedBytes coded = code(chunk, format, kTables, places);
  const double whole_bytes = static_cast<double>(chunk.grid.size()) * (8 << kPriceFraction);
  unsigned equiprobable = 0;
  for (size_t place = 0; place < element_bytes(chunk.type); ++place) {
    if (static_cast<double>(coded.prices[place]) > (1 - kLeastGain) * whole_bytes) equiprobable |= 1u << place;
  }
  if (equiprobable != 0) {
    coded = {};  // before the memory of another one is taken
    places.equiprobable = static_cast<uint8_t>(equiprobable);
    coded = code(chunk, format, kTables, places);
  }
  return Encoding{std::move(coded.stream), {}, no_distortion(chunk)};
}

// Whether many elements are like those at earlier places, and not like the one before, as those of smooth signals are.
bool are_repeated(const SourceChunk& chunk, RepeatedElements repeat) {
  constexpr size_t kLeastPart = 4;  // one element in so many
  constexpr int kLeastLength = 8;
  const size_t bytes = element_bytes(chunk.type), count = chunk.grid.size();
  size_t repeated = 0;
  uint64_t last = 0;
  for (size_t i = 0; i < count; ++i) {
    if (i % kReportedElements == 0) report_work(kReportedElements);
    const uint64_t element = bits_at(chunk.elements, bytes, i);
    repeat.advance(i, element, bits_at(chunk.elements, bytes, repeat.place()));
    repeated += repeat.length() >= kLeastLength && !repeat.are_alike(element, last) ? 1 : 0;
    last = element;
  }
  return repeated * kLeastPart >= count;
}

bool has_repeats(const SourceChunk& chunk) {
  const size_t count = chunk.grid.size();
  return are_repeated(chunk, repeats(chunk.type, count, MixingTables::large)) ||
         are_repeated(chunk, near_repeats(chunk.type, count, MixingTables::large));
}

}  // namespace

const CodingEncoder mixed_bytes_encoder = {
    {.effort_of_lines = 5, .effort_of_fields = 5, .margin = -0.03, .handicap = 0.01, .reaches_far = has_repeats},
    encode<MixingTables::small>,
    encode<MixingTables::large>};

}  // namespace laq::array
