#include "io/array_file.h"

#include <algorithm>
#include <cstring>

#include "io/audio.h"
#include "io/file.h"
#include "io/npy.h"

namespace laq::io {
namespace {

// Copies the elements of the sides from `side` on, last one fastest.
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
  } else if (bytes > 0) {  // sides beside one of 0 may be too long to go along
    array.data.reserve(bytes);
    pack(view, 0, data, array.data);
  }
  return array;
}

template <class Element>
std::vector<double> converted(const Array& array) {
  std::vector<double> values(array.data.size() / sizeof(Element));
  for (size_t i = 0; i < values.size(); ++i) {
    Element element;
    std::memcpy(&element, array.data.data() + i * sizeof(Element), sizeof(Element));
    values[i] = static_cast<double>(element);
  }
  return values;
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
  switch (array.type) {
    case ElementType::int8:
      return converted<int8_t>(array);
    case ElementType::uint8:
      return converted<uint8_t>(array);
    case ElementType::int16:
      return converted<int16_t>(array);
    case ElementType::uint16:
      return converted<uint16_t>(array);
    case ElementType::int32:
      return converted<int32_t>(array);
    case ElementType::uint32:
      return converted<uint32_t>(array);
    case ElementType::float32:
      return converted<float>(array);
    case ElementType::float64:
      break;
  }
  return converted<double>(array);
}

}  // namespace laq::io
