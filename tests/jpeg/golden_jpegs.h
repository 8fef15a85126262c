// The golden files of JPEG files, by name. The JPEG files were made by cjpeg of libjpeg-turbo 2.1 and ImageMagick 6
// from a crop of testdata/natural.ppm.
#pragma once

namespace laq::test {

inline constexpr const char* kGoldenJpegs[] = {"sequential", "progressive", "restarts", "gray", "cmyk"};

}  // namespace laq::test
