#include "base/bytes.h"
#include "tensor/lossless_floats.h"
#include "tensor/method.h"

namespace laq::tensor {
namespace {

bool decode(std::span<const std::byte> stream, const TensorFormat& format, std::span<std::byte> elements) {
  return with_layout(format.type, [&]<class Layout>(Layout) {
    ByteReader reader(stream);
    FloatParameters parameters;
    const int flags = reader.byte();
    parameters.set_flags(flags);
    parameters.trailing = reader.byte();
    parameters.top = static_cast<int>(reader.integer(Layout::kMostExponent));
    parameters.mean = static_cast<int>(reader.integer(FloatParameters::kMostMean));
    if (parameters.has_weights) {
      for (int8_t& weight : parameters.weights) weight = static_cast<int8_t>(reader.byte());
    }
    const std::span<const std::byte> symbols = reader.take(reader.integer());
    if (reader.failed() || flags != parameters.flags() || parameters.trailing > Layout::kMantissaBits) return false;
    RansReader coder(symbols, reader.rest());
    const MatrixView view = MatrixView::of(format);
    return FloatCoder<RansReader, Layout>(coder, parameters, view, elements).code({}) && coder.is_complete();
  });
}

}  // namespace

constinit const MethodDecoder lossless_floats_decoder = {decode};

}  // namespace laq::tensor
