// Encoder of pictures that are given row by row and never are in memory as a whole. Tiles and the fields of their steps
// are those of encode_picture(). What follows there from the whole picture is decided otherwise: screen content by the
// first rows, and the loop filters have strengths that suit most pictures, of which every superblock takes its best.
#pragma once

#include <cstddef>
#include <vector>

#include <laq/partial.hpp>

namespace laq::picture {

struct EncodedRows {
  std::vector<std::byte> payload;
  std::vector<std::byte> preview;  // of the preview's section; empty if the options ask for none
};

// picture: checked, but its samples are not looked at; options: checked. Samples above the depth's largest are an
// error. May throw std::bad_alloc.
Result<EncodedRows> encode_rows(const PictureView& picture, const GiveRows& give, const EncodeOptions& options);

}  // namespace laq::picture
