// The methods by which chunks are coded, and how a stream's first byte names them: what encoders and decoders share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "array/chunk.h"
#include "array/chunk_codec.h"
#include "array/map/nested_chunk.h"

namespace laq::array {

// Values are written in files.
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
inline constexpr uint8_t kMethods = 12;

constexpr bool is_predicted(Method method) {
  return method >= Method::interpolation && method <= Method::regression;
}
constexpr bool is_mapped(Method method) {
  return method >= Method::levels;
}

// How a chunk is coded, but for what the method itself decides.
struct Recipe {
  Method method;
  bool is_exact = false;  // the chunk is coded without loss, whatever the fidelity of the array allows
};

// The first byte of a chunk's stream.
struct FirstByte {
  Recipe recipe;
  bool is_verbatim = false;  // predicted samples may stand for themselves

  // Untrusted input: the method that is read may be no member of Method.
  static FirstByte read(std::byte byte);
  std::byte write() const;
};

// The format by which a method codes a chunk: the chunk's own, or that of a lossless one.
ChunkFormat format_for(const ChunkFormat& format, const Recipe& recipe);

// Whether chunks of the format may be coded by the method.
bool may_use(const ChunkFormat& format, Method method);

// The largest error that predicted samples may have, and that elements may have which are mapped to integers.
double bound_of_predicted(const ChunkFormat& format);
double bound_of_mapped(const ChunkFormat& format);

// A chunk's stream from its first byte on, and what becomes of the elements.
struct Candidate {
  EncodedChunk encoded;
  Distortion distortion;
};

// Codes a chunk by a recipe that may be used; nothing if the method cannot code these elements. state_bits: log2 of the
// states of transforms' trellises. nested: codes what the chunk is mapped to by a method with a number below `limit`.
using EncodeBelow =
    std::function<EncodedChunk(Method limit, const ChunkFormat& format, std::span<const std::byte> elements)>;
std::optional<Candidate> encode_with(const ChunkFormat& format, const Recipe& recipe, const Chunk& chunk,
                                     int state_bits, const EncodeBelow& nested);

}  // namespace laq::array
