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
  static constexpr bool kReads = false;
  static constexpr bool is_past_end() { return false; }

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
  size_t size = 0;  // of the stream, which is empty if it was only counted
  // From element `priced_from` on: the prices of each byte, and how many elements were coded by bytes.
  std::array<uint64_t, kMostBytes> prices{};
  size_t elements = 0;
};

// Codes the first `count` elements.
CodedBytes code(const SourceChunk& chunk, const ChunkFormat& format, const MixedBytesPlan& plan, size_t count,
                size_t priced_from, bool keeps_bytes) {
  CodedBytes coded;
  CountingWriter counting{SymbolWriter(keeps_bytes)};
  bool is_priced = priced_from == 0;
  const auto count_byte = [&](int place) {
    const uint64_t price = std::exchange(counting.price, 0);
    if (!is_priced) return;
    coded.prices[place] += price;
    coded.elements += place == 0 ? 1 : 0;
  };
  const auto begin_element = [&](size_t index, size_t, uint64_t) {
    counting.price = 0;
    is_priced = index >= priced_from;
  };
  // The memory of the tables is free again before the stream is put together.
  MixedBytes(counting, format, chunk.elements, plan)(count, begin_element, count_byte);
  coded.stream = counting.writer.finish(head_of(plan));
  coded.size = counting.writer.finished_bytes();
  return coded;
}

// The places of bytes that are guessed right in more than a third of the first elements, of those coded by bytes.
uint8_t guessed_places(const SourceChunk& chunk, const ChunkFormat& format) {
  constexpr size_t kPart = 32, kLeast = 1 << 12;  // elements to look at
  const size_t count = chunk.grid.size(), most = std::max(count / kPart, kLeast);
  ElementCandidates candidates(format, chunk.elements);
  const int bytes = static_cast<int>(element_bytes(chunk.type));
  std::array<size_t, kMostBytes> hits{};
  size_t looked = 0;
  for (size_t i = 0; i < count && looked < most; ++i) {
    if (i % kReportedElements == 0) report_work(kReportedElements);
    const uint64_t element = bits_at(chunk.elements, static_cast<size_t>(bytes), i);
    if (candidates.find_neighbours() && element == candidates.left()) {
      candidates.pass();
      continue;
    }
    candidates.find();
    uint64_t before = 0;
    for (int place = bytes - 1; place >= 0; --place) {
      const auto byte = static_cast<uint32_t>(element >> (8 * place) & 0xff);
      hits[place] += candidates.guess(candidates.view(place, before)).byte == byte ? 1 : 0;
      before = before << 8 | byte;
    }
    candidates.advance(element);
    ++looked;
  }
  unsigned guessed = 0;
  for (int place = 0; place < bytes; ++place) guessed |= unsigned{3 * hits[place] > looked} << place;
  return static_cast<uint8_t>(guessed);
}

constexpr size_t kLeastRepeated = 4;  // one element in so many

// Whether are_repeated() is worth its time. It looks at one element in kLookedAt, chosen by the hash of the latest
// elements, so that the same ones are chosen wherever a sequence stands.
bool may_be_repeated(const SourceChunk& chunk, RepeatedElements latest) {
  constexpr size_t kLookedAt = 16;
  const size_t bytes = element_bytes(chunk.type), count = chunk.grid.size();
  std::vector<uint32_t> seen(std::max<size_t>(count / kLookedAt, 1));  // other bits of the hashes that had a place
  size_t looked = 0, repeated = 0;
  uint64_t last = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t element = bits_at(chunk.elements, bytes, i);
    latest.follow(element, 0);
    const bool is_like_last = latest.are_alike(element, std::exchange(last, element));
    const uint64_t hash = latest.hash();
    if ((hash >> 32) % kLookedAt != 0) continue;
    ++looked;
    if (is_like_last) continue;
    const auto other_bits = static_cast<uint32_t>(hash >> 16);
    repeated += std::exchange(seen[place_of(hash, seen.size())], other_bits) == other_bits ? 1 : 0;
  }
  const bool has_few_values = looked < count / kLookedAt / 2;  // so that chance decides what is looked at
  return has_few_values || 2 * kLeastRepeated * kLookedAt * repeated >= count;
}

// Whether many elements are like those at earlier places, and not like the one before, as those of smooth signals are.
bool are_repeated(const SourceChunk& chunk, RepeatedElements repeat) {
  constexpr int kLeastLength = 8;
  const size_t bytes = element_bytes(chunk.type), count = chunk.grid.size();
  size_t repeated = 0;
  uint64_t last = 0;
  for (size_t i = 0; i < count; ++i) {
    if (i % kReportedElements == 0) report_work(kReportedElements);
    const uint64_t element = bits_at(chunk.elements, bytes, i);
    repeat.follow(element, bits_at(chunk.elements, bytes, repeat.place()));
    repeat.look(i);
    repeated += repeat.length() >= kLeastLength && !repeat.are_alike(element, last) ? 1 : 0;
    last = element;
  }
  return repeated * kLeastRepeated >= count;
}

bool has_repeats(const SourceChunk& chunk) {
  const size_t count = chunk.grid.size();
  const auto finds = [&](RepeatedElements (*kind)(ElementType, size_t)) {
    return may_be_repeated(chunk, kind(chunk.type, 0)) && are_repeated(chunk, kind(chunk.type, count));
  };
  return finds(repeats) || finds(near_repeats);
}

// The places of bytes that mixing does not make smaller.
uint8_t equiprobable_places(const SourceChunk& chunk, const CodedBytes& coded) {
  constexpr double kLeastGain = 0.002;
  const double whole_bytes = static_cast<double>(coded.elements) * (8 << kPriceFraction);
  unsigned places = 0;
  for (size_t place = 0; place < element_bytes(chunk.type); ++place) {
    if (static_cast<double>(coded.prices[place]) > (1 - kLeastGain) * whole_bytes) places |= 1u << place;
  }
  return static_cast<uint8_t>(places);
}

// A first pass finds bytes that mixing does not make smaller: those are coded as they are, which is faster. In a large
// chunk where no sequences repeat, the second eighth of the elements tells, once models have learnt from the first one.
// Where sequences repeat, another pass tries large tables, which are kept if they save enough.
std::optional<Encoding> encode(const SourceChunk& chunk, const ChunkFormat& format, const CodingSettings& settings) {
  constexpr double kLeastGainOfLarge = 0.02;
  constexpr size_t kPart = 4;
  const size_t count = chunk.grid.size();
  const bool is_large = count >= kLeastOfLargeTables, are_repeats = is_large && has_repeats(chunk);
  const bool is_part_enough = is_large && !are_repeats;
  const auto code_all = [&](const MixedBytesPlan& plan) {
    return code(chunk, format, plan, count, 0, settings.keeps_bytes);
  };
  MixedBytesPlan plan{.guessed = guessed_places(chunk, format)};
  CodedBytes coded =
      is_part_enough ? code(chunk, format, plan, count / kPart, count / kPart / 2, false) : code_all(plan);
  plan.equiprobable = equiprobable_places(chunk, coded);
  if (is_part_enough || plan.equiprobable != 0) {
    coded = {};  // before the memory of another one is taken
    coded = code_all(plan);
  }
  if (are_repeats) {
    plan.has_large_tables = true;
    CodedBytes by_large = code_all(plan);
    const double allowed = (1 - kLeastGainOfLarge) * static_cast<double>(coded.size);
    if (static_cast<double>(by_large.size) < allowed) coded = std::move(by_large);
  }
  Encoding encoding{std::move(coded.stream), {}, no_distortion(chunk)};
  if (!settings.keeps_bytes) encoding.counted = coded.size;
  return encoding;
}

}  // namespace

const CodingEncoder mixed_bytes_encoder = {{.effort_of_lines = 5,
                                            .effort_of_fields = 5,
                                            .margin = -0.03,
                                            .handicap = 0.02,
                                            .reaches_far = has_repeats,
                                            .takes_memory = true},
                                           encode};

}  // namespace laq::array
