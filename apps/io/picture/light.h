// Pictures whose files hold linear light as floating-point numbers (PFM, OpenEXR, TIFF), and 16-bit samples of the PQ
// curve for files that hold none.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::io {

// Makes a picture of floating-point samples row by row. Colour that was multiplied by alpha is divided by it if
// is_premultiplied.
class FloatReader {
 public:
  FloatReader(uint32_t width, uint32_t height, int channels, uint8_t primaries, bool is_premultiplied,
              SampleFormat format = SampleFormat::float32);

  // Puts a row of width * channels values, from the top if y is 0. Samples are allocated up to this row.
  void put_row(uint32_t y, std::span<const float> values);
  // The picture, after all rows.
  Noted<Picture> finish() { return std::move(picture_); }

 private:
  Noted<Picture> picture_;
  bool is_premultiplied_ = false;
};

// A picture of floating-point samples with 16-bit samples: light by PQ, samples of another transfer as 0..1. The notes
// tell that, and how many values were clipped.
Noted<Picture> without_floats(const Picture& picture);

// Makes 16-bit samples of PQ of light row by row. Values below 0, above 10000 cd/m2, or that are no numbers, are
// clipped and noted with their number.
class LightReader {
 public:
  LightReader(uint32_t width, uint32_t height, int channels, uint8_t primaries);

  // Puts a row of width * channels values, from the top if y is 0. Samples are allocated up to this row.
  void put_row(uint32_t y, std::span<const float> values);
  // The picture, after all rows.
  Noted<Picture> finish();

 private:
  uint16_t code(float light);

  Noted<Picture> picture_;
  uint64_t below_ = 0, above_ = 0, not_numbers_ = 0, cut_alpha_ = 0;
};

// Turns rows of samples into light, which floating-point samples may be already. The samples of `picture` itself are
// not looked at. Samples of a narrow range (H.273, 8.3) may be brighter than white, but not darker than black. The
// picture must outlive the writer.
class LightWriter {
 public:
  // Colour is multiplied by alpha if is_premultiplied.
  LightWriter(const Picture& picture, bool is_premultiplied);

  // The width * channels values of a row of samples, until the next call.
  std::span<const float> row(const std::byte* samples);
  // Notes a transfer that is not known, as the samples count as sRGB then, and how many samples were clipped.
  void note_losses(Notes& notes) const;

 private:
  void put_integers(const std::byte* from);
  void put_floats(const std::byte* from);

  const Picture& picture_;
  uint8_t transfer_ = 0;
  bool is_light_ = false;  // the samples themselves
  bool is_known_ = true;   // the transfer
  bool is_premultiplied_ = false;
  std::vector<float> light_;  // of each value of a sample
  uint32_t black_ = 0;        // values below become this one
  uint32_t brightest_ = 0;    // values above become this one
  uint64_t below_ = 0, above_ = 0;
  std::vector<float> row_;
};

}  // namespace laq::io
