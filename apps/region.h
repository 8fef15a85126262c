// The part that --region names: of an array as NumPy indexes arrays, "10:20,:64,-1" or "...,0", of a picture by its
// first column and row, width and height in pixels, "100,80,512,512".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "laq/array.hpp"
#include "laq/laq.hpp"
#include "laq/partial.hpp"

namespace laq::command {

// One side of a region: begin:end, whose ends may be left out, or a single index. Negative numbers count from the end.
// A single index keeps its side, which has one element then.
struct Range {
  std::optional<int64_t> begin = {}, end = {};
  bool is_index = false;     // `begin` alone
  bool is_ellipsis = false;  // "...": all sides that no other range is for
};

// Nothing if the text is no list of ranges.
std::optional<std::vector<Range>> parse_ranges(const std::string& text);

// The region of an array with these sides. Sides for which there is no range are taken as a whole: those at "...", or
// the last ones. It is an error if a range is empty or not within its side.
Result<ArrayRegion> region_of(const std::vector<Range>& ranges, const std::vector<uint64_t>& shape);

// Nothing if the text is no "x,y,width,height" of whole numbers.
std::optional<PictureRegion> parse_picture_region(const std::string& text);

}  // namespace laq::command
