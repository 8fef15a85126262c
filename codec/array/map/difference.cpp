// Differences: each integer becomes what it is more than the one before it, modulo the numbers of its type. The map has
// no bytes of its own. It is the delta filter of HDF5 and Zarr.
#include <cstring>
#include <type_traits>

#include "array/stage_encoder.h"

namespace laq::array {
namespace {

bool allows(const ChunkFormat& format) {
  return is_integer(format.type) && format.fidelity != Fidelity::mean_squared_error && format.bound() == 0 &&
         format.significant_bits == 0;
}

// Replaces each element by step(the one before it, itself), which gives what to keep in mind for the next.
template <class Step>
void for_each_pair(ElementType type, std::span<std::byte> elements, Step&& step) {
  with_type(type, [&](auto* pointer) {
    using T = std::remove_pointer_t<decltype(pointer)>;
    if constexpr (std::is_integral_v<T>) {
      std::make_unsigned_t<T> before = 0;
      for (size_t at = 0; at < elements.size(); at += sizeof(T)) {
        std::make_unsigned_t<T> element;
        std::memcpy(&element, elements.data() + at, sizeof(T));
        before = step(before, element);
        std::memcpy(elements.data() + at, &element, sizeof(T));
      }
    }
  });
}

std::optional<ChunkFormat> simpler(const ChunkFormat& format, std::span<const std::byte>) {
  return format.lossless();
}

size_t decoding_bytes(const ChunkFormat&, const ChunkFormat&, std::span<const std::byte>) {
  return 0;
}

bool decode(const ChunkFormat& format, std::span<const std::byte>, std::span<const std::byte> differences,
            std::span<std::byte> elements) {
  std::copy(differences.begin(), differences.end(), elements.begin());
  for_each_pair(format.type, elements, [](auto before, auto& element) {
    element = static_cast<std::remove_reference_t<decltype(element)>>(element + before);
    return element;
  });
  return true;
}

std::optional<MappedChunk> map(const SourceChunk& chunk, const ChunkFormat& format) {
  MappedChunk mapped{format.lossless(), {chunk.elements.begin(), chunk.elements.end()}, {}};
  for_each_pair(format.type, mapped.elements, [](auto before, auto& element) {
    const auto now = element;
    element = static_cast<std::remove_reference_t<decltype(element)>>(element - before);
    return now;
  });
  mapped.finish = [&chunk](std::vector<double>&) { return Encoding{{}, chunk.values}; };
  return mapped;
}

}  // namespace

const MapDecoder difference_decoder = {allows, simpler, decoding_bytes, decode};
const MapEncoder difference_encoder = {
    {.effort_of_fields = Policy::kNever, .loses = [](const ChunkFormat& format) { return !allows(format); }}, map};

}  // namespace laq::array
