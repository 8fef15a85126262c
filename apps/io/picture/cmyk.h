// CMYK pictures as sRGB, by their ICC profile and Little CMS.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "laq/laq.hpp"

namespace laq::io {

// What notes say of a picture that was converted.
inline constexpr char kCmykRemark[] = "CMYK was converted to sRGB by its profile";

class CmykToSrgb {
 public:
  // depth: of a sample, 8 or 16. is_inverted: 0 means all of an ink, as in Adobe's JPEG files, and not none. The intent
  // is relative colorimetric, with black point compensation. Errors: unsupported if there is no profile of CMYK, or
  // laq was built without Little CMS.
  static Result<CmykToSrgb> of(std::span<const std::byte> icc, int depth, bool is_inverted);

  // Interleaved samples of so many pixels, four of CMYK each, to three of sRGB each. The two must not overlap.
  void convert(const std::byte* cmyk, std::byte* srgb, uint32_t pixels) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace laq::io
