#include "io/picture/part_metadata.h"

#include <doctest/doctest.h>

#include <bit>
#include <string>

#include "io/attachments.h"
#include "io/bytes.h"
#include "sample_pictures.h"

namespace io = laq::io;
using laq::Metadata;

namespace {

std::string attribute(const std::string& name, const std::string& type, const std::string& value) {
  return name + '\0' + type + '\0' + io::integer_text(value.size(), 4, false) + value;
}

std::string density(float pixels_per_inch) {
  return attribute("xDensity", "float", io::integer_text(std::bit_cast<uint32_t>(pixels_per_inch), 4, false));
}

Metadata with_attributes(const std::string& attributes) {
  Metadata metadata;
  metadata.attachments.push_back({std::string(io::kExrAttributesName), bytes_of(attributes)});
  return metadata;
}

}  // namespace

TEST_CASE("a smaller size has fewer pixels per metre, a region as many as the whole picture") {
  Metadata metadata;
  metadata.pixels_per_metre_x = 11811;
  metadata.pixels_per_metre_y = 3;
  io::Notes notes;
  io::fit_to_part({1, true}, metadata, notes);
  CHECK(metadata.pixels_per_metre_x == 11811);
  io::fit_to_part({8, false}, metadata, notes);
  CHECK(metadata.pixels_per_metre_x == 1476);
  CHECK(metadata.pixels_per_metre_y == 1);
  metadata.is_only_aspect = true;
  io::fit_to_part({8, false}, metadata, notes);
  CHECK(metadata.pixels_per_metre_x == 1476);
  metadata = {};
  io::fit_to_part({8, true}, metadata, notes);
  CHECK(metadata.pixels_per_metre_x == 0);
  CHECK(notes.text().empty());
}

TEST_CASE("attributes of OpenEXR follow the part, and those of the whole picture alone are noted") {
  const std::string exposure = attribute("expTime", "float", "abcd"), end(1, '\0');
  const std::string environment = attribute("envmap", "envmap", "\1") + attribute("wrapmodes", "string", "periodic");
  Metadata metadata = with_attributes(density(300) + environment + exposure + end);
  io::Notes notes;
  io::fit_to_part({4, false}, metadata, notes);
  CHECK(metadata.attachments[0].bytes == bytes_of(density(75) + environment + exposure + end));
  CHECK(notes.text().empty());
  io::fit_to_part({1, true}, metadata, notes);
  CHECK(metadata.attachments[0].bytes == bytes_of(density(75) + exposure + end));
  CHECK(notes.text() ==
        "not kept: attribute envmap, which describes the whole picture, attribute wrapmodes, which describes the "
        "whole picture");
}

TEST_CASE("damaged attributes of OpenEXR stay as they are") {
  const std::string whole = density(300) + std::string(1, '\0');
  for (size_t size = 0; size + 1 < whole.size(); ++size) {
    Metadata metadata = with_attributes(whole.substr(0, size));
    io::Notes notes;
    io::fit_to_part({2, true}, metadata, notes);
    CHECK(metadata.attachments[0].bytes == bytes_of(whole.substr(0, size)));
  }
}

TEST_CASE("a region loses the gain map of its picture, which is noted, a smaller size keeps it") {
  Metadata metadata;
  metadata.attachments.push_back({"gain", bytes_of("map")});
  io::Notes notes;
  io::fit_to_part({2, false}, metadata, notes);
  CHECK(metadata.attachments.size() == 1);
  io::fit_to_part({1, true}, metadata, notes);
  CHECK(metadata.attachments.empty());
  CHECK(notes.text() == "not kept: gain map, which describes the whole picture");
}
