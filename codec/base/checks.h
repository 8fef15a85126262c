// Checks of what a caller gives and of what a stream claims; the errors name the field, its value and its range.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <laq/laq.hpp>

namespace laq {

inline constexpr uint32_t kMaxSide = 1u << 20;
inline constexpr int kMaxThreads = 1024;

Error invalid(const std::string& what);

// NaN is out of every range.
std::optional<Error> check_range(const char* field, double value, double low, double high);
std::optional<Error> check_range(const char* field, int64_t value, int64_t low, int64_t high);

// The Error of decoding that would take more memory than the caller allows.
Error exceeds_memory(uint64_t needed, const DecodeOptions& options);

// The stream of a piece that is coded on its own (a tile of a picture, a chunk of an array) has a byte for every so
// many pixels or elements, rounded down. Streams are rarely that short: writers lengthen those that are with zeros,
// which readers take to stand behind every stream anyway.
inline constexpr uint64_t kSamplesOfByte = uint64_t{1} << 14;

constexpr uint64_t least_stream_bytes(uint64_t samples) {
  return samples / kSamplesOfByte;
}

// Refuses a piece that claims more than its bytes can hold. piece: its name and number; unit: what its samples are
// called.
std::optional<Error> check_expansion(const std::string& piece, uint64_t samples, const char* unit, uint64_t bytes);

// Checks that a picture has at most max_pixels.
std::optional<Error> check_pixels(uint64_t width, uint64_t height, uint64_t max_pixels);

// The samples' place and kind, neither their values nor the metadata.
std::optional<Error> check_layout(const PictureView& picture);

// Checks that no sample is above the largest value of the depth. picture: passes check_layout().
std::optional<Error> check_samples(const PictureView& picture);

}  // namespace laq
