// Stages: the steps by which chunks are coded. A recipe is any number of maps, each of which turns a chunk into a
// simpler one, and one coding of the last chunk.
//
// Adding a stage takes a row in LAQ_ARRAY_STAGES and a file that defines NAME_decoder and NAME_encoder of the row's
// kind (two files if the stage is to stay: decoders are also built without encoders).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "array/chunk.h"

namespace laq::array {

// A row's place is the number of the stage in streams. The result of a map may be mapped again by maps with smaller
// numbers, and may be coded by any coding.
#define LAQ_ARRAY_STAGES(ROW)        \
  ROW(Coding, deflate)               \
  ROW(Coding, interpolation)         \
  ROW(Coding, local_regression)      \
  ROW(Coding, cascade)               \
  ROW(Coding, identity)              \
  ROW(Coding, wavelet)               \
  ROW(Coding, slowest_first_wavelet) \
  ROW(Coding, lapped)                \
  ROW(Map, distinct_values)          \
  ROW(Map, lattice)                  \
  ROW(Map, fill_values)              \
  ROW(Map, logarithm)                \
  ROW(Coding, multilevel)            \
  ROW(Coding, lorenzo)               \
  ROW(Coding, constant)              \
  ROW(Coding, mixed_bytes)

#define LAQ_ARRAY_STAGE_ID(kind, name) name,
enum class StageId : uint8_t { LAQ_ARRAY_STAGES(LAQ_ARRAY_STAGE_ID) };
#undef LAQ_ARRAY_STAGE_ID

#define LAQ_ARRAY_STAGE(kind, name) StageId::name,
inline constexpr std::array kAllStages = {LAQ_ARRAY_STAGES(LAQ_ARRAY_STAGE)};
#undef LAQ_ARRAY_STAGE
inline constexpr int kStages = static_cast<int>(kAllStages.size());

// What a decoder knows of a coding. All streams are untrusted.
struct CodingDecoder {
  // Whether chunks of the format may be coded so.
  bool (*allows)(const ChunkFormat& format);
  // The memory in bytes that decode() takes beside stream and elements, at most.
  size_t (*decoding_bytes)(const ChunkFormat& format, std::span<const std::byte> stream);
  // Writes format.bytes() bytes of elements; false if the stream is invalid.
  bool (*decode)(const ChunkFormat& format, std::span<const std::byte> stream, std::span<std::byte> elements);
  // Writes only the elements of coarse_grid(), without decoding the others; nothing if they do not come first in the
  // stream. Null if they never do.
  std::optional<bool> (*decode_level)(const ChunkFormat& format, std::span<const std::byte> stream, int level,
                                      std::span<std::byte> elements) = nullptr;
};

// What a decoder knows of a map: how the simpler chunk is turned back. `bytes` are those that the map itself needs.
struct MapDecoder {
  bool (*allows)(const ChunkFormat& format);
  // The format of the simpler chunk; nothing if the bytes are invalid.
  std::optional<ChunkFormat> (*simpler)(const ChunkFormat& format, std::span<const std::byte> bytes);
  // The memory in bytes that decode() takes beside what it is given, at most.
  size_t (*decoding_bytes)(const ChunkFormat& format, const ChunkFormat& simpler, std::span<const std::byte> bytes);
  // simpler: the packed elements of the simpler chunk. False if they or the bytes are invalid.
  bool (*decode)(const ChunkFormat& format, std::span<const std::byte> bytes, std::span<const std::byte> simpler,
                 std::span<std::byte> elements);
};

// Each is defined in the file of its stage.
#define LAQ_ARRAY_DECODER(kind, name) extern const kind##Decoder name##_decoder;
LAQ_ARRAY_STAGES(LAQ_ARRAY_DECODER)
#undef LAQ_ARRAY_DECODER

using StageDecoder = std::variant<const CodingDecoder*, const MapDecoder*>;
const StageDecoder& decoder_of(StageId stage);

const char* name_of(StageId stage);

inline bool is_map(StageId stage) {
  return std::holds_alternative<const MapDecoder*>(decoder_of(stage));
}

// Whether chunks of the format may be coded by the stage.
bool allows(StageId stage, const ChunkFormat& format);

// One step of a recipe. An exact step codes the chunk without loss, whatever the fidelity of the array allows.
struct Step {
  StageId stage;
  bool is_exact = false;

  bool operator==(const Step&) const = default;

  // The format by which the stage codes a chunk.
  ChunkFormat format_of(const ChunkFormat& chunk) const { return is_exact ? chunk.lossless() : chunk; }

  // The byte that stands for it in streams. Untrusted input: nothing if the byte names no stage.
  std::byte to_byte() const;
  static std::optional<Step> from_byte(std::byte byte);
};

// Maps in the order in which they are applied, and the coding.
using Recipe = std::vector<Step>;

}  // namespace laq::array
