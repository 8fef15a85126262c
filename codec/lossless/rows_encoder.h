// Encoder of pictures without loss, or with a bound, that are given row by row and never are in memory as a whole. What
// encode_picture() finds out from all samples is not known here: channels have no list of their values, and the size of
// tiles is chosen by the first rows.
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
