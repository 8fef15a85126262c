#include "io/raw.h"

#include <bit>
#include <string>

#include "io/array_names.h"

namespace laq::io {

static_assert(std::endian::native == std::endian::little, "elements are read in native byte order");

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

}  // namespace laq::io
