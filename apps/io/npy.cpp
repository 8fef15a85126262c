#include "io/npy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "io/bytes.h"

namespace laq::io {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

// Names without the byte order, in the order of ElementType.
constexpr std::array<std::string_view, 8> kTypeNames = {"i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8"};

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

// What to do with elements of a type that is not read; `type` is NumPy's kind and bytes.
const char* advice(std::string_view type) {
  struct Advice {
    std::string_view begin;  // of the type
    const char* text;
  };
  static constexpr Advice kAdvice[] = {
      {"i8", "array.astype('int32') if the values fit into it; float64 holds whole numbers up to 2^53"},
      {"u8", "array.astype('uint32') if the values fit into it; float64 holds whole numbers up to 2^53"},
      {"f2", "array.astype('float32') keeps every value"},
      {"b1", "array.astype('uint8') keeps every value"},
      {"c", "save array.real and array.imag as two arrays"},
      {"f", "array.astype('float64') rounds them"},
      {"M", "array.astype('int64').astype('float64') counts their units, and is exact up to 2^53"},
      {"m", "array.astype('int64').astype('float64') counts their units, and is exact up to 2^53"},
      {"", "only numbers are compressed"}};
  return std::ranges::find_if(kAdvice, [&](const Advice& a) { return type.starts_with(a.begin); })->text;
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
  const char order = value[1];
  const std::string_view name = value.substr(2, end - 2);
  const auto* const known = std::ranges::find(kTypeNames, name);
  if ((order == '<' || order == '|') && known != kTypeNames.end())
    return static_cast<ElementType>(known - kTypeNames.begin());
  const std::string turned = "array.astype('<" + std::string(name) + "') turns the bytes around";
  return unsupported("elements of type " + std::string(value.substr(1, std::min<size_t>(end - 1, 20))) +
                     " are not supported (" + (known != kTypeNames.end() ? turned : advice(name)) + ")");
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
  return text_of(file).starts_with(kMagic);
}

Result<ArrayView> parse_npy(std::span<const std::byte> file) {
  if (!is_npy(file)) return corrupt("it does not begin with \\x93NUMPY");
  if (file.size() < 12) return corrupt("it ends within its header");
  const uint64_t major = little_endian(file, 6, 1);
  if (major < 1 || major > 3)
    return unsupported("version " + std::to_string(major) + " of .npy files is not known, 1 to 3 are");
  const size_t begin = major == 1 ? 10 : 12;
  const uint64_t length = little_endian(file, 8, begin - 8);
  if (length > file.size() - begin) return corrupt("it ends within its header");
  const std::string_view header = text_of(file).substr(begin, length);
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
  std::string header = "{'descr': '" + std::string(element_bytes(array.type) == 1 ? "|" : "<") +
                       std::string(kTypeNames[static_cast<size_t>(array.type)]) +
                       "', 'fortran_order': False, 'shape': (";
  for (const uint64_t side : array.shape) header += std::to_string(side) + ", ";
  if (array.shape.size() > 1) header.resize(header.size() - 2);
  header += "), }";
  constexpr size_t kBefore = 10, kAlignment = 64;
  header.resize((kBefore + header.size() + 1 + kAlignment - 1) / kAlignment * kAlignment - kBefore - 1, ' ');
  header += '\n';
  header.insert(0, std::string(kMagic) + '\x01' + '\0' + integer_text(header.size(), 2, false));
  const auto bytes = std::as_bytes(std::span(header));
  std::vector<std::byte> file(bytes.begin(), bytes.end());
  file.insert(file.end(), array.data.begin(), array.data.end());
  return file;
}

}  // namespace laq::io
