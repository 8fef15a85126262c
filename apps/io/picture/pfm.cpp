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

// The last row of the picture is the first one of the file.
class PfmRowWriter : public RowWriter {
 public:
  PfmRowWriter(const Picture& picture, ByteSink& sink)
      : picture_(picture), light_(picture, false), rows_left_(picture.height), sink_(sink) {
    static_assert(std::endian::native == std::endian::little, "a negative scale means little-endian numbers");
    const std::string header = (picture.channels == 3 ? "PF\n" : "Pf\n") + std::to_string(picture.width) + " " +
                               std::to_string(picture.height) + "\n-1.0\n";
    header_bytes_ = header.size();
    has_failed_ = !sink.put(0, std::as_bytes(std::span(header)));
  }

  std::optional<Error> write(const PictureView& rows) override {
    const auto* from = static_cast<const std::byte*>(rows.samples);
    for (uint32_t y = 0; y < rows.height && !has_failed_; ++y, from += rows.row_bytes) {
      const std::span<const std::byte> row = std::as_bytes(light_.row(from));
      has_failed_ = !sink_.put(header_bytes_ + --rows_left_ * row.size(), row);
    }
    return has_failed_ ? std::optional<Error>({ErrorCode::out_of_memory, "not enough memory to write the picture"})
                       : std::nullopt;
  }
  Result<Notes> finish() override {
    Notes notes;
    light_.note_losses(notes);
    const std::optional<CodePoints>& points = picture_.metadata.code_points;
    if (points && points->primaries != kPrimariesBt709) notes.lose("primaries of code points");
    return notes;
  }

 private:
  const Picture& picture_;
  LightWriter light_;
  uint64_t rows_left_, header_bytes_ = 0;
  ByteSink& sink_;
  bool has_failed_ = false;
};

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

OpenedWriter create_pfm(const Picture& picture, ByteSink& sink) {
  if (picture.channels % 2 == 0)
    return Error{ErrorCode::unsupported, std::string("has an alpha channel, which PFM cannot hold (write ") +
                                             (picture.sample_format == SampleFormat::integer ? ".png)" : ".exr)")};
  return std::unique_ptr<RowWriter>(std::make_unique<PfmRowWriter>(picture, sink));
}

Result<Noted<std::vector<std::byte>>> encode_pfm(const Picture& picture) {
  return write_all_rows(create_pfm, picture);
}

}  // namespace laq::io
