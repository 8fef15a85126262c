#include "tensor/method_encoder.h"

namespace laq::tensor {
namespace {

// Whether the elements are few, or kept without loss, or have as many bits as they need.
bool suits(const TensorSource& source, const TensorOptions& options) {
  constexpr size_t kFew = 256;  // bytes
  const bool has_room = options.target.kind == TensorTargetKind::bits && source.elements.size() <= source.most_bytes;
  return options.target.kind == TensorTargetKind::lossless || has_room || source.elements.size() <= kFew;
}

std::optional<std::vector<std::byte>> encode(const TensorSource& source, const TensorOptions&) {
  return std::vector<std::byte>(source.elements.begin(), source.elements.end());
}

}  // namespace

constinit const MethodEncoder raw_elements_encoder = {suits, encode};

}  // namespace laq::tensor
