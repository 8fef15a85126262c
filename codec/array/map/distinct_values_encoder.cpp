#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "array/error_sums.h"
#include "array/map/distinct_values.h"
#include "array/stage_encoder.h"
#include "base/bytes.h"
#include "base/exact_bound.h"

namespace laq::array {
namespace {

// The patterns of the elements, sorted, each once.
std::vector<uint64_t> distinct_patterns(const SourceChunk& chunk) {
  const size_t bytes = element_bytes(chunk.type);
  const OrderedPatterns order(chunk.type);
  std::vector<uint64_t> patterns(chunk.grid.size());
  for (size_t i = 0; i < patterns.size(); ++i) patterns[i] = order.from_bits(bits_at(chunk.elements, bytes, i));
  std::sort(patterns.begin(), patterns.end());
  patterns.erase(std::unique(patterns.begin(), patterns.end()), patterns.end());
  return patterns;
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
    return values_of(type_, std::as_bytes(std::span(&bits, 1)).first(element_bytes(type_)))[0];
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

// Whether there are clearly fewer values than equally spaced ones in the same range, which is all that ranks gain.
bool have_gaps(const SourceChunk& chunk, double bound, double range, size_t values) {
  constexpr double kLeastGain = 1.5;
  const double spacing =
      is_integer(chunk.type) ? std::max(static_cast<double>(chunk.spacing()), 2 * std::floor(bound) + 1) : 2 * bound;
  return kLeastGain * static_cast<double>(values) * spacing <= range;
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
  const size_t count = chunk.grid.size();
  if (bound > 0 && !are_clustered(chunk, bound)) return std::nullopt;
  chunk.forget_values();
  DistinctValues kept(chunk.type, distinct_patterns(chunk));
  const double range = kept.range();
  std::vector<uint64_t> last;  // pattern that a rank stands for; empty: its own
  if (bound > 0) kept = kept.covered(bound, last);
  if (kept.count() * kLeastElements > count || !have_gaps(chunk, bound, range, kept.count())) return std::nullopt;
  kept.shrink();

  const std::vector<uint64_t>& ends = bound > 0 ? last : kept.patterns();
  const size_t bytes = element_bytes(chunk.type);
  const OrderedPatterns order(chunk.type);
  std::vector<double> ranks(count);
  for (size_t i = 0; i < count; ++i) {
    const uint64_t pattern = order.from_bits(bits_at(chunk.elements, bytes, i));
    ranks[i] = static_cast<double>(std::lower_bound(ends.begin(), ends.end(), pattern) - ends.begin());
  }
  const Distortion distortion =
      bound == 0 ? no_distortion(chunk)
                 : measure_distortion(chunk, [&](size_t i) { return kept.value(static_cast<size_t>(ranks[i])); });
  return map_exactly(format_of_ranks(kept.count(), chunk.grid), ranks, write_table(kept.patterns()), distortion);
}

}  // namespace

const MapEncoder distinct_values_encoder = {
    {.effort_of_lines = 3,
     .effort_of_fields = 3,
     .loses = loses_within_bound,
     .may_fail_on_samples = [](const ChunkFormat& format) { return format.tolerance == 0; }},
    map};

}  // namespace laq::array
