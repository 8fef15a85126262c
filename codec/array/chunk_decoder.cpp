// Stages as decoders see them. The stream of a chunk: for each map of its recipe the byte of the step, the number of
// the map's bytes and these, then the byte of the coding and its stream.
#include <algorithm>
#include <utility>

#include "array/stage.h"
#include "base/bytes.h"

namespace laq::array {
namespace {

struct Row {
  const char* name;
  StageDecoder decoder;
};

#define LAQ_ARRAY_ROW(kind, name) Row{#name, &name##_decoder},
constexpr std::array<Row, kStages> kRows = {LAQ_ARRAY_STAGES(LAQ_ARRAY_ROW)};
#undef LAQ_ARRAY_ROW

constexpr uint8_t kExact = 0x40;  // in the byte of a step

struct ParsedStep {
  Step step;
  StageDecoder decoder;
  ChunkFormat format;
  std::span<const std::byte> bytes;

  const CodingDecoder& coding() const { return *std::get<const CodingDecoder*>(decoder); }
  const MapDecoder& map() const { return *std::get<const MapDecoder*>(decoder); }
};

// The steps of a recipe; nothing if the stream is invalid.
std::vector<ParsedStep> parse(ChunkFormat format, std::span<const std::byte> stream) {
  std::vector<ParsedStep> steps;
  int limit = kStages;
  while (!stream.empty()) {
    const std::optional<Step> step = Step::from_byte(stream[0]);
    if (!step || (is_map(step->stage) && static_cast<int>(step->stage) >= limit)) return {};
    format = step->format_of(format);
    if (!allows(step->stage, format)) return {};
    stream = stream.subspan(1);
    steps.push_back({*step, decoder_of(step->stage), format, stream});
    if (!is_map(step->stage)) return steps;
    ByteReader reader(stream);
    ParsedStep& map = steps.back();
    map.bytes = reader.take(reader.integer(stream.size()));
    if (reader.failed()) return {};
    const std::optional<ChunkFormat> simpler = map.map().simpler(format, map.bytes);
    if (!simpler) return {};
    format = *simpler;
    stream = reader.rest();
    limit = static_cast<int>(step->stage);
  }
  return {};
}

}  // namespace

const StageDecoder& decoder_of(StageId stage) {
  return kRows[static_cast<size_t>(stage)].decoder;
}

const char* name_of(StageId stage) {
  return kRows[static_cast<size_t>(stage)].name;
}

bool allows(StageId stage, const ChunkFormat& format) {
  return std::visit([&format](const auto* decoder) { return decoder->allows(format); }, decoder_of(stage));
}

std::byte Step::to_byte() const {
  return static_cast<std::byte>(static_cast<uint8_t>(stage) | (is_exact ? kExact : 0));
}

std::optional<Step> Step::from_byte(std::byte byte) {
  const auto bits = std::to_integer<uint8_t>(byte);
  const uint8_t number = bits & ~kExact;
  if (number >= kStages) return std::nullopt;
  return Step{static_cast<StageId>(number), (bits & kExact) != 0};
}

std::vector<TracedStep> trace_chunk(const ChunkFormat& format, std::span<const std::byte> stream) {
  std::vector<TracedStep> recipe;
  for (const ParsedStep& parsed : parse(format, stream)) {
    recipe.push_back({name_of(parsed.step.stage), parsed.step.is_exact, parsed.bytes.size()});
  }
  return recipe;
}

size_t chunk_decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream) {
  const std::vector<ParsedStep> steps = parse(format, stream);
  if (steps.empty()) return 0;
  // The elements between two steps are held while either of them works.
  const auto held_before = [&](size_t i) { return i > 0 ? steps[i].format.bytes() : 0; };
  size_t most =
      steps.back().coding().decoding_bytes(steps.back().format, steps.back().bytes) + held_before(steps.size() - 1);
  for (size_t i = 0; i + 1 < steps.size(); ++i) {
    const size_t own = steps[i].map().decoding_bytes(steps[i].format, steps[i + 1].format, steps[i].bytes);
    most = std::max(most, own + held_before(i) + held_before(i + 1));
  }
  return most;
}

Grid coarse_grid(const Grid& grid, int level) {
  Grid result = grid;
  for (int& side : result.sides) side = static_cast<int>((int64_t{side} + (int64_t{1} << level) - 1) >> level);
  return result;
}

std::optional<bool> decode_chunk_level(const ChunkFormat& format, std::span<const std::byte> stream, int level,
                                       std::span<std::byte> elements) {
  const std::vector<ParsedStep> steps = parse(format, stream);
  if (steps.empty()) return false;
  const ParsedStep& coding = steps.front();  // maps need all elements of the simpler chunk
  if (steps.size() > 1 || coding.coding().decode_level == nullptr) return std::nullopt;
  return coding.coding().decode_level(coding.format, coding.bytes, level, elements);
}

bool decode_chunk(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  const std::vector<ParsedStep> steps = parse(format, stream);
  if (steps.empty()) return false;
  // From the coding back to the first map; what each step gives is what the one before it in the recipe starts from.
  std::vector<std::byte> simpler, decoded;
  for (size_t i = steps.size(); i-- > 0;) {
    const ParsedStep& step = steps[i];
    simpler = std::exchange(decoded, {});
    if (i > 0) decoded.resize(step.format.bytes());
    const std::span<std::byte> out = i > 0 ? std::span(decoded) : elements;
    const bool is_valid = i + 1 == steps.size() ? step.coding().decode(step.format, step.bytes, out)
                                                : step.map().decode(step.format, step.bytes, simpler, out);
    if (!is_valid) return false;
  }
  return true;
}

}  // namespace laq::array
