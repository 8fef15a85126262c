// Encoder of pictures without loss, or with a bound, that are given row by row and never are in memory as a whole.
// Unlike encode_picture(), it does not see all samples first: channels have no list of their values, and the first rows
// choose the size of tiles.
#pragma once

#include <cstddef>
#include <vector>

#include <laq/partial.hpp>

namespace laq::lossless {

// The payload. picture: checked, but its samples are not looked at; options: as those of encode_picture(). Samples
// above the depth's largest are an error. May throw std::bad_alloc.
Result<std::vector<std::byte>> encode_rows(const PictureView& picture, const GiveRows& give, uint32_t max_error,
                                           const EncodeOptions& options);

}  // namespace laq::lossless
