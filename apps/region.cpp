#include "region.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace laq::command {
namespace {

// Parses a number, or nothing at all, which leaves `value` empty.
bool parse_end(std::string_view text, std::optional<int64_t>& value) {
  if (text.empty()) return true;
  const char* const last = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), last, value.emplace());
  return error == std::errc() && next == last;
}

std::optional<Range> parse_range(std::string_view text) {
  Range range;
  if (text == "...") {
    range.is_ellipsis = true;
    return range;
  }
  const size_t colon = text.find(':');
  range.is_index = colon == std::string_view::npos;
  if (!parse_end(text.substr(0, colon), range.begin) || (range.is_index && !range.begin)) return std::nullopt;
  if (!range.is_index && !parse_end(text.substr(colon + 1), range.end)) return std::nullopt;
  return range;
}

Error wrong(const std::string& what) {
  return {ErrorCode::invalid_argument, "--region " + what};
}

// Replaces "..." by as many whole sides as it stands for, and adds those that were left out at the end.
Result<std::vector<Range>> one_for_each_side(std::vector<Range> ranges, size_t sides) {
  const auto ellipsis = std::ranges::find(ranges, true, &Range::is_ellipsis);
  const size_t given = ranges.size() - (ellipsis == ranges.end() ? 0 : 1);
  if (given > sides) {
    return wrong("has " + std::to_string(given) + " ranges, and the array has " + std::to_string(sides) +
                 (sides == 1 ? " side" : " sides"));
  }
  const auto at = ellipsis == ranges.end() ? ellipsis : ranges.erase(ellipsis);
  ranges.insert(at, sides - given, Range());
  return ranges;
}

}  // namespace

std::optional<std::vector<Range>> parse_ranges(const std::string& text) {
  std::vector<Range> ranges;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t comma = std::min(text.find(',', begin), text.size());
    const std::optional<Range> range = parse_range(std::string_view(text).substr(begin, comma - begin));
    if (!range) return std::nullopt;
    ranges.push_back(*range);
    begin = comma + 1;
  }
  if (std::ranges::count(ranges, true, &Range::is_ellipsis) > 1) return std::nullopt;
  return ranges;
}

std::optional<PictureRegion> parse_picture_region(const std::string& text) {
  PictureRegion region;
  const char* at = text.data();
  const char* const last = at + text.size();
  for (uint32_t* number : {&region.x, &region.y, &region.width, &region.height}) {
    const auto [next, error] = std::from_chars(at, last, *number);
    const bool is_last = number == &region.height;
    if (error != std::errc() || (is_last ? next != last : next == last || *next != ',')) return std::nullopt;
    at = next + (is_last ? 0 : 1);
  }
  return region;
}

Result<ArrayRegion> region_of(const std::vector<Range>& ranges, const std::vector<uint64_t>& shape) {
  const Result<std::vector<Range>> of_sides = one_for_each_side(ranges, shape.size());
  if (!of_sides) return of_sides.error();
  ArrayRegion region;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    const Range& range = (*of_sides)[axis];
    const auto side = static_cast<int64_t>(shape[axis]);  // at most 2^40
    const auto from_start = [&](int64_t index) { return index < 0 ? index + side : index; };
    const int64_t begin = from_start(range.begin.value_or(0));
    const int64_t end = range.is_index ? std::min(begin, side) + 1 : range.end ? from_start(*range.end) : side;
    if (begin < 0 || begin >= end || end > side) {
      return wrong("has " + std::to_string(begin) + ":" + std::to_string(end) + " for side " + std::to_string(axis) +
                   ", it must be within 0:" + std::to_string(side) + " and not empty");
    }
    region.begin.push_back(static_cast<uint64_t>(begin));
    region.size.push_back(static_cast<uint64_t>(end - begin));
  }
  return region;
}

}  // namespace laq::command
