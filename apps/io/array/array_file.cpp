#include "io/array/array_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "io/array/npy.h"
#include "io/array/npz.h"
#include "io/file.h"
#include "io/formats.h"
#include "io/sound/audio.h"

namespace laq::io {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are read in native byte order");

constexpr std::array kTypeNames = {"int8",    "uint8",   "int16", "uint16", "int32",   "uint32",
                                   "float32", "float64", "int64", "uint64", "float16", "bfloat16"};

// The elements of an array, without a copy if the bytes are its own.
std::vector<std::byte> take_elements(FileArray& file) {
  if (file.bytes.empty() || !file.view.strides.empty()) return packed_elements(file.view);
  const auto before = static_cast<const std::byte*>(file.view.data) - file.bytes.data();
  file.bytes.erase(file.bytes.begin(), file.bytes.begin() + before);
  return std::move(file.bytes);
}

Result<Noted<Array>> packed(Result<Noted<FileArray>> file) {
  if (!file) return file.error();
  Noted<Array> array;
  array.type = file->view.type;
  array.shape = file->view.shape;
  array.data = take_elements(*file);
  array.signal = file->view.signal;
  array.notes = std::move(file->notes);
  return array;
}

// The element nearest to a value.
template <class Element>
Element nearest(double value) {
  if constexpr (std::is_integral_v<Element>) {
    using Limits = std::numeric_limits<Element>;
    const double rounded = std::round(value);
    if (!(rounded > static_cast<double>(Limits::lowest()))) return Limits::lowest();
    // As a double the greatest may be one more than it is.
    if (rounded >= static_cast<double>(Limits::max())) return Limits::max();
    return static_cast<Element>(rounded);
  } else {
    return static_cast<Element>(value);
  }
}

}  // namespace

bool is_array_file(std::span<const std::byte> file) {
  return array_reader_of(file) != nullptr;
}

ArrayReader* array_reader_of(std::span<const std::byte> file) {
  return is_audio(file) ? read_audio : format_of(recognise_kind(file)).read_array;
}

Result<Noted<FileArray>> parse_array(std::span<const std::byte> file, const std::string& member, uint64_t max_bytes) {
  if (is_npz(file)) return read_npz_array(file, member, max_bytes);
  if (!member.empty())
    return Error{ErrorCode::invalid_argument, "is not an NPZ file, and has no members (leave out --member)"};
  if (is_npy(file)) return parse_npy(file);
  ArrayReader* const read = array_reader_of(file);
  if (!read) return not_readable(file);
  Result<Noted<Array>> array = read(file);
  if (!array) return array.error();
  Noted<FileArray> result;
  result.bytes = std::move(array->data);
  result.attachments = std::move(array->attachments);
  result.view = {array->type, array->shape, result.bytes.data(), {}, array->signal, result.attachments};
  result.notes = std::move(array->notes);
  return result;
}

Result<Noted<Array>> read_array(std::span<const std::byte> file, uint64_t max_bytes) {
  return packed(parse_array(file, {}, max_bytes));
}

Result<Noted<Array>> read_array(const std::string& path) {
  const Result<std::vector<std::byte>> file = read_file(path);
  if (!file) return file.error();
  return read_array(*file);
}

Result<Noted<Array>> read_npy(std::span<const std::byte> file) {
  return packed(parse_npy(file));
}

Result<Noted<Array>> read_npz(std::span<const std::byte> file) {
  return packed(read_npz_array(file, {}));
}

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
  if (shape.empty()) return "0-d";
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

std::vector<double> to_doubles(const Array& array) {
  std::vector<double> values(array.data.size() / element_bytes(array.type));
  load_elements(array, 0, std::span(values));
  return values;
}

double element_count(std::span<const uint64_t> shape) {
  double count = 1;
  for (const uint64_t side : shape) count *= static_cast<double>(side);
  return count;
}

void set_elements(std::span<const double> values, Array& array) {
  with_element_type(array.type, [&](auto element) {
    using Element = decltype(element);
    array.data.resize(values.size() * sizeof element);
    for (size_t i = 0; i < values.size(); ++i) {
      element = nearest<Element>(values[i]);
      std::memcpy(array.data.data() + i * sizeof element, &element, sizeof element);
    }
  });
}

}  // namespace laq::io
