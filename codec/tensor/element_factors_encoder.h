// The choice of factors of the step. Only encoders include this.
#pragma once

#include "tensor/element_factors.h"
#include "tensor/method_encoder.h"

namespace laq::tensor {

ElementFactors choose_factors(const TensorSource& source, const TensorOptions& options);

}  // namespace laq::tensor
