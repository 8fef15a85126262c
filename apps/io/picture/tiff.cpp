// TIFF by libtiff: the reader.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <utility>

#include "io/picture/cmyk.h"
#include "io/picture/convert.h"
#include "io/picture/exif.h"
#include "io/picture/light.h"
#include "io/picture/picture_formats.h"
#include "io/picture/tiff_exif.h"
#include "io/picture/tiff_file.h"
#include "io/picture/tiff_layout.h"
#include "io/picture/transfer.h"

namespace laq::io {
namespace {

// Colours of a palette, as samples of the picture.
struct Palette {
  int depth = 8;
  std::array<std::vector<uint16_t>, 3> channels;
};

// The entries have 16 bits. Programs write 8 bits as v * 257, as v * 256, and wrongly as v.
std::optional<Palette> read_palette(const TiffFile& file, int bits) {
  std::array<uint16_t*, 3> maps = {};
  if (!TIFFGetField(file.get(), TIFFTAG_COLORMAP, &maps[0], &maps[1], &maps[2])) return std::nullopt;
  Palette palette;
  bool is_low = true, is_high = true;
  for (size_t c = 0; c < 3; ++c) {
    palette.channels[c].assign(maps[c], maps[c] + (size_t{1} << bits));
    for (const uint16_t v : palette.channels[c]) {
      is_low &= v < 256;
      is_high &= v % 256 == 0 || v % 257 == 0;
    }
  }
  if (!is_low && !is_high) palette.depth = 16;
  for (auto& channel : palette.channels) {
    for (uint16_t& v : channel) v = palette.depth == 8 && !is_low ? static_cast<uint16_t>(v >> 8) : v;
  }
  return palette;
}

// The code point of the primaries of light; 0 if H.273 has none. Files that do not tell theirs have those of BT.709.
uint8_t light_primaries(const TiffFile& file) {
  const float *own = nullptr, *white = nullptr;
  if (TIFFGetField(file.get(), TIFFTAG_PRIMARYCHROMATICITIES, &own) != 1) return kPrimariesBt709;
  if (TIFFGetField(file.get(), TIFFTAG_WHITEPOINT, &white) != 1) return 0;
  return code_point_of({0, {own[0], own[1]}, {own[2], own[3]}, {own[4], own[5]}, {white[0], white[1]}});
}

class Reader {
 public:
  Reader(const TiffFile& file, const TiffLayout& layout) : file_(file), layout_(layout) {}

  // Finds out what the picture is, before its samples are read. Returns what went wrong, or nothing.
  std::optional<Error> begin();
  // Can rows be read one after the other? Otherwise only read() reads.
  bool is_sequential() const;
  // Reads all rows.
  std::optional<Error> read();
  // Reads the next rows, to memory of the caller.
  std::optional<Error> read_next(uint32_t count, std::byte* rows, size_t row_bytes);
  Noted<Picture>& picture() { return picture_; }

 private:
  Error failure() const {
    return damaged_tiff(file_.message().empty() ? "its samples are not readable" : file_.message());
  }
  bool read_strips();
  bool read_tiles();
  bool check_tiles() const;
  bool read_row_of_tiles(int plane, uint32_t y);
  bool read_scan_line(int plane, uint32_t y);
  uint32_t tile_width() const { return file_.long_number(TIFFTAG_TILEWIDTH, 0); }
  uint32_t tile_height() const { return file_.long_number(TIFFTAG_TILELENGTH, 0); }
  bool read_converted();
  // Makes room for the rows from first_row_ to `end`.
  void grow(uint64_t end) {
    const uint64_t bytes = (std::min<uint64_t>(end, layout_.height) - first_row_) * picture_.row_bytes();
    if (bytes > picture_.samples.size()) picture_.samples.resize(bytes);
  }
  int stride() const { return layout_.is_planar ? 1 : layout_.samples; }
  // Puts pixels of a row into the picture. `bytes` hold `stride` samples a pixel, from the sample `first` on.
  void put(uint32_t y, uint32_t x, uint32_t pixels, int first, int stride, const uint8_t* bytes);
  void unpack(const uint8_t* bytes, size_t count);
  // Puts a whole row of floating-point samples, which are light.
  void put_light(uint32_t y, const uint8_t* bytes);
  void set(size_t index, uint32_t value) { set_sample(picture_, index, value); }

  const TiffFile& file_;
  const TiffLayout& layout_;
  Palette palette_;
  std::vector<uint16_t> values_;  // of one row, as they stand in the file; the upper half of samples of 32 bits
  std::optional<FloatReader> light_;
  std::vector<float> light_row_;
  std::vector<uint8_t> block_;  // a scan line, or a tile
  Noted<Picture> picture_;      // its samples begin with first_row_
  uint32_t first_row_ = 0;
  uint32_t next_row_ = 0;  // that read_next() gives
};

void Reader::unpack(const uint8_t* bytes, size_t count) {
  values_.resize(count);
  const int bits = layout_.bits;
  if (bits == 16) {
    std::memcpy(values_.data(), bytes, 2 * count);
  } else if (bits == 32) {
    for (size_t i = 0; i < count; ++i) {
      uint32_t value;
      std::memcpy(&value, bytes + 4 * i, sizeof value);
      values_[i] = static_cast<uint16_t>(value >> 16);
    }
  } else {
    uint32_t buffer = 0;
    int held = 0;
    for (size_t i = 0; i < count; ++i) {
      for (; held < bits; held += 8) buffer = buffer << 8 | *bytes++;
      held -= bits;
      values_[i] = static_cast<uint16_t>(buffer >> held & ((1u << bits) - 1));
    }
  }
}

void Reader::put(uint32_t y, uint32_t x, uint32_t pixels, int first, int stride, const uint8_t* bytes) {
  unpack(bytes, size_t{pixels} * stride);
  const int channels = picture_.channels;
  const uint32_t most = (1u << std::min(layout_.bits, 16)) - 1, full = (1u << picture_.depth) - 1;
  const size_t start = (size_t{y - first_row_} * layout_.width + x) * channels;
  for (int s = 0; s < stride; ++s) {
    const int channel = layout_.channel_of(first + s);
    if (channel < 0) continue;
    const bool is_index = layout_.colour == TiffColour::palette && channel == 0;
    const bool is_inverted = layout_.colour == TiffColour::inverted_gray && channel == 0;
    for (size_t i = 0; i < pixels; ++i) {
      const uint32_t value = values_[i * stride + s];
      const size_t at = start + i * channels + channel;
      if (is_index) {
        for (size_t c = 0; c < 3; ++c) set(at + c, palette_.channels[c][value]);
      } else {
        const uint32_t upright = is_inverted ? most - value : value;
        set(at, most == full ? upright : (upright * full + most / 2) / most);
      }
    }
  }
}

void Reader::put_light(uint32_t y, const uint8_t* bytes) {
  const size_t channels = static_cast<size_t>(picture_.channels), samples = static_cast<size_t>(layout_.samples);
  light_row_.resize(layout_.width * channels);
  for (size_t s = 0; s < samples; ++s) {
    const int channel = layout_.channel_of(static_cast<int>(s));
    if (channel < 0) continue;
    for (size_t x = 0; x < layout_.width; ++x)
      std::memcpy(&light_row_[x * channels + channel], bytes + 4 * (x * samples + s), sizeof(float));
  }
  light_->put_row(y, light_row_);
}

bool Reader::read_strips() {
  const int planes = layout_.is_planar ? layout_.samples : 1;
  for (int plane = 0; plane < planes; ++plane) {
    for (uint32_t y = 0; y < layout_.height; ++y) {
      if (!read_scan_line(plane, y)) return false;
    }
  }
  return true;
}

bool Reader::read_scan_line(int plane, uint32_t y) {
  block_.resize(static_cast<size_t>(TIFFScanlineSize64(file_.get())));
  if (block_.size() < (uint64_t{layout_.width} * stride() * layout_.bits + 7) / 8) return false;
  if (TIFFReadScanline(file_.get(), block_.data(), y, static_cast<uint16_t>(plane)) != 1) return false;
  if (light_) {
    put_light(y, block_.data());
  } else {
    grow(uint64_t{y} + 1);
    put(y, 0, layout_.width, plane, stride(), block_.data());
  }
  return true;
}

// Are the tiles as large as they say, and no trap?
bool Reader::check_tiles() const {
  const uint64_t row_bytes = (uint64_t{tile_width()} * stride() * layout_.bits + 7) / 8,
                 bytes = TIFFTileSize64(file_.get());
  // A small picture has one tile of a usual size; larger tiles would be a trap.
  constexpr uint64_t kUsualBytes = 1 << 25;
  const uint64_t picture_bytes = (uint64_t{layout_.width} * stride() * layout_.bits / 8 + 1) * layout_.height;
  return tile_width() > 0 && tile_height() > 0 && row_bytes * tile_height() == bytes &&
         bytes <= std::max(kUsualBytes, 4 * picture_bytes);
}

bool Reader::read_tiles() {
  if (!check_tiles()) return false;
  const int planes = layout_.is_planar ? layout_.samples : 1;
  for (int plane = 0; plane < planes; ++plane) {
    for (uint64_t y = 0; y < layout_.height; y += tile_height()) {
      if (!read_row_of_tiles(plane, static_cast<uint32_t>(y))) return false;
    }
  }
  return true;
}

bool Reader::read_row_of_tiles(int plane, uint32_t y) {
  block_.resize(TIFFTileSize64(file_.get()));
  const uint64_t rows = std::min<uint64_t>(tile_height(), layout_.height - y);
  const size_t row_bytes = block_.size() / tile_height();
  for (uint64_t x = 0; x < layout_.width; x += tile_width()) {
    if (TIFFReadTile(file_.get(), block_.data(), static_cast<uint32_t>(x), y, 0, static_cast<uint16_t>(plane)) < 0)
      return false;
    grow(y + rows);
    const auto pixels = static_cast<uint32_t>(std::min<uint64_t>(tile_width(), layout_.width - x));
    for (uint64_t i = 0; i < rows; ++i)
      put(static_cast<uint32_t>(y + i), static_cast<uint32_t>(x), pixels, plane, stride(), &block_[i * row_bytes]);
  }
  return true;
}

// YCbCr, which libtiff converts itself. Asked for the orientation that the file has, it turns nothing.
bool Reader::read_converted() {
  std::vector<uint32_t> pixels(size_t{layout_.width} * layout_.height);
  const int orientation = file_.number(TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  if (!TIFFReadRGBAImageOriented(file_.get(), layout_.width, layout_.height, pixels.data(), orientation, 1))
    return false;
  grow(layout_.height);
  for (size_t i = 0; i < pixels.size(); ++i) {
    set(3 * i, TIFFGetR(pixels[i]));
    set(3 * i + 1, TIFFGetG(pixels[i]));
    set(3 * i + 2, TIFFGetB(pixels[i]));
  }
  return true;
}

std::optional<Error> Reader::begin() {
  if (layout_.colour == TiffColour::palette) {
    const std::optional<Palette> palette = read_palette(file_, layout_.bits);
    if (!palette) return damaged_tiff("it has no palette");
    palette_ = *palette;
  }
  picture_.width = layout_.width;
  picture_.height = layout_.height;
  picture_.channels = layout_.channels();
  picture_.depth = layout_.colour == TiffColour::palette ? palette_.depth : std::clamp(layout_.bits, 8, 16);
  return std::nullopt;
}

bool Reader::is_sequential() const {
  const bool is_converted = layout_.colour == TiffColour::converted || layout_.colour == TiffColour::cmyk ||
                            layout_.is_float || layout_.is_premultiplied;
  return !is_converted && !layout_.is_planar;
}

std::optional<Error> Reader::read() {
  if (layout_.is_float) {
    const uint8_t primaries = light_primaries(file_);
    light_.emplace(layout_.width, layout_.height, picture_.channels, primaries == 0 ? kPrimariesBt709 : primaries,
                   layout_.is_premultiplied);
  }
  const bool is_whole = layout_.colour == TiffColour::converted ? read_converted()
                        : layout_.is_tiled                      ? read_tiles()
                                                                : read_strips();
  if (!is_whole) return failure();
  if (light_) {
    picture_ = light_->finish();
  } else if (layout_.is_premultiplied) {
    unpremultiply(picture_);
  }
  return std::nullopt;
}

std::optional<Error> Reader::read_next(uint32_t count, std::byte* rows, size_t row_bytes) {
  if (layout_.is_tiled && !check_tiles()) return failure();
  const size_t bytes = picture_.row_bytes();
  for (const uint32_t end = next_row_ + count; next_row_ < end; ++next_row_, rows += row_bytes) {
    if (next_row_ >= first_row_ + picture_.samples.size() / bytes) {
      picture_.samples.clear();
      first_row_ = next_row_;
      const bool is_read = layout_.is_tiled ? read_row_of_tiles(0, next_row_) : read_scan_line(0, next_row_);
      if (!is_read) return failure();
    }
    std::memcpy(rows, picture_.samples.data() + bytes * (next_row_ - first_row_), bytes);
  }
  return std::nullopt;
}

// Pixels per metre, or any number that is a ratio with that of the other side; 0 if it is unknown.
uint32_t resolution(const TiffFile& file, uint32_t tag, uint16_t unit) {
  constexpr double kRatioScale = 1000;
  float value = 0;
  if (!TIFFGetField(file.get(), tag, &value)) return 0;
  const double scale = unit == RESUNIT_NONE ? kRatioScale : unit == RESUNIT_CENTIMETER ? 100 : 1 / 0.0254;
  const double scaled = double(value) * scale;
  return scaled >= 1 && scaled < 1e9 ? static_cast<uint32_t>(std::lround(scaled)) : 0;
}

void read_resolution(const TiffFile& file, Metadata& metadata) {
  const uint16_t unit = file.number(TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  const uint32_t x = resolution(file, TIFFTAG_XRESOLUTION, unit), y = resolution(file, TIFFTAG_YRESOLUTION, unit);
  const bool is_ratio = unit == RESUNIT_NONE;
  if (x == 0 || y == 0 || (is_ratio && x == y)) return;
  metadata.pixels_per_metre_x = x;
  metadata.pixels_per_metre_y = y;
  metadata.is_only_aspect = is_ratio;
}

void read_metadata(const TiffFile& file, std::span<const std::byte> bytes, Metadata& metadata) {
  if (!metadata.code_points) metadata.icc = file.bytes(TIFFTAG_ICCPROFILE);
  metadata.xmp = file.bytes(TIFFTAG_XMLPACKET);
  metadata.exif = exif_of_tiff(bytes);
  const uint16_t orientation = file.number(TIFFTAG_ORIENTATION, 1);
  metadata.orientation = orientation >= 1 && orientation <= 8 ? static_cast<uint8_t>(orientation) : 1;
  read_resolution(file, metadata);
}

// Turns inks, which the samples are, into RGB.
std::optional<Error> convert_cmyk(Noted<Picture>& picture) {
  const Result<CmykToSrgb> converter = CmykToSrgb::of(picture.metadata.icc, picture.depth, false);
  if (!converter) return converter.error();
  const uint64_t pixels = uint64_t{picture.width} * picture.height;
  std::vector<std::byte> inks = std::exchange(picture.samples, {});
  picture.channels = 3;
  picture.samples.resize(pixels * 3 * picture.sample_bytes());
  const size_t row_inks = inks.size() / picture.height;
  for (size_t y = 0; y < picture.height; ++y)
    converter->convert(&inks[y * row_inks], &picture.samples[y * picture.row_bytes()], picture.width);
  picture.metadata.icc.clear();
  picture.notes.remark(kCmykRemark);
  return std::nullopt;
}

void note_losses(const TiffFile& file, const TiffLayout& layout, const Metadata& metadata, Notes& notes) {
  constexpr uint32_t kGeoKeys = 34735;
  const uint16_t pages = TIFFNumberOfDirectories(file.get());
  uint16_t count = 0;
  uint64_t exif = 0;
  const void* data = nullptr;
  if (layout.alpha_is_guessed) notes.remark("the sample behind the colour is taken for alpha");
  if (layout.further_samples > 0)
    notes.lose("channels after colour and alpha (" + std::to_string(layout.further_samples) + ")");
  if (layout.bits == 32 && !layout.is_float) notes.lose("bits of a sample after the first 16 of 32");
  if (metadata.code_points && !file.bytes(TIFFTAG_ICCPROFILE).empty())
    notes.lose("ICC profile of light, which is taken for that of BT.709");
  if (layout.is_float && light_primaries(file) == 0) notes.lose("chromaticities, which are taken for those of BT.709");
  if (pages > 1) notes.lose("pages after the first (of " + std::to_string(pages) + ")");
  if (TIFFGetField(file.get(), TIFFTAG_SUBIFD, &count, &data)) notes.lose("pictures within the first page");
  if (!file.bytes(TIFFTAG_RICHTIFFIPTC).empty()) notes.lose("IPTC");
  if (!file.bytes(TIFFTAG_PHOTOSHOP).empty()) notes.lose("Photoshop resources");
  if (!file.bytes(kGeoKeys).empty()) notes.lose("place on the earth (GeoTIFF)");
  if (metadata.exif.empty() && TIFFGetField(file.get(), TIFFTAG_EXIFIFD, &exif)) notes.lose("Exif");
}

// What libtiff may allocate at once.
uint64_t most_memory(uint64_t max_pixels) {
  constexpr uint64_t kMostBytesOfPixel = 64, kLeastBytes = uint64_t{1} << 26;
  return std::max(kLeastBytes, std::min(max_pixels, UINT64_MAX / kMostBytesOfPixel) * kMostBytesOfPixel);
}

class TiffRowReader : public RowReader {
 public:
  static OpenedRows open(std::span<const std::byte> bytes, uint64_t max_pixels);

  bool is_sequential() const override { return reader_->is_sequential(); }
  std::optional<Error> read(uint32_t count, std::byte* rows, size_t row_bytes) override {
    return reader_->read_next(count, rows, row_bytes);
  }

 private:
  TiffRowReader(std::span<const std::byte> bytes, uint64_t max_memory) : file_(bytes, max_memory) {}

  TiffFile file_;
  TiffLayout layout_;
  std::optional<Reader> reader_;
};

OpenedRows TiffRowReader::open(std::span<const std::byte> bytes, uint64_t max_pixels) {
  std::unique_ptr<TiffRowReader> opened(new TiffRowReader(bytes, most_memory(max_pixels)));
  const TiffFile& file = opened->file_;
  if (!file.get()) return damaged_tiff(file.message());
  const Result<TiffLayout> layout = read_tiff_layout(file, bytes.size(), max_pixels);
  if (!layout) return layout.error();
  opened->layout_ = *layout;
  Reader& reader = opened->reader_.emplace(file, opened->layout_);
  if (auto error = reader.begin()) return *error;
  Noted<Picture>& header = opened->header_;
  header = reader.picture();
  read_metadata(file, bytes, header.metadata);
  note_losses(file, *layout, header.metadata, header.notes);
  return std::unique_ptr<RowReader>(std::move(opened));
}

}  // namespace

OpenedRows open_tiff(std::span<const std::byte> file, uint64_t max_pixels) {
  return TiffRowReader::open(file, max_pixels);
}

Result<Noted<Picture>> decode_tiff(std::span<const std::byte> bytes, uint64_t max_pixels) {
  const TiffFile file(bytes, most_memory(max_pixels));
  if (!file.get()) return damaged_tiff(file.message());
  const Result<TiffLayout> layout = read_tiff_layout(file, bytes.size(), max_pixels);
  if (!layout) return layout.error();
  Reader reader(file, *layout);
  if (auto error = reader.begin()) return *error;
  if (auto error = reader.read()) return *error;
  read_metadata(file, bytes, reader.picture().metadata);
  if (layout->colour == TiffColour::cmyk) {
    if (auto error = convert_cmyk(reader.picture())) return *error;
  }
  note_losses(file, *layout, reader.picture().metadata, reader.picture().notes);
  return std::move(reader.picture());
}

}  // namespace laq::io
