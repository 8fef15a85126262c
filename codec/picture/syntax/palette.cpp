#include "picture/syntax/palette.h"

#include <algorithm>

namespace laq::picture {

void RecentColours::update(const Palette& palette) {
  const auto end = palette.colours.begin() + palette.count;
  std::array<Colour, kMost> colours;
  auto out = std::copy(palette.colours.begin(), end, colours.begin());
  for (int i = 0; i < count_ && out != colours.end(); ++i) {
    if (std::find(palette.colours.begin(), end, colours_[i]) == end) *out++ = colours_[i];
  }
  count_ = static_cast<int>(out - colours.begin());
  colours_ = colours;
}

}  // namespace laq::picture
