// Pictures without loss or with a bound on every sample: samples to the payload of their section, and back.
#pragma once

#include <laq/laq.hpp>

namespace laq::lossless {

// Encodes samples only: metadata travels in sections of its own. `picture` and `options` have been checked; of these,
// effort, threads and progress count. max_error: that no sample exceeds; 0: none differs. May throw std::bad_alloc.
Result<std::vector<std::byte>> encode_picture(const PictureView& picture, uint32_t max_error,
                                              const EncodeOptions& options);

// May throw std::bad_alloc; every other failure is an Error. Nothing is allocated before the limits are checked.
Result<Picture> decode_picture(std::span<const std::byte> payload, const DecodeOptions& options);

// Fills width, height, channels, depth, quality and max_error.
Result<Info> inspect_picture(std::span<const std::byte> payload);

}  // namespace laq::lossless
