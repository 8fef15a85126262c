#include "array/search/method_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "array/chunk_method.h"
#include "array/search/chunk_sample.h"
#include "array/transform/transform_chunk.h"
#include "base/expansion.h"

namespace laq::array {
namespace {

// What effort buys, see ArrayEncodeOptions.
constexpr int kMostFast = 2, kLeastThorough = 8;

// Log2 of the states of a trellis.
int state_bits_of(int effort) {
  return effort <= kMostFast ? 3 : effort < kLeastThorough ? 5 : effort == kLeastThorough ? 7 : 8;
}

// In bits.
double cost_of(const ChunkFormat& format, const Candidate& coded) {
  const double bits = 8.0 * static_cast<double>(coded.encoded.stream.size());
  if (format.fidelity != Fidelity::mean_squared_error) return bits;
  const Distortion& distortion = coded.distortion;
  if (distortion.squared_error == 0) return bits;
  const double steps_of_unit = std::ldexp(1.0, distortion.exponent) / format.tolerance;
  return bits + distortion.squared_error * steps_of_unit * steps_of_unit / kSquaresPerBit;
}

Candidate encode_best(const ChunkFormat& format, uint8_t limit, std::span<const std::byte> elements,
                      const ChunkSearch& search);

std::optional<Candidate> encode(const ChunkFormat& format, const Recipe& recipe, const Chunk& chunk,
                                const ChunkSearch& search) {
  const EncodeBelow nested = [&search](Method limit, const ChunkFormat& of_nested,
                                       std::span<const std::byte> elements) {
    const ChunkSearch below{.effort = search.effort, .is_gradual = search.is_gradual};
    return encode_best(of_nested, static_cast<uint8_t>(limit), elements, below).encoded;
  };
  return encode_with(format, recipe, chunk, state_bits_of(search.effort), nested);
}

// Fast encoders leave out what is slow, where something else serves.
bool is_slow(Method method, const Grid& grid) {
  return (is_mapped(method) && method != Method::logarithm) || method == Method::lapped ||
         (method == Method::regression && grid.is_line()) || (method == Method::interpolation && !grid.is_line());
}

// Whether a method that codes chunks of the format as they are loses anything, so that it differs from itself without
// loss.
bool loses(const ChunkFormat& format, Method method) {
  const double least = is_integer(format.type) ? 1 : std::numeric_limits<double>::denorm_min();
  switch (method) {
    case Method::deflate:
      return false;
    case Method::levels:
    case Method::lattice:
      return bound_of_mapped(format) >= least;
    case Method::split:
      return format.fidelity == Fidelity::mean_squared_error || bound_of_mapped(format) >= least;
    default:
      return !is_predicted(method) || bound_of_predicted(format) >= least;
  }
}

// See ChunkSearch.
bool is_gradual(const ChunkFormat& format, const Recipe& recipe) {
  if (recipe.is_exact || recipe.method == Method::deflate) return false;
  if (is_mapped(recipe.method)) return recipe.method == Method::split;
  return !is_predicted(recipe.method) || !is_integer(format.type);
}

// All that are looked at.
std::vector<Recipe> possible_recipes(const ChunkFormat& format, uint8_t limit, const ChunkSearch& search) {
  const int effort = search.effort;
  std::vector<Recipe> recipes;
  for (const bool is_exact : {false, true}) {
    if (is_exact && (effort <= kMostFast || format.fidelity == Fidelity::relative_error)) continue;
    for (uint8_t i = 0; i < limit; ++i) {
      const Recipe recipe{static_cast<Method>(i), is_exact};
      if (!may_use(format_for(format, recipe), recipe.method)) continue;
      if (recipe.method == Method::slowest_first_wavelet && format.grid.is_line()) continue;
      if (effort <= kMostFast && is_slow(recipe.method, format.grid)) continue;
      if (is_exact && !loses(format, recipe.method)) continue;
      if (search.is_gradual && !is_gradual(format, recipe)) continue;
      recipes.push_back(recipe);
    }
  }
  return recipes;
}

// Whether coding without loss may cost less than keeping within the bound, by a sample: there are few different
// elements in its first part, or it costs nearly as many bits as it has.
bool exactness_may_pay(const Chunk& sample, double bits) {
  constexpr size_t kLooked = 1 << 10, kLeastElements = 4;  // of a value, on average
  constexpr double kMuch = 0.5;
  if (bits > kMuch * 8 * static_cast<double>(sample.elements.size())) return true;
  std::vector<double> values = sample.values;
  values.resize(std::min(values.size(), kLooked));
  const size_t looked = values.size();
  std::erase_if(values, [](double value) { return std::isnan(value); });
  std::sort(values.begin(), values.end());
  const auto distinct = static_cast<size_t>(std::unique(values.begin(), values.end()) - values.begin());
  return distinct * kLeastElements <= looked;
}

// A race of recipes over samples of growing size, in which those fall out that are clearly worse than the best.
class Race {
 public:
  Race(const ChunkFormat& format, const std::vector<Recipe>& recipes)
      : is_lossless_(format.tolerance == 0),
        is_bounded_(format.fidelity == Fidelity::max_error && format.tolerance > 0),
        size_(static_cast<double>(format.grid.size())) {
    for (const Recipe& recipe : recipes) runners_.push_back({recipe, !is_lossless_ && loses_nothing(format, recipe)});
    std::stable_partition(runners_.begin(), runners_.end(), [](const Runner& runner) { return !runner.is_exact; });
  }

  bool is_decided() const {
    return std::count_if(runners_.begin(), runners_.end(), [](const Runner& r) { return r.cost < kUnknown; }) == 1;
  }

  std::vector<Recipe> recipes() const {
    std::vector<Recipe> recipes;
    for (const Runner& runner : runners_) recipes.push_back(runner.recipe);
    return recipes;
  }

  void run(const ChunkFormat& format, std::span<const std::byte> elements, const ChunkSearch& search) {
    const Chunk chunk(format.range(), format.grid, elements);
    const auto count = static_cast<double>(format.grid.size());
    for (Runner& runner : runners_) {
      if (sampled_ == 0 && runner.is_exact && !exactness_may_pay(chunk, least(&Runner::cost, true))) break;
      const std::optional<Candidate> coded = encode(format, runner.recipe, chunk, search);
      const double cost = coded ? cost_of(format, *coded) : kUnknown;
      // Models learn, and tables fill, in the beginning, so that the additional elements tell more of a large chunk.
      const double added = std::max(cost - runner.cost, 0.0) / (count - sampled_);
      runner.pace = runner.cost < kUnknown ? cost + (size_ - count) * added : cost * size_ / count;
      runner.cost = cost;
    }
    drop_slow_ones();
    sampled_ = count;
  }

 private:
  static constexpr double kUnknown = std::numeric_limits<double>::infinity();

  struct Runner {
    Recipe recipe;
    bool is_exact;           // loses nothing although it might; these come last
    double cost = kUnknown;  // of the last sample
    double pace = kUnknown;  // cost of the chunk, judged by what the last sample cost more than the one before
  };

  static bool loses_nothing(const ChunkFormat& format, const Recipe& recipe) {
    return recipe.is_exact || (recipe.method == Method::deflate && format.fidelity != Fidelity::relative_error);
  }

  double least(double Runner::*of, bool counts_maps) const {
    double least = kUnknown;
    for (const Runner& runner : runners_) {
      if (counts_maps || !is_mapped(runner.recipe.method)) least = std::min(least, runner.*of);
    }
    return least;
  }

  void drop_slow_ones() {
    const double best = least(&Runner::cost, true), best_pace = least(&Runner::pace, true);
    const double best_unmapped = least(&Runner::cost, false);
    std::erase_if(runners_, [&](const Runner& runner) {
      if (runner.cost == kUnknown) return !may_serve_chunk(runner.recipe);
      if (runner.cost == best_unmapped) return false;  // a sample tells less of maps
      const double allowed = 1 + margin_of(runner.recipe.method, best);
      return runner.cost > allowed * best && runner.pace > allowed * best_pace;
    });
  }

  // The share by which a method's cost may be above the best: less the more bits there are, by which methods differ.
  double margin_of(Method method, double bits) const {
    constexpr double kFirst = 0.2, kLater = 0.02, kRootBits = 18;
    const double margin = (sampled_ == 0 ? kFirst : kLater) + kRootBits / std::sqrt(std::max(bits, 1.0));
    constexpr double kOfDeflate = 0.3, kOfTransforms = 0.08;  // the one learns slowly, the others reach far
    if (method == Method::deflate) return margin + kOfDeflate;
    if (is_mapped(method)) return is_bounded_ ? 0.25 * margin : margin;  // maps gain seldom then, and take long
    return is_predicted(method) ? margin : margin + kOfTransforms;
  }

  // That a sample has no fill values, or too many different ones, does not show that the chunk is so.
  bool may_serve_chunk(const Recipe& recipe) const {
    return !recipe.is_exact && (recipe.method == Method::split || (recipe.method == Method::levels && is_lossless_));
  }

  std::vector<Runner> runners_;
  bool is_lossless_, is_bounded_;
  double size_, sampled_ = 0;  // elements
};

// Those that may turn out the best.
std::vector<Recipe> promising_recipes(const ChunkFormat& format, uint8_t limit, std::span<const std::byte> elements,
                                      const ChunkSearch& search) {
  constexpr size_t kTriedInFull = 1 << 15, kFirstSample = 1 << 12, kMostSampled = 1 << 16, kPart = 12;  // elements
  std::vector<Recipe> recipes = possible_recipes(format, limit, search);
  if (format.grid.size() <= kTriedInFull || recipes.size() <= 1 || search.effort >= kLeastThorough) return recipes;
  Race race(format, recipes);
  const size_t most = std::clamp(format.grid.size() / kPart, kFirstSample, kMostSampled);
  for (size_t size = kFirstSample; size <= most && !race.is_decided(); size *= 2) {
    const ChunkSample sample = sample_of(format, elements, size);
    race.run(sample.format, sample.elements, search);
  }
  return race.recipes();
}

// The best of the methods below a limit.
Candidate encode_best(const ChunkFormat& format, uint8_t limit, std::span<const std::byte> elements,
                      const ChunkSearch& search) {
  const Chunk chunk(format.range(), format.grid, elements);
  std::optional<Candidate> best;
  const std::vector<Recipe> recipes = search.as_before.empty()
                                          ? promising_recipes(format, limit, elements, search)
                                          : std::vector<Recipe>{FirstByte::read(search.as_before[0]).recipe};
  for (const Recipe& recipe : recipes) {
    std::optional<Candidate> coded = encode(format, recipe, chunk, search);
    if (coded && (!best || cost_of(format, *coded) < cost_of(format, *best))) best = std::move(coded);
  }
  if (!best) best = encode(format, {Method::deflate}, chunk, search);
  return std::move(*best);
}

}  // namespace

CodedChunk encode_chunk(const ChunkFormat& format, std::span<const std::byte> elements, const ChunkSearch& search) {
  Candidate best = encode_best(format, kMethods, elements, search);
  std::vector<std::byte>& stream = best.encoded.stream;
  stream.resize(std::max(stream.size(), static_cast<size_t>(least_stream_bytes(format.grid.size()))));
  return {std::move(stream), best.distortion};
}

}  // namespace laq::array
