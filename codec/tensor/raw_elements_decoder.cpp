// The elements as they are: for small tensors, which other methods make no smaller, and for those that no other method
// can code.
#include <algorithm>

#include "tensor/method.h"

namespace laq::tensor {
namespace {

bool decode(std::span<const std::byte> stream, const TensorFormat& format, std::span<std::byte> elements) {
  if (stream.size() != format.bytes()) return false;
  std::copy(stream.begin(), stream.end(), elements.begin());
  return true;
}

}  // namespace

constinit const MethodDecoder raw_elements_decoder = {decode, true};

}  // namespace laq::tensor
