// Stages as encoders see them: the other direction of stage.h, and the policy by which an encoder tries each stage.
// Decoders do not include this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "array/stage.h"
#include "array/statistics.h"
#include "base/element.h"
#include "base/grid.h"

namespace laq::array {

// What a chunk consists of.
struct SourceChunk {
  ElementRange range;
  ElementType type;
  Grid grid;
  std::span<const std::byte> elements;  // packed; not owned
  size_t whole_size;                    // elements of the chunk that it is a sample of; its own if it is none

  SourceChunk(const ElementRange& range_of, const Grid& shape, std::span<const std::byte> packed)
      : range(range_of), type(range.type()), grid(shape), elements(packed), whole_size(shape.size()) {}

  // The following are computed at the first call; not to be called by several threads at once.
  // The elements as doubles: a view of the elements if they are float64 and aligned as such, else a copy.
  std::span<const double> values() const;
  // Frees the copy; it is made again when it is asked for.
  void forget_values() const { std::vector<double>().swap(copied_values_); }
  // A copy for the caller to change. Spans that values() has given are not valid any longer.
  std::vector<double> take_values() const;
  // The greatest common divisor of the differences of integers; 1 if all are the same, and for floating-point types.
  uint64_t spacing() const;
  int exponent() const;  // of the largest of floating-point numbers, see exponent_of(); 0 for integers

 private:
  mutable std::vector<double> copied_values_;
  mutable std::optional<uint64_t> spacing_;
  mutable std::optional<int> exponent_;
};

// The distortion of a chunk that is coded without loss.
Distortion no_distortion(const SourceChunk& chunk);

// The mean of the finite values; nothing if there are none, or their sum overflows.
std::optional<double> mean_of(std::span<const double> values);

// What a stage makes of a chunk.
struct Encoding {
  std::vector<std::byte> bytes;        // none if they were only counted
  std::vector<double> reconstruction;  // where the value is finite; may be empty if the distortion is known
  std::optional<Distortion> distortion = {};
  std::optional<size_t> counted = {};  // the number of bytes if they were only counted

  size_t size() const { return counted.value_or(bytes.size()); }
};

// The simpler chunk that a map turns a chunk into.
struct MappedChunk {
  ChunkFormat format;
  std::vector<std::byte> elements;  // packed
  // The map's own bytes and the distortion, if the simpler chunk is coded without loss, so that they are known at once.
  std::optional<Encoding> encoding = {};
  // Else the map's own bytes and the reconstruction of the chunk, from the reconstruction of the simpler one. To be
  // called once, while the chunk that was mapped exists.
  std::function<Encoding(std::vector<double>& reconstruction)> finish = nullptr;
};

// A chunk that is mapped to numbers which are coded without loss.
MappedChunk map_exactly(const ChunkFormat& simpler, std::span<const double> numbers, std::vector<std::byte> bytes,
                        const Distortion& distortion);

// Puts a byte before a stream, and takes no more memory than the result has.
void prepend(std::byte first, std::vector<std::byte>& stream);

// When a stage is tried, and how the search compares it with others.
struct Policy {
  static constexpr int kNever = 10;

  // The least effort (1 .. 9) at which lines, and at which fields, are tried.
  int effort_of_lines = 1, effort_of_fields = 1;
  // Whether chunks of a shape are worth trying; null: all.
  bool (*suits)(const Grid& grid) = nullptr;
  // Whether the stage loses anything of a chunk of the format, so that an exact step differs from it; null: never.
  bool (*loses)(const ChunkFormat& format) = nullptr;
  // Whether small changes of the tolerance change the bytes a little; null: no.
  bool (*is_gradual)(const ChunkFormat& format) = nullptr;
  // Whether the stage may be able to code a chunk of the format although it cannot code a sample of it; null: no.
  bool (*may_fail_on_samples)(const ChunkFormat& format) = nullptr;
  // The share by which samples make the stage look more expensive than it is, because it learns slowly or reaches far.
  double margin = 0;
  // The share by which its bytes must be fewer than those of another stage up to effort 5, because it takes a multiple
  // of the time to decode.
  double handicap = 0;
  // Whether the stage may gain by similarities over longer distances than samples of a chunk cover; null: no.
  bool (*reaches_far)(const SourceChunk& chunk) = nullptr;
  // Whether the stage takes so much memory beside the chunk that no large stream is to be kept meanwhile.
  bool takes_memory = false;
  // Whether the stage is one of those that the fastest efforts try alone if one of them can code a chunk.
  bool is_fast = false;
};

struct CodingSettings {
  int effort = 5;  // 1 .. 9
  // If not, a coding may only count the bytes, so that they take no memory.
  bool keeps_bytes = true;
};

struct CodingEncoder {
  Policy policy;
  // Nothing if the coding cannot hold these elements.
  std::optional<Encoding> (*encode)(const SourceChunk& chunk, const ChunkFormat& format,
                                    const CodingSettings& settings);
};

struct MapEncoder {
  Policy policy;
  // Nothing if the map does not apply to these elements, or is not worth it.
  std::optional<MappedChunk> (*map)(const SourceChunk& chunk, const ChunkFormat& format);
};

// Each is defined in the file of its stage.
#define LAQ_ARRAY_ENCODER(kind, name) extern const kind##Encoder name##_encoder;
LAQ_ARRAY_STAGES(LAQ_ARRAY_ENCODER)
#undef LAQ_ARRAY_ENCODER

using StageEncoder = std::variant<const CodingEncoder*, const MapEncoder*>;
const StageEncoder& encoder_of(StageId stage);
const Policy& policy_of(StageId stage);

// The log2 of the number of states of a trellis. 2^n states constrain the n points behind a state, so where rows end
// soon, as those of the bands of wavelets do, many states cost more than they gain.
constexpr int state_bits_of(int effort, bool are_rows_short) {
  constexpr int kMostFast = 2, kLeastThorough = 8;
  if (effort <= kMostFast) return 3;
  if (effort < kLeastThorough) return are_rows_short ? 4 : 5;
  return effort == kLeastThorough ? 7 : 8;
}

inline bool always(const ChunkFormat&) {
  return true;
}

// Whether a bound lets elements of the type change.
bool allows_change(ElementType type, double bound);
// Whether the format's bound does.
inline bool loses_within_bound(const ChunkFormat& format) {
  return allows_change(format.type, format.bound());
}

// The squared error that is worth a bit, in squares of the tolerance of Fidelity::mean_squared_error: the slope of the
// rate-distortion curve on which every chunk of a file is to lie.
inline constexpr double kSquaresPerBit = 0.3;

// The same in squared steps of a quantizer whose step is `step_scale` times the tolerance.
constexpr double lambda_of(double step_scale) {
  return kSquaresPerBit / (step_scale * step_scale);
}

// Whether all elements have the same bits.
bool is_constant(ElementType type, std::span<const std::byte> elements);

// Whether a chunk holds series: channels with many samples each, in rows.
bool holds_series(const Grid& grid);

}  // namespace laq::array
