#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>

#include "array/error_sums.h"
#include "array/map/distinct_values.h"
#include "array/stage_encoder.h"
#include "base/bytes.h"
#include "base/exact_bound.h"

namespace laq::array {
namespace {

// Sorts keys of 32 bits by their digits, from the lowest on. Source: Knuth, The Art of Computer Programming 3, 5.2.5.
void sort_by_digits(std::vector<uint32_t>& keys) {
  constexpr int kBits = 11, kDigits = 1 << kBits, kPasses = 3;
  std::array<std::array<uint32_t, kDigits>, kPasses> places{};
  for (const uint32_t key : keys) {
    for (int pass = 0; pass < kPasses; ++pass) ++places[pass][key >> (kBits * pass) & (kDigits - 1)];
  }
  std::vector<uint32_t> sorted(keys.size());
  for (int pass = 0; pass < kPasses; ++pass) {
    uint32_t begin = 0;
    for (uint32_t& place : places[pass]) begin += std::exchange(place, begin);
    for (const uint32_t key : keys) sorted[places[pass][key >> (kBits * pass) & (kDigits - 1)]++] = key;
    keys.swap(sorted);
  }
}
void sort(std::vector<uint32_t>& keys) {
  constexpr size_t kLeast = 1 << 12;  // keys: sorting fewer takes less time than counting digits
  keys.size() < kLeast ? std::sort(keys.begin(), keys.end()) : sort_by_digits(keys);
}
void sort(std::vector<uint64_t>& keys) {
  std::sort(keys.begin(), keys.end());
}

// The patterns of the elements, sorted, each once. Key: an integer that holds one.
template <class Key>
std::vector<uint64_t> distinct_keys(const SourceChunk& chunk) {
  const size_t bytes = element_bytes(chunk.type);
  const OrderedPatterns order(chunk.type);
  std::vector<Key> keys(chunk.grid.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    keys[i] = static_cast<Key>(order.from_bits(bits_at(chunk.elements, bytes, i)));
  }
  sort(keys);
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  keys.shrink_to_fit();
  if constexpr (sizeof(Key) == sizeof(uint64_t)) {
    return keys;
  } else {
    return {keys.begin(), keys.end()};
  }
}
std::vector<uint64_t> distinct_patterns(const SourceChunk& chunk) {
  return element_bytes(chunk.type) <= sizeof(uint32_t) ? distinct_keys<uint32_t>(chunk)
                                                       : distinct_keys<uint64_t>(chunk);
}

class DistinctValues {
 public:
  DistinctValues(ElementType type, std::vector<uint64_t> patterns)
      : type_(type), order_(type), range_(type), patterns_(std::move(patterns)) {}

  size_t count() const { return patterns_.size(); }
  void shrink() { patterns_.shrink_to_fit(); }
  const std::vector<uint64_t>& patterns() const { return patterns_; }
  double value(size_t rank) const {
    const uint64_t bits = order_.to_bits(patterns_[rank]);
    double value = 0;
    with_type(type_, [&](auto* p) {
      std::remove_pointer_t<decltype(p)> element;
      std::memcpy(&element, std::as_bytes(std::span(&bits, 1)).data(), sizeof(element));
      value = static_cast<double>(element);
    });
    return value;
  }

  // As few values as possible that lie within the bound of all distinct ones, chosen from the least one on; last: the
  // pattern of the last distinct value that each of them stands for.
  DistinctValues covered(double bound, std::vector<uint64_t>& last) const {
    std::vector<uint64_t> covers;
    for (size_t begin = 0; begin < count();) {
      const double least = value(begin);
      const auto reaches = [&](double centre, size_t rank) {
        return is_within(value(rank), centre, bound) && is_within(least, centre, bound);
      };
      size_t end = begin + 1;
      double centre = least;
      while (std::isfinite(least) && end < count() && std::isfinite(value(end))) {
        const double middle = range_.round(0.5 * least + 0.5 * value(end));
        if (!reaches(middle, end)) break;
        centre = middle;
        ++end;
      }
      // A value that stays alone keeps all of its bits. Several are replaced by the middle of the outermost two.
      covers.push_back(end == begin + 1 ? patterns_[begin] : pattern_of(centre));
      last.push_back(patterns_[end - 1]);
      begin = end;
    }
    return {type_, std::move(covers)};
  }

  // The distance between the least and the greatest finite value; -infinity if there is none.
  double range() const {
    double least = std::numeric_limits<double>::infinity(), greatest = -least;
    for (size_t rank = 0; rank < count() && least > greatest; ++rank) {
      if (std::isfinite(value(rank))) least = greatest = value(rank);
    }
    for (size_t rank = count(); rank-- > 0;) {
      if (!std::isfinite(value(rank))) continue;
      greatest = value(rank);
      break;
    }
    return greatest - least;
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

// Finds ranks: the first of some sorted patterns that is no less than a pattern.
class RankFinder {
 public:
  // ends: not empty; they stay where they are. No pattern that is looked for is above the last one.
  explicit RankFinder(const std::vector<uint64_t>& ends) : ends_(ends) {
    shift_ = std::max(static_cast<int>(std::bit_width(ends.back())) - kBits, 0);
    size_t rank = 0;
    for (size_t part = 0; part < first_.size(); ++part) {
      while (rank + 1 < ends.size() && ends[rank] >> shift_ < part) ++rank;
      first_[part] = static_cast<uint32_t>(rank);
    }
  }
  size_t operator()(uint64_t pattern) const {
    const auto part = static_cast<size_t>(pattern >> shift_);
    const auto begin = ends_.begin() + first_[part], end = ends_.begin() + first_[part + 1];
    return static_cast<size_t>(std::lower_bound(begin, end, pattern) - ends_.begin());
  }

 private:
  static constexpr int kBits = 14;

  const std::vector<uint64_t>& ends_;
  int shift_;
  std::array<uint32_t, (1 << kBits) + 1> first_{};  // that may be the rank of a pattern, by its highest bits
};

// Whether one value within the bound would stand for a good part of the elements, judged by a sample of them. If they
// are spread evenly, predictions do better.
bool are_clustered(const SourceChunk& chunk, double bound) {
  constexpr size_t kSample = 1024, kPart = 4;
  std::vector<double> sample;
  const std::span<const double> values = chunk.values();
  const size_t count = values.size();
  for (size_t i = 0; i < count; i += count / kSample + 1) {
    if (std::isfinite(values[i])) sample.push_back(values[i]);
  }
  std::sort(sample.begin(), sample.end());
  size_t begin = 0, most = 0;
  for (size_t end = 0; end < sample.size(); ++end) {
    while (sample[end] - sample[begin] > 2 * bound) ++begin;
    most = std::max(most, end - begin + 1);
  }
  return most * kPart >= sample.size();
}

// What ranks gain on: values that are missing among equally spaced ones.
class Gaps {
 public:
  // kept: what elements become within the bound.
  Gaps(const SourceChunk& chunk, double bound, const DistinctValues& kept) : kept_(kept) {
    spacing_ =
        is_integer(chunk.type) ? std::max(static_cast<double>(chunk.spacing()), 2 * std::floor(bound) + 1) : 2 * bound;
  }
  // range: of all elements.
  bool are_many(double range) const { return kLeast * static_cast<double>(kept_.count()) * spacing_ <= range; }

  // Whether enough elements stand beside one. Those far from most elements are no gain. counts: of elements by ranks.
  bool are_common(std::span<const uint32_t> counts) const {
    constexpr size_t kLeastPart = 16;  // one element in so many
    size_t beside = 0, all = 0;
    for (size_t rank = 0; rank < counts.size(); ++rank) {
      all += counts[rank];
      if (is_behind(rank) || is_behind(rank + 1)) beside += counts[rank];
    }
    return beside * kLeastPart >= all;
  }

 private:
  static constexpr double kLeast = 1.5;  // spacings

  // Whether there is a gap before a rank.
  bool is_behind(size_t rank) const {
    return rank > 0 && rank < kept_.count() && kept_.value(rank) - kept_.value(rank - 1) >= kLeast * spacing_;
  }

  const DistinctValues& kept_;
  double spacing_;
};

std::vector<std::byte> write_table(std::vector<uint64_t> patterns) {
  ByteWriter writer;
  writer.integer(patterns.size());
  SymbolWriter symbols;
  code_table(symbols, patterns);
  writer.append(symbols.finish());
  return writer.take();
}

std::optional<MappedChunk> map(const SourceChunk& chunk, const ChunkFormat& format) {
  constexpr size_t kLeastElements = 3;  // that a distinct value stands for, on average
  const double bound = format.bound();
  const size_t count = chunk.grid.size();
  if (bound > 0 && !are_clustered(chunk, bound)) return std::nullopt;
  chunk.forget_values();
  DistinctValues kept(chunk.type, distinct_patterns(chunk));
  const double range = kept.range();
  std::vector<uint64_t> last;  // pattern that a rank stands for; empty: its own
  if (bound > 0) kept = kept.covered(bound, last);
  const Gaps gaps(chunk, bound, kept);
  if (kept.count() * kLeastElements > count || !gaps.are_many(range)) return std::nullopt;
  kept.shrink();

  const size_t bytes = element_bytes(chunk.type);
  const OrderedPatterns order(chunk.type);
  MappedChunk mapped{format_of_ranks(kept.count(), chunk.grid), {}};
  mapped.elements.resize(mapped.format.bytes());
  const size_t bytes_of_rank = element_bytes(mapped.format.type);
  const auto finder = std::make_unique<RankFinder>(bound > 0 ? last : kept.patterns());
  std::vector<uint32_t> counts(kept.count());  // of elements by ranks
  for (size_t i = 0; i < count; ++i) {
    const uint64_t rank = (*finder)(order.from_bits(bits_at(chunk.elements, bytes, i)));
    std::memcpy(mapped.elements.data() + i * bytes_of_rank, &rank, bytes_of_rank);
    ++counts[rank];
  }
  // Within a bound a gap may be as long as the clusters beside it are short.
  if (bound == 0 && !gaps.are_common(counts)) return std::nullopt;
  std::vector<double> values;  // by their ranks
  for (size_t rank = 0; bound > 0 && rank < kept.count(); ++rank) values.push_back(kept.value(rank));
  const Distortion distortion = bound == 0 ? no_distortion(chunk) : measure_distortion(chunk, [&](size_t i) {
    return values[bits_at(mapped.elements, bytes_of_rank, i)];
  });
  mapped.encoding = Encoding{write_table(kept.patterns()), {}, distortion};
  return mapped;
}

}  // namespace

const MapEncoder distinct_values_encoder = {
    {.effort_of_lines = 3,
     .effort_of_fields = 3,
     .loses = loses_within_bound,
     .may_fail_on_samples = [](const ChunkFormat& format) { return format.tolerance == 0; }},
    map};

}  // namespace laq::array
