#include "array/search/recipe_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "array/search/race.h"
#include "array/stage_encoder.h"
#include "base/ablation.h"
#include "base/bytes.h"
#include "base/checks.h"

namespace laq::array {
namespace {

// What effort buys, see ArrayEncodeOptions.
constexpr int kMostFast = 2, kMostBalanced = 5, kLeastThorough = 8;

// A chunk that is coded, and what it costs.
struct Candidate {
  Recipe recipe;
  Encoding encoding;  // its bytes are the stream of the chunk
  double cost;        // in bits
};

// Sums of errors, in eight parts, so that the order of additions is the same however they are computed.
class ErrorSums {
 public:
  explicit ErrorSums(int exponent) : exponent_(exponent), scale_(std::ldexp(1.0, -exponent)) {}

  // count: up to kParts.
  template <class Value, class Found>
  void add(Value&& value_of, Found&& found_of, size_t count) {
    for (size_t k = 0; k < count; ++k) {
      const double value = value_of(k);
      const bool is_finite = std::fabs(value) <= std::numeric_limits<double>::max();
      const double error = is_finite ? std::fabs(value - found_of(k)) : 0, scaled = error * scale_;
      largest_[k] = std::max(largest_[k], error);
      squares_[k] += scaled * scaled;
      counts_[k] += is_finite ? 1 : 0;
    }
  }
  Distortion distortion() const {
    Distortion result{.exponent = exponent_};
    for (size_t k = 0; k < kParts; ++k) {
      result.max_error = std::max(result.max_error, largest_[k]);
      result.squared_error += squares_[k];
      result.count += counts_[k];
    }
    return result;
  }

  static constexpr size_t kParts = 8;

 private:
  int exponent_;
  double scale_;
  std::array<double, kParts> largest_{}, squares_{};
  std::array<uint64_t, kParts> counts_{};
};

Distortion distortion_of(const SourceChunk& chunk, const Encoding& encoding) {
  if (encoding.distortion) return *encoding.distortion;
  ErrorSums sums(chunk.exponent());
  const size_t count = chunk.grid.size();
  with_type(chunk.type, [&](auto* p) {
    using T = std::remove_pointer_t<decltype(p)>;
    const auto value_of = [&](size_t i) {
      T element;
      std::memcpy(&element, chunk.elements.data() + i * sizeof(T), sizeof(T));
      return static_cast<double>(element);
    };
    for (size_t i = 0; i < count; i += ErrorSums::kParts) {
      sums.add([&](size_t k) { return value_of(i + k); }, [&](size_t k) { return encoding.reconstruction[i + k]; },
               std::min(ErrorSums::kParts, count - i));
    }
  });
  return sums.distortion();
}

double cost_of(const ChunkFormat& format, const SourceChunk& chunk, const Encoding& encoding) {
  const double bits = 8.0 * static_cast<double>(encoding.bytes.size());
  if (format.fidelity != Fidelity::mean_squared_error) return bits;
  const Distortion distortion = distortion_of(chunk, encoding);
  if (distortion.squared_error == 0) return bits;
  const double steps_of_unit = std::ldexp(1.0, distortion.exponent) / format.tolerance;
  return bits + distortion.squared_error * steps_of_unit * steps_of_unit / kSquaresPerBit;
}

// The values that a decoder makes of a stream of our own.
std::vector<double> decoded_values(const ChunkFormat& format, std::span<const std::byte> stream) {
  std::vector<std::byte> elements(format.bytes());
  decode_chunk(format, stream, elements);
  return values_of(format.type, elements);
}

Candidate encode_best(const ChunkFormat& format, int limit, const SourceChunk& chunk, const SearchSettings& settings,
                      std::span<const Step> known);

// Whether the fast codings serve a chunk alone. Series have transforms, which take far fewer bits for a mean squared
// error, and a cascade of predictors.
bool is_served_fast(const ChunkFormat& format, int effort) {
  constexpr int kMostOfFields = 3, kMostOfSeries = 2;
  if (!holds_series(format.grid)) return effort <= kMostOfFields;
  return effort <= kMostOfSeries && format.fidelity != Fidelity::mean_squared_error;
}

// Codes the chunk by one step and, if that is a map, by the best recipe for the rest, or a known one. Nothing if the
// stage cannot code these elements.
std::optional<Candidate> encode(const ChunkFormat& of_chunk, const Step& step, const SourceChunk& chunk,
                                const SearchSettings& settings, std::span<const Step> known = {}) {
  const ChunkFormat format = step.format_of(of_chunk);
  Candidate candidate{{step}, {}, 0};
  std::vector<std::byte>& stream = candidate.encoding.bytes;
  if (is_map(step.stage)) {
    std::optional<MappedChunk> mapped = std::get<const MapEncoder*>(encoder_of(step.stage))->map(chunk, format);
    if (!mapped) return std::nullopt;
    const SourceChunk simpler(mapped->format.range(), mapped->format.grid, mapped->elements);
    Candidate rest = encode_best(mapped->format, static_cast<int>(step.stage), simpler, settings, known);
    candidate.recipe.insert(candidate.recipe.end(), rest.recipe.begin(), rest.recipe.end());
    std::vector<double>& reconstruction = rest.encoding.reconstruction;
    if (reconstruction.empty()) reconstruction = decoded_values(mapped->format, rest.encoding.bytes);
    candidate.encoding = mapped->finish(reconstruction);
    ByteWriter writer;
    writer.integer(stream.size());
    writer.append(stream);
    writer.append(rest.encoding.bytes);
    stream = writer.take();
  } else {
    const auto* encoder = std::get<const CodingEncoder*>(encoder_of(step.stage));
    std::optional<Encoding> encoding = encoder->encode(chunk, format, settings.effort);
    if (!encoding) return std::nullopt;
    candidate.encoding = std::move(*encoding);
  }
  stream.insert(stream.begin(), step.to_byte());
  const double handicap = policy_of(candidate.recipe.back().stage).handicap;
  candidate.cost = cost_of(of_chunk, chunk, candidate.encoding) * (1 + handicap);
  return candidate;
}

// Frees what a chunk's candidate takes beside its stream. For candidates that are not a map's.
void keep_stream_alone(const SourceChunk& chunk, Candidate& candidate) {
  candidate.encoding.distortion = distortion_of(chunk, candidate.encoding);
  candidate.encoding.reconstruction = {};
  chunk.forget_values();
}

// Whether a policy lets a step be tried.
bool is_tried(const ChunkFormat& of_chunk, const Step& step, const SearchSettings& settings) {
  const ChunkFormat format = step.format_of(of_chunk);
  if (!is_used(name_of(step.stage)) || !allows(step.stage, format)) return false;
  const Policy& policy = policy_of(step.stage);
  const int least_effort = format.grid.is_line() ? policy.effort_of_lines : policy.effort_of_fields;
  const bool is_squared = format.fidelity == Fidelity::mean_squared_error;
  if (policy.is_fast && is_squared && !is_served_fast(format, settings.effort)) return false;  // transforms take fewer
  if (policy.handicap > 0 && !settings.tries_slow) return false;
  if (settings.effort < least_effort || (policy.suits != nullptr && !policy.suits(format.grid))) return false;
  if (step.is_exact) {
    if (!is_used("exact_steps")) return false;
    if (settings.effort <= kMostFast || settings.is_gradual || of_chunk.fidelity == Fidelity::relative_error)
      return false;
    return policy.loses != nullptr && policy.loses(of_chunk);
  }
  return !settings.is_gradual || (policy.is_gradual != nullptr && policy.is_gradual(of_chunk));
}

// All steps that a chunk of the format may begin with, or the fast ones alone.
std::vector<Step> possible_steps(const ChunkFormat& format, int limit, const SearchSettings& settings, bool is_fast) {
  std::vector<Step> steps;
  for (const bool is_exact : {false, true}) {
    if (is_exact && is_fast) break;
    for (const StageId stage : kAllStages) {
      if (is_map(stage) && static_cast<int>(stage) >= limit) continue;
      if (is_fast && !policy_of(stage).is_fast) continue;
      const Step step{stage, is_exact};
      if (is_tried(format, step, settings)) steps.push_back(step);
    }
  }
  return steps;
}

// The steps that may turn out the best.
std::vector<Promise> promising_steps(const ChunkFormat& format, int limit, const SourceChunk& whole,
                                     const SearchSettings& settings, bool is_fast) {
  constexpr size_t kTriedInFull = 1 << 15;   // elements
  constexpr size_t kTellsClearly = 1 << 20;  // the sample of so many is large enough
  const std::vector<Step> steps = possible_steps(format, limit, settings, is_fast);
  if (format.grid.size() <= kTriedInFull || steps.size() <= 1 || settings.effort >= kLeastThorough) {
    std::vector<Promise> all;
    for (const Step& step : steps) all.push_back({step, 0});
    return all;
  }
  const bool is_clear = format.grid.size() >= kTellsClearly;
  const RaceLength length = !is_fast   ? RaceLength::growing_samples
                            : is_clear ? RaceLength::one_sample_for_one
                                       : RaceLength::one_sample;
  std::vector<Promise> promises = race(format, whole.elements, steps, length,
                                       [&](const ChunkFormat& sampled, const SourceChunk& chunk, const Step& step) {
                                         const std::optional<Candidate> coded = encode(sampled, step, chunk, settings);
                                         return coded ? coded->cost : kNoCost;
                                       });
  if (format.tolerance > 0) return promises;  // repeats of all bits seldom cost less than what a loss allows
  for (const Step& step : steps) {
    const auto reaches_far = policy_of(step.stage).reaches_far;
    const auto is_step = [&step](const Promise& promise) { return promise.step == step; };
    if (reaches_far == nullptr || std::any_of(promises.begin(), promises.end(), is_step)) continue;
    if (reaches_far(whole)) promises.push_back({step, kNoCost});
  }
  return promises;
}

// Whether the samples of a chunk tell that a step will cost more than the one that they promise most of, which is
// coded. They are trusted where they were right about that one.
bool is_ruled_out(const ChunkFormat& format, int effort, const Promise& promise, const Promise& best,
                  double cost_of_best) {
  if (promise.cost == kNoCost || is_map(promise.step.stage)) return false;  // samples say less about maps
  const double share = cost_of_best / best.cost, above = promise.cost / best.cost;
  if (format.fidelity == Fidelity::mean_squared_error) {
    constexpr size_t kShowsSquares = 1 << 17;  // elements whose samples are large enough
    return format.grid.size() >= kShowsSquares && share > 0.9 && share < 1.13 && above > 1.04;
  }
  const Policy& policy = policy_of(best.step.stage);
  if (policy.is_fast) {
    // Samples are mostly tables of a fast coding, so it takes less of a large chunk than they promise.
    constexpr size_t kShowsFast = 1 << 20;
    return effort <= kMostBalanced && format.grid.size() >= kShowsFast && share > 0.7 && share < 1.1;
  }
  return policy.loses != nullptr && share > 0.5 && share < 1.2 && above > 1.04;
}

// Whether a candidate is to take the place of the best one so far. A fast coding is worth a percent of the bits of a
// slow one, but is not to take more than no loss does.
bool is_better(const Candidate& candidate, const Candidate& best, int effort) {
  constexpr double kWorth = 1.01;
  const auto is_fast = [](const Candidate& coded) { return policy_of(coded.recipe[0].stage).is_fast; };
  const auto worth_before = [&](const Candidate& slow) {
    const Step& first = slow.recipe[0];
    const bool may_lose = !first.is_exact && policy_of(first.stage).loses != nullptr;
    return effort <= kMostBalanced && may_lose ? kWorth : 1;
  };
  if (is_fast(candidate) == is_fast(best)) return candidate.cost < best.cost;
  return is_fast(candidate) ? candidate.cost < worth_before(best) * best.cost
                            : worth_before(candidate) * candidate.cost < best.cost;
}

// The best of the recipes that begin with a coding, or a map below a limit.
Candidate encode_best(const ChunkFormat& format, int limit, const SourceChunk& chunk, const SearchSettings& settings,
                      std::span<const Step> known) {
  if (!known.empty() && (!is_map(known[0].stage) || static_cast<int>(known[0].stage) < limit) &&
      allows(known[0].stage, known[0].format_of(format))) {
    std::optional<Candidate> coded = encode(format, known[0], chunk, settings, known.subspan(1));
    if (coded) return std::move(*coded);
  }
  std::optional<Candidate> best;
  double cost_of_first = kNoCost;  // of the step that the samples promise most of
  for (const bool is_fast : {true, false}) {
    if (best || (is_fast && !is_served_fast(format, settings.effort))) continue;
    std::vector<Promise> promises = promising_steps(format, limit, chunk, settings, is_fast);
    std::stable_sort(promises.begin(), promises.end(),
                     [](const Promise& a, const Promise& b) { return a.cost < b.cost; });
    for (const Promise& promise : promises) {
      if (best && is_ruled_out(format, settings.effort, promise, promises[0], cost_of_first)) continue;
      std::optional<Candidate> coded = encode(format, promise.step, chunk, settings);
      if (coded && &promise == promises.data()) cost_of_first = coded->cost;
      if (coded && limit == kStages) keep_stream_alone(chunk, *coded);
      if (coded && (!best || is_better(*coded, *best, settings.effort))) best = std::move(coded);
    }
  }
  if (!best) best = encode(format, {StageId::deflate}, chunk, settings);
  return std::move(*best);
}

}  // namespace

CodedChunk encode_chunk(const ChunkFormat& format, std::span<const std::byte> elements, const SearchSettings& settings,
                        std::span<const Step> known) {
  static constexpr Step kConstant{StageId::constant};
  if (known.empty() && is_constant(format.type, elements)) known = std::span(&kConstant, 1);
  const SourceChunk chunk(format.range(), format.grid, elements);
  Candidate best = encode_best(format, kStages, chunk, settings, known);
  std::vector<std::byte>& stream = best.encoding.bytes;
  stream.resize(std::max(stream.size(), static_cast<size_t>(least_stream_bytes(format.grid.size()))));
  return {std::move(stream), std::move(best.recipe), distortion_of(chunk, best.encoding)};
}

}  // namespace laq::array
