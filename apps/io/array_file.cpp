#include "io/array_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "io/audio.h"
#include "io/file.h"
#include "io/npy.h"

namespace laq::io {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are read in native byte order");

constexpr std::array kTypeNames = {"int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"};

// Appends the elements of the sides from `side` on, the last side fastest.
void pack(const ArrayView& view, size_t side, const std::byte* from, std::vector<std::byte>& to) {
  const size_t size = element_bytes(view.type);
  if (side == view.shape.size()) {
    to.insert(to.end(), from, from + size);
    return;
  }
  for (uint64_t i = 0; i < view.shape[side]; ++i)
    pack(view, side + 1, from + static_cast<int64_t>(i) * view.strides[side], to);
}

Array packed(const ArrayView& view) {
  Array array{view.type, view.shape, {}, view.signal};
  size_t bytes = element_bytes(view.type);
  for (const uint64_t side : view.shape) bytes *= side;
  const auto* const data = static_cast<const std::byte*>(view.data);
  if (view.strides.empty()) {
    array.data.assign(data, data + bytes);
  } else if (bytes > 0) {  // an array with a side of 0 may have others that are too long to walk along
    array.data.reserve(bytes);
    pack(view, 0, data, array.data);
  }
  return array;
}

}  // namespace

bool is_array_file(std::span<const std::byte> file) {
  return is_npy(file) || is_audio(file);
}

Result<Noted<Array>> read_array(const std::string& path) {
  const Result<std::vector<std::byte>> file = read_file(path);
  if (!file) return file.error();
  if (is_audio(*file)) return read_audio(*file);
  return read_npy(*file);
}

Result<Noted<Array>> read_npy(std::span<const std::byte> file) {
  const Result<ArrayView> view = parse_npy(file);
  if (!view) return view.error();
  return Noted<Array>(packed(*view));
}

Result<ArrayView> parse_raw(std::span<const std::byte> file, ElementType type, const std::vector<uint64_t>& shape) {
  const auto wrong = [](const std::string& what) { return Error{ErrorCode::invalid_argument, what}; };
  constexpr uint64_t kMaxBytes = uint64_t{1} << 43;  // 2^40 elements, the most that an array may have
  uint64_t bytes = element_bytes(type);
  for (const uint64_t side : shape) {
    if (side == 0) return wrong("the shape " + shape_name(shape) + " has no elements");
    if (side > kMaxBytes / bytes) return wrong("the shape " + shape_name(shape) + " is larger than any array can be");
    bytes *= side;
  }
  if (bytes != file.size()) {
    return wrong("the file has " + std::to_string(file.size()) + " bytes, " + shape_name(shape) + " elements of type " +
                 type_name(type) + " are " + std::to_string(bytes) + " (check type and shape)");
  }
  return ArrayView{type, shape, file.data()};
}

const char* type_name(ElementType type) {
  return kTypeNames[static_cast<size_t>(type)];
}

std::optional<ElementType> type_of_name(std::string_view name) {
  const auto* const found = std::find(kTypeNames.begin(), kTypeNames.end(), name);
  if (found == kTypeNames.end()) return std::nullopt;
  return static_cast<ElementType>(found - kTypeNames.begin());
}

std::string type_names() {
  std::string names;
  for (const char* name : kTypeNames) names += (names.empty() ? "" : ", ") + std::string(name);
  return names;
}

std::string shape_name(const std::vector<uint64_t>& shape) {
  std::string name;
  for (const uint64_t side : shape) name += (name.empty() ? "" : "x") + std::to_string(side);
  return name;
}

std::optional<std::vector<uint64_t>> parse_shape(std::string_view text) {
  std::vector<uint64_t> shape;
  const char* at = text.data();
  const char* const last = at + text.size();
  while (true) {
    const auto [next, error] = std::from_chars(at, last, shape.emplace_back());
    if (error != std::errc()) return std::nullopt;
    if (next == last) return shape;
    if (*next != ',') return std::nullopt;
    at = next + 1;
  }
}

std::vector<double> to_doubles(const Array& array) {
  return with_element_type(array.type, [&](auto element) {
    std::vector<double> values(array.data.size() / sizeof element);
    for (size_t i = 0; i < values.size(); ++i) {
      std::memcpy(&element, array.data.data() + i * sizeof element, sizeof element);
      values[i] = static_cast<double>(element);
    }
    return values;
  });
}

void set_elements(std::span<const double> values, Array& array) {
  with_element_type(array.type, [&](auto element) {
    using Element = decltype(element);
    array.data.resize(values.size() * sizeof element);
    for (size_t i = 0; i < values.size(); ++i) {
      double value = values[i];
      if constexpr (std::is_integral_v<Element>) {
        value = std::clamp(std::round(value), static_cast<double>(std::numeric_limits<Element>::lowest()),
                           static_cast<double>(std::numeric_limits<Element>::max()));
      }
      element = static_cast<Element>(value);
      std::memcpy(array.data.data() + i * sizeof element, &element, sizeof element);
    }
  });
}

}  // namespace laq::io
