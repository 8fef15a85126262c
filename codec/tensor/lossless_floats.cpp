#include "tensor/lossless_floats.h"

namespace laq::tensor {
namespace {

// The probability, in 1/32768, that a logarithmic magnitude is at most its prediction - 44, - 43, .. + 19. Fitted to
// float weights of six networks.
constexpr int kFirst = -44;
constexpr std::array<int16_t, 64> kAtMost = {
    8,     10,    11,    13,    16,    18,    22,    25,    31,    36,    43,    52,    61,    72,    85,    100,
    121,   143,   167,   199,   238,   288,   341,   401,   482,   578,   688,   813,   968,   1160,  1375,  1616,
    1927,  2301,  2728,  3233,  3855,  4590,  5432,  6411,  7597,  9010,  10576, 12395, 14870, 17300, 19764, 22262,
    24761, 27078, 28924, 30341, 31352, 31974, 32312, 32497, 32605, 32668, 32704, 32725, 32741, 32750, 32756, 32760};

int at_most(int difference) {
  const int i = difference - kFirst;
  if (i < 0) return 0;
  return i < static_cast<int>(kAtMost.size()) ? kAtMost[i] : SymbolModel<2>::kOne;
}

}  // namespace

SymbolModel<ExponentSymbol::kCount> initial_exponents(int context) {
  using Model = SymbolModel<ExponentSymbol::kCount>;
  Model model;
  for (int i = 0; i < ExponentSymbol::kCount; ++i) {
    const int below = i > 2 ? at_most(4 * i - 1 - context) : 0;
    model.below[i] = static_cast<int16_t>(i * Model::kLeast + below * (Model::kOne - 32 * Model::kLeast) / Model::kOne);
  }
  return model;
}

}  // namespace laq::tensor
