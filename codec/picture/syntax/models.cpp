#include "picture/syntax/models.h"

#include <iterator>

namespace laq::picture {
namespace {

constexpr uint8_t kPriors[] = {
#include "picture/syntax/priors.inc"
};

}  // namespace

int PictureModels::band(int prior_index) {
  constexpr int kLimits[kBands - 1] = {76, 96, 112, 132};
  int band = 0;
  while (band < kBands - 1 && prior_index >= kLimits[band]) ++band;
  return band;
}

PictureModels::PictureModels(int prior_index) {
  const std::span<Model> models = all();
  static_assert(std::size(kPriors) == kBands * sizeof(PictureModels) / sizeof(Model),
                "run train-priors after a change of models");
  const uint8_t* prior = kPriors + band(prior_index) * models.size();
  for (Model& model : models) model.set(static_cast<uint16_t>(*prior++ << 8));
}

}  // namespace laq::picture
