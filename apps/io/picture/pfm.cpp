// PFM: linear light as 32-bit floating-point numbers, gray or RGB, from the bottom row to the top. Source: the page
// pfm(5) of Netpbm.
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string>

#include "io/bytes.h"
#include "io/picture/light.h"
#include "io/picture/picture_formats.h"
#include "io/picture/transfer.h"

namespace laq::io {
namespace {

Error damaged(const std::string& what) {
  return {ErrorCode::corrupt, "damaged PFM file: " + what + " (make it again from its source)"};
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// The next word of the header.
std::string_view take_word(std::string_view& rest) {
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
  size_t size = 0;
  while (size < rest.size() && size < 32 && !is_space(rest[size])) ++size;
  const std::string_view word = rest.substr(0, size);
  rest.remove_prefix(size);
  return word;
}

template <class Number>
bool parse(std::string_view word, Number& number) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size();
}

}  // namespace

Result<Noted<Picture>> decode_pfm(std::span<const std::byte> file, uint64_t max_pixels) {
  std::string_view rest = text_of(file);
  const int channels = take_word(rest) == "PF" ? 3 : 1;
  uint32_t width = 0, height = 0;
  float scale = 0;
  if (!parse(take_word(rest), width) || !parse(take_word(rest), height) || !parse(take_word(rest), scale) ||
      rest.empty() || !std::isfinite(scale) || scale == 0)
    return damaged("the header is not readable");
  rest.remove_prefix(1);
  if (width == 0 || height == 0) return damaged("width or height is 0");
  const uint64_t pixels = uint64_t{width} * height;
  if (pixels > max_pixels) return too_many_pixels(max_pixels);
  if (rest.size() / sizeof(float) / static_cast<size_t>(channels) < pixels) return damaged("the file ends too early");
  FloatReader reader(width, height, channels, kPrimariesBt709, false);
  std::vector<float> row(static_cast<size_t>(width) * channels);
  const std::span<const std::byte> bytes = std::as_bytes(std::span(rest));
  for (uint32_t y = 0; y < height; ++y) {
    const size_t start = (size_t{height} - 1 - y) * row.size() * sizeof(float);
    for (size_t i = 0; i < row.size(); ++i)
      row[i] = std::bit_cast<float>(static_cast<uint32_t>(integer(bytes, start + 4 * i, 4, scale > 0)));
    reader.put_row(y, row);
  }
  Noted<Picture> picture = reader.finish();
  if (std::abs(scale) != 1) picture.notes.lose("scale factor");
  return picture;
}

Result<Noted<std::vector<std::byte>>> encode_pfm(const Picture& picture) {
  if (picture.channels % 2 == 0)
    return Error{ErrorCode::unsupported, "has an alpha channel, which PFM cannot hold (write .png)"};
  static_assert(std::endian::native == std::endian::little, "a negative scale means little-endian numbers");
  const std::string header = (picture.channels == 3 ? "PF\n" : "Pf\n") + std::to_string(picture.width) + " " +
                             std::to_string(picture.height) + "\n-1.0\n";
  Noted<std::vector<std::byte>> file;
  const auto append = [&](std::span<const std::byte> bytes) { file.insert(file.end(), bytes.begin(), bytes.end()); };
  append(std::as_bytes(std::span(header)));
  LightWriter writer(picture, false);
  for (uint32_t y = picture.height; y-- > 0;) append(std::as_bytes(writer.row(y)));
  writer.note_losses(file.notes);
  if (picture.metadata.code_points && picture.metadata.code_points->primaries != kPrimariesBt709)
    file.notes.lose("primaries of code points");
  return file;
}

}  // namespace laq::io
