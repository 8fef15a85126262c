// The decoder of tensors: the byte of the method, the mask of elements that are not finite, and parts.
#include <algorithm>
#include <cmath>

#include "base/bytes.h"
#include "base/element.h"
#include "levels/mask.h"
#include "tensor/frame.h"
#include "tensor/method.h"
#include "tensor/tensor_codec.h"

namespace laq::tensor {
namespace {

constexpr const MethodDecoder* decoder_of(Method method) {
#define LAQ_TENSOR_METHOD_DECODER(name) &name##_decoder,
  constexpr std::array kDecoders = {LAQ_TENSOR_METHODS(LAQ_TENSOR_METHOD_DECODER)};
#undef LAQ_TENSOR_METHOD_DECODER
  return kDecoders[static_cast<size_t>(method)];
}

bool decode_unmasked(uint8_t method, std::span<const std::byte> stream, const TensorFormat& format,
                     std::span<std::byte> elements) {
  if (method >= kMethods) return false;
  const MethodDecoder& decoder = *decoder_of(static_cast<Method>(method));
  if (is_integer(format.type) && !decoder.takes_integers) return false;
  if (format.elements() == 0) return stream.empty();
  if (is_too_large(format) && method != static_cast<uint8_t>(Method::raw_elements)) return false;
  return decoder.decode(stream, format, elements);
}

bool decode_masked(uint8_t method, ByteReader& reader, const TensorFormat& format, std::span<std::byte> elements) {
  if (is_too_large(format)) return false;
  const std::span<const std::byte> mask = reader.take(reader.integer());
  if (reader.failed() || !decode_unmasked(method, reader.rest(), format, elements)) return false;
  SymbolReader symbols(mask);
  MaskCoder<SymbolReader> coder(symbols, format.type, grid_of(format), {}, {});
  coder.code();
  if (symbols.is_past_end()) return false;
  coder.store(elements);
  return true;
}

bool decode_parts(std::span<const std::byte> stream, const TensorFormat& format, std::span<std::byte> elements) {
  const std::vector<TensorPart> parts = parts_of(stream, format);
  return !parts.empty() && std::all_of(parts.begin(), parts.end(), [&](const TensorPart& part) {
    const std::span<std::byte> own =
        elements.subspan(part.first_element * element_bytes(format.type), part.format.bytes());
    return decode_tensor(part.stream, part.format, own);
  });
}

}  // namespace

bool takes_integers(Method method) {
  return decoder_of(method)->takes_integers;
}

uint64_t TensorFormat::elements() const {
  uint64_t count = 1;
  for (const uint64_t side : shape) count *= side;
  return count;
}

Grid grid_of(const TensorFormat& format) {
  const MatrixView view = MatrixView::of(format);
  return {{1, static_cast<int>(view.rows), static_cast<int>(view.columns)}};
}

std::vector<TensorPart> parts_of(const TensorFormat& format) {
  const uint64_t elements = format.elements();
  const uint64_t slices = format.shape.empty() ? 1 : format.shape[0], of_slice = slices > 0 ? elements / slices : 0;
  if (elements <= kPartElements || slices <= 1) return {{format}};
  const uint64_t count = std::min(slices, (elements + kPartElements - 1) / kPartElements);
  std::vector<TensorPart> parts;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t begin = slices * i / count, end = slices * (i + 1) / count;
    TensorPart& part = parts.emplace_back(TensorPart{format, begin * of_slice});
    part.format.shape[0] = end - begin;
  }
  return parts;
}

std::vector<TensorPart> parts_of(std::span<const std::byte> stream, const TensorFormat& format) {
  if (stream.empty()) return {};
  if (std::to_integer<uint8_t>(stream[0]) != kPartsByte) return {{format, 0, stream}};
  ByteReader reader(stream.subspan(1));
  std::vector<TensorPart> parts = parts_of(format);
  if (parts.size() == 1) return {};
  std::vector<uint64_t> sizes(parts.size());
  for (uint64_t& size : sizes) size = reader.integer();
  for (size_t i = 0; i < parts.size(); ++i) parts[i].stream = reader.take(sizes[i]);
  if (reader.failed() || !reader.rest().empty()) return {};
  return parts;
}

bool decode_tensor(std::span<const std::byte> stream, const TensorFormat& format, std::span<std::byte> elements) {
  ByteReader reader(stream);
  const uint8_t first = reader.byte();
  if (reader.failed()) return false;
  if (first == kPartsByte) return decode_parts(stream, format, elements);
  const auto method = static_cast<uint8_t>(first & ~kMaskBit);
  if ((first & kMaskBit) != 0) return decode_masked(method, reader, format, elements);
  return decode_unmasked(method, reader.rest(), format, elements);
}

}  // namespace laq::tensor
