#include "io/array/file_array.h"

#include <cstring>
#include <span>

namespace laq::io {
namespace {

// Walks along the sides of a view from `side` on, and puts what it meets at `to`, which moves on.
template <size_t kSize>
void pack(const ArrayView& view, size_t side, const std::byte* from, std::byte*& to) {
  const uint64_t count = view.shape[side];
  const int64_t stride = view.strides[side];
  if (side + 1 < view.shape.size()) {
    for (uint64_t i = 0; i < count; ++i) pack<kSize>(view, side + 1, from + static_cast<int64_t>(i) * stride, to);
    return;
  }
  for (uint64_t i = 0; i < count; ++i, to += kSize) std::memcpy(to, from + static_cast<int64_t>(i) * stride, kSize);
}

}  // namespace

std::vector<std::byte> packed_elements(const ArrayView& view, std::string_view before) {
  size_t bytes = element_bytes(view.type);
  for (const uint64_t side : view.shape) bytes *= side;
  const auto* const data = static_cast<const std::byte*>(view.data);
  const auto header = std::as_bytes(std::span(before));
  std::vector<std::byte> elements;
  elements.reserve(header.size() + bytes);
  elements.assign(header.begin(), header.end());
  if (bytes == 0) return elements;  // other sides may be too long to walk along
  if (view.strides.empty()) {
    elements.insert(elements.end(), data, data + bytes);
    return elements;
  }
  elements.resize(header.size() + bytes);
  std::byte* to = elements.data() + header.size();
  switch (element_bytes(view.type)) {
    case 1:
      pack<1>(view, 0, data, to);
      break;
    case 2:
      pack<2>(view, 0, data, to);
      break;
    case 4:
      pack<4>(view, 0, data, to);
      break;
    default:
      pack<8>(view, 0, data, to);
  }
  return elements;
}

}  // namespace laq::io
