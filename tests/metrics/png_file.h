// Pictures of ../shared as 8-bit RGB.
#pragma once

#include <png.h>

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include <laq/laq.hpp>

namespace laq {

inline const std::string kSharedFolder = LAQ_SHARED_FOLDER;

inline bool shared_file_exists(const std::string& name) {
  return std::ifstream(kSharedFolder + "/" + name).good();
}

inline Picture read_png(const std::string& path) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  REQUIRE_MESSAGE(png_image_begin_read_from_file(&image, path.c_str()) != 0, path);
  image.format = PNG_FORMAT_RGB;
  Picture picture{image.width, image.height, 3, 8, std::vector<std::byte>(PNG_IMAGE_SIZE(image)), {}};
  REQUIRE(png_image_finish_read(&image, nullptr, picture.samples.data(), 0, nullptr) != 0);
  return picture;
}

}  // namespace laq
