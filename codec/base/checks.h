// Checks of what a caller gives; the errors name the field, its value and its range.
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

// That decoding would take more memory than the caller allows.
Error exceeds_memory(uint64_t needed, const DecodeOptions& options);

// Checks that a picture has at most max_pixels.
std::optional<Error> check_pixels(uint64_t width, uint64_t height, uint64_t max_pixels);

// The samples' place and kind, neither their values nor the metadata.
std::optional<Error> check_layout(const PictureView& picture);

// That no sample is above the largest value of the depth. picture: passes check_layout().
std::optional<Error> check_samples(const PictureView& picture);

}  // namespace laq
