#include "io/array/npy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>

#include "io/array/array_file.h"
#include "io/array/npy_header.h"
#include "io/attachments.h"
#include "io/bytes.h"

namespace laq::io {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr const char* kAttachment = "npyh";

// A type of NumPy, named by its kind and bytes as in descr, and how its elements are coded.
struct NumpyType {
  std::string_view code;
  const char* name;
  ElementType type;
  bool is_complex = false;
};

// The types of LAQ in the order of ElementType, then the others.
constexpr NumpyType kTypes[] = {{"i1", "int8", ElementType::int8},
                                {"u1", "uint8", ElementType::uint8},
                                {"i2", "int16", ElementType::int16},
                                {"u2", "uint16", ElementType::uint16},
                                {"i4", "int32", ElementType::int32},
                                {"u4", "uint32", ElementType::uint32},
                                {"f4", "float32", ElementType::float32},
                                {"f8", "float64", ElementType::float64},
                                {"i8", "int64", ElementType::int64},
                                {"u8", "uint64", ElementType::uint64},
                                {"f2", "float16", ElementType::float16},
                                {"b1", "bool", ElementType::uint8},
                                {"c8", "complex64", ElementType::float32, true},
                                {"c16", "complex128", ElementType::float64, true},
                                {"M8", "datetime64", ElementType::int64},
                                {"m8", "timedelta64", ElementType::int64}};

// The type with this code, whose unit ("[ns]") may follow if it is a time; null if it is none of the table.
const NumpyType* find_type(std::string_view code) {
  const std::string_view plain = code.substr(0, code.find('['));
  const bool has_unit = plain.size() < code.size(), is_time = plain == "M8" || plain == "m8";
  if (has_unit && !(is_time && code.ends_with(']'))) return nullptr;
  const auto* const found = std::ranges::find(kTypes, plain, &NumpyType::code);
  return found == std::end(kTypes) ? nullptr : found;
}

Error corrupt(const std::string& what) {
  return Error{ErrorCode::corrupt, "not a good .npy file: " + what};
}
Error unsupported(const std::string& what) {
  return Error{ErrorCode::unsupported, what};
}

// What to do with elements of a type that is not read; `code` is NumPy's kind and bytes.
const char* advice(std::string_view code) {
  struct Advice {
    std::string_view begin;  // of the code
    const char* text;
  };
  static constexpr Advice kAdvice[] = {{"f", "array.astype('float64') rounds them"},
                                       {"c", "array.astype('complex128') rounds them"},
                                       {"O", "array.astype('float64') if the objects are numbers"},
                                       {"V", "array.view('uint8') shows their bytes"},
                                       {"", "only numbers are compressed"}};
  return std::ranges::find_if(kAdvice, [&](const Advice& a) { return code.starts_with(a.begin); })->text;
}

// The type of the elements, and how NumPy calls it.
struct Descr {
  const NumpyType* type = nullptr;
  bool is_big_endian = false;
  std::string text = {};  // as NumPy writes it: "<f4"
};

// Reads "<f4"; the mark of the byte order may be missing, or be '=', the order of the machine, which is little-endian.
std::optional<Descr> parse_descr(std::string_view text) {
  const bool has_mark = !text.empty() && std::string_view("<>=|").find(text[0]) != std::string_view::npos;
  const std::string_view code = text.substr(has_mark ? 1 : 0);
  const NumpyType* const type = find_type(code);
  if (!type) return std::nullopt;
  const bool is_turned = text[0] == '>' && element_bytes(type->type) > 1;
  const char mark = element_bytes(type->type) == 1 ? '|' : is_turned ? '>' : '<';
  return Descr{type, is_turned, mark + std::string(code)};
}

Result<Descr> descr_of(std::string_view value) {
  if (value.starts_with('[')) {
    const std::string names = npy_field_names(value);
    if (names.empty()) return corrupt("its descr has no fields");
    return unsupported("has the fields " + names + ": save one, array[" + names.substr(0, names.find(',')) + "]");
  }
  const std::optional<std::string_view> text = python_string(value);
  const auto is_printable = [](char c) { return c > ' ' && c < 0x7f; };
  if (!text || text->empty() || !std::all_of(text->begin(), text->end(), is_printable))
    return corrupt("its descr is not a type name");
  if (std::optional<Descr> descr = parse_descr(*text)) return std::move(*descr);
  const std::string_view code = text->substr(std::min(text->find_first_not_of("<>=|"), text->size()));
  if (code.empty()) return corrupt("its descr is not a type name");
  return unsupported("elements of type " + std::string(text->substr(0, 20)) + " are not supported (" + advice(code) +
                     ")");
}

Result<std::vector<uint64_t>> shape_of(std::string_view value, bool is_complex) {
  const Result<std::vector<uint64_t>> shape = python_tuple(value);
  if (!shape) return corrupt("its shape " + shape.error().message);
  const size_t most = is_complex ? 31 : 32;  // a side of parts comes to those of complex numbers
  if (shape->size() <= most) return *shape;
  return unsupported("the array has " + std::to_string(shape->size()) + " dimensions, at most " + std::to_string(most) +
                     " are supported (reshape it)");
}

// Bytes from one element to the next along each side of the file's array.
std::vector<int64_t> strides_of(std::span<const uint64_t> shape, size_t size, bool is_fortran) {
  std::vector<int64_t> strides(shape.size());
  uint64_t stride = size;  // may overflow if the array has no elements
  for (size_t i = 0; i < shape.size(); ++i) {
    const size_t side = is_fortran ? i : shape.size() - 1 - i;
    strides[side] = static_cast<int64_t>(stride);
    stride *= shape[side];
  }
  return strides;
}

// Turns the bytes of each element of `size` bytes around.
void turn(std::span<std::byte> bytes, size_t size) {
  for (size_t at = 0; at + size <= bytes.size(); at += size) std::reverse(&bytes[at], &bytes[at] + size);
}

// What the type alone does not say, of the elements as they lie in memory.
void look_at_elements(const Descr& descr, std::span<const std::byte> elements, SignalInfo& signal, Notes& notes) {
  if (descr.type->code == "b1") {
    // NumPy reads every number but 0 as true, and writes 1.
    const bool is_usual = std::ranges::all_of(elements, [](std::byte b) { return b <= std::byte{1}; });
    if (is_usual) signal.significant_bits = 1;
  }
  if (descr.type->code != "M8" && descr.type->code != "m8") return;
  constexpr int64_t kNotATime = std::numeric_limits<int64_t>::min();
  for (size_t at = 0; at + sizeof kNotATime <= elements.size(); at += sizeof kNotATime) {
    if (std::memcmp(&elements[at], &kNotATime, sizeof kNotATime) != 0) continue;
    notes.remark("has NaT among its times, which counts as the number -2^63: only --lossless is sure to keep it");
    return;
  }
}

// Checks that the elements fill the file, and returns their bytes.
Result<std::span<const std::byte>> elements_of(std::span<const std::byte> bytes, std::span<const uint64_t> shape,
                                               size_t size) {
  const uint64_t available = bytes.size() / size;
  uint64_t count = std::ranges::find(shape, 0u) == shape.end() ? 1 : 0;
  for (const uint64_t side : shape) {
    if (side != 0 && count > available / side) return corrupt("it has fewer elements than its shape says");
    count *= side;
  }
  if (count > available) return corrupt("it has fewer elements than its shape says");
  if (const size_t behind = bytes.size() - count * size; behind > 0)
    return corrupt(std::to_string(behind) + " bytes follow its elements (save each array to a file of its own)");
  return bytes;
}

std::string plain_descr(ElementType type) {
  return (element_bytes(type) == 1 ? "|" : "<") + std::string(kTypes[static_cast<size_t>(type)].code);
}

// The header and what stands before it, with the same blanks as numpy.save writes.
std::string header_of(const NumpyForm& form) {
  std::string header =
      "{'descr': '" + form.descr + "', 'fortran_order': " + (form.is_fortran ? "True" : "False") + ", 'shape': (";
  for (const uint64_t side : form.shape) header += std::to_string(side) + ", ";
  if (!form.shape.empty()) header.resize(header.size() - (form.shape.size() == 1 ? 1 : 2));
  header += "), }";
  constexpr size_t kBefore = 10, kAlignment = 64, kDigits = 21;  // room for the side along which the file may grow
  if (!form.shape.empty()) {
    const uint64_t side = form.is_fortran ? form.shape.back() : form.shape.front();
    header.append(kDigits - std::to_string(side).size(), ' ');
  }
  header.append(kAlignment - (kBefore + header.size() + 1) % kAlignment, ' ');
  header += '\n';
  return std::string(kMagic) + '\x01' + '\0' + integer_text(header.size(), 2, false) + header;
}

}  // namespace

bool is_npy(std::span<const std::byte> file) {
  return text_of(file).starts_with(kMagic);
}

Result<Noted<FileArray>> parse_npy(std::span<const std::byte> file) {
  if (!is_npy(file)) return corrupt("it does not begin with \\x93NUMPY");
  if (file.size() < 12) return corrupt("it ends within its header");
  const uint64_t major = little_endian(file, 6, 1);
  if (major < 1 || major > 3)
    return unsupported("version " + std::to_string(major) + " of .npy files is not known, 1 to 3 are");
  const size_t begin = major == 1 ? 10 : 12;
  const uint64_t length = little_endian(file, 8, begin - 8);
  if (length > file.size() - begin) return corrupt("it ends within its header");
  const Result<NpyHeader> header = parse_npy_header(text_of(file).substr(begin, length));
  if (!header) return corrupt(header.error().message);

  const Result<Descr> descr = descr_of(header->descr);
  if (!descr) return descr.error();
  const NumpyType& type = *descr->type;
  const Result<std::vector<uint64_t>> shape = shape_of(header->shape, type.is_complex);
  if (!shape) return shape.error();
  const bool is_fortran = header->fortran_order == "True";
  if (!is_fortran && header->fortran_order != "False") return corrupt("its fortran_order is neither True nor False");
  const size_t part = element_bytes(type.type), size = type.is_complex ? 2 * part : part;
  const Result<std::span<const std::byte>> elements = elements_of(file.subspan(begin + length), *shape, size);
  if (!elements) return elements.error();

  Noted<FileArray> array;
  array.view = ArrayView{type.type, *shape, elements->data()};
  if (is_fortran || type.is_complex) array.view.strides = strides_of(*shape, size, is_fortran);
  if (type.is_complex) {
    array.view.shape.insert(array.view.shape.begin(), 2);
    array.view.strides.insert(array.view.strides.begin(), static_cast<int64_t>(part));
  }
  if (descr->is_big_endian) {
    array.bytes.assign(elements->begin(), elements->end());
    turn(array.bytes, part);
    array.view.data = array.bytes.data();
  }
  look_at_elements(*descr, {static_cast<const std::byte*>(array.view.data), elements->size()}, array.view.signal,
                   array.notes);
  if (is_fortran || descr->text != plain_descr(type.type)) {
    attach(array.attachments, kAttachment, descr->text + (is_fortran ? 'F' : 'C'));
    array.view.attachments = array.attachments;
  }
  return array;
}

NumpyForm numpy_form(ElementType type, std::span<const uint64_t> shape, std::span<const Attachment> attachments) {
  const NumpyForm plain{plain_descr(type), {shape.begin(), shape.end()}};
  const std::vector<std::byte>* const found = find_attachment(attachments, kAttachment);
  if (!found) return plain;
  const std::string_view text = text_of(*found);
  if (!text.ends_with('C') && !text.ends_with('F')) return plain;
  const std::optional<Descr> descr = parse_descr(text.substr(0, text.size() - 1));
  const auto is_printable = [](char c) { return c > ' ' && c < 0x7f && c != '\'' && c != '\\'; };
  if (!descr || descr->type->type != type || text.size() > 64 || !std::ranges::all_of(text, is_printable)) return plain;
  if (descr->type->is_complex && (shape.empty() || shape[0] != 2)) return plain;
  const auto sides = shape.subspan(descr->type->is_complex ? 1 : 0);
  return {
      descr->text, {sides.begin(), sides.end()}, text.ends_with('F'), descr->type->is_complex, descr->is_big_endian};
}

ArrayRegion NumpyForm::coded(ArrayRegion region) const {
  if (!is_complex) return region;
  region.begin.insert(region.begin.begin(), 0);
  region.size.insert(region.size.begin(), 2);
  return region;
}

std::string NumpyForm::type_name() const {
  const std::string_view code = std::string_view(descr).substr(1);
  const size_t unit = code.find('[');
  return find_type(code)->name + std::string(unit == std::string_view::npos ? "" : code.substr(unit));
}

std::optional<std::vector<std::byte>> npy_head(const Array& array) {
  const NumpyForm form = numpy_form(array.type, array.shape, array.attachments);
  if (array.type == ElementType::bfloat16 || form.is_fortran || form.is_complex || form.is_big_endian)
    return std::nullopt;
  const std::string header = header_of(form);
  const auto bytes = std::as_bytes(std::span(header));
  return std::vector<std::byte>(bytes.begin(), bytes.end());
}

std::vector<std::byte> write_npy(const Array& array) {
  if (array.type == ElementType::bfloat16) {
    // NumPy has no such type; float32 holds every number of it.
    Array wider{ElementType::float32, array.shape, {}, array.signal, array.attachments};
    set_elements(to_doubles(array), wider);
    return write_npy(wider);
  }
  const NumpyForm form = numpy_form(array.type, array.shape, array.attachments);
  // The coded array along the sides of the file, the slowest first.
  ArrayView file_order{array.type, form.shape, array.data.data()};
  const size_t size = element_bytes(array.type);
  if (form.is_fortran || form.is_complex) {
    const std::vector<int64_t> strides = strides_of(array.shape, size, false);
    file_order.strides.assign(strides.end() - static_cast<ptrdiff_t>(form.shape.size()), strides.end());
    if (form.is_fortran) {
      std::ranges::reverse(file_order.shape);
      std::ranges::reverse(file_order.strides);
    }
    if (form.is_complex) {
      file_order.shape.push_back(2);
      file_order.strides.push_back(strides.front());
    }
  }
  const std::string header = header_of(form);
  std::vector<std::byte> file = packed_elements(file_order, header);
  if (form.is_big_endian) turn(std::span(file).subspan(header.size()), size);
  return file;
}

}  // namespace laq::io
