// The tensor codec's face to the rest of the library, for decoders: the stream of a float tensor to its elements. The
// other direction is tensor_encoder.h; the specification is docs/format.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <laq/array.hpp>

namespace laq::tensor {

// What is known of a tensor before its stream is read.
struct TensorFormat {
  ElementType type = ElementType::float32;  // integers are coded without loss only
  std::vector<uint64_t> shape = {};         // the slowest side first; without sides it is one element

  uint64_t elements() const;  // fits: at most 2^40, which a caller has checked
  uint64_t bytes() const { return elements() * element_bytes(type); }
};

// Writes format.bytes() bytes of packed elements; false if the stream is damaged. May throw std::bad_alloc, but takes
// no more memory than in proportion to the elements. A caller checks first that they are not too many for the stream
// (check_expansion of base/checks.h).
bool decode_tensor(std::span<const std::byte> stream, const TensorFormat& format, std::span<std::byte> elements);

// A piece of a tensor that decodes independently: whole slices of its first side, whose stream is that of a tensor.
struct TensorPart {
  TensorFormat format;
  uint64_t first_element = 0;  // of the part, in the tensor
  std::span<const std::byte> stream = {};
};

// How a tensor is cut into parts of about kPartElements elements; streams are empty.
inline constexpr uint64_t kPartElements = uint64_t{1} << 21;
std::vector<TensorPart> parts_of(const TensorFormat& format);

// The parts with their streams, for a caller that decodes them by threads: decode_tensor(part.stream, part.format, ...)
// for each. It is one part, the whole tensor, if it was coded so. Nothing if the stream is damaged.
std::vector<TensorPart> parts_of(std::span<const std::byte> stream, const TensorFormat& format);

}  // namespace laq::tensor
