#include "io/npy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "io/array_names.h"

namespace laq::io {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

struct TypeName {
  std::string_view name;  // without the byte order
  ElementType type;
};
constexpr std::array<TypeName, 8> kTypeNames = {{{"i1", ElementType::int8},
                                                 {"u1", ElementType::uint8},
                                                 {"i2", ElementType::int16},
                                                 {"u2", ElementType::uint16},
                                                 {"i4", ElementType::int32},
                                                 {"u4", ElementType::uint32},
                                                 {"f4", ElementType::float32},
                                                 {"f8", ElementType::float64}}};

Error corrupt(const std::string& what) {
  return Error{ErrorCode::corrupt, "not a good .npy file: " + what};
}

// What follows 'key': in the header, which is a Python dictionary; nothing if the key is missing.
std::optional<std::string_view> value_of(std::string_view header, std::string_view key) {
  const size_t at = header.find("'" + std::string(key) + "'");
  if (at == std::string_view::npos) return std::nullopt;
  size_t from = header.find(':', at);
  if (from == std::string_view::npos) return std::nullopt;
  from = header.find_first_not_of(" \t", from + 1);
  if (from == std::string_view::npos) return std::nullopt;
  return header.substr(from);
}

Error unsupported(const std::string& what) {
  return Error{ErrorCode::unsupported, what};
}

// What to do with elements of a type that is not read. The name is NumPy's: byte order, kind and bytes. `number` is the
// type if only the byte order is wrong, otherwise null.
std::string advice(std::string_view name, const TypeName* number) {
  if (number) return "array.astype('<" + std::string(number->name) + "') turns the bytes around";
  const std::string_view type = name.substr(1);
  if (type == "i8") return "array.astype('int32') if the values fit into it; float64 holds whole numbers up to 2^53";
  if (type == "u8") return "array.astype('uint32') if the values fit into it; float64 holds whole numbers up to 2^53";
  if (type == "f2") return "array.astype('float32') keeps every value";
  if (type == "b1") return "array.astype('uint8') keeps every value";
  switch (name[1]) {
    case 'c':
      return "save array.real and array.imag as two arrays";
    case 'f':
      return "array.astype('float64') rounds them";
    case 'M':
    case 'm':
      return "array.astype('int64').astype('float64') counts their units, and is exact up to 2^53";
    default:
      return "only numbers are compressed";
  }
}

Result<ElementType> parse_type(std::string_view value) {
  if (value.front() == '[')
    return unsupported("elements of several fields are not supported (save one field, array['name'])");
  const size_t end = value.find('\'', 1);
  const auto is_printable = [](char c) { return c > ' ' && c < 0x7f; };
  if (value.front() != '\'' || end == std::string_view::npos || end < 3 ||
      !std::all_of(value.begin(), value.begin() + static_cast<ptrdiff_t>(end), is_printable)) {
    return corrupt("its descr is not a type name");
  }
  const std::string_view name = value.substr(1, end - 1);
  const auto known =
      std::find_if(kTypeNames.begin(), kTypeNames.end(), [&](const TypeName& t) { return t.name == name.substr(1); });
  if ((name[0] != '<' && name[0] != '|') || known == kTypeNames.end()) {
    return unsupported("elements of type " + std::string(name.substr(0, 20)) + " are not supported (" +
                       advice(name, known == kTypeNames.end() ? nullptr : &*known) + ")");
  }
  return known->type;
}

Result<std::vector<uint64_t>> parse_tuple(std::string_view value) {
  const size_t end = value.find(')');
  if (value.front() != '(' || end == std::string_view::npos) return corrupt("its shape is not a tuple");
  std::vector<uint64_t> shape;
  std::string_view rest = value.substr(1, end - 1);
  const auto skip_spaces = [&] { rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size())); };
  while (true) {
    skip_spaces();
    if (rest.empty()) return shape;
    uint64_t side = 0;
    const auto [next, error] = std::from_chars(rest.data(), rest.data() + rest.size(), side);
    if (error != std::errc()) return corrupt("a side of its shape is not a number");
    shape.push_back(side);
    rest.remove_prefix(static_cast<size_t>(next - rest.data()));
    skip_spaces();
    if (!rest.empty() && rest.front() != ',') return corrupt("its shape lacks a comma");
    rest.remove_prefix(std::min<size_t>(rest.size(), 1));
  }
}

}  // namespace

bool is_npy(std::span<const std::byte> file) {
  return file.size() >= kMagic.size() && std::memcmp(file.data(), kMagic.data(), kMagic.size()) == 0;
}

Result<ArrayView> parse_npy(std::span<const std::byte> file) {
  if (!is_npy(file)) return corrupt("it does not begin with \\x93NUMPY");
  const auto byte = [&](size_t i) { return std::to_integer<size_t>(file[i]); };
  if (file.size() < 12) return corrupt("it ends within its header");
  const size_t major = byte(6);
  if (major < 1 || major > 3)
    return unsupported("version " + std::to_string(major) + " of .npy files is not known, 1 to 3 are");
  const size_t begin = major == 1 ? 10 : 12;
  const size_t length = byte(8) | byte(9) << 8 | (major == 1 ? 0 : byte(10) << 16 | byte(11) << 24);
  if (length > file.size() - begin) return corrupt("it ends within its header");
  const std::string_view header(reinterpret_cast<const char*>(file.data()) + begin, length);
  const auto descr = value_of(header, "descr"), order = value_of(header, "fortran_order"),
             sides = value_of(header, "shape");
  if (!descr || !order || !sides) return corrupt("its header has no descr, fortran_order or shape");

  const Result<ElementType> type = parse_type(*descr);
  if (!type) return type.error();
  Result<std::vector<uint64_t>> shape = parse_tuple(*sides);
  if (!shape) return shape.error();
  if (shape->empty()) shape->push_back(1);
  if (shape->size() > 4) {
    return unsupported("the array has " + std::to_string(shape->size()) +
                       " dimensions, at most 4 are supported (reshape it)");
  }
  ArrayView array{*type, *shape, file.data() + begin + length};
  const size_t bytes = file.size() - begin - length, available = bytes / element_bytes(*type);
  uint64_t count = std::find(shape->begin(), shape->end(), 0) == shape->end() ? 1 : 0;
  for (const uint64_t side : *shape) {
    if (side != 0 && count > available / side) return corrupt("it has fewer elements than its shape says");
    count *= side;
  }
  if (const size_t behind = bytes - count * element_bytes(*type); behind > 0) {
    return corrupt(std::to_string(behind) + " bytes follow its elements (save each array to a file of its own)");
  }
  if (order->starts_with("True")) {
    uint64_t stride = element_bytes(*type);  // may overflow if the array has no elements
    for (const uint64_t side : *shape) {
      array.strides.push_back(static_cast<int64_t>(stride));
      stride *= side;
    }
  } else if (!order->starts_with("False")) {
    return corrupt("its fortran_order is neither True nor False");
  }
  return array;
}

std::vector<std::byte> write_npy(const Array& array) {
  const auto name =
      std::find_if(kTypeNames.begin(), kTypeNames.end(), [&](const TypeName& t) { return t.type == array.type; })->name;
  std::string header = "{'descr': '" + std::string(element_bytes(array.type) == 1 ? "|" : "<") + std::string(name) +
                       "', 'fortran_order': False, 'shape': (";
  for (const uint64_t side : array.shape) header += std::to_string(side) + ", ";
  if (array.shape.size() > 1) header.resize(header.size() - 2);
  header += "), }";
  constexpr size_t kBefore = 10, kAlignment = 64;
  header.resize((kBefore + header.size() + 1 + kAlignment - 1) / kAlignment * kAlignment - kBefore - 1, ' ');
  header += '\n';
  std::string file(kMagic);
  file += '\x01';
  file += '\0';
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  file += header;
  const auto* const bytes = reinterpret_cast<const std::byte*>(file.data());
  std::vector<std::byte> out(bytes, bytes + file.size());
  out.insert(out.end(), array.data.begin(), array.data.end());
  return out;
}

}  // namespace laq::io
