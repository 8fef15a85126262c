// PNG by libpng.
#include <png.h>

#include <algorithm>
#include <bit>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <string>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/picture/exif.h"
#include "io/picture/picture_formats.h"
#include "io/picture/png_chunks.h"
#include "io/picture/png_colour.h"
#include "io/picture/png_text.h"

namespace laq::io {
namespace {

constexpr uint64_t kMaxChunk = uint64_t{1} << 28;  // largest number of bytes of a metadata chunk

// Deflate spends at least two bits, one for the length and one for the distance, on 258 bytes.
constexpr uint64_t kMaxInflation = 1032;

// libpng reports errors by longjmp, which must not cross objects with destructors: all state is kept in these
// structures, outside of the functions that call setjmp.
struct Session {
  png_structp png = nullptr;
  png_infop info = nullptr;
  char message[200] = "not enough memory";
};

struct Input : Session {
  std::span<const std::byte> rest;
  PngChunks chunks;
  uint64_t max_pixels = 0;
  bool too_large = false;
  int passes = 1;
  Noted<Picture> picture;  // without samples
  ~Input() { png_destroy_read_struct(&png, &info, nullptr); }
};

struct Target : Session {
  ByteSink* sink = nullptr;
  uint64_t place = 0;
  const Picture* picture = nullptr;  // its samples are not looked at
  std::vector<std::byte> exif;
  std::vector<NewPngChunk> colour, text;  // chunks that libpng does not know or need not know
  Notes notes;
  ~Target() { png_destroy_write_struct(&png, &info); }
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto* session = static_cast<Session*>(png_get_error_ptr(png));
  std::snprintf(session->message, sizeof session->message, "%s", message);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void on_read(png_structp png, png_bytep data, size_t size) {
  auto* input = static_cast<Input*>(png_get_io_ptr(png));
  if (size > input->rest.size()) png_error(png, "the file ends too early");
  std::memcpy(data, input->rest.data(), size);
  input->rest = input->rest.subspan(size);
}

void on_write(png_structp png, png_bytep data, size_t size) {
  auto* target = static_cast<Target*>(png_get_io_ptr(png));
  if (!target->sink->put(target->place, std::as_bytes(std::span(data, size)))) png_error(png, "it cannot be written");
  target->place += size;
}

void on_flush(png_structp) {}

void read_pixel_size(const PngChunks& png, Metadata& metadata, Notes& notes) {
  const PngChunk* chunk = png.find("pHYs");
  if (chunk == nullptr) return;
  const auto x = static_cast<uint32_t>(big_endian(chunk->data, 0, 4)),
             y = static_cast<uint32_t>(big_endian(chunk->data, 4, 4));
  constexpr uint8_t kNoUnit = 0, kMetre = 1;
  const uint64_t unit = big_endian(chunk->data, 8, 1);
  if (chunk->data.size() != 9 || unit > kMetre || x == 0 || y == 0 || std::max(x, y) > PNG_UINT_31_MAX) {
    notes.lose("pixel size (pHYs), which is invalid");
  } else if (unit != kNoUnit || x != y) {
    metadata.pixels_per_metre_x = x;
    metadata.pixels_per_metre_y = y;
    metadata.is_only_aspect = unit == kNoUnit;
  }
}

void read_metadata(Input& input) {
  Notes& notes = input.picture.notes;
  Metadata& metadata = input.picture.metadata;
  png_charp name = nullptr;
  int compression = 0;
  png_bytep data = nullptr;
  png_uint_32 size = 0;
  if (png_get_iCCP(input.png, input.info, &name, &compression, &data, &size)) {
    const auto icc = std::as_bytes(std::span(data, size));
    metadata.icc.assign(icc.begin(), icc.end());
  } else if (input.chunks.find("iCCP")) {
    notes.lose("ICC profile, which is invalid (iCCP)");
  }
  read_pixel_size(input.chunks, metadata, notes);
  read_png_colour(input.chunks, input.picture.channels <= 2, metadata, notes);
  PngText text = read_png_text(input.chunks, notes);
  const PngChunk* chunk = input.chunks.find("eXIf");
  const std::span<const std::byte> exif = chunk ? chunk->data : text.exif;
  metadata.exif.assign(exif.begin(), exif.end());
  normalize_exif(metadata);
  metadata.xmp = std::move(text.xmp);
  attach(metadata.attachments, "text", std::move(text.texts));
  if (!attach(metadata.attachments, "iptc", std::move(text.iptc))) notes.lose(describe_attachment("iptc"));
  note_png_losses(input.chunks, notes);
}

// Do the IDAT chunks have enough bytes for the rows of the picture? A row begins with a byte for its filter. (An
// interlaced picture has more such bytes.)
bool can_hold_rows(const Input& input) {
  const uint64_t row = png_get_rowbytes(input.png, input.info) + uint64_t{1};
  return row * input.picture.height / kMaxInflation <= input.chunks.compressed_bytes;
}

// Keeps libpng from inflating and storing text, which read_png_text() does.
void ignore_text(png_structp png) {
  static constexpr png_byte kTypes[] = "tEXt\0zTXt\0iTXt\0eXIf";
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, kTypes, sizeof kTypes / 5);
}

// False after an error.
bool read_header(Input& input) {
  if (setjmp(png_jmpbuf(input.png))) return false;
  png_structp png = input.png;
  png_infop info = input.info;
  png_set_read_fn(png, &input, on_read);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // the number of pixels is checked below
  png_set_chunk_malloc_max(png, std::min(kMaxChunk, kMaxInflation * input.rest.size()));
  png_set_option(png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
  ignore_text(png);
  png_read_info(png, info);
  Picture& picture = input.picture;
  picture.width = png_get_image_width(png, info);
  picture.height = png_get_image_height(png, info);
  if (uint64_t{picture.width} * picture.height > input.max_pixels) {
    input.too_large = true;
    return false;
  }
  if (!can_hold_rows(input)) png_error(png, "it has too few bytes for its width and height");
  png_set_expand(png);
  if (std::endian::native == std::endian::little) png_set_swap(png);
  input.passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  picture.channels = png_get_channels(png, info);
  picture.depth = png_get_bit_depth(png, info);
  return true;
}

// Reads rows, all of them if there are several passes. False after an error.
bool read_rows(Input& input, uint32_t count, std::byte* rows, size_t row_bytes) {
  if (setjmp(png_jmpbuf(input.png))) return false;
  for (int pass = 0; pass < input.passes; ++pass) {
    for (uint32_t y = 0; y < count; ++y)
      png_read_row(input.png, reinterpret_cast<png_bytep>(rows + y * row_bytes), nullptr);
  }
  return true;
}

bool read_end(Input& input) {
  if (setjmp(png_jmpbuf(input.png))) return false;
  png_read_end(input.png, input.info);
  return true;
}

Error damaged_png(const Input& input) {
  return {ErrorCode::corrupt, std::string("damaged PNG file: ") + input.message + " (copy it again from its source)"};
}

class PngRowReader : public RowReader {
 public:
  static OpenedRows open(std::span<const std::byte> file, uint64_t max_pixels);

  bool is_sequential() const override { return input_.passes == 1; }
  std::optional<Error> read(uint32_t count, std::byte* rows, size_t row_bytes) override {
    if (!read_rows(input_, count, rows, row_bytes)) return damaged_png(input_);
    rows_read_ += count;
    if (rows_read_ == header_.height && !read_end(input_)) return damaged_png(input_);
    return std::nullopt;
  }

 private:
  Input input_;
  uint32_t rows_read_ = 0;
};

OpenedRows PngRowReader::open(std::span<const std::byte> file, uint64_t max_pixels) {
  auto reader = std::make_unique<PngRowReader>();
  Input& input = reader->input_;
  input.rest = file;
  input.chunks = parse_png_chunks(file);
  input.max_pixels = max_pixels;
  input.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, static_cast<Session*>(&input), on_error, on_warning);
  if (input.png) input.info = png_create_info_struct(input.png);
  if (!input.info) return Error{ErrorCode::out_of_memory, "not enough memory to read the PNG file"};
  if (!read_header(input)) {
    if (input.too_large) return too_many_pixels(max_pixels);
    return damaged_png(input);
  }
  read_metadata(input);
  reader->header_ = std::move(input.picture);
  return std::unique_ptr<RowReader>(std::move(reader));
}

void write_metadata(Target& target) {
  png_structp png = target.png;
  png_infop info = target.info;
  const Metadata& metadata = target.picture->metadata;
  if (!metadata.icc.empty()) {
    png_set_iCCP(png, info, "ICC profile", PNG_COMPRESSION_TYPE_BASE,
                 reinterpret_cast<png_const_bytep>(metadata.icc.data()), static_cast<png_uint_32>(metadata.icc.size()));
    if (!png_get_valid(png, info, PNG_INFO_iCCP)) target.notes.lose("ICC profile, which PNG does not allow here");
  }
  if (!target.exif.empty()) {
    png_set_eXIf_1(png, info, static_cast<png_uint_32>(target.exif.size()),
                   reinterpret_cast<png_bytep>(target.exif.data()));
  }
  if (metadata.pixels_per_metre_x != 0 && metadata.pixels_per_metre_y != 0) {
    png_set_pHYs(png, info, metadata.pixels_per_metre_x, metadata.pixels_per_metre_y,
                 metadata.is_only_aspect ? PNG_RESOLUTION_UNKNOWN : PNG_RESOLUTION_METER);
  }
}

void write_chunks(png_structp png, const std::vector<NewPngChunk>& chunks) {
  for (const NewPngChunk& chunk : chunks) {
    png_write_chunk(png, reinterpret_cast<png_const_bytep>(chunk.type.data()),
                    reinterpret_cast<png_const_bytep>(chunk.data.data()), chunk.data.size());
  }
}

bool write_header(Target& target) {
  if (setjmp(png_jmpbuf(target.png))) return false;
  static constexpr int kColourTypes[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                         PNG_COLOR_TYPE_RGB_ALPHA};
  const Picture& picture = *target.picture;
  png_structp png = target.png;
  png_set_benign_errors(png, 1);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_option(png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
  png_set_write_fn(png, &target, on_write, on_flush);
  png_set_compression_level(png, 4);  // photographs gain about 2 % from more, for three times the time
  png_set_IHDR(png, target.info, picture.width, picture.height, picture.depth, kColourTypes[picture.channels - 1],
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
  write_metadata(target);
  png_write_info_before_PLTE(png, target.info);
  write_chunks(png, target.colour);
  png_write_info(png, target.info);
  write_chunks(png, target.text);
  if (picture.depth == 16 && std::endian::native == std::endian::little) png_set_swap(png);
  return true;
}

bool write_rows(Target& target, const PictureView& rows) {
  if (setjmp(png_jmpbuf(target.png))) return false;
  const auto* first = static_cast<png_const_bytep>(rows.samples);
  for (uint32_t y = 0; y < rows.height; ++y) png_write_row(target.png, first + y * rows.row_bytes);
  return true;
}

bool write_end(Target& target) {
  if (setjmp(png_jmpbuf(target.png))) return false;
  png_write_end(target.png, nullptr);  // with `info` libpng 1.6 would write eXIf once more
  return true;
}

class PngRowWriter : public RowWriter {
 public:
  static OpenedWriter open(const Picture& picture, ByteSink& sink);

  std::optional<Error> write(const PictureView& rows) override {
    return write_rows(target_, rows) ? std::nullopt : std::optional(failure());
  }
  Result<Notes> finish() override {
    if (!write_end(target_)) return failure();
    return std::move(target_.notes);
  }

 private:
  Error failure() const {
    return {ErrorCode::invalid_argument, std::string("cannot make a PNG file: ") + target_.message};
  }

  Target target_;
};

OpenedWriter PngRowWriter::open(const Picture& picture, ByteSink& sink) {
  auto writer = std::make_unique<PngRowWriter>();
  Target& target = writer->target_;
  target.sink = &sink;
  target.picture = &picture;
  target.exif = picture.metadata.exif;
  set_exif_orientation(target.exif, picture.metadata.orientation);
  target.colour = make_png_colour(picture.metadata);
  target.text = make_png_text(picture.metadata, target.notes);
  target.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, static_cast<Session*>(&target), on_error, on_warning);
  if (target.png) target.info = png_create_info_struct(target.png);
  if (!target.info) return Error{ErrorCode::out_of_memory, "not enough memory to write a PNG file"};
  if (!write_header(target)) return writer->failure();
  return std::unique_ptr<RowWriter>(std::move(writer));
}

}  // namespace

OpenedRows open_png(std::span<const std::byte> file, uint64_t max_pixels) {
  return PngRowReader::open(file, max_pixels);
}

Result<Noted<Picture>> decode_png(std::span<const std::byte> file, uint64_t max_pixels) {
  OpenedRows reader = open_png(file, max_pixels);
  if (!reader || (*reader)->is_sequential()) return read_all_rows(reader);
  // An interlaced picture has its last row early and is allocated as a whole.
  Noted<Picture> picture = (*reader)->header();
  picture.samples.resize(picture.row_bytes() * picture.height);
  if (auto error = (*reader)->read(picture.height, picture.samples.data(), picture.row_bytes())) return *error;
  return picture;
}

OpenedWriter create_png(const Picture& picture, ByteSink& sink) {
  return PngRowWriter::open(picture, sink);
}

Result<Noted<std::vector<std::byte>>> encode_png(const Picture& picture) {
  return write_all_rows(create_png, picture);
}

}  // namespace laq::io
