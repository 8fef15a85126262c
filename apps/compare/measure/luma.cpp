#include "compare/measure/luma.h"

#include "io/picture/convert.h"

namespace laq::compare {

std::vector<double> luma_of(const Picture& picture) {
  std::vector<double> luma(size_t{picture.width} * picture.height);
  const double scale = 255.0 / ((1 << picture.depth) - 1);
  for (size_t i = 0; i < luma.size(); ++i) {
    const size_t first = i * static_cast<size_t>(picture.channels);
    const auto sample = [&](size_t channel) { return double{1} * io::sample(picture, first + channel); };
    luma[i] = scale * (picture.channels < 3 ? sample(0) : 0.2126 * sample(0) + 0.7152 * sample(1) + 0.0722 * sample(2));
  }
  return luma;
}

}  // namespace laq::compare
