// Coding by a given method, both ways. Which method serves a chunk best is looked for in method_search.cpp.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "array/chunk.h"
#include "array/chunk_codec.h"
#include "array/chunk_method.h"
#include "array/map/distinct_values.h"
#include "array/map/fill_values.h"
#include "array/map/lattice_chunk.h"
#include "array/map/logarithm.h"
#include "array/map/nested_chunk.h"
#include "array/predict/predicted_chunk.h"
#include "array/transform/lapped_chunk.h"
#include "array/transform/shuffled_deflate.h"
#include "array/transform/transform_chunk.h"

namespace laq::array {
namespace {

constexpr uint8_t kVerbatim = 0x80, kExact = 0x40;  // flags of the first byte

Prediction prediction_of(Method method) {
  return static_cast<Prediction>(static_cast<int>(method) - static_cast<int>(Method::interpolation));
}
Transform transform_of(Method method) {
  return static_cast<Transform>(static_cast<int>(method) - static_cast<int>(Method::identity));
}

bool decode_below(uint8_t limit, const ChunkFormat& format, std::span<const std::byte> stream,
                  std::span<std::byte> elements);

std::optional<EncodedChunk> encode_mapped(const ChunkFormat& format, Method method, const Chunk& chunk,
                                          const EncodeBelow& below) {
  const EncodeNested nested = [&below, method](const ChunkFormat& of_nested, std::span<const std::byte> elements) {
    return below(method, of_nested, elements);
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

// The first byte of a stream; nothing if it names no method below a limit that the chunk may have.
std::optional<FirstByte> first_byte_below(uint8_t limit, const ChunkFormat& of_chunk,
                                          std::span<const std::byte> stream) {
  if (stream.empty()) return std::nullopt;
  const FirstByte first = FirstByte::read(stream[0]);
  const Method method = first.recipe.method;
  if (static_cast<uint8_t>(method) >= limit || !may_use(format_for(of_chunk, first.recipe), method))
    return std::nullopt;
  if (first.is_verbatim && !is_predicted(method)) return std::nullopt;
  return first;
}

// See chunk_decoding_bytes().
size_t decoding_bytes_below(uint8_t limit, const ChunkFormat& of_chunk, std::span<const std::byte> stream) {
  constexpr size_t kInflate = 1 << 16;
  const std::optional<FirstByte> first = first_byte_below(limit, of_chunk, stream);
  if (!first) return 0;
  const Method method = first->recipe.method;
  const ChunkFormat format = format_for(of_chunk, first->recipe);
  const std::span<const std::byte> rest = stream.subspan(1);
  if (method == Method::deflate) return format.bytes() + kInflate;
  if (is_predicted(method)) {
    return predicted_decoding_bytes(format.type, format.grid, prediction_of(method), first->is_verbatim, rest);
  }
  if (!is_mapped(method)) return transformed_decoding_bytes(format.type, format.grid, transform_of(method), rest);
  const std::optional<NestedChunk> nested = nested_in(format, method, rest);
  if (!nested) return 0;
  const size_t before = decoding_bytes_below(static_cast<uint8_t>(method), nested->format, nested->stream);
  return nested->format.bytes() + std::max(before, unmapping_bytes(format, method, rest, nested->format));
}

bool decode_below(uint8_t limit, const ChunkFormat& of_chunk, std::span<const std::byte> stream,
                  std::span<std::byte> elements) {
  const std::optional<FirstByte> first = first_byte_below(limit, of_chunk, stream);
  if (!first) return false;
  const Method method = first->recipe.method;
  const ChunkFormat format = format_for(of_chunk, first->recipe);
  stream = stream.subspan(1);
  if (method == Method::deflate) return inflate_and_unshuffle(stream, element_bytes(format.type), elements);
  if (is_mapped(method)) return decode_mapped(format, method, stream, elements);
  if (!is_predicted(method)) {
    return decode_transformed(format.range(), format.grid, transform_of(method), format.tolerance, stream, elements);
  }
  return decode_predicted(format.range(), format.grid, prediction_of(method), bound_of_predicted(format),
                          first->is_verbatim, stream, elements);
}

}  // namespace

void Distortion::add(const Distortion& other) {
  max_error = std::max(max_error, other.max_error);
  count += other.count;
  if (other.squared_error == 0) return;
  const int common = squared_error == 0 ? other.exponent : std::max(exponent, other.exponent);
  squared_error = std::ldexp(squared_error, 2 * (exponent - common)) +
                  std::ldexp(other.squared_error, 2 * (other.exponent - common));
  exponent = common;
}

double Distortion::mean_squared_error(int exponent_of_unit) const {
  if (count == 0) return 0;
  return std::ldexp(squared_error / static_cast<double>(count), 2 * (exponent - exponent_of_unit));
}

FirstByte FirstByte::read(std::byte byte) {
  const auto bits = std::to_integer<uint8_t>(byte);
  return {{static_cast<Method>(bits & ~(kVerbatim | kExact)), (bits & kExact) != 0}, (bits & kVerbatim) != 0};
}

std::byte FirstByte::write() const {
  return static_cast<std::byte>(static_cast<uint8_t>(recipe.method) | (recipe.is_exact ? kExact : 0) |
                                (is_verbatim ? kVerbatim : 0));
}

ChunkFormat format_for(const ChunkFormat& format, const Recipe& recipe) {
  return recipe.is_exact ? ChunkFormat{format.type, format.grid, Fidelity::max_error, 0, format.significant_bits}
                         : format;
}

// A bit is worth 2 ln 2 / 3 squares of the largest error of a uniform quantizer.
double bound_of_predicted(const ChunkFormat& format) {
  if (format.fidelity == Fidelity::max_error) return format.tolerance;
  if (format.fidelity == Fidelity::relative_error) return 0;
  constexpr double kBoundOfStep = 0.8;  // sqrt(3 kSquaresPerBit / (2 ln 2))
  return kBoundOfStep * format.tolerance;
}

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

std::optional<Candidate> encode_with(const ChunkFormat& of_chunk, const Recipe& recipe, const Chunk& chunk,
                                     int state_bits, const EncodeBelow& nested) {
  const ChunkFormat format = format_for(of_chunk, recipe);
  const Method method = recipe.method;
  FirstByte first{recipe};
  std::optional<EncodedChunk> encoded;
  if (method == Method::deflate) {
    encoded = EncodedChunk{shuffle_and_deflate(chunk.elements, element_bytes(format.type)), chunk.values};
  } else if (is_predicted(method)) {
    constexpr double kDeadZone = 0.08;
    const double bound = bound_of_predicted(format), dead_zone = format.fidelity == Fidelity::max_error ? 0 : kDeadZone;
    encoded = encode_predicted(chunk, prediction_of(method), bound, dead_zone, false);
    if (!encoded) {
      encoded = encode_predicted(chunk, prediction_of(method), bound, dead_zone, true);
      first.is_verbatim = true;
    }
  } else if (is_mapped(method)) {
    encoded = encode_mapped(format, method, chunk, nested);
  } else {
    encoded = encode_transformed(chunk, transform_of(method), format.tolerance, state_bits);
  }
  if (!encoded) return std::nullopt;
  encoded->stream.insert(encoded->stream.begin(), first.write());
  Distortion distortion{.exponent = chunk.exponent};
  const double scale = std::ldexp(1.0, -chunk.exponent);
  for (size_t i = 0; i < chunk.values.size(); ++i) {
    if (!std::isfinite(chunk.values[i])) continue;
    const double error = std::fabs(chunk.values[i] - encoded->reconstruction[i]), scaled = error * scale;
    distortion.max_error = std::max(distortion.max_error, error);
    distortion.squared_error += scaled * scaled;
    ++distortion.count;
  }
  return Candidate{std::move(*encoded), distortion};
}

size_t chunk_decoding_bytes(const ChunkFormat& format, std::span<const std::byte> stream) {
  return decoding_bytes_below(kMethods, format, stream);
}

bool decode_chunk(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements) {
  return decode_below(kMethods, format, stream, elements);
}

}  // namespace laq::array
