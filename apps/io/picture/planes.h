// Pictures from planes of samples, one a channel, as HEIF and JPEG 2000 have them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "laq/laq.hpp"

namespace laq::io {

struct Plane {
  uint32_t width = 0;
  uint32_t height = 0;
  int depth = 8;  // 1..16
  std::vector<uint16_t> samples = {};
  uint32_t x_step = 1;  // pixels of the picture that one sample stands for
  uint32_t y_step = 1;
};

// How three planes mean colour (ITU-T H.273).
struct PlaneCoding {
  bool is_full_range = true;  // otherwise black is 16 of 255, white 235
  // The shares of red and blue in Y, if the planes are YCbCr. Nothing if the planes are red, green and blue, or gray.
  struct LumaWeights {
    double red, blue;
  };
  std::optional<LumaWeights> ycc = {};
};
inline constexpr PlaneCoding::LumaWeights kBt601 = {0.299, 0.114};

// Sets the samples of a picture, whose width, height, channels and depth are set, from as many planes. Alpha has the
// full range. Planes with steps are interpolated: a sample stands in the middle of its pixels.
void set_samples(Picture& picture, std::span<const Plane> planes, const PlaneCoding& coding);

}  // namespace laq::io
