// Elements as they are: the first bytes of all, then the second ones, and so on, deflated (zlib). What smooth numbers
// have in common stands together so.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace laq::array {

std::vector<std::byte> shuffle_and_deflate(std::span<const std::byte> elements, size_t element_bytes);

// False where the stream does not hold exactly as many bytes.
bool inflate_and_unshuffle(std::span<const std::byte> stream, size_t element_bytes, std::span<std::byte> elements);

}  // namespace laq::array
