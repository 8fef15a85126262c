#include <cstring>
#include <new>

#include "compare/codecs/codec_families.h"

namespace laq::compare {

// Type, number of sides, sides.
std::vector<std::byte> array_form(const Array& array) {
  std::vector<std::byte> form(2 + array.shape.size() * sizeof(uint64_t));
  form[0] = static_cast<std::byte>(array.type);
  form[1] = static_cast<std::byte>(array.shape.size());
  std::memcpy(&form[2], array.shape.data(), form.size() - 2);
  return form;
}

Result<Array> take_array_form(std::span<const std::byte>& file) {
  constexpr uint64_t kMaxBytes = uint64_t{1} << 40;
  const Error damaged{ErrorCode::corrupt, "the file does not begin with the type and shape of an array"};
  if (file.size() < 2 || file[0] > static_cast<std::byte>(kLastElementType)) return damaged;
  Array array{static_cast<ElementType>(file[0]), std::vector<uint64_t>(std::to_integer<size_t>(file[1])), {}, {}};
  const size_t bytes = array.shape.size() * sizeof(uint64_t);
  if (array.shape.empty() || file.size() < 2 + bytes) return damaged;
  std::memcpy(array.shape.data(), &file[2], bytes);
  file = file.subspan(2 + bytes);
  uint64_t size = element_bytes(array.type);
  for (const uint64_t side : array.shape) {
    if (side > kMaxBytes / size) return damaged;
    size *= side;
    if (size == 0) break;
  }
  try {
    array.data.resize(size);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "out of memory"};
  }
  return array;
}

}  // namespace laq::compare
