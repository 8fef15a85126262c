// How the samples of a TIFF file are stored, from its tags. Source: TIFF 6.0; Adobe Photoshop TIFF Technical Notes
// (2002) and TIFF Technical Note 2 for what came later.
#pragma once

#include <cstdint>
#include <vector>

#include "io/picture/tiff_file.h"
#include "laq/laq.hpp"

namespace laq::io {

enum class TiffColour : uint8_t {
  gray,
  inverted_gray,  // 0 is white
  rgb,
  palette,
  converted,  // YCbCr outside of JPEG, which libtiff turns into RGB of 8 bits
  cmyk,       // becomes RGB by its profile once it is read
};

struct TiffLayout {
  uint32_t width = 0;
  uint32_t height = 0;
  TiffColour colour = TiffColour::gray;
  int bits = 8;     // of a sample in the file
  int samples = 1;  // of a pixel in the file
  bool is_float = false;
  bool is_planar = false;
  bool is_tiled = false;
  int alpha = -1;  // the sample that is alpha; -1: none
  bool is_premultiplied = false;
  bool alpha_is_guessed = false;  // the file does not say what the sample is
  int further_samples = 0;        // that are neither colour nor alpha

  // The number of colour channels of the picture that is read; CMYK still has four.
  int colours() const {
    if (colour == TiffColour::cmyk) return 4;
    return colour == TiffColour::gray || colour == TiffColour::inverted_gray ? 1 : 3;
  }
  int channels() const { return colours() + (alpha >= 0 ? 1 : 0); }
  // The channel of the picture that a sample of the file becomes; -1: none.
  int channel_of(int sample) const {
    const int stored = colour == TiffColour::palette ? 1 : colours();
    return sample < stored ? sample : sample == alpha ? colours() : -1;
  }
};

// The layout of the current page. The error is `unsupported` if it is none that is read, `corrupt` if the file cannot
// hold so many samples in its `file_bytes`.
Result<TiffLayout> read_tiff_layout(const TiffFile& file, uint64_t file_bytes, uint64_t max_pixels);

Error damaged_tiff(const std::string& what);

}  // namespace laq::io
