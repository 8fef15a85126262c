#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "array/map/distinct_values.h"
#include "array/stage_encoder.h"
#include "base/bytes.h"
#include "base/exact_bound.h"

namespace laq::array {
namespace {

// Sorts patterns and leaves one of each.
std::vector<uint64_t> distinct(std::vector<uint64_t> patterns) {
  std::sort(patterns.begin(), patterns.end());
  patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
  return patterns;
}

class DistinctValues {
 public:
  DistinctValues(ElementType type, std::vector<uint64_t> patterns)
      : type_(type), order_(type), range_(type), patterns_(std::move(patterns)) {}

  size_t count() const { return patterns_.size(); }
  const std::vector<uint64_t>& patterns() const { return patterns_; }
  double value(size_t rank) const {
    const uint64_t bits = order_.to_bits(patterns_[rank]);
    return values_of(type_, std::as_bytes(std::span(&bits, 1)).first(element_bytes(type_)))[0];
  }

  // As few values as possible that lie within the bound of all distinct ones, chosen from the least one on; ranks: of
  // each distinct value among them.
  DistinctValues covered(double bound, std::vector<uint32_t>& ranks) const {
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

// Whether one value within the bound would stand for a good part of the elements, judged by a sample of them. If they
// are spread evenly, predictions do better.
bool are_clustered(const SourceChunk& chunk, double bound) {
  constexpr size_t kSample = 1024, kPart = 4;
  std::vector<double> sample;
  const size_t count = chunk.values().size();
  for (size_t i = 0; i < count; i += count / kSample + 1) {
    if (std::isfinite(chunk.values()[i])) sample.push_back(chunk.values()[i]);
  }
  std::sort(sample.begin(), sample.end());
  size_t begin = 0, most = 0;
  for (size_t end = 0; end < sample.size(); ++end) {
    while (sample[end] - sample[begin] > 2 * bound) ++begin;
    most = std::max(most, end - begin + 1);
  }
  return most * kPart >= sample.size();
}

// Whether there are clearly fewer distinct values than equally spaced ones in the same range, which is all that ranks
// gain.
bool have_gaps(const SourceChunk& chunk, double bound, size_t distinct_values) {
  constexpr double kLeastGain = 1.5;
  double least = std::numeric_limits<double>::infinity(), greatest = -least;
  for (const double value : chunk.values()) {
    if (!std::isfinite(value)) continue;
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  }
  const double spacing =
      is_integer(chunk.type) ? std::max(static_cast<double>(chunk.spacing()), 2 * std::floor(bound) + 1) : 2 * bound;
  return kLeastGain * static_cast<double>(distinct_values) * spacing <= greatest - least;
}

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
  const size_t bytes = element_bytes(chunk.type), count = chunk.values().size();
  const OrderedPatterns order(chunk.type);
  std::vector<uint64_t> patterns(count);
  for (size_t i = 0; i < count; ++i) patterns[i] = order.from_bits(bits_at(chunk.elements, bytes, i));
  if (bound > 0 && !are_clustered(chunk, bound)) return std::nullopt;
  const DistinctValues all(chunk.type, distinct(patterns));
  std::vector<uint32_t> rank_of(all.count());
  std::iota(rank_of.begin(), rank_of.end(), 0u);
  const DistinctValues kept = bound > 0 ? all.covered(bound, rank_of) : all;
  if (kept.count() * kLeastElements > count || !have_gaps(chunk, bound, kept.count())) return std::nullopt;

  std::vector<uint64_t> last(kept.count());  // pattern that a rank stands for
  for (size_t i = 0; i < rank_of.size(); ++i) last[rank_of[i]] = all.patterns()[i];
  std::vector<double> ranks(count), reconstruction(count), values(kept.count());
  for (size_t rank = 0; rank < values.size(); ++rank) values[rank] = kept.value(rank);
  for (size_t i = 0; i < count; ++i) {
    const size_t rank = std::lower_bound(last.begin(), last.end(), patterns[i]) - last.begin();
    ranks[i] = static_cast<double>(rank);
    reconstruction[i] = values[rank];
  }
  return map_exactly(format_of_ranks(kept.count(), chunk.grid), ranks,
                     {write_table(kept.patterns()), std::move(reconstruction)});
}

}  // namespace

const MapEncoder distinct_values_encoder = {
    {.effort_of_lines = 3,
     .effort_of_fields = 3,
     .loses = loses_within_bound,
     .may_fail_on_samples = [](const ChunkFormat& format) { return format.tolerance == 0; }},
    map};

}  // namespace laq::array
