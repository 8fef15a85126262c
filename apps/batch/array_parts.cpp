#include "batch/array_parts.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "io/array/array_file.h"
#include "io/array/npy.h"
#include "io/file.h"
#include "options.h"

namespace laq::command {
namespace {

Error wrong(const std::string& what) {
  return {ErrorCode::invalid_argument, what};
}

Result<std::vector<double>> parse_numbers(std::string_view text) {
  constexpr std::string_view kBetween = " \t\r\n,;";
  std::vector<double> numbers;
  for (size_t begin = text.find_first_not_of(kBetween); begin < text.size();) {
    const size_t end = std::min(text.find_first_of(kBetween, begin), text.size());
    const std::string word(text.substr(begin, end - begin));
    const std::optional<double> number = parse_number(word);
    if (!number) return wrong("holds " + shortened(word) + ", which is no number");
    numbers.push_back(*number);
    begin = text.find_first_not_of(kBetween, end);
  }
  return numbers;
}

}  // namespace

std::optional<RegionBound> parse_region_bound(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos) return std::nullopt;
  const std::optional<std::vector<Range>> ranges = parse_ranges(text.substr(0, equals));
  const std::optional<double> value = parse_number(text.substr(equals + 1));
  if (!ranges || !value || *value < 0) return std::nullopt;
  return RegionBound{*ranges, *value};
}

Result<std::vector<double>> read_bounds(const std::string& path) {
  const Result<std::vector<std::byte>> file = io::read_file(path);
  if (!file) return file.error();
  std::vector<double> bounds;
  if (io::is_array_file(*file)) {
    const Result<io::Noted<Array>> array = io::read_array(*file);
    if (!array) return array.error();
    if (array->shape.size() != 1)
      return wrong("has the shape " + io::shape_name(array->shape) + ", bounds have one side");
    bounds = io::to_doubles(*array);
  } else {
    Result<std::vector<double>> numbers = parse_numbers({reinterpret_cast<const char*>(file->data()), file->size()});
    if (!numbers) return numbers.error();
    bounds = std::move(*numbers);
  }
  if (bounds.empty()) return wrong("holds no bounds");
  for (const double bound : bounds) {
    if (!(bound >= 0 && std::isfinite(bound))) return wrong("holds a bound that is negative or not finite");
  }
  return bounds;
}

Result<std::vector<ArrayPartBound>> parts_of(const ArrayParts& parts, const ArrayView& array) {
  const io::NumpyForm form = io::numpy_form(array.type, array.shape, array.attachments);
  std::vector<ArrayPartBound> bounds;
  const std::vector<double>& slices = parts.slices;
  if (!slices.empty() && (form.shape.empty() || form.shape[0] != slices.size())) {
    return wrong("--bounds has " + std::to_string(slices.size()) + " numbers, the array is " +
                 io::shape_name(form.shape) + " (a number for each index of the first side is needed)");
  }
  for (size_t begin = 0; begin < slices.size();) {
    size_t end = begin + 1;
    while (end < slices.size() && slices[end] == slices[begin]) ++end;
    ArrayRegion region{std::vector<uint64_t>(form.shape.size(), 0), form.shape};
    region.begin[0] = begin;
    region.size[0] = end - begin;
    bounds.push_back({form.coded(std::move(region)), slices[begin]});
    begin = end;
  }
  for (const RegionBound& given : parts.regions) {
    const Result<ArrayRegion> region = region_of(given.ranges, form.shape);
    if (!region) return wrong("--region-bound: " + region.error().message.substr(std::string_view("--region ").size()));
    bounds.push_back({form.coded(*region), given.value});
  }
  return bounds;
}

}  // namespace laq::command
