#include "hdf5/description.h"

#include <algorithm>
#include <array>
#include <bit>

#include "hdf5/fill_values.h"

namespace laq_hdf5 {
namespace {

// The elements that an item consists of.
struct Elements {
  int type = LAQ_UINT8;
  bool is_big_endian = false;
  bool is_kept = true;
  size_t parts = 1;

  // Whether they differ in number at most.
  bool are_like(const Elements& other) const {
    return type == other.type && is_big_endian == other.is_big_endian && is_kept == other.is_kept;
  }
};

Elements elements_of(const Hdf5& hdf5, hid_t type);

// Bytes of an item in a chunk. Types are described as in memory, where pointers stand for what has a variable length;
// in a file it is a length, the address of a heap in eight bytes, as in nearly all files, and an index.
size_t stored_bytes(const Hdf5& hdf5, hid_t type) {
  constexpr size_t kHeapReference = 4 + 8 + 4;
  const H5T_class_t kind = hdf5.H5Tget_class(type);
  size_t bytes = hdf5.H5Tget_size(type);
  if (kind == H5T_VLEN || (kind == H5T_STRING && hdf5.H5Tis_variable_str(type) > 0)) return kHeapReference;
  if (kind == H5T_ARRAY) {
    const hid_t base = hdf5.H5Tget_super(type);
    if (base < 0) return bytes;
    bytes = bytes / hdf5.H5Tget_size(base) * stored_bytes(hdf5, base);
    hdf5.H5Tclose(base);
  }
  const int members = kind == H5T_COMPOUND ? hdf5.H5Tget_nmembers(type) : 0;
  for (int i = 0; i < members; ++i) {
    const hid_t member = hdf5.H5Tget_member_type(type, static_cast<unsigned>(i));
    if (member < 0) return bytes;
    bytes = bytes - hdf5.H5Tget_size(member) + stored_bytes(hdf5, member);
    hdf5.H5Tclose(member);
  }
  return bytes;
}

// What has no numbers that laq knows is kept byte by byte.
Elements bytes_of(const Hdf5& hdf5, hid_t type) {
  return {LAQ_UINT8, false, true, stored_bytes(hdf5, type)};
}

bool has_order(const Hdf5& hdf5, hid_t type) {
  const H5T_order_t order = hdf5.H5Tget_order(type);
  return order == H5T_ORDER_LE || order == H5T_ORDER_BE;
}

Elements elements_of_integers(const Hdf5& hdf5, hid_t type) {
  constexpr std::array<int, 4> kSigned = {LAQ_INT8, LAQ_INT16, LAQ_INT32, LAQ_INT64};
  constexpr std::array<int, 4> kUnsigned = {LAQ_UINT8, LAQ_UINT16, LAQ_UINT32, LAQ_UINT64};
  const size_t size = hdf5.H5Tget_size(type);
  if (!std::has_single_bit(size) || size > 8 || !has_order(hdf5, type)) return bytes_of(hdf5, type);
  const auto index = static_cast<size_t>(std::countr_zero(size));
  // Bits beside the precision need not be those of a number, so all of them are kept.
  const bool is_kept = hdf5.H5Tget_precision(type) != 8 * size;
  const bool is_signed = !is_kept && hdf5.H5Tget_sign(type) == H5T_SGN_2;
  return {is_signed ? kSigned[index] : kUnsigned[index], hdf5.H5Tget_order(type) == H5T_ORDER_BE, is_kept, 1};
}

Elements elements_of_floats(const Hdf5& hdf5, hid_t type) {
  struct Format {
    int type;
    size_t bytes, exponent_bits, mantissa_bits, bias;
  };
  constexpr std::array<Format, 4> kFormats = {{{LAQ_FLOAT16, 2, 5, 10, 15},
                                               {LAQ_BFLOAT16, 2, 8, 7, 127},
                                               {LAQ_FLOAT32, 4, 8, 23, 127},
                                               {LAQ_FLOAT64, 8, 11, 52, 1023}}};
  size_t sign = 0, exponent = 0, exponent_bits = 0, mantissa = 0, mantissa_bits = 0;
  if (hdf5.H5Tget_fields(type, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits) < 0)
    return bytes_of(hdf5, type);
  const size_t size = hdf5.H5Tget_size(type);
  for (const Format& format : kFormats) {
    const bool fits = size == format.bytes && sign == 8 * size - 1 && exponent == format.mantissa_bits &&
                      exponent_bits == format.exponent_bits && mantissa == 0 && mantissa_bits == format.mantissa_bits;
    if (fits && hdf5.H5Tget_ebias(type) == format.bias && has_order(hdf5, type)) {
      return {format.type, hdf5.H5Tget_order(type) == H5T_ORDER_BE, false, 1};
    }
  }
  return bytes_of(hdf5, type);
}

// Members of one type without gaps, such as the parts of a complex number, are elements.
Elements elements_of_compound(const Hdf5& hdf5, hid_t type) {
  const int count = hdf5.H5Tget_nmembers(type);
  Elements all;
  size_t bytes = 0;
  for (int i = 0; i < count; ++i) {
    const hid_t member = hdf5.H5Tget_member_type(type, static_cast<unsigned>(i));
    if (member < 0) return bytes_of(hdf5, type);
    const Elements elements = elements_of(hdf5, member);
    hdf5.H5Tclose(member);
    if (i > 0 && !all.are_like(elements)) return bytes_of(hdf5, type);
    const size_t parts = i > 0 ? all.parts + elements.parts : elements.parts;
    all = elements;
    all.parts = parts;
    bytes = parts * element_bytes(all.type);
  }
  return bytes == hdf5.H5Tget_size(type) ? all : bytes_of(hdf5, type);
}

// Elements of the type that this one is made of: an array, or an enumeration, whose numbers stand for names.
Elements elements_of_base(const Hdf5& hdf5, hid_t type, bool is_kept) {
  const hid_t base = hdf5.H5Tget_super(type);
  if (base < 0) return bytes_of(hdf5, type);
  Elements elements = elements_of(hdf5, base);
  elements.parts *= hdf5.H5Tget_size(type) / hdf5.H5Tget_size(base);
  elements.is_kept = elements.is_kept || is_kept;
  hdf5.H5Tclose(base);
  return elements;
}

Elements elements_of(const Hdf5& hdf5, hid_t type) {
  switch (hdf5.H5Tget_class(type)) {
    case H5T_INTEGER:
      return elements_of_integers(hdf5, type);
    case H5T_FLOAT:
      return elements_of_floats(hdf5, type);
    case H5T_COMPOUND:
      return elements_of_compound(hdf5, type);
    case H5T_ARRAY:
      return elements_of_base(hdf5, type, false);
    case H5T_ENUM:
      return elements_of_base(hdf5, type, true);
    default:
      return bytes_of(hdf5, type);
  }
}

// The fill value that the dataset's maker has set, if an element can have it.
std::optional<uint64_t> fill_value_of(const Hdf5& hdf5, hid_t properties, hid_t type, const Elements& elements) {
  H5D_fill_value_t kind = H5D_FILL_VALUE_ERROR;
  if (elements.is_kept || elements.parts != 1 || hdf5.H5Pfill_value_defined(properties, &kind) < 0 ||
      kind != H5D_FILL_VALUE_USER_DEFINED) {
    return std::nullopt;
  }
  std::array<unsigned char, 8> bytes = {};
  if (hdf5.H5Pget_fill_value(properties, type, bytes.data()) < 0) return std::nullopt;
  const size_t size = element_bytes(elements.type);
  if (elements.is_big_endian != (std::endian::native == std::endian::big)) {
    std::reverse(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
  }
  return element_bits(bytes.data(), size);
}

}  // namespace

bool describe(const Hdf5& hdf5, hid_t properties, hid_t type, Parameters& parameters) {
  const Elements elements = elements_of(hdf5, type);
  parameters.type = elements.type;
  parameters.is_big_endian = elements.is_big_endian;
  parameters.is_kept = elements.is_kept;
  parameters.parts = static_cast<uint32_t>(elements.parts);
  parameters.fill_value = fill_value_of(hdf5, properties, type, elements);
  std::array<hsize_t, H5S_MAX_RANK> sides = {};
  const int rank = hdf5.H5Pget_chunk(properties, static_cast<int>(sides.size()), sides.data());
  if (rank < 0) return false;
  parameters.sides.assign(sides.begin(), sides.begin() + rank);
  return true;
}

}  // namespace laq_hdf5
