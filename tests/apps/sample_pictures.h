// Pictures and metadata that tests make for themselves.
#pragma once

#include <cstring>

#include "io/picture/exif.h"
#include "laq/laq.hpp"

inline uint32_t sample(const laq::Picture& picture, size_t index) {
  if (picture.depth <= 8) return std::to_integer<uint32_t>(picture.samples[index]);
  uint16_t value;
  std::memcpy(&value, &picture.samples[2 * index], sizeof value);
  return value;
}

inline void set_sample(laq::Picture& picture, size_t index, uint32_t value) {
  const auto wide = static_cast<uint16_t>(value);
  if (picture.depth <= 8)
    picture.samples[index] = static_cast<std::byte>(value);
  else
    std::memcpy(&picture.samples[2 * index], &wide, sizeof wide);
}

// A slope with some disorder in it.
inline laq::Picture sample_picture(uint32_t width, uint32_t height, int channels, int depth) {
  laq::Picture picture{width, height, channels, depth, {}, {}};
  picture.samples.resize(picture.row_bytes() * height);
  const uint32_t maximum = (1u << depth) - 1;
  for (size_t i = 0; i < picture.samples.size() / picture.sample_bytes(); ++i) {
    set_sample(
        picture, i,
        static_cast<uint32_t>(i * 2654435761u >> 7) % (maximum / 4) + static_cast<uint32_t>(i % 50) * (maximum / 80));
  }
  return picture;
}

inline std::vector<std::byte> bytes_of(const std::string& text) {
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

// The header of an ICC profile for RGB and one tag: as much as libpng looks at (ICC.1:2022, section 7).
inline std::vector<std::byte> sample_icc() {
  std::vector<std::byte> icc(400);
  for (size_t i = 144; i < icc.size(); ++i) icc[i] = static_cast<std::byte>(i * 2654435761u >> 13);
  const auto put = [&](size_t offset, const std::string& text) {
    const auto bytes = bytes_of(text);
    std::copy(bytes.begin(), bytes.end(), icc.begin() + static_cast<ptrdiff_t>(offset));
  };
  icc[2] = std::byte{400 / 256};
  icc[3] = std::byte{400 % 256};
  put(8, "\x04");
  put(12, "mntrRGB XYZ ");
  put(36, "acsp");
  put(68, std::string("\x00\x00\xf6\xd6\x00\x01\x00\x00\x00\x00\xd3\x2d", 12));
  icc[131] = std::byte{1};  // number of tags
  put(132, std::string("cprt\0\0\0\x90\0\0\x01\0", 12));
  return icc;
}

inline laq::Metadata sample_metadata() {
  laq::Metadata metadata;
  metadata.icc = sample_icc();
  laq::io::set_exif_orientation(metadata.exif, 2);  // makes Exif data
  laq::io::set_exif_orientation(metadata.exif, 1);
  metadata.xmp = bytes_of("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">sample</x:xmpmeta>");
  metadata.orientation = 6;
  metadata.pixels_per_metre_x = 11811;  // 300 per inch
  metadata.pixels_per_metre_y = 5906;   // 150 per inch
  return metadata;
}

inline bool same_metadata(const laq::Metadata& a, const laq::Metadata& b) {
  return a.icc == b.icc && a.exif == b.exif && a.xmp == b.xmp && a.orientation == b.orientation &&
         a.pixels_per_metre_x == b.pixels_per_metre_x && a.pixels_per_metre_y == b.pixels_per_metre_y &&
         a.is_only_aspect == b.is_only_aspect && a.code_points == b.code_points &&
         a.mastering_display == b.mastering_display && a.content_light == b.content_light &&
         a.attachments == b.attachments;
}

inline bool same_samples(const laq::Picture& a, const laq::Picture& b) {
  return a.width == b.width && a.height == b.height && a.channels == b.channels && a.depth == b.depth &&
         a.samples == b.samples;
}
