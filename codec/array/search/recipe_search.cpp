#include "array/search/recipe_search.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <optional>
#include <utility>

#include "array/error_sums.h"
#include "array/search/exactness.h"
#include "array/search/race.h"
#include "array/stage_encoder.h"
#include "base/ablation.h"
#include "base/bytes.h"
#include "base/checks.h"

namespace laq::array {
namespace {

// What effort buys, see ArrayEncodeOptions.
constexpr int kMostFast = 2, kMostBalanced = 5;

// See Race.
double patience_of(int effort) {
  return effort <= kMostBalanced ? 1 : 1 << (effort - kMostBalanced);
}

constexpr size_t kTriedInFull = 1 << 15;  // elements up to which all steps are tried on the whole chunk

// Samples that maps have simplified are coded often, so fewer of them are coded by all steps.
size_t most_tried_in_full(const SourceChunk& chunk) {
  constexpr size_t kOfSamples = 1 << 13;
  return chunk.whole_size > chunk.grid.size() ? kOfSamples : kTriedInFull;
}

// A chunk that is coded, and what it costs.
struct Candidate {
  Recipe recipe;
  Encoding encoding;  // its bytes are the stream of the chunk
  double cost;        // in bits
  // For a map this tells what the second best recipe for the rest cost, as a multiple of the cost of the best one.
  double rest_lead = 1;
};

Distortion distortion_of(const SourceChunk& chunk, const Encoding& encoding) {
  if (encoding.distortion) return *encoding.distortion;
  return measure_distortion(chunk, [&](size_t i) { return encoding.reconstruction[i]; });
}

double cost_of(const ChunkFormat& format, const SourceChunk& chunk, const Encoding& encoding) {
  const double bits = 8.0 * static_cast<double>(encoding.size());
  if (format.fidelity != Fidelity::mean_squared_error) return bits;
  const Distortion distortion = distortion_of(chunk, encoding);
  if (distortion.squared_error == 0) return bits;
  const double steps_of_unit = std::ldexp(1.0, distortion.exponent) / format.tolerance;
  return bits + distortion.squared_error * steps_of_unit * steps_of_unit / kSquaresPerBit;
}

// The values that a decoder makes of a stream of our own.
std::vector<double> decoded_values(const ChunkFormat& format, const SourceChunk& chunk, const Encoding& encoding) {
  if (encoding.distortion && encoding.distortion->max_error == 0) return values_of(chunk.type, chunk.elements);
  std::vector<std::byte> elements(format.bytes());
  decode_chunk(format, encoding.bytes, elements);
  return values_of(format.type, elements);
}

struct Best : Candidate {
  bool is_tentative = false;        // see ChunkHints
  double lead = 1;                  // see CodedChunk
  std::vector<Promise> tried = {};  // what steps have cost
};

Best encode_best(const ChunkFormat& format, int limit, const SourceChunk& chunk, const SearchSettings& settings,
                 std::span<const Step> known, bool keeps_reconstruction, const ChunkHints& hints = {});

// Whether the fast codings serve a chunk alone. Series have transforms, which take far fewer bits for a mean squared
// error, and a cascade of predictors. In small chunks the states of the lanes weigh more than what they code.
bool is_served_fast(const ChunkFormat& format, int effort) {
  constexpr int kMostOfFields = 3, kMostOfSeries = 2;
  constexpr size_t kLeastElements = 1 << 11;
  if (format.grid.size() < kLeastElements) return false;
  if (!holds_series(format.grid)) return effort <= kMostOfFields;
  return effort <= kMostOfSeries && format.fidelity != Fidelity::mean_squared_error;
}

// Codes the chunk by one step and, if that is a map, by the best recipe for the rest, or a known one. Nothing if the
// stage cannot code these elements. keeps_bytes: see CodingSettings.
std::optional<Candidate> encode(const ChunkFormat& of_chunk, const Step& step, const SourceChunk& chunk,
                                const SearchSettings& settings, std::span<const Step> known = {},
                                bool keeps_bytes = true) {
  const ChunkFormat format = step.format_of(of_chunk);
  Candidate candidate{{step}, {}, 0};
  std::vector<std::byte>& stream = candidate.encoding.bytes;
  if (is_map(step.stage)) {
    std::optional<MappedChunk> mapped = std::get<const MapEncoder*>(encoder_of(step.stage))->map(chunk, format);
    if (!mapped) return std::nullopt;
    SourceChunk simpler(mapped->format.range(), mapped->format.grid, mapped->elements);
    simpler.whole_size = chunk.whole_size;
    const bool is_exact = mapped->encoding.has_value();
    Best rest = encode_best(mapped->format, static_cast<int>(step.stage), simpler, settings, known, !is_exact);
    candidate.rest_lead = rest.lead;
    candidate.recipe.insert(candidate.recipe.end(), rest.recipe.begin(), rest.recipe.end());
    if (is_exact) {
      candidate.encoding = std::move(*mapped->encoding);
    } else {
      std::vector<double>& reconstruction = rest.encoding.reconstruction;
      if (reconstruction.empty()) reconstruction = decoded_values(mapped->format, simpler, rest.encoding);
      candidate.encoding = mapped->finish(reconstruction);
    }
    ByteWriter writer;
    writer.integer(stream.size());
    writer.append(stream);
    writer.append(rest.encoding.bytes);
    stream = writer.take();
  } else {
    const auto* encoder = std::get<const CodingEncoder*>(encoder_of(step.stage));
    std::optional<Encoding> encoding = encoder->encode(chunk, format, {settings.effort, keeps_bytes});
    if (!encoding) return std::nullopt;
    candidate.encoding = std::move(*encoding);
  }
  if (candidate.encoding.counted) {
    ++*candidate.encoding.counted;
  } else {
    prepend(step.to_byte(), stream);
  }
  const double handicap = settings.effort <= kMostBalanced ? policy_of(candidate.recipe.back().stage).handicap : 0;
  candidate.cost = cost_of(of_chunk, chunk, candidate.encoding) * (1 + handicap);
  return candidate;
}

// Frees what a candidate takes beside its stream.
void keep_stream_alone(const SourceChunk& chunk, Candidate& candidate) {
  candidate.encoding.distortion = distortion_of(chunk, candidate.encoding);
  std::vector<double>().swap(candidate.encoding.reconstruction);
  // A few bytes are not worth a copy.
  std::vector<std::byte>& bytes = candidate.encoding.bytes;
  if (bytes.capacity() - bytes.size() > bytes.size() / 16) bytes.shrink_to_fit();
  chunk.forget_values();
}

// A stream of more bytes an element, as doubles without loss have, takes too much memory to be kept beside that of
// another candidate, which then is only counted.
constexpr size_t kLargeStream = 5;  // bytes an element

bool is_large(const ChunkFormat& format, const Candidate& candidate) {
  const size_t elements = format.grid.size();
  return elements > kTriedInFull && candidate.encoding.size() > kLargeStream * elements;
}

// Whether a step takes memory of its own, so that a large stream is forgotten meanwhile.
bool takes_memory(const Step& step) {
  return is_map(step.stage) || policy_of(step.stage).takes_memory;
}

// Frees the bytes of a candidate and keeps their number.
void forget_bytes(Candidate& candidate) {
  candidate.encoding.counted = candidate.encoding.size();
  std::vector<std::byte>().swap(candidate.encoding.bytes);
}
// Codes a candidate whose bytes were forgotten or only counted, by its recipe.
void code_again(const ChunkFormat& format, const SourceChunk& chunk, const SearchSettings& settings,
                Candidate& candidate) {
  const std::span<const Step> recipe = candidate.recipe;
  std::optional<Candidate> again = encode(format, recipe[0], chunk, settings, recipe.subspan(1));
  assert(again && again->recipe == candidate.recipe);
  candidate.encoding = std::move(again->encoding);
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

// What an exact step costs about: what a map leaves is coded by interpolation, without a search.
double quick_cost_of(const ChunkFormat& format, const SourceChunk& chunk, const Step& step,
                     const SearchSettings& settings) {
  static constexpr Step kRest{StageId::interpolation};
  const std::optional<Candidate> coded = encode(format, step, chunk, settings, std::span(&kRest, 1));
  return coded ? coded->cost : kNoCost;
}

// How steps are judged by samples of a chunk.
class SampleJudge {
 public:
  // effort_of_fast: the most effort for samples of fast codings, as more takes long and seldom changes which step wins.
  SampleJudge(const SearchSettings& settings, int effort_of_fast)
      : settings_(settings), effort_of_fast_(std::min(settings.effort, effort_of_fast)) {}
  explicit SampleJudge(const SearchSettings& settings) : SampleJudge(settings, settings.effort) {}

  SampleCost cost_of(const ChunkFormat& format, const SourceChunk& sample, const Step& step) const {
    if (is_slow(step)) return {};
    SearchSettings settings = settings_;
    if (policy_of(step.stage).is_fast) settings.effort = effort_of_fast_;
    const std::optional<Candidate> coded = encode(format, step, sample, settings);
    if (!coded) return {};
    constexpr double kLeastLead = 1.25;  // from which on a sample leaves no doubt about the rest
    if (settings_.effort > kMostBalanced || coded->rest_lead < kLeastLead) return {coded->cost};
    return {coded->cost, Recipe(coded->recipe.begin() + 1, coded->recipe.end())};
  }
  // Decides as well whether stages that take long are worth trying.
  bool exactness_may_pay(const ChunkFormat& format, const SourceChunk& sample, double bits) {
    if (format.fidelity != Fidelity::mean_squared_error) return array::exactness_may_pay(sample, bits);
    // The best coding without loss may take half of what simple ones do.
    constexpr double kLeast = 0.5, kLeastForSlow = 0.8;
    const double share = share_of_exact_bits(
        format, sample, bits, [this](const auto&... of_sample) { return quick_cost_of(of_sample..., settings_); });
    settings_.tries_slow = settings_.tries_slow && share > kLeastForSlow;
    return share > kLeast;
  }
  Judge judge() {
    return {[this](const auto&... of_sample) { return cost_of(of_sample...); },
            [this](const auto&... of_sample) { return exactness_may_pay(of_sample...); }};
  }

  const SearchSettings& settings() const { return settings_; }
  bool is_slow(const Step& step) const { return !settings_.tries_slow && policy_of(step.stage).handicap > 0; }

 private:
  SearchSettings settings_;
  int effort_of_fast_;
};

// The steps that may turn out the best.
std::vector<Promise> promising_steps(const ChunkFormat& format, int limit, const SourceChunk& whole,
                                     const SearchSettings& settings, bool is_fast) {
  constexpr size_t kTellsClearly = 1 << 20;  // the sample of so many is large enough
  const std::vector<Step> steps = possible_steps(format, limit, settings, is_fast);
  if (format.grid.size() <= most_tried_in_full(whole) || steps.size() <= 1) {
    std::vector<Promise> all;
    for (const Step& step : steps) all.push_back({step, 0});
    std::stable_partition(all.begin(), all.end(), [&](const Promise& p) { return !loses_nothing(format, p.step); });
    return all;
  }
  if (is_fast) {
    const bool is_large = format.grid.size() >= kTellsClearly;
    SampleJudge judge(settings, is_large ? kMostFast : settings.effort);
    return race_over_one_sample(format, whole.elements, steps, is_large, judge.judge());
  }
  SampleJudge judge(settings, kMostFast);
  std::vector<Promise> promises = race(format, whole.elements, steps, patience_of(settings.effort), judge.judge());
  if (format.tolerance > 0) return promises;  // repeats of all bits seldom cost less than what a loss allows
  for (const Step& step : steps) {
    const auto reaches_far = policy_of(step.stage).reaches_far;
    const auto is_step = [&step](const Promise& promise) { return promise.step == step; };
    if (reaches_far == nullptr || std::any_of(promises.begin(), promises.end(), is_step)) continue;
    if (reaches_far(whole)) promises.push_back({step, kNoCost});
  }
  return promises;
}

// What samples of a chunk promise, held against what steps have cost that were tried.
class Forecast {
 public:
  // first: the promise of the step that is tried first.
  Forecast(const ChunkFormat& format, int effort, const Promise& first)
      : format_(format), effort_(effort), first_(first) {}

  void learn(const Promise& promise, double cost) {
    if (promise.cost == kNoCost || promise.cost == 0) return;
    const double share = cost / promise.cost;
    if (share_of_first_ == 0) share_of_first_ = share;
    share_of_kind_[is_transform(promise.step)] = share;
    least_cost_ = std::min(least_cost_, cost);
  }

  // Whether a step will cost more than another one. Samples are trusted where they were right about the first step.
  bool rules_out(const Promise& promise) const {
    if (promise.cost == kNoCost) return false;
    const double share = share_of_first_, above = promise.cost / first_.cost, patience = patience_of(effort_);
    if (is_map(promise.step.stage)) {
      // Samples say less about maps. Where they show all of one, what it leaves costs about what the chunk itself does,
      // unless the map gains.
      constexpr double kLeastGain = 0.002, kMostOff = 0.15;
      const auto may_fail = policy_of(promise.step.stage).may_fail_on_samples;
      const bool is_shown = format_.tolerance == 0 && (may_fail == nullptr || !may_fail(format_));
      return effort_ <= kMostBalanced && is_shown && std::fabs(share - 1) < kMostOff && above > 1 - kLeastGain;
    }
    if (format_.fidelity == Fidelity::mean_squared_error) {
      // A chunk that takes less than its samples promise may take less still by another step.
      constexpr double kMostShare = 1.13, kLeastAbove = 0.04, kAboveOfShare = 0.6;
      const double least_share = has_few_bits() ? 0.9 : 0.5;
      if (share > least_share && share < kMostShare &&
          above > 1 + patience * (kLeastAbove + kAboveOfShare * std::max(1 - share, 0.0))) {
        return true;
      }
      return is_beaten(promise);
    }
    // A chunk takes no less than a sample of it.
    if (effort_ <= kMostBalanced && promise.cost_of_sample > least_cost_) return true;
    if (effort_ <= kMostBalanced && is_far_off(above)) return true;
    const Policy& policy = policy_of(first_.step.stage);
    if (policy.is_fast) {
      // Samples are mostly tables of a fast coding, so it takes less of a large chunk than they promise.
      constexpr size_t kShowsFast = 1 << 20;
      return effort_ <= kMostBalanced && format_.grid.size() >= kShowsFast && share > 0.7 && share < 1.1;
    }
    // Trying a fast coding costs little, so it is ruled out only where samples were nearly right about the first step.
    const double least_share = policy_of(promise.step.stage).is_fast ? 0.85 : 0.5;
    return policy.loses != nullptr && share > least_share && share < 1.2 && above > 1 + 0.04 * patience;
  }

 private:
  static bool is_transform(const Step& step) {
    constexpr StageId kTransforms[] = {StageId::identity, StageId::wavelet, StageId::slowest_first_wavelet,
                                       StageId::lapped};
    return std::find(std::begin(kTransforms), std::end(kTransforms), step.stage) != std::end(kTransforms);
  }

  // Samples of a chunk that takes so few bits say little.
  bool has_few_bits() const { return bits_of_element() < 1; }
  double bits_of_element() const { return first_.cost / static_cast<double>(format_.grid.size()); }

  // Under a bound: whether a step promises so many times the cost of the first one that it will not be the best. Below
  // half a bit an element samples are mostly what tables and learning cost, and tell nothing of that kind.
  bool is_far_off(double above) const {
    constexpr double kFarOff = 1.5, kFarOffOfLog = 0.3, kLeastBits = 0.5;
    return bits_of_element() >= kLeastBits && above > kFarOff + kFarOffOfLog * std::fabs(std::log(share_of_first_));
  }

  // Whether a step will cost more than the best if the samples were as wrong about it as about one of its kind.
  bool is_beaten(const Promise& promise) const {
    // Transforms have much in common. Predictions differ in how fast they learn.
    const bool is_similar = is_transform(promise.step);
    const double least_above = is_similar ? 0.01 : has_few_bits() ? 0.5 : 0.05, above_of_log = is_similar ? 0.2 : 0.6;
    const double share = share_of_kind_[is_transform(promise.step)];
    if (share == 0) return false;
    const double allowed = 1 + patience_of(effort_) * (least_above + above_of_log * std::fabs(std::log(share)));
    return promise.cost * share > allowed * least_cost_;
  }

  const ChunkFormat& format_;
  int effort_;
  Promise first_;
  double share_of_first_ = 0;                 // what it cost, as a share of the promise; 0: not tried
  std::array<double, 2> share_of_kind_ = {};  // of the predictions or transforms that were tried last
  double least_cost_ = kNoCost;               // of those that were tried
};

// Whether a candidate is to take the place of the best one so far. A fast coding, which decodes in a tenth of the time,
// is worth two percent of the bits of a slow one, but is not to take more than no loss does.
bool is_better(const Candidate& candidate, const Candidate& best, int effort) {
  constexpr double kWorth = 1.02;
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

// Whether other steps are worth trying, once the one that samples promise most of has been.
bool is_worth_search(const SourceChunk& chunk, const Candidate& first, const ChunkHints& hints) {
  return hints.is_near == nullptr || hints.is_near(first.encoding.size(), distortion_of(chunk, first.encoding));
}

// Promises in the light of what the steps have cost that were tried: the others keep their places behind them.
std::vector<Promise> corrected(std::span<const Promise> promises, std::span<const Promise> tried) {
  std::vector<Promise> result(promises.begin(), promises.end());
  double greatest = 0, most = 0;
  const auto find = [&](const Promise& promise) {
    return std::find_if(tried.begin(), tried.end(), [&](const Promise& t) { return t.step == promise.step; });
  };
  for (const Promise& promise : promises) {
    const auto known = find(promise);
    if (known == tried.end()) continue;
    greatest = std::max(greatest, known->cost / promise.cost);
    most = std::max(most, known->cost);
  }
  for (Promise& promise : result) {
    const auto known = find(promise);
    promise.cost = known != tried.end() ? known->cost : std::max(promise.cost * greatest, most);
  }
  return result;
}

// The best of the recipes that begin with a coding, or a map below a limit. keeps_reconstruction: whether that is
// needed, as far as the stages give it.
Best encode_best(const ChunkFormat& format, int limit, const SourceChunk& chunk, const SearchSettings& settings,
                 std::span<const Step> known, bool keeps_reconstruction, const ChunkHints& hints) {
  std::optional<Candidate> best;
  double second_cost = kNoCost;
  std::vector<Promise> tried;
  if (!known.empty() && (!is_map(known[0].stage) || static_cast<int>(known[0].stage) < limit) &&
      allows(known[0].stage, known[0].format_of(format))) {
    best = encode(format, known[0], chunk, settings, known.subspan(1));
  }
  for (const bool is_fast : {true, false}) {
    if (best || (is_fast && !is_served_fast(format, settings.effort))) continue;
    std::vector<Promise> promises(hints.promises.begin(), hints.promises.end());
    const bool is_raced = !promises.empty();
    if (!is_raced) promises = promising_steps(format, limit, chunk, settings, is_fast);
    std::stable_sort(promises.begin(), promises.end(),
                     [](const Promise& a, const Promise& b) { return a.cost < b.cost; });
    if (promises.empty()) continue;
    Forecast forecast(format, settings.effort, promises[0]);
    SampleJudge judge(settings);
    std::optional<bool> may_exactness_pay;
    constexpr size_t kQuick = 1 << 12;  // elements: they take little time, whatever is tried
    const bool is_judged = is_raced || format.grid.size() > most_tried_in_full(chunk);
    if (is_judged || format.grid.size() <= kQuick || format.fidelity != Fidelity::mean_squared_error) {
      may_exactness_pay = true;
    }
    for (const Promise& promise : promises) {
      if (best && loses_nothing(format, promise.step)) {
        if (!may_exactness_pay) may_exactness_pay = judge.exactness_may_pay(format, chunk, best->cost);
        if (!*may_exactness_pay || judge.is_slow(promise.step)) continue;
      }
      if (best && forecast.rules_out(promise)) continue;
      const bool is_best_large = best && !keeps_reconstruction && is_large(format, *best);
      if (is_best_large && takes_memory(promise.step)) forget_bytes(*best);
      // Nothing is saved by counting alone where no large stream is held and the step takes no memory of its own.
      const bool keeps_bytes = !is_best_large || (best->encoding.counted && !takes_memory(promise.step));
      std::optional<Candidate> coded = encode(format, promise.step, chunk, judge.settings(), promise.rest, keeps_bytes);
      if (coded) forecast.learn(promise, coded->cost);
      if (coded && !keeps_reconstruction) keep_stream_alone(chunk, *coded);
      if (coded && !best && promises.size() > 1 && !is_worth_search(chunk, *coded, hints)) {
        return {std::move(*coded), true};
      }
      if (!coded) continue;
      tried.push_back({promise.step, coded->cost});
      const bool is_best = !best || is_better(*coded, *best, settings.effort);
      second_cost = std::min(second_cost, !is_best ? coded->cost : best ? best->cost : kNoCost);
      if (is_best) best = std::move(coded);
    }
  }
  if (!best) best = encode(format, {StageId::deflate}, chunk, settings);
  if (best->encoding.counted) code_again(format, chunk, settings, *best);
  const double lead = second_cost < kNoCost ? second_cost / best->cost : 1;
  return {std::move(*best), false, lead, std::move(tried)};
}

}  // namespace

CodedChunk encode_chunk(const ChunkFormat& format, std::span<const std::byte> elements, const SearchSettings& settings,
                        std::span<const Step> known, const ChunkHints& hints) {
  static constexpr Step kConstant{StageId::constant};
  if (known.empty() && is_constant(format.type, elements)) known = std::span(&kConstant, 1);
  const SourceChunk chunk(format.range(), format.grid, elements);
  Best best = encode_best(format, kStages, chunk, settings, known, false, hints);
  std::vector<std::byte>& stream = best.encoding.bytes;
  stream.resize(std::max(stream.size(), static_cast<size_t>(least_stream_bytes(format.grid.size()))));
  CodedChunk coded{std::move(stream), std::move(best.recipe), distortion_of(chunk, best.encoding), best.is_tentative,
                   best.lead};
  coded.promises = corrected(hints.promises, best.tried);
  return coded;
}

StepRace::StepRace(const ChunkFormat& format, const SearchSettings& settings)
    : settings_(settings),
      is_fast_(is_served_fast(format, settings.effort) && !possible_steps(format, kStages, settings, true).empty()),
      race_(format, possible_steps(format, kStages, settings, is_fast_), patience_of(settings.effort)) {}

CodedChunk StepRace::run(const ChunkSample& sample, double tolerance) {
  std::optional<Candidate> best;
  bool best_loses = false;
  SampleJudge judge(settings_);
  Judge at_tolerance = judge.judge();
  at_tolerance.cost_of = [&](ChunkFormat format, const SourceChunk& chunk, const Step& step) {
    format.tolerance = tolerance;
    if (judge.is_slow(step)) return SampleCost();
    std::optional<Candidate> coded = encode(format, step, chunk, judge.settings());
    if (!coded) return SampleCost();
    coded->encoding.distortion = distortion_of(chunk, coded->encoding);
    const double cost = coded->cost;
    const bool loses = !loses_nothing(format, step);
    if (!best || (loses && !best_loses) || (loses == best_loses && cost < best->cost)) {
      best = std::move(coded);
      best_loses = loses;
    }
    return SampleCost{cost};
  };
  race_.run(sample, at_tolerance);
  if (!best) return {};
  return {std::move(best->encoding.bytes), std::move(best->recipe), *best->encoding.distortion};
}

std::vector<Promise> StepRace::promises() const {
  constexpr double kTables = 4000;  // bits
  return is_fast_ ? race_.best(kTables) : race_.promises();
}

}  // namespace laq::array
