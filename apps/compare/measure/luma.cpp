#include "compare/measure/luma.h"

#include <cstring>

namespace laq::compare {
namespace {

double sample_at(const Picture& picture, size_t index) {
  if (picture.depth <= 8) return std::to_integer<uint8_t>(picture.samples[index]);
  uint16_t value;
  std::memcpy(&value, picture.samples.data() + 2 * index, 2);
  return value;
}

}  // namespace

std::vector<double> luma_of(const Picture& picture) {
  std::vector<double> luma(size_t{picture.width} * picture.height);
  const double scale = 255.0 / ((1 << picture.depth) - 1);
  for (size_t i = 0; i < luma.size(); ++i) {
    const size_t first = i * static_cast<size_t>(picture.channels);
    luma[i] =
        scale * (picture.channels < 3 ? sample_at(picture, first)
                                      : 0.2126 * sample_at(picture, first) + 0.7152 * sample_at(picture, first + 1) +
                                            0.0722 * sample_at(picture, first + 2));
  }
  return luma;
}

}  // namespace laq::compare
