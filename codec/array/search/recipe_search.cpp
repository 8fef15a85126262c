#include "array/search/recipe_search.h"

#include <algorithm>
#include <cmath>
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
constexpr int kMostFast = 2, kLeastThorough = 8;

// The log2 of the number of states of a trellis.
int state_bits_of(int effort) {
  return effort <= kMostFast ? 3 : effort < kLeastThorough ? 5 : effort == kLeastThorough ? 7 : 8;
}

// A chunk that is coded, and what it costs.
struct Candidate {
  Recipe recipe;
  Encoding encoding;  // its bytes are the stream of the chunk
  double cost;        // in bits
};

Distortion distortion_of(const SourceChunk& chunk, const std::vector<double>& reconstruction) {
  Distortion distortion{.exponent = chunk.exponent};
  const double scale = std::ldexp(1.0, -chunk.exponent);
  for (size_t i = 0; i < chunk.values.size(); ++i) {
    if (!std::isfinite(chunk.values[i])) continue;
    const double error = std::fabs(chunk.values[i] - reconstruction[i]), scaled = error * scale;
    distortion.max_error = std::max(distortion.max_error, error);
    distortion.squared_error += scaled * scaled;
    ++distortion.count;
  }
  return distortion;
}

double cost_of(const ChunkFormat& format, const SourceChunk& chunk, const Encoding& encoding) {
  const double bits = 8.0 * static_cast<double>(encoding.bytes.size());
  if (format.fidelity != Fidelity::mean_squared_error) return bits;
  const Distortion distortion = distortion_of(chunk, encoding.reconstruction);
  if (distortion.squared_error == 0) return bits;
  const double steps_of_unit = std::ldexp(1.0, distortion.exponent) / format.tolerance;
  return bits + distortion.squared_error * steps_of_unit * steps_of_unit / kSquaresPerBit;
}

Candidate encode_best(const ChunkFormat& format, int limit, const SourceChunk& chunk, const SearchSettings& settings,
                      std::span<const Step> known);

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
    candidate.encoding = mapped->finish(rest.encoding.reconstruction);
    ByteWriter writer;
    writer.integer(stream.size());
    writer.append(stream);
    writer.append(rest.encoding.bytes);
    stream = writer.take();
  } else {
    const auto* encoder = std::get<const CodingEncoder*>(encoder_of(step.stage));
    std::optional<Encoding> encoding = encoder->encode(chunk, format, state_bits_of(settings.effort));
    if (!encoding) return std::nullopt;
    candidate.encoding = std::move(*encoding);
  }
  stream.insert(stream.begin(), step.to_byte());
  candidate.cost = cost_of(of_chunk, chunk, candidate.encoding);
  return candidate;
}

// Whether a policy lets a step be tried.
bool is_tried(const ChunkFormat& of_chunk, const Step& step, const SearchSettings& settings) {
  const ChunkFormat format = step.format_of(of_chunk);
  if (!is_used(name_of(step.stage)) || !allows(step.stage, format)) return false;
  const Policy& policy = policy_of(step.stage);
  const int least_effort = format.grid.is_line() ? policy.effort_of_lines : policy.effort_of_fields;
  if (settings.effort < least_effort || (policy.suits != nullptr && !policy.suits(format.grid))) return false;
  if (step.is_exact) {
    if (!is_used("exact_steps")) return false;
    if (settings.effort <= kMostFast || settings.is_gradual || of_chunk.fidelity == Fidelity::relative_error)
      return false;
    return policy.loses != nullptr && policy.loses(of_chunk);
  }
  return !settings.is_gradual || (policy.is_gradual != nullptr && policy.is_gradual(of_chunk));
}

// All steps that a chunk of the format may begin with.
std::vector<Step> possible_steps(const ChunkFormat& format, int limit, const SearchSettings& settings) {
  std::vector<Step> steps;
  for (const bool is_exact : {false, true}) {
    for (int i = 0; i < limit; ++i) {
      const Step step{static_cast<StageId>(i), is_exact};
      if (is_tried(format, step, settings)) steps.push_back(step);
    }
  }
  return steps;
}

// The steps that may turn out the best.
std::vector<Step> promising_steps(const ChunkFormat& format, int limit, std::span<const std::byte> elements,
                                  const SearchSettings& settings) {
  constexpr size_t kTriedInFull = 1 << 15;  // elements
  std::vector<Step> steps = possible_steps(format, limit, settings);
  if (format.grid.size() <= kTriedInFull || steps.size() <= 1 || settings.effort >= kLeastThorough) return steps;
  return race(format, elements, steps, [&](const ChunkFormat& sampled, const SourceChunk& chunk, const Step& step) {
    const std::optional<Candidate> coded = encode(sampled, step, chunk, settings);
    return coded ? coded->cost : kNoCost;
  });
}

// The best of the recipes that begin with a stage below a limit.
Candidate encode_best(const ChunkFormat& format, int limit, const SourceChunk& chunk, const SearchSettings& settings,
                      std::span<const Step> known) {
  if (!known.empty() && static_cast<int>(known[0].stage) < limit &&
      allows(known[0].stage, known[0].format_of(format))) {
    std::optional<Candidate> coded = encode(format, known[0], chunk, settings, known.subspan(1));
    if (coded) return std::move(*coded);
  }
  std::optional<Candidate> best;
  for (const Step& step : promising_steps(format, limit, chunk.elements, settings)) {
    std::optional<Candidate> coded = encode(format, step, chunk, settings);
    if (coded && (!best || coded->cost < best->cost)) best = std::move(coded);
  }
  if (!best) best = encode(format, {StageId::deflate}, chunk, settings);
  return std::move(*best);
}

}  // namespace

CodedChunk encode_chunk(const ChunkFormat& format, std::span<const std::byte> elements, const SearchSettings& settings,
                        std::span<const Step> known) {
  const SourceChunk chunk(format.range(), format.grid, elements);
  Candidate best = encode_best(format, kStages, chunk, settings, known);
  std::vector<std::byte>& stream = best.encoding.bytes;
  stream.resize(std::max(stream.size(), static_cast<size_t>(least_stream_bytes(format.grid.size()))));
  return {std::move(stream), std::move(best.recipe), distortion_of(chunk, best.encoding.reconstruction)};
}

}  // namespace laq::array
