#include <cmath>
#include <cstring>

#include "array/stage_encoder.h"

namespace laq::array {
namespace {

std::optional<Encoding> encode(const SourceChunk& chunk, const ChunkFormat&, const CodingSettings&) {
  if (!is_constant(chunk.type, chunk.elements)) return std::nullopt;
  const std::span<const std::byte> first = chunk.elements.first(element_bytes(chunk.type));
  Distortion distortion;
  if (std::isfinite(values_of(chunk.type, first)[0])) distortion.count = chunk.grid.size();
  return Encoding{{first.begin(), first.end()}, {}, distortion};
}

}  // namespace

bool is_constant(ElementType type, std::span<const std::byte> elements) {
  const size_t bytes = element_bytes(type);
  return elements.size() >= bytes &&
         std::memcmp(elements.data(), elements.data() + bytes, elements.size() - bytes) == 0;
}

const CodingEncoder constant_encoder = {{.is_gradual = always}, encode};

}  // namespace laq::array
