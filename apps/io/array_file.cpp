#include "io/array_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "io/audio.h"
#include "io/file.h"
#include "io/npy.h"

namespace laq::io {
namespace {

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
  const Result<ArrayView> view = parse_npy(*file);
  if (!view) return view.error();
  return Noted<Array>(packed(*view));
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
