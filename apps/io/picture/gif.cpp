// GIF by giflib. Source: Graphics Interchange Format 89a (CompuServe, 1990).
#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "io/bytes.h"
#include "io/picture/picture_formats.h"

namespace laq::io {
namespace {

// LZW codes have up to 12 bits and stand for up to 4096 pixels; the canvas around a frame takes no bytes.
constexpr uint64_t kMostPixelsOfByte = 1 << 14;
constexpr int kNoColour = -1;

Error damaged(const std::string& what) {
  return {ErrorCode::corrupt, "damaged GIF file: " + what + " (copy it again from its source)"};
}

class Reader {
 public:
  explicit Reader(std::span<const std::byte> file) : rest_(file) { gif_ = DGifOpen(this, on_read, &error_); }
  ~Reader() {
    if (gif_) DGifCloseFile(gif_, nullptr);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  Result<Noted<Picture>> read(uint64_t max_pixels);

 private:
  static int on_read(GifFileType* gif, GifByteType* to, int count) {
    auto& rest = static_cast<Reader*>(gif->UserData)->rest_;
    const size_t bytes = std::min(rest.size(), static_cast<size_t>(count));
    if (bytes > 0) std::memcpy(to, rest.data(), bytes);
    rest = rest.subspan(bytes);
    return static_cast<int>(bytes);
  }
  // Each of these is false if giflib failed.
  bool read_record(GifRecordType type);
  bool read_extension();
  bool read_frame();
  bool skip_frame();
  void put_row(int y, const std::vector<GifPixelType>& indices);
  void drop_unused_alpha();

  std::span<const std::byte> rest_;
  int error_ = 0;
  GifFileType* gif_ = nullptr;
  int transparent_ = kNoColour;  // the index of the colour of the next frame that is not drawn
  uint64_t frames_ = 0;
  bool has_whole_frame_ = false;
  bool has_invalid_colours_ = false;
  Noted<Picture> picture_;
};

bool Reader::read_extension() {
  int code = 0;
  GifByteType* block = nullptr;  // its first byte is its length
  if (DGifGetExtension(gif_, &code, &block) != GIF_OK) return false;
  bool is_icc = false;
  if (code == COMMENT_EXT_FUNC_CODE) picture_.notes.lose("comments");
  if (code == PLAINTEXT_EXT_FUNC_CODE) picture_.notes.lose("text that is drawn over the picture");
  if (code == GRAPHICS_EXT_FUNC_CODE && block && frames_ == 0) {
    GraphicsControlBlock control;
    if (DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) transparent_ = control.TransparentColor;
  }
  if (code == APPLICATION_EXT_FUNC_CODE && block && block[0] == 11) {
    const std::string name(reinterpret_cast<const char*>(block + 1), 11);
    is_icc = name == "ICCRGBG1012";
    if (name == "XMP DataXMP") picture_.notes.lose("XMP");
  }
  while (block) {
    if (DGifGetExtensionNext(gif_, &block) != GIF_OK) return false;
    const auto* first = reinterpret_cast<const std::byte*>(block);
    if (block && is_icc) picture_.metadata.icc.insert(picture_.metadata.icc.end(), first + 1, first + 1 + block[0]);
  }
  return true;
}

void Reader::put_row(int y, const std::vector<GifPixelType>& indices) {
  const ColorMapObject* const map = gif_->Image.ColorMap ? gif_->Image.ColorMap : gif_->SColorMap;
  const int left = gif_->Image.Left, top = gif_->Image.Top;
  for (size_t x = 0; x < indices.size(); ++x) {
    const uint64_t column = static_cast<uint64_t>(left) + x;
    if (column >= picture_.width || indices[x] == transparent_) continue;
    GifColorType colour = {};
    if (map && indices[x] < map->ColorCount)
      colour = map->Colors[indices[x]];
    else
      has_invalid_colours_ = true;
    const size_t at = 4 * ((static_cast<size_t>(top) + y) * picture_.width + column);
    const std::array<GifByteType, 4> pixel = {colour.Red, colour.Green, colour.Blue, 255};
    std::memcpy(&picture_.samples[at], pixel.data(), pixel.size());
  }
}

// The rows of an interlaced frame come in four passes.
bool Reader::read_frame() {
  static constexpr std::array<std::array<int, 2>, 4> kPasses = {{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};  // first, step
  const int width = gif_->Image.Width, height = gif_->Image.Height;
  std::vector<GifPixelType> row(static_cast<size_t>(width));
  const bool is_interlaced = gif_->Image.Interlace;
  for (size_t pass = 0; pass < (is_interlaced ? kPasses.size() : 1); ++pass) {
    const int first = is_interlaced ? kPasses[pass][0] : 0, step = is_interlaced ? kPasses[pass][1] : 1;
    for (int y = first; y < height; y += step) {
      if (DGifGetLine(gif_, row.data(), width) != GIF_OK) return false;
      if (static_cast<uint64_t>(gif_->Image.Top) + y < picture_.height) put_row(y, row);
    }
  }
  return true;
}

bool Reader::skip_frame() {
  int code_size = 0;
  GifByteType* block = nullptr;
  if (DGifGetCode(gif_, &code_size, &block) != GIF_OK) return false;
  while (block) {
    if (DGifGetCodeNext(gif_, &block) != GIF_OK) return false;
  }
  return true;
}

bool Reader::read_record(GifRecordType type) {
  if (type == EXTENSION_RECORD_TYPE) return read_extension();
  if (type != IMAGE_DESC_RECORD_TYPE) return true;
  if (DGifGetImageDesc(gif_) != GIF_OK) return false;
  if (frames_++ > 0) return skip_frame();
  has_whole_frame_ = read_frame();
  return has_whole_frame_;
}

void Reader::drop_unused_alpha() {
  const size_t pixels = picture_.samples.size() / 4;
  for (size_t i = 0; i < pixels; ++i) {
    if (picture_.samples[4 * i + 3] == std::byte{0}) return;
  }
  for (size_t i = 0; i < pixels; ++i) std::memmove(&picture_.samples[3 * i], &picture_.samples[4 * i], 3);
  picture_.channels = 3;
  picture_.samples.resize(3 * pixels);
}

Result<Noted<Picture>> Reader::read(uint64_t max_pixels) {
  const auto reason = [this] {
    const char* text = GifErrorString(gif_ ? gif_->Error : error_);
    return damaged(text ? text : "it is not readable");
  };
  if (!gif_) return reason();
  const uint64_t pixels = static_cast<uint64_t>(gif_->SWidth) * static_cast<uint64_t>(gif_->SHeight);
  if (gif_->SWidth <= 0 || gif_->SHeight <= 0) return damaged("its width or height is 0");
  if (pixels > max_pixels) return too_many_pixels(max_pixels);
  if (pixels / kMostPixelsOfByte > rest_.size()) return damaged("it has too few bytes for its width and height");
  picture_.width = static_cast<uint32_t>(gif_->SWidth);
  picture_.height = static_cast<uint32_t>(gif_->SHeight);
  picture_.channels = 4;
  picture_.samples.resize(4 * pixels);
  GifRecordType type = UNDEFINED_RECORD_TYPE;
  while (type != TERMINATE_RECORD_TYPE) {
    if (DGifGetRecordType(gif_, &type) == GIF_OK && read_record(type)) continue;
    if (!has_whole_frame_) return reason();
    picture_.notes.remark("is damaged or cut off behind its first picture, which is read");
    break;
  }
  if (frames_ == 0) return damaged("it has no picture");
  drop_unused_alpha();
  if (has_invalid_colours_) picture_.notes.remark("has pixels of no colour, which become black");
  if (frames_ > 1) picture_.notes.lose("frames after the first (of " + std::to_string(frames_) + ")");
  if (gif_->AspectByte != 0) {  // the width of a pixel is (AspectByte + 15) / 64 of its height
    picture_.metadata.pixels_per_metre_x = 64;
    picture_.metadata.pixels_per_metre_y = static_cast<uint32_t>(gif_->AspectByte) + 15;
    picture_.metadata.is_only_aspect = true;
  }
  return std::move(picture_);
}

}  // namespace

Result<Noted<Picture>> decode_gif(std::span<const std::byte> file, uint64_t max_pixels) {
  return Reader(file).read(max_pixels);
}

}  // namespace laq::io
