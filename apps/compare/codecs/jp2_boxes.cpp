#include "compare/codecs/jp2_boxes.h"

#include <cstdint>
#include <string_view>

namespace laq::compare {
namespace {

// Big-endian numbers, texts and boxes, one after the other.
class Boxes {
 public:
  Boxes& number(uint32_t value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) bytes_.push_back(static_cast<std::byte>(value >> shift));
    return *this;
  }
  Boxes& text(std::string_view characters) {
    for (const char c : characters) bytes_.push_back(static_cast<std::byte>(c));
    return *this;
  }
  Boxes& bytes(std::span<const std::byte> added) {
    bytes_.insert(bytes_.end(), added.begin(), added.end());
    return *this;
  }
  Boxes& box(std::string_view type, const Boxes& content) {
    return number(static_cast<uint32_t>(content.bytes_.size() + 8), 4).text(type).bytes(content.bytes_);
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

constexpr int kWaveletCompression = 7, kEnumeratedColour = 1, kIccProfile = 2, kSrgb = 16, kGray = 17;
constexpr int kColourChannel = 0, kOpacity = 1, kWholeImage = 0;

Boxes colour_specification(const Picture& picture) {
  Boxes colour;
  const std::vector<std::byte>& icc = picture.metadata.icc;
  colour.number(icc.empty() ? kEnumeratedColour : kIccProfile, 1).number(0, 1).number(0, 1);
  if (!icc.empty()) return colour.bytes(icc);
  return colour.number(picture.channels < 3 ? kGray : kSrgb, 4);
}

Boxes channel_definition(uint32_t channels) {
  Boxes definition;
  definition.number(channels, 2);
  for (uint32_t c = 0; c + 1 < channels; ++c) definition.number(c, 2).number(kColourChannel, 2).number(c + 1, 2);
  return definition.number(channels - 1, 2).number(kOpacity, 2).number(kWholeImage, 2);
}

}  // namespace

std::vector<std::byte> jp2_file(const Picture& picture, std::span<const std::byte> codestream) {
  const auto channels = static_cast<uint32_t>(picture.channels);
  Boxes header;
  header.box("ihdr", Boxes()
                         .number(picture.height, 4)
                         .number(picture.width, 4)
                         .number(channels, 2)
                         .number(static_cast<uint32_t>(picture.depth - 1), 1)
                         .number(kWaveletCompression, 1)
                         .number(0, 2));
  header.box("colr", colour_specification(picture));
  if (channels % 2 == 0) header.box("cdef", channel_definition(channels));
  Boxes file;
  file.box("jP  ", Boxes().number(0x0d0a870a, 4));
  file.box("ftyp", Boxes().text("jp2 ").number(0, 4).text("jp2 "));
  file.box("jp2h", header);
  return file.number(0, 4).text("jp2c").bytes(codestream).take();  // length 0: to the end of the file
}

}  // namespace laq::compare
