#include "io/array_names.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace laq::io {
namespace {

constexpr std::array kTypeNames = {"int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"};

}  // namespace

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

}  // namespace laq::io
