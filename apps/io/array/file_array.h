// An array as it lies in a file, for use without a copy of its elements.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "laq/array.hpp"

namespace laq::io {

// Can be moved and not copied, as the view refers to the other members.
struct FileArray {
  FileArray() = default;
  FileArray(FileArray&&) = default;
  FileArray& operator=(FileArray&&) = default;

  ArrayView view = {};                       // refers to the bytes of the file where `bytes` is empty
  std::vector<std::byte> bytes = {};         // elements that had to be unpacked or turned
  std::vector<Attachment> attachments = {};  // of the view
};

// The elements of a view, the last side fastest, with `before` in front of them. May throw std::bad_alloc.
std::vector<std::byte> packed_elements(const ArrayView& view, std::string_view before = {});

}  // namespace laq::io
