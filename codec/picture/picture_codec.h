// The picture codec's face to the rest of the library: samples to the payload of a picture section, and back.
#pragma once

#include <optional>

#include <laq/inspect.hpp>
#include <laq/laq.hpp>

namespace laq::picture {

// Encodes samples only: metadata travels in sections of its own. `picture` and `options` have been checked.
// The target is not looked at. May throw std::bad_alloc.
Result<std::vector<std::byte>> encode_picture(const PictureView& picture, const EncodeOptions& options);

// The bound on every sample that a quality has in place of steps of transforms, which are too coarse for it: the
// precision of coding is 12 bits. Nothing if there is none, as in pictures of 8 bits. It falls with quality, down to 1.
std::optional<uint32_t> bound_of_quality(float quality, int depth);

// May throw std::bad_alloc; every other failure is an Error. Nothing is allocated before the limits are checked.
// trace: all of it but the picture is filled in, unless it is null.
Result<Picture> decode_picture(std::span<const std::byte> payload, const DecodeOptions& options,
                               PictureTrace* trace = nullptr);

// Fills width, height, channels, depth, quality, tune and adaptive_quantization.
Result<Info> inspect_picture(std::span<const std::byte> payload);

}  // namespace laq::picture
