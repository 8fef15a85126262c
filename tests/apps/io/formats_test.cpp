// The table of file formats, and the lists and messages that come from it.
#include "io/formats.h"

#include <doctest/doctest.h>

#include <set>
#include <sstream>

using namespace laq;

namespace {

std::vector<std::byte> bytes_of(const std::string& text) {
  const auto* const data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

}  // namespace

TEST_CASE("every format has an extension that no other format has") {
  std::set<std::string> seen;
  for (const io::FileFormat& format : io::all_formats()) {
    CAPTURE(format.name);
    std::istringstream words{std::string(format.extensions)};
    int count = 0;
    for (std::string word; words >> word; ++count) {
      CHECK(seen.insert(word).second);
      CHECK(io::format_of_name("dir.d/photo." + word) == &format);
    }
    CHECK(count > 0);
  }
}

TEST_CASE("a format is found by the end of a name in capitals too, and by the bare extension") {
  REQUIRE(io::format_of_name("photo.JPG"));
  CHECK(io::format_of_name("photo.JPG")->kind == io::FileKind::jpeg);
  CHECK(io::format_of_name("jpeg") == io::format_of_name("photo.JPG"));
  CHECK_FALSE(io::format_of_name("photo"));
  CHECK_FALSE(io::format_of_name("photo."));
  CHECK_FALSE(io::format_of_name(""));
}

TEST_CASE("what is written is listed with its extension, and can be asked for") {
  for (const std::string& extension : io::written_extensions()) {
    CAPTURE(extension);
    REQUIRE(io::format_of_name(extension));
    CHECK(io::format_of_name(extension)->is_written());
  }
  CHECK(io::picture_endings().find(".png, .jpg, ") == 0);
  CHECK(io::array_endings().find(".npy, .raw, .wav") == 0);
  CHECK(io::read_picture_names(" or ").find("PNG, JPEG") == 0);
}

TEST_CASE("a file that is not read is called by its own name, and the advice fits what it is") {
  const auto message = [](const std::string& text) { return io::not_readable(bytes_of(text)).message; };
  CHECK(message("CDF\x01....") ==
        "is a NetCDF file, which laq does not read (read its arrays with netCDF4 or xarray and save them with "
        "numpy.save)");
  CHECK(message("qoif....") == "is a QOI file, which laq does not read (convert it to PNG first)");
  CHECK(message("\x1f\x8b....") == "is a gzip file, which laq does not read (unpack it first)");
  CHECK(message("\1\2\3\4").find("is not a file of a kind that laq reads (it reads PNG, JPEG") == 0);
  CHECK(message("") == "the file is empty");
}

TEST_CASE("a format of a library that was missing names the package to install") {
  for (const io::FileFormat& format : io::all_formats()) {
    if (!format.package || format.is_written() || format.is_only_read) continue;
    CAPTURE(format.name);
    CHECK(io::not_writable("x" + format.usual_extension()).message.find(format.package) != std::string::npos);
  }
  CHECK(io::not_writable("x.zip").message.find("the name says no format that is written (end it in .png") == 0);
}
