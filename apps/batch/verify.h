// The check behind --verify: a LAQ file is decoded again, and compared with what it was made from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "laq/array.hpp"
#include "laq/laq.hpp"
#include "laq/tensor.hpp"

namespace laq::command {

// The samples of row `y` of a picture, until the next call; null if they cannot be had. Rows are asked for in their
// order.
using OriginalRow = std::function<const std::byte*(uint32_t y)>;

// Nothing if the file decodes to a picture of the same size, channels and depth, within its bound if it has one;
// otherwise what is wrong. The samples of `picture` are not looked at, those of `original` are if the file has a bound.
std::optional<Error> verify_picture(std::span<const std::byte> file, const PictureView& picture,
                                    const OriginalRow& original, int threads);

// Nothing if the file gives the JPEG file again, bit by bit; otherwise what is wrong.
std::optional<Error> verify_jpeg(std::span<const std::byte> file, std::span<const std::byte> jpeg, int threads);

// Nothing if every element is as near to that of `array` as the target says, or the last of the parts that holds it,
// and the header of the file claims; otherwise what is wrong. Elements that are NaN or infinite must have the same
// bits.
std::optional<Error> verify_array(std::span<const std::byte> file, const ArrayView& array,
                                  std::span<const ArrayPartBound> parts, int threads);

// The same for tensors: what has a target is as near as that says, and all others have the same bits.
std::optional<Error> verify_tensors(std::span<const std::byte> file, std::span<const TensorView> tensors, int threads);

}  // namespace laq::command
