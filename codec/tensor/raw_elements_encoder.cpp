#include "tensor/method_encoder.h"

namespace laq::tensor {
namespace {

bool suits(const TensorSource&, const TensorOptions&) {
  return true;
}

std::optional<std::vector<std::byte>> encode(const TensorSource& source, const TensorOptions& options) {
  if (options.target == TensorTarget::bits && source.elements.size() > source.most_bytes) return std::nullopt;
  return std::vector<std::byte>(source.elements.begin(), source.elements.end());
}

}  // namespace

constinit const MethodEncoder raw_elements_encoder = {suits, encode};

}  // namespace laq::tensor
