#include "hdf5/fill_values.h"

#include <cstring>

namespace laq_hdf5 {
namespace {

constexpr const char* kMask = "mask";
constexpr const char* kNans = "fill";

// Bits of the quiet NaN that stands for the fill value: those of the type's exponent, the first of its mantissa, and
// 425. Nothing for integers.
std::optional<uint64_t> fill_nan(int type) {
  constexpr uint64_t kPayload = 425;
  switch (type) {
    case LAQ_FLOAT16:
      return 0x7e00 | kPayload;
    case LAQ_BFLOAT16:
      return 0x7fc0 | (kPayload & 0x3f);
    case LAQ_FLOAT32:
      return 0x7fc00000 | kPayload;
    case LAQ_FLOAT64:
      return 0x7ff8000000000000 | kPayload;
    default:
      return std::nullopt;
  }
}

// The value is a number in its type: the library gives back the others as they are, and no range has them.
bool is_number(uint64_t value, int type) {
  const std::optional<uint64_t> nan = fill_nan(type);
  if (!nan) return true;
  const uint64_t exponent = type == LAQ_FLOAT16    ? 0x7c00
                            : type == LAQ_BFLOAT16 ? 0x7f80
                            : type == LAQ_FLOAT32  ? 0x7f800000
                                                   : 0x7ff0000000000000;
  return (value & exponent) != exponent;
}

bool occurs(uint64_t value, size_t element, std::span<const std::byte> elements) {
  for (size_t i = 0; i < elements.size(); i += element) {
    if (element_bits(&elements[i], element) == value) return true;
  }
  return false;
}

void replace(uint64_t from, uint64_t to, size_t element, std::span<std::byte> elements) {
  for (size_t i = 0; i < elements.size(); i += element) {
    if (element_bits(&elements[i], element) == from) store_element(to, element, &elements[i]);
  }
}

bool is_set(const uint8_t* mask, size_t i) {
  return (mask[i / 8] >> i % 8 & 1) != 0;
}

// Which elements are the fill value, in one bit each; empty if none is. The element before stands in its place, and the
// first other one at the front.
std::vector<uint8_t> mask_fill_values(uint64_t fill_value, size_t element, std::span<std::byte> elements) {
  const size_t count = elements.size() / element;
  std::vector<uint8_t> mask((count + 7) / 8);
  size_t first = count;
  bool has_fill_values = false;
  for (size_t i = 0; i < count; ++i) {
    const bool is_fill = element_bits(&elements[i * element], element) == fill_value;
    has_fill_values = has_fill_values || is_fill;
    mask[i / 8] |= static_cast<uint8_t>(is_fill << i % 8);
    if (!is_fill && first == count) first = i;
  }
  if (!has_fill_values) return {};
  for (size_t i = 0; i < count && first < count; ++i) {
    if (is_set(mask.data(), i))
      std::memcpy(&elements[i * element], &elements[(i > first ? i - 1 : first) * element], element);
  }
  return mask;
}

}  // namespace

uint64_t element_bits(const void* element, size_t bytes) {
  const auto load = [element](auto value) -> uint64_t {
    std::memcpy(&value, element, sizeof value);
    return value;
  };
  return bytes == 1   ? load(uint8_t{})
         : bytes == 2 ? load(uint16_t{})
         : bytes == 4 ? load(uint32_t{})
                      : load(uint64_t{});
}

void store_element(uint64_t bits, size_t bytes, void* element) {
  const auto store = [element](auto value) { std::memcpy(element, &value, sizeof value); };
  if (bytes == 1) store(static_cast<uint8_t>(bits));
  if (bytes == 2) store(static_cast<uint16_t>(bits));
  if (bytes == 4) store(static_cast<uint32_t>(bits));
  if (bytes == 8) store(bits);
}

HiddenFillValues hide_fill_values(const Parameters& parameters, std::span<std::byte> elements) {
  const uint64_t fill_value = *parameters.fill_value;
  const size_t element = element_bytes(parameters.type);
  if (!is_number(fill_value, parameters.type)) return {};
  const std::optional<uint64_t> nan = fill_nan(parameters.type);
  if (!nan || occurs(*nan, element, elements)) return {kMask, mask_fill_values(fill_value, element, elements)};
  if (!occurs(fill_value, element, elements)) return {};
  replace(fill_value, *nan, element, elements);
  return {kNans, {1}};
}

std::string restore_fill_values(const Parameters& parameters, const laq_array& array, std::span<std::byte> elements) {
  const size_t element = element_bytes(parameters.type), count = elements.size() / element;
  for (size_t i = 0; i < array.attachment_count; ++i) {
    const laq_attachment& attachment = array.attachments[i];
    const bool is_mask = std::strcmp(attachment.name, kMask) == 0;
    if (!is_mask && std::strcmp(attachment.name, kNans) != 0) continue;
    const std::optional<uint64_t> nan = fill_nan(parameters.type);
    if (!parameters.fill_value || (!is_mask && !nan)) return "the chunk has fill values and the dataset none";
    const uint64_t fill_value = *parameters.fill_value;
    if (!is_mask) {
      replace(*nan, fill_value, element, elements);
      continue;
    }
    if (attachment.bytes != (count + 7) / 8) {
      return "the mask of fill values has " + std::to_string(attachment.bytes) + " bytes, and the chunk " +
             std::to_string(count) + " elements";
    }
    for (size_t k = 0; k < count; ++k) {
      if (is_set(attachment.data, k)) store_element(fill_value, element, &elements[k * element]);
    }
  }
  return {};
}

}  // namespace laq_hdf5
