#include "array/map/distinct_values.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

#include "base/exact_bound.h"
#include "base/ordered_pattern.h"
#include "levels/universal_code.h"

namespace laq::array {
namespace {

ElementType type_of_ranks(size_t levels) {
  return levels <= 256 ? ElementType::uint8 : levels <= 65536 ? ElementType::uint16 : ElementType::uint32;
}

ChunkFormat format_of_ranks(size_t levels, const Grid& grid) {
  return {type_of_ranks(levels), grid, Fidelity::max_error, 0};
}

// The table, written once for writer and reader: sorted patterns, by their differences. False if the stream ends before
// it.
template <class Coder>
bool code_table(Coder& coder, std::vector<uint64_t>& patterns) {
  const auto natural = std::make_unique<NaturalCoder<Coder>>(coder);
  uint64_t next = 0;  // the least that the following one can be
  for (uint64_t& pattern : patterns) {
    pattern = next + (*natural)(pattern - next);
    next = pattern + 1;
    if (coder.is_past_end()) return false;
  }
  return true;
}

uint64_t bits_at(std::span<const std::byte> elements, size_t bytes, size_t index) {
  uint64_t bits = 0;
  std::memcpy(&bits, elements.data() + index * bytes, bytes);
  return bits;
}

// Sorted, each once.
std::vector<uint64_t> distinct(std::vector<uint64_t> patterns) {
  std::sort(patterns.begin(), patterns.end());
  patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
  return patterns;
}

class Levels {
 public:
  Levels(ElementType type, std::vector<uint64_t> patterns)
      : type_(type), order_(type), range_(type), patterns_(std::move(patterns)) {}

  size_t count() const { return patterns_.size(); }
  const std::vector<uint64_t>& patterns() const { return patterns_; }
  double value(size_t level) const {
    const uint64_t bits = order_.to_bits(patterns_[level]);
    return values_of(type_, std::as_bytes(std::span(&bits, 1)).first(element_bytes(type_)))[0];
  }

  // Covers the levels by as few as possible, from the least one on; ranks: of the levels, then.
  Levels cover(double bound, std::vector<uint32_t>& ranks) const {
    std::vector<uint64_t> covers;
    for (size_t begin = 0; begin < count();) {
      const double least = value(begin);
      const auto reaches = [&](double centre, size_t level) {
        return is_within(value(level), centre, bound) && is_within(least, centre, bound);
      };
      size_t end = begin + 1;
      double centre = least;
      while (std::isfinite(least) && end < count() && std::isfinite(value(end))) {
        const double middle = range_.round(0.5 * least + 0.5 * value(end));
        if (!reaches(middle, end)) break;
        centre = middle;
        ++end;
      }
      // A level that stays alone keeps all of its bits. Others become one in the middle, which all are as near to as
      // the two at the ends.
      covers.push_back(end == begin + 1 ? patterns_[begin] : pattern_of(centre));
      for (; begin < end; ++begin) ranks[begin] = static_cast<uint32_t>(covers.size() - 1);
    }
    return {type_, std::move(covers)};
  }

 private:
  uint64_t pattern_of(double value) const {
    uint64_t bits = 0;
    store_values(type_, std::span(&value, 1), std::as_writable_bytes(std::span(&bits, 1)).first(element_bytes(type_)));
    return order_.from_bits(bits);
  }

  ElementType type_;
  OrderedPatterns order_;
  ElementRange range_;
  std::vector<uint64_t> patterns_;
};

// Whether a level would hold a good part of the elements, by some of them: where all are spread, predictions do better.
bool gather_at_levels(const Chunk& chunk, double bound) {
  constexpr size_t kSample = 1024, kPart = 4;
  std::vector<double> sample;
  const size_t count = chunk.values.size();
  for (size_t i = 0; i < count; i += count / kSample + 1) {
    if (std::isfinite(chunk.values[i])) sample.push_back(chunk.values[i]);
  }
  std::sort(sample.begin(), sample.end());
  size_t begin = 0, most = 0;
  for (size_t end = 0; end < sample.size(); ++end) {
    while (sample[end] - sample[begin] > 2 * bound) ++begin;
    most = std::max(most, end - begin + 1);
  }
  return most * kPart >= sample.size();
}

// Whether there are clearly fewer levels than equally spaced ones in the same range: ranks gain by nothing else.
bool have_gaps(const Chunk& chunk, double bound, size_t levels) {
  constexpr double kLeastGain = 1.5;
  double least = std::numeric_limits<double>::infinity(), greatest = -least;
  for (const double value : chunk.values) {
    if (!std::isfinite(value)) continue;
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  }
  const double spacing =
      is_integer(chunk.type) ? std::max<double>(chunk.spacing, 2 * std::floor(bound) + 1) : 2 * bound;
  return kLeastGain * static_cast<double>(levels) * spacing <= greatest - least;
}

}  // namespace

std::optional<EncodedChunk> encode_levels(const Chunk& chunk, double bound, const EncodeNested& nested) {
  constexpr size_t kLeastElements = 3;  // of a level, on average
  const size_t bytes = element_bytes(chunk.type), count = chunk.values.size();
  const OrderedPatterns order(chunk.type);
  std::vector<uint64_t> patterns(count);
  for (size_t i = 0; i < count; ++i) patterns[i] = order.from_bits(bits_at(chunk.elements, bytes, i));
  if (bound > 0 && !gather_at_levels(chunk, bound)) return std::nullopt;
  const Levels all(chunk.type, distinct(patterns));
  std::vector<uint32_t> ranks(all.count());
  std::iota(ranks.begin(), ranks.end(), 0u);
  const Levels levels = bound > 0 ? all.cover(bound, ranks) : all;
  if (levels.count() * kLeastElements > count) return std::nullopt;
  if (!have_gaps(chunk, bound, levels.count())) return std::nullopt;

  std::vector<uint64_t> table = levels.patterns();
  const ChunkFormat of_ranks = format_of_ranks(table.size(), chunk.grid);
  std::vector<uint64_t> last(levels.count());  // of the patterns that a level covers
  for (size_t i = 0; i < ranks.size(); ++i) last[ranks[i]] = all.patterns()[i];
  std::vector<double> values(levels.count()), found(count), reconstruction(count);
  for (size_t level = 0; level < values.size(); ++level) values[level] = levels.value(level);
  for (size_t i = 0; i < count; ++i) {
    const size_t level = std::lower_bound(last.begin(), last.end(), patterns[i]) - last.begin();
    found[i] = static_cast<double>(level);
    reconstruction[i] = values[level];
  }
  std::vector<std::byte> elements(of_ranks.bytes());
  store_values(of_ranks.type, found, elements);
  SymbolWriter symbols;
  code_table(symbols, table);
  ByteWriter writer;
  writer.integer(table.size());
  writer.append(symbols.finish());
  const EncodedChunk coded = nested(of_ranks, elements);
  return EncodedChunk{join_mapped(writer.take(), coded.stream), std::move(reconstruction)};
}

std::optional<NestedChunk> nested_in_levels(const ChunkFormat& format, std::span<const std::byte> stream) {
  const MappedStream mapped(stream);
  ByteReader reader(mapped.map);
  const uint64_t levels = reader.integer(format.grid.size());
  if (!mapped.is_valid || reader.failed() || levels == 0) return std::nullopt;
  return NestedChunk{format_of_ranks(levels, format.grid), mapped.nested};
}

size_t levels_decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream) {
  const uint64_t levels = ByteReader(MappedStream(stream).map).integer(format.grid.size());
  return levels * sizeof(uint64_t) + sizeof(NaturalCoder<SymbolReader>);
}

bool decode_levels(const ChunkFormat& format, std::span<const std::byte> stream, std::span<const std::byte> decoded,
                   std::span<std::byte> elements) {
  ByteReader reader(MappedStream(stream).map);
  std::vector<uint64_t> table(reader.integer(format.grid.size()));
  SymbolReader symbols(reader.rest());
  if (!code_table(symbols, table)) return false;
  const OrderedPatterns order(format.type);
  const size_t bytes = element_bytes(format.type), rank_bytes = element_bytes(type_of_ranks(table.size()));
  for (size_t i = 0; i < format.grid.size(); ++i) {
    const uint64_t rank = bits_at(decoded, rank_bytes, i);
    if (rank >= table.size()) return false;
    const uint64_t bits = order.to_bits(table[rank] & order.greatest());
    std::memcpy(elements.data() + i * bytes, &bits, bytes);
  }
  return true;
}

}  // namespace laq::array
