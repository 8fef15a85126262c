#include "batch/verify.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "io/array/array_file.h"
#include "laq/jpeg.hpp"
#include "laq/partial.hpp"

namespace laq::command {
namespace {

Error wrong(const std::string& what) {
  return {ErrorCode::corrupt,
          "is not written, because the check by decoding failed: " + what + " (please report this)"};
}

DecodeOptions unlimited(int threads) {
  return {threads, UINT64_MAX, UINT64_MAX};
}

// How far two elements are apart. Integers of 64 bits are not rounded before the difference is taken.
template <class Element>
double distance(Element a, Element b) {
  if constexpr (std::is_integral_v<Element>) {
    const auto x = static_cast<uint64_t>(a), y = static_cast<uint64_t>(b);
    return static_cast<double>(a < b ? y - x : x - y);
  } else {
    return std::abs(static_cast<double>(a) - static_cast<double>(b));
  }
}

template <class Element>
std::string text_of(Element element) {
  if constexpr (std::is_integral_v<Element>) return std::to_string(element);
  return std::to_string(static_cast<double>(element));
}

// The greatest less the least of the finite elements.
double range_of(ElementType type, std::span<const std::byte> elements) {
  return io::with_element_type(type, [&](auto element) {
    double least = std::numeric_limits<double>::infinity(), greatest = -least;
    for (size_t i = 0; i < elements.size() / sizeof element; ++i) {
      std::memcpy(&element, elements.data() + i * sizeof element, sizeof element);
      const auto value = static_cast<double>(element);
      if (!std::isfinite(value)) continue;
      least = std::min(least, value);
      greatest = std::max(greatest, value);
    }
    return std::max(greatest - least, 0.0);
  });
}

// Calls f(number of the first element, number of elements) for every row of a part of an array.
template <class Function>
void for_each_row(const ArrayRegion& part, const std::vector<uint64_t>& shape, Function&& f) {
  if (std::ranges::find(part.size, uint64_t{0}) != part.size.end()) return;
  const size_t sides = shape.size();
  std::vector<uint64_t> place = part.begin;
  for (bool is_done = false; !is_done;) {
    uint64_t number = 0;
    for (size_t side = 0; side < sides; ++side) number = number * shape[side] + place[side];
    f(number, sides > 0 ? part.size.back() : 1);
    is_done = true;
    for (size_t side = sides; is_done && side-- > 1;) {
      const size_t outer = side - 1;
      is_done = ++place[outer] == part.begin[outer] + part.size[outer];
      if (is_done) place[outer] = part.begin[outer];
    }
  }
}

// How far the elements of an array may be from the original: by what the header claims, and by the target, or the last
// part that holds the element.
class ArrayBounds {
 public:
  // original: the packed elements. info: must outlive this.
  ArrayBounds(const ArrayInfo& info, std::span<const std::byte> original, std::span<const ArrayPartBound> parts)
      : info_(info), values_{info.target.value} {
    if (info.target.kind == ArrayTargetKind::max_relative_error) range_ = range_of(info.type, original);
    if (parts.empty()) return;
    number_of_value_.resize(original.size() / element_bytes(info.type));
    for (const ArrayPartBound& bound : parts) {
      const auto number = static_cast<uint32_t>(values_.size());
      values_.push_back(bound.value);
      for_each_row(bound.part, info.shape, [&](uint64_t first, uint64_t count) {
        std::fill_n(number_of_value_.begin() + static_cast<ptrdiff_t>(first), count, number);
      });
    }
  }

  // index: of the element; value: what it is in the original. Below 0 the bits must be the same.
  double at(size_t index, double value) const {
    if (!(info_.max_error > 0)) return -1;
    if (info_.target.kind == ArrayTargetKind::lossless || !std::isfinite(value)) return 0;
    constexpr double kRounding = 1e-12;  // of the products
    const double wanted = number_of_value_.empty() ? values_[0] : values_[number_of_value_[index]];
    switch (info_.target.kind) {
      case ArrayTargetKind::max_error:
        return std::min(info_.max_error, wanted);
      case ArrayTargetKind::max_relative_error:
        return std::min(info_.max_error, range_ * wanted * (1 + kRounding));
      case ArrayTargetKind::pointwise_relative:
        return std::min(info_.max_error, std::abs(value) * wanted * (1 + kRounding));
      default:
        return info_.max_error;
    }
  }

 private:
  const ArrayInfo& info_;
  std::vector<double> values_;             // of the target, and of the parts
  std::vector<uint32_t> number_of_value_;  // of each element; empty: the target's
  double range_ = 0;
};

// What is wrong, or nothing if each of the packed elements is equal, or no further from the original than the bound for
// that; below 0 the bits must be the same. bound_of: called with the index and the original of an element.
template <class BoundOf>
std::optional<std::string> compare(ElementType type, const std::byte* original, std::span<const std::byte> decoded,
                                   const BoundOf& bound_of) {
  return io::with_element_type(type, [&](auto element) -> std::optional<std::string> {
    auto again = element;
    for (size_t i = 0; i < decoded.size() / sizeof element; ++i) {
      std::memcpy(&element, original + i * sizeof element, sizeof element);
      std::memcpy(&again, decoded.data() + i * sizeof again, sizeof again);
      if (std::memcmp(&element, &again, sizeof element) == 0) continue;
      if (distance(element, again) <= bound_of(i, static_cast<double>(element))) continue;
      return "element " + std::to_string(i) + " is " + text_of(again) + ", not " + text_of(element);
    }
    return std::nullopt;
  });
}

}  // namespace

static int sample_at(const std::byte* row, size_t index, int depth) {
  if (depth <= 8) return std::to_integer<int>(row[index]);
  uint16_t sample;
  std::memcpy(&sample, row + 2 * index, 2);
  return sample;
}

// Samples within the bound, if there is one; without loss all bits are the same.
static std::optional<Error> verify_floats(std::span<const std::byte> file, const Info& info, const PictureView& picture,
                                          int threads) {
  const Result<Picture> again = decode(file, unlimited(threads));
  if (!again) return wrong(again.error().message);
  if (again->sample_format != picture.sample_format) return wrong("the picture has other samples");
  const ElementType type = picture.sample_format == SampleFormat::float32 ? ElementType::float32 : ElementType::float16;
  for (uint32_t y = 0; y < picture.height && info.has_bound; ++y) {
    const auto* const before = static_cast<const std::byte*>(picture.samples) + picture.row_bytes * y;
    const auto after = std::span(again->samples).subspan(again->row_bytes() * y, again->row_bytes());
    const double bound = info.float_max_error > 0 ? info.float_max_error : -1;
    const auto what = compare(type, before, after, [bound](size_t, double) { return bound; });
    if (what) return wrong(*what);
  }
  return std::nullopt;
}

std::optional<Error> verify_picture(std::span<const std::byte> file, const PictureView& picture,
                                    const OriginalRow& original, int threads) {
  const Result<Info> info = inspect(file);  // verifies the checksums
  if (!info) return wrong(info.error().message);
  if (info->width != picture.width || info->height != picture.height || info->channels != picture.channels ||
      info->depth != picture.depth)
    return wrong("the picture has another size");
  std::string what;
  const size_t samples = size_t{picture.width} * static_cast<size_t>(picture.channels);
  const TakeRows compare_rows = [&](const PictureView& rows, uint32_t first) {
    for (uint32_t y = 0; y < rows.height && info->has_bound; ++y) {
      const std::byte* const before = original(first + y);
      if (before == nullptr) what = "the original cannot be read again";
      if (before == nullptr) return false;
      const auto* const after = static_cast<const std::byte*>(rows.samples) + rows.row_bytes * y;
      for (size_t i = 0; i < samples; ++i) {
        const int difference = sample_at(before, i, picture.depth) - sample_at(after, i, picture.depth);
        if (std::abs(difference) <= static_cast<int>(info->max_error)) continue;
        what = "a sample is beyond the bound";
        return false;
      }
    }
    return true;
  };
  if (picture.sample_format != SampleFormat::integer) return verify_floats(file, *info, picture, threads);
  const Result<PartInfo> decoded = decode_part_rows(file, compare_rows, {.decode = unlimited(threads)});
  if (!what.empty()) return wrong(what);
  return decoded ? std::nullopt : std::optional(wrong(decoded.error().message));
}

std::optional<Error> verify_jpeg(std::span<const std::byte> file, std::span<const std::byte> jpeg, int threads) {
  const Result<std::vector<std::byte>> again = decode_jpeg(file, unlimited(threads));
  if (!again) return wrong(again.error().message);
  if (!std::ranges::equal(*again, jpeg)) return wrong("the JPEG file is another one");
  return std::nullopt;
}

std::optional<Error> verify_array(std::span<const std::byte> file, const ArrayView& array,
                                  std::span<const ArrayPartBound> parts, int threads) {
  const Result<ArrayInfo> info = inspect_array(file);
  if (!info) return wrong(info.error().message);
  const Result<Array> decoded = decode_array(file, unlimited(threads));
  if (!decoded) return wrong(decoded.error().message);
  if (decoded->type != array.type || decoded->shape != array.shape) return wrong("the array has another shape or type");
  const std::vector<std::byte> packed = array.strides.empty() ? std::vector<std::byte>() : io::packed_elements(array);
  const auto* const elements = array.strides.empty() ? static_cast<const std::byte*>(array.data) : packed.data();
  const ArrayBounds bounds(*info, {elements, decoded->data.size()}, parts);
  const auto what =
      compare(array.type, elements, decoded->data, [&](size_t i, double value) { return bounds.at(i, value); });
  return what ? std::optional(wrong(*what)) : std::nullopt;
}

std::optional<Error> verify_tensors(std::span<const std::byte> file, std::span<const TensorView> tensors, int threads) {
  const Result<TensorsInfo> info = inspect_tensors(file);
  if (!info) return wrong(info.error().message);
  const Result<Tensors> decoded = decode_tensors(file, unlimited(threads));
  if (!decoded) return wrong(decoded.error().message);
  if (decoded->tensors.size() != tensors.size()) return wrong("there are more or fewer tensors");
  for (size_t i = 0; i < tensors.size(); ++i) {
    const TensorView& view = tensors[i];
    const Tensor& again = decoded->tensors[i];
    const std::string name = "tensor " + view.name;
    if (again.name != view.name || again.type != view.type || again.shape != view.shape)
      return wrong(name + " has another name, type or shape");
    const TensorTarget& target = info->tensors[i].target;
    const double bound = target.kind == TensorTargetKind::lossless    ? -1
                         : target.kind == TensorTargetKind::max_error ? target.value
                                                                      : std::numeric_limits<double>::infinity();
    const auto* const elements = static_cast<const std::byte*>(view.data);
    const auto bound_of = [&](size_t, double value) { return std::isfinite(value) ? bound : -1; };
    if (const auto what = compare(view.type, elements, again.data, bound_of)) return wrong(name + ": " + *what);
  }
  return std::nullopt;
}

}  // namespace laq::command
