// The check behind --verify: a LAQ file is decoded again, and compared with what it was made from.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "laq/array.hpp"
#include "laq/laq.hpp"
#include "laq/tensor.hpp"

namespace laq::command {

// Nothing if the file decodes to a picture of the same size, channels and depth; otherwise what is wrong.
std::optional<Error> verify_picture(std::span<const std::byte> file, const PictureView& picture, int threads);

// Nothing if the file gives the JPEG file again, bit by bit; otherwise what is wrong.
std::optional<Error> verify_jpeg(std::span<const std::byte> file, std::span<const std::byte> jpeg, int threads);

// Nothing if every element is as near to that of `array` as the target says and the header of the file claims;
// otherwise what is wrong. Elements that are NaN or infinite must have the same bits.
std::optional<Error> verify_array(std::span<const std::byte> file, const ArrayView& array, int threads);

// The same for tensors: what has a target is as near as that says, and all others have the same bits.
std::optional<Error> verify_tensors(std::span<const std::byte> file, std::span<const TensorView> tensors, int threads);

}  // namespace laq::command
