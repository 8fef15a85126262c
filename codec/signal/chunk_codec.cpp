#include "signal/chunk_codec.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/expansion.h"
#include "signal/chunk.h"
#include "signal/lapped_chunk.h"
#include "signal/lattice_chunk.h"
#include "signal/levels_chunk.h"
#include "signal/logarithm_chunk.h"
#include "signal/nested_chunk.h"
#include "signal/predicted_chunk.h"
#include "signal/shuffled_deflate.h"
#include "signal/split_chunk.h"
#include "signal/transform_chunk.h"

namespace laq {
namespace {

// How a chunk is coded: the low bits of its first byte. Values are written in files.
enum class Method : uint8_t {
  deflate,  // lossless
  interpolation,
  causal,
  regression,
  identity,
  wavelet,
  slowest_first_wavelet,
  lapped,
  // The chunk is mapped to a nested one, whose method has a smaller number.
  levels,
  lattice,
  split,
  logarithm
};
constexpr uint8_t kMethods = 12;
constexpr uint8_t kVerbatim = 0x80;  // in the first byte: predicted samples may stand for themselves

// What effort buys, see ArrayEncodeOptions.
constexpr int kMostFast = 2, kLeastThorough = 8;

// Of the trellis.
int state_bits_of(int effort) {
  return effort <= kMostFast ? 3 : effort < kLeastThorough ? 5 : effort == kLeastThorough ? 7 : 8;
}

// Of the first byte of a stream; that of a stranger may be none.
Method method_of(std::byte first) {
  return static_cast<Method>(std::to_integer<uint8_t>(first) & ~kVerbatim);
}

// The other thing that the first byte tells.
bool may_be_verbatim(std::span<const std::byte> stream) {
  return (std::to_integer<uint8_t>(stream[0]) & kVerbatim) != 0;
}

bool is_predicted(Method method) {
  return method >= Method::interpolation && method <= Method::regression;
}
bool is_mapped(Method method) {
  return method >= Method::levels;
}
Prediction prediction_of(Method method) {
  return static_cast<Prediction>(static_cast<int>(method) - static_cast<int>(Method::interpolation));
}
Transform transform_of(Method method) {
  return static_cast<Transform>(static_cast<int>(method) - static_cast<int>(Method::identity));
}

// Of predicted samples. A bit is worth 2 ln 2 / 3 squares of the largest error of a uniform quantizer.
double bound_of(const ChunkFormat& format) {
  if (format.fidelity == Fidelity::max_error) return format.tolerance;
  if (format.fidelity == Fidelity::relative_error) return 0;
  constexpr double kBoundOfStep = 0.8;  // sqrt(3 kSquaresPerBit / (2 ln 2))
  return kBoundOfStep * format.tolerance;
}

// Of elements that are mapped to integers.
double bound_of_mapped(const ChunkFormat& format) {
  return format.fidelity == Fidelity::max_error ? format.tolerance : 0;
}

bool may_use(const ChunkFormat& format, Method method) {
  if (method == Method::deflate) return true;
  if (is_predicted(method)) return suits(prediction_of(method), format.grid);
  if (method == Method::lattice) return !is_integer(format.type);
  if (method == Method::logarithm) return format.fidelity == Fidelity::relative_error;
  if (is_mapped(method)) return true;
  if (method == Method::lapped && !suits_lapped_transform(format.grid)) return false;
  return format.fidelity == Fidelity::mean_squared_error;
}

// A chunk's stream from its first byte on.
struct Candidate {
  EncodedChunk encoded;
  Distortion distortion;
};

EncodedChunk encode_below(Method limit, const ChunkFormat& format, std::span<const std::byte> elements, int effort);
bool decode_below(uint8_t limit, const ChunkFormat& format, std::span<const std::byte> stream,
                  std::span<std::byte> elements);

std::optional<EncodedChunk> encode_mapped(const ChunkFormat& format, Method method, const Chunk& chunk, int effort) {
  const EncodeNested nested = [=](const ChunkFormat& of_nested, std::span<const std::byte> elements) {
    return encode_below(method, of_nested, elements, effort);
  };
  switch (method) {
    case Method::levels:
      return encode_levels(chunk, bound_of_mapped(format), nested);
    case Method::lattice:
      return encode_lattice(chunk, bound_of_mapped(format), nested);
    case Method::logarithm:
      return encode_logarithm(chunk, format, nested);
    default:
      return encode_split(chunk, format, nested);
  }
}

std::optional<NestedChunk> nested_in(const ChunkFormat& format, Method method, std::span<const std::byte> stream) {
  switch (method) {
    case Method::levels:
      return nested_in_levels(format, stream);
    case Method::lattice:
      return nested_in_lattice(format, stream);
    case Method::logarithm:
      return nested_in_logarithm(format, stream);
    default:
      return nested_in_split(format, stream);
  }
}

// What decoding takes when the nested chunk is decoded.
size_t unmapping_bytes(const ChunkFormat& format, Method method, std::span<const std::byte> stream,
                       const ChunkFormat& nested) {
  switch (method) {
    case Method::levels:
      return levels_decoding_bytes(format, stream);
    case Method::lattice:
      return lattice_decoding_bytes(format, nested);
    case Method::logarithm:
      return logarithm_decoding_bytes(format);
    default:
      return split_decoding_bytes(format, nested);
  }
}

bool decode_mapped(const ChunkFormat& format, Method method, std::span<const std::byte> stream,
                   std::span<std::byte> elements) {
  const std::optional<NestedChunk> nested = nested_in(format, method, stream);
  if (!nested) return false;
  std::vector<std::byte> decoded(nested->format.bytes());
  if (!decode_below(static_cast<uint8_t>(method), nested->format, nested->stream, decoded)) return false;
  switch (method) {
    case Method::levels:
      return decode_levels(format, stream, decoded, elements);
    case Method::lattice:
      return decode_lattice(format, stream, decoded, elements);
    case Method::logarithm:
      return decode_logarithm(format, stream, decoded, elements);
    default:
      return decode_split(format, stream, decoded, elements);
  }
}

// Nothing where the method cannot do it.
std::optional<Candidate> encode_with(const ChunkFormat& format, Method method, const Chunk& chunk, int effort) {
  auto first = static_cast<uint8_t>(method);
  std::optional<EncodedChunk> encoded;
  if (method == Method::deflate) {
    encoded = EncodedChunk{shuffle_and_deflate(chunk.elements, element_bytes(format.type)), chunk.values};
  } else if (is_predicted(method)) {
    constexpr double kDeadZone = 0.08;
    const double bound = bound_of(format), dead_zone = format.fidelity == Fidelity::max_error ? 0 : kDeadZone;
    encoded = encode_predicted(chunk, prediction_of(method), bound, dead_zone, false);
    if (!encoded) {
      encoded = encode_predicted(chunk, prediction_of(method), bound, dead_zone, true);
      first |= kVerbatim;
    }
  } else if (is_mapped(method)) {
    encoded = encode_mapped(format, method, chunk, effort);
  } else {
    encoded = encode_transformed(chunk, transform_of(method), format.tolerance, state_bits_of(effort));
  }
  if (!encoded) return std::nullopt;
  encoded->stream.insert(encoded->stream.begin(), static_cast<std::byte>(first));
  Distortion distortion;
  for (size_t i = 0; i < chunk.values.size(); ++i) {
    if (!std::isfinite(chunk.values[i])) continue;
    const double error = std::fabs(chunk.values[i] - encoded->reconstruction[i]);
    distortion.max_error = std::max(distortion.max_error, error);
    distortion.squared_error += error * error;
  }
  return Candidate{std::move(*encoded), distortion};
}

// In bits.
double cost_of(const ChunkFormat& format, const Candidate& coded) {
  const double bits = 8.0 * static_cast<double>(coded.encoded.stream.size());
  if (format.fidelity != Fidelity::mean_squared_error) return bits;
  return bits + coded.distortion.squared_error / (kSquaresPerBit * format.tolerance * format.tolerance);
}

constexpr int kSampled = 1 << 14;  // elements that tell which method suits a chunk, more or less

// From the middle of a chunk.
struct Sample {
  ChunkFormat format;
  std::vector<std::byte> elements;
};

Sample sample_of(const ChunkFormat& format, std::span<const std::byte> elements) {
  const Grid& grid = format.grid;
  // A twelfth of the chunk, or less; more where transforms may be used, which reach far: of series so many samples that
  // long blocks find room.
  const bool is_series = suits(Prediction::regression, grid);
  const bool is_transformed = format.fidelity == Fidelity::mean_squared_error;
  const double share =
      std::min<double>(static_cast<double>(grid.size()) / (is_transformed ? 2 : 12), is_series        ? 8 * kSampled
                                                                                     : is_transformed ? 4 * kSampled
                                                                                                      : kSampled);
  const int side = is_series           ? std::min(static_cast<int>(share / grid.sides[1]), kSampled)
                   : grid.sides[0] > 1 ? static_cast<int>(std::cbrt(share))
                                       : static_cast<int>(std::sqrt(share));
  Sample sample{format, {}};
  std::array<int, kAxes> begin;
  for (int axis = 0; axis < kAxes; ++axis) {
    sample.format.grid.sides[axis] = std::min(grid.sides[axis], std::max(side, 1));
    begin[axis] = (grid.sides[axis] - sample.format.grid.sides[axis]) / 2;
  }
  const size_t bytes = element_bytes(format.type);
  const std::array<int, kAxes>& sides = sample.format.grid.sides;
  for (int z = 0; z < sides[0]; ++z) {
    for (int y = 0; y < sides[1]; ++y) {
      const size_t place = (begin[0] + z) * grid.stride(0) + (begin[1] + y) * grid.stride(1) + begin[2];
      const auto row = elements.subspan(place * bytes, sides[2] * bytes);
      sample.elements.insert(sample.elements.end(), row.begin(), row.end());
    }
  }
  return sample;
}

// Fast encoders leave out what is slow, where something else serves.
bool is_slow(Method method, const Grid& grid) {
  return (is_mapped(method) && method != Method::logarithm) || method == Method::lapped ||
         (method == Method::regression && grid.is_line()) || (method == Method::interpolation && !grid.is_line());
}

std::vector<Method> possible_methods(const ChunkFormat& format, uint8_t limit, int effort) {
  std::vector<Method> methods;
  for (uint8_t i = 0; i < limit; ++i) {
    const auto method = static_cast<Method>(i);
    if (!may_use(format, method)) continue;
    if (method == Method::slowest_first_wavelet && format.grid.is_line()) continue;
    if (effort <= kMostFast && is_slow(method, format.grid)) continue;
    methods.push_back(method);
  }
  return methods;
}

// How far from the best a method may be in a sample, of which it tells less: deflate learns slowly, transforms reach
// far, and a table is paid for once by a chunk. Under a bound maps gain seldom, and cost time.
double margin_of(Method method, bool is_bounded) {
  if (method == Method::deflate) return 1.5;
  if (is_mapped(method) && is_bounded) return 1.0;
  if (method == Method::levels) return 1.08;
  return is_predicted(method) || is_mapped(method) ? 1.03 : 1.12;
}

// Those that may turn out the best, by what they make of a sample.
std::vector<Method> promising_methods(const ChunkFormat& format, uint8_t limit, std::span<const std::byte> elements,
                                      int effort) {
  std::vector<Method> methods = possible_methods(format, limit, effort);
  if (format.grid.size() <= 2 * kSampled || methods.size() == 1 || effort >= kLeastThorough) return methods;
  const Sample sample = sample_of(format, elements);
  const Chunk chunk(format.type, sample.format.grid, sample.elements);
  std::vector<double> costs;
  for (const Method method : methods) {
    const std::optional<Candidate> coded = encode_with(sample.format, method, chunk, effort);
    costs.push_back(coded ? cost_of(sample.format, *coded) : std::numeric_limits<double>::infinity());
  }
  const double best = *std::min_element(costs.begin(), costs.end());
  double best_unmapped = costs[0];
  for (size_t i = 0; i < methods.size(); ++i) {
    if (!is_mapped(methods[i])) best_unmapped = std::min(best_unmapped, costs[i]);
  }
  const bool is_bounded = format.fidelity == Fidelity::max_error && format.tolerance > 0;
  std::vector<Method> promising;
  for (size_t i = 0; i < methods.size(); ++i) {
    // That there is no fill value in it says nothing.
    const bool is_unknown = methods[i] == Method::split && std::isinf(costs[i]);
    if (is_unknown || costs[i] == best_unmapped || costs[i] <= margin_of(methods[i], is_bounded) * best) {
      promising.push_back(methods[i]);
    }
  }
  return promising;
}

// The best of the methods below a limit.
Candidate encode_best(const ChunkFormat& format, uint8_t limit, std::span<const std::byte> elements,
                      const ChunkSearch& search) {
  const Chunk chunk(format.type, format.grid, elements);
  std::optional<Candidate> best;
  const std::vector<Method> methods = search.as_before.empty()
                                          ? promising_methods(format, limit, elements, search.effort)
                                          : std::vector<Method>{method_of(search.as_before[0])};
  for (const Method method : methods) {
    std::optional<Candidate> coded = encode_with(format, method, chunk, search.effort);
    if (coded && (!best || cost_of(format, *coded) < cost_of(format, *best))) best = std::move(coded);
  }
  if (!best) best = encode_with(format, Method::deflate, chunk, search.effort);
  return std::move(*best);
}

EncodedChunk encode_below(Method limit, const ChunkFormat& format, std::span<const std::byte> elements, int effort) {
  return encode_best(format, static_cast<uint8_t>(limit), elements, {.effort = effort}).encoded;
}

// The method of a stream, below a limit; nothing if it names none that the format may have.
std::optional<Method> method_below(uint8_t limit, const ChunkFormat& format, std::span<const std::byte> stream) {
  if (stream.empty()) return std::nullopt;
  const Method method = method_of(stream[0]);
  if (static_cast<uint8_t>(method) >= limit || !may_use(format, method)) return std::nullopt;
  if (may_be_verbatim(stream) && !is_predicted(method)) return std::nullopt;
  return method;
}

// See chunk_decoding_bytes().
size_t decoding_bytes_below(uint8_t limit, const ChunkFormat& format, std::span<const std::byte> stream) {
  constexpr size_t kInflate = 1 << 16;
  const std::optional<Method> method = method_below(limit, format, stream);
  if (!method) return 0;
  const std::span<const std::byte> rest = stream.subspan(1);
  if (*method == Method::deflate) return format.bytes() + kInflate;
  if (is_predicted(*method)) {
    return predicted_decoding_bytes(format.type, format.grid, prediction_of(*method), may_be_verbatim(stream), rest);
  }
  if (!is_mapped(*method)) {
    return transformed_decoding_bytes(format.type, format.grid, transform_of(*method), rest);
  }
  const std::optional<NestedChunk> nested = nested_in(format, *method, rest);
  if (!nested) return 0;
  const size_t before = decoding_bytes_below(static_cast<uint8_t>(*method), nested->format, nested->stream);
  return nested->format.bytes() + std::max(before, unmapping_bytes(format, *method, rest, nested->format));
}

bool decode_below(uint8_t limit, const ChunkFormat& format, std::span<const std::byte> stream,
                  std::span<std::byte> elements) {
  const std::optional<Method> found = method_below(limit, format, stream);
  if (!found) return false;
  const Method method = *found;
  const bool is_verbatim = may_be_verbatim(stream);
  stream = stream.subspan(1);
  if (method == Method::deflate) return inflate_and_unshuffle(stream, element_bytes(format.type), elements);
  if (is_mapped(method)) return decode_mapped(format, method, stream, elements);
  if (!is_predicted(method)) {
    return decode_transformed(format.type, format.grid, transform_of(method), format.tolerance, stream, elements);
  }
  return decode_predicted(format.type, format.grid, prediction_of(method), bound_of(format), is_verbatim, stream,
                          elements);
}

}  // namespace

void Distortion::add(const Distortion& other) {
  max_error = std::max(max_error, other.max_error);
  squared_error += other.squared_error;
}

CodedChunk encode_chunk(const ChunkFormat& format, std::span<const std::byte> elements, const ChunkSearch& search) {
  Candidate best = encode_best(format, kMethods, elements, search);
  std::vector<std::byte>& stream = best.encoded.stream;
  stream.resize(std::max(stream.size(), static_cast<size_t>(least_stream_bytes(format.grid.size()))));
  return {std::move(best.encoded.stream), best.distortion};
}

size_t chunk_decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream) {
  return decoding_bytes_below(kMethods, format, stream);
}

bool decode_chunk(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  return decode_below(kMethods, format, stream, elements);
}

}  // namespace laq
