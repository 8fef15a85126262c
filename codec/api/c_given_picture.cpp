#include "api/c_given_picture.h"

#include <algorithm>
#include <string>

#include "api/c_api.h"

namespace laq::c_api {

std::optional<Error> GivenPicture::read(const laq_picture* given, const char* name) {
  if (auto failure = read_struct(given, name, picture)) return failure;
  const laq_metadata& in = picture.metadata;
  struct Contents {
    const uint8_t* data;
    size_t size;
    const char* name;
    std::vector<std::byte>& out;
  };
  for (const Contents& contents :
       {Contents{in.icc, in.icc_bytes, "icc", metadata.icc}, Contents{in.exif, in.exif_bytes, "exif", metadata.exif},
        Contents{in.xmp, in.xmp_bytes, "xmp", metadata.xmp}}) {
    if (contents.size == 0) continue;
    if (contents.data == nullptr) return is_null(std::string(name) + ".metadata." + contents.name);
    const auto* first = reinterpret_cast<const std::byte*>(contents.data);
    contents.out.assign(first, first + contents.size);
  }
  metadata.orientation =
      in.orientation == 0 ? uint8_t{1} : static_cast<uint8_t>(std::min<uint32_t>(in.orientation, 255));
  metadata.pixels_per_metre_x = in.pixels_per_metre_x;
  metadata.pixels_per_metre_y = in.pixels_per_metre_y;
  return std::nullopt;
}

}  // namespace laq::c_api
