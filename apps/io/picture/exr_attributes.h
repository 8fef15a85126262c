// The layout of attributes in a header of OpenEXR, which needs no library to be walked.
// Source: OpenEXR File Layout.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "io/bytes.h"

namespace laq::io {

// An attribute: its name and its type with a zero behind each, the size of its value in 4 bytes, and the value. An
// empty name ends the list.
struct ExrAttribute {
  std::string_view name, type;
  std::span<const std::byte> all, value;
};

// The attribute that the bytes begin with; nothing at the end of the list, or if the attribute ends too early.
inline std::optional<ExrAttribute> first_attribute(std::span<const std::byte> bytes) {
  const std::string_view text = text_of(bytes);
  const size_t end_of_name = text.find('\0');
  if (end_of_name == 0 || end_of_name == std::string_view::npos) return std::nullopt;
  const size_t end_of_type = text.find('\0', end_of_name + 1);
  if (end_of_type == std::string_view::npos || bytes.size() - end_of_type < 5) return std::nullopt;
  const size_t begin = end_of_type + 5;
  const uint64_t size = little_endian(bytes, end_of_type + 1, 4);
  if (size > bytes.size() - begin) return std::nullopt;
  return ExrAttribute{text.substr(0, end_of_name), text.substr(end_of_name + 1, end_of_type - end_of_name - 1),
                      bytes.first(begin + size), bytes.subspan(begin, size)};
}

}  // namespace laq::io
