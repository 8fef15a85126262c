// A picture that a caller of the C API gives.
#pragma once

#include <optional>

#include <laq/laq.h>
#include <laq/laq.hpp>

namespace laq::c_api {

struct GivenPicture {
  laq_picture picture = {};
  Metadata metadata = {};

  // `name` is what messages call the picture.
  std::optional<Error> read(const laq_picture* given, const char* name);
  PictureView view() const {
    return {picture.width,   picture.height,    picture.channels, picture.depth,
            picture.samples, picture.row_bytes, &metadata};
  }
};

}  // namespace laq::c_api
