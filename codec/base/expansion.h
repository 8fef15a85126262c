// How much a byte may hold: the size of what is decoded is bounded by that of the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <laq/laq.hpp>

namespace laq {

// The stream of a piece that is coded on its own (a tile of a picture, a chunk of an array) has a byte for every so
// many pixels or elements, rounded down. Streams are rarely that short: writers lengthen those that are with zeros,
// which readers take to stand behind every stream anyway.
inline constexpr uint64_t kSamplesOfByte = uint64_t{1} << 14;

constexpr uint64_t least_stream_bytes(uint64_t samples) {
  return samples / kSamplesOfByte;
}

// That a piece claims more than its bytes can hold. piece: its name and number; unit: what its samples are called.
inline std::optional<Error> check_expansion(const std::string& piece, uint64_t samples, const char* unit,
                                            uint64_t bytes) {
  if (bytes >= least_stream_bytes(samples)) return std::nullopt;
  return Error{ErrorCode::corrupt, piece + " claims " + std::to_string(samples) + " " + unit + " in " +
                                       std::to_string(bytes) + " bytes, it must have one for every " +
                                       std::to_string(kSamplesOfByte)};
}

}  // namespace laq
