#include "hdf5/chunk.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <utility>

#include "hdf5/fill_values.h"

namespace laq_hdf5 {
namespace {

using File = std::unique_ptr<laq_buffer, decltype(&laq_buffer_free)>;
using Array = std::unique_ptr<laq_array, decltype(&laq_array_free)>;

// The array of a chunk at `data`. strides: outlives it.
laq_array array_of(const Parameters& parameters, const void* data, std::vector<int64_t>& strides) {
  laq_array array = {};
  array.struct_size = sizeof array;
  array.type = parameters.type;
  array.data = data;
  std::vector<uint64_t> sides = parameters.sides;
  const auto element = static_cast<int64_t>(element_bytes(parameters.type));
  if (parameters.parts > 1) {
    if (sides.size() == LAQ_MAX_DIMENSIONS) {  // no place for one more
      sides[1] *= sides[0];
      sides.erase(sides.begin());
    }
    strides.assign(sides.size() + 1, element);
    int64_t step = element * parameters.parts;
    for (size_t i = sides.size(); i > 0; --i) {
      strides[i] = step;
      step *= static_cast<int64_t>(sides[i - 1]);
    }
    sides.insert(sides.begin(), parameters.parts);
    array.strides = strides.data();
  }
  array.dimensions = static_cast<int>(sides.size());
  std::copy(sides.begin(), sides.end(), array.shape);
  return array;
}

bool is_native(const Parameters& parameters) {
  return element_bytes(parameters.type) == 1 || parameters.is_big_endian == (std::endian::native == std::endian::big);
}

void reverse_elements(std::span<std::byte> elements, size_t element) {
  for (size_t i = 0; i < elements.size(); i += element) {
    std::reverse(elements.begin() + static_cast<std::ptrdiff_t>(i),
                 elements.begin() + static_cast<std::ptrdiff_t>(i + element));
  }
}

bool has_loss(const Parameters& parameters) {
  return !parameters.is_kept && parameters.target_kind != LAQ_ARRAY_LOSSLESS;
}

laq_array_encode_options options_of(const Parameters& parameters) {
  laq_array_encode_options options;
  laq_array_encode_options_init(&options, sizeof options);
  if (parameters.effort != 0) options.effort = parameters.effort;
  options.target_kind = parameters.is_kept ? int{LAQ_ARRAY_LOSSLESS} : parameters.target_kind;
  options.target = parameters.is_kept ? 0 : parameters.target;
  return options;
}

std::string shape_of(const laq_array& array) {
  std::string text;
  for (int i = 0; i < array.dimensions; ++i) text += (i > 0 ? "x" : "") + std::to_string(array.shape[i]);
  return text;
}

// Where the elements differ in number or type from those that the dataset has.
std::string difference(const laq_array& got, const laq_array& wanted) {
  if (got.type != wanted.type) return "the chunk holds elements of another type than the dataset";
  if (got.dimensions == wanted.dimensions && std::equal(got.shape, got.shape + got.dimensions, wanted.shape)) return {};
  return "the chunk holds " + shape_of(got) + " elements where the dataset's chunks have " + shape_of(wanted);
}

// Copies packed elements to the places that the array in memory has for them.
void scatter(const std::byte* packed, size_t parts, size_t element, std::span<std::byte> chunk) {
  const size_t items = chunk.size() / (parts * element);
  for (size_t part = 0; part < parts; ++part) {
    std::byte* to = chunk.data() + part * element;
    for (size_t i = 0; i < items; ++i, packed += element, to += parts * element) std::memcpy(to, packed, element);
  }
}

}  // namespace

Buffer::~Buffer() {
  hdf5_.H5free_memory(data_);
}

bool Buffer::allocate(size_t bytes) {
  hdf5_.H5free_memory(data_);
  data_ = hdf5_.H5allocate_memory(bytes, false);
  bytes_ = data_ != nullptr ? bytes : 0;
  return data_ != nullptr;
}

void* Buffer::release() {
  bytes_ = 0;
  return std::exchange(data_, nullptr);
}

std::string encode_chunk(const Parameters& parameters, std::span<const std::byte> chunk, Buffer& file) {
  const uint64_t wanted = chunk_bytes(parameters).value_or(0);
  if (chunk.size() != wanted) {
    return "a chunk of " + std::to_string(chunk.size()) + " bytes where the dataset's type and chunk shape make " +
           std::to_string(wanted);
  }
  const size_t element = element_bytes(parameters.type);
  const bool hides = has_loss(parameters) && parameters.fill_value.has_value();
  std::vector<std::byte> copy;
  if (!is_native(parameters) || hides) copy.assign(chunk.begin(), chunk.end());
  if (!is_native(parameters)) reverse_elements(copy, element);
  std::vector<int64_t> strides;
  laq_array array = array_of(parameters, copy.empty() ? chunk.data() : copy.data(), strides);
  HiddenFillValues hidden;
  if (hides) hidden = hide_fill_values(parameters, copy);
  laq_attachment attachment = {};
  if (!hidden.payload.empty()) {
    std::strcpy(attachment.name, hidden.name);
    attachment.data = hidden.payload.data();
    attachment.bytes = hidden.payload.size();
    array.attachments = &attachment;
    array.attachment_count = 1;
  }

  laq_buffer encoded = {};
  laq_error error = {};
  const laq_array_encode_options options = options_of(parameters);
  if (laq_encode_array(&array, &options, &encoded, &error) != LAQ_OK) return error.message;
  const File owner(&encoded, laq_buffer_free);
  if (!file.allocate(encoded.size)) return "out of memory";
  std::memcpy(file.bytes().data(), encoded.data, encoded.size);
  return {};
}

std::string decode_chunk(const Parameters& parameters, std::span<const std::byte> file, Buffer& chunk) {
  const size_t element = element_bytes(parameters.type);
  const size_t bytes = chunk_bytes(parameters).value_or(0);
  laq_decode_options options;
  laq_decode_options_init(&options, sizeof options);
  options.max_pixels = bytes / element;
  laq_array* decoded = nullptr;
  laq_error error = {};
  if (laq_decode_array(file.data(), file.size(), &options, &decoded, &error) != LAQ_OK) return error.message;
  const Array owner(decoded, laq_array_free);
  std::vector<int64_t> strides;
  if (std::string message = difference(*decoded, array_of(parameters, nullptr, strides)); !message.empty()) {
    return message;
  }
  if (!chunk.allocate(bytes)) return "out of memory";
  if (parameters.parts == 1) {
    std::memcpy(chunk.bytes().data(), decoded->data, bytes);
  } else {
    scatter(static_cast<const std::byte*>(decoded->data), parameters.parts, element, chunk.bytes());
  }
  if (std::string message = restore_fill_values(parameters, *decoded, chunk.bytes()); !message.empty()) return message;
  if (!is_native(parameters)) reverse_elements(chunk.bytes(), element);
  return {};
}

std::string check_user_values(const Parameters& parameters) {
  // What the library refuses for one element it refuses for every array.
  Parameters one = parameters;
  one.type = LAQ_FLOAT64;
  one.is_kept = false;
  const double element = 1;
  std::vector<int64_t> strides;
  one.parts = 1;
  one.sides = {1};
  const laq_array array = array_of(one, &element, strides);
  laq_buffer encoded = {};
  laq_error error = {};
  const laq_array_encode_options options = options_of(one);
  const laq_status status = laq_encode_array(&array, &options, &encoded, &error);
  if (status == LAQ_OK) laq_buffer_free(&encoded);
  return status == LAQ_INVALID_ARGUMENT ? error.message : std::string();
}

}  // namespace laq_hdf5
