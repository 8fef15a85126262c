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

struct Reader : Session {
  std::span<const std::byte> rest;
  PngChunks chunks;
  uint64_t max_pixels = 0;
  bool too_large = false;
  Noted<Picture> picture;
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
};

struct Writer : Session {
  const Picture* picture = nullptr;
  std::vector<std::byte> exif;
  std::vector<NewPngChunk> colour, text;  // chunks that libpng does not know or need not know
  Noted<std::vector<std::byte>> bytes;
  ~Writer() { png_destroy_write_struct(&png, &info); }
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto* session = static_cast<Session*>(png_get_error_ptr(png));
  std::snprintf(session->message, sizeof session->message, "%s", message);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

void on_read(png_structp png, png_bytep data, size_t size) {
  auto* reader = static_cast<Reader*>(png_get_io_ptr(png));
  if (size > reader->rest.size()) png_error(png, "the file ends too early");
  std::memcpy(data, reader->rest.data(), size);
  reader->rest = reader->rest.subspan(size);
}

void on_write(png_structp png, png_bytep data, size_t size) {
  auto* writer = static_cast<Writer*>(png_get_io_ptr(png));
  const auto* first = reinterpret_cast<const std::byte*>(data);
  bool written = false;
  try {
    writer->bytes.insert(writer->bytes.end(), first, first + size);
    written = true;
  } catch (const std::bad_alloc&) {
  }
  if (!written) png_error(png, "not enough memory");
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

void read_metadata(Reader& reader) {
  Notes& notes = reader.picture.notes;
  Metadata& metadata = reader.picture.metadata;
  png_charp name = nullptr;
  int compression = 0;
  png_bytep data = nullptr;
  png_uint_32 size = 0;
  if (png_get_iCCP(reader.png, reader.info, &name, &compression, &data, &size)) {
    const auto icc = std::as_bytes(std::span(data, size));
    metadata.icc.assign(icc.begin(), icc.end());
  } else if (reader.chunks.find("iCCP")) {
    notes.lose("ICC profile, which is invalid (iCCP)");
  }
  read_pixel_size(reader.chunks, metadata, notes);
  read_png_colour(reader.chunks, reader.picture.channels <= 2, metadata, notes);
  PngText text = read_png_text(reader.chunks, notes);
  const PngChunk* chunk = reader.chunks.find("eXIf");
  const std::span<const std::byte> exif = chunk ? chunk->data : text.exif;
  metadata.exif.assign(exif.begin(), exif.end());
  normalize_exif(metadata);
  metadata.xmp = std::move(text.xmp);
  attach(metadata.attachments, "text", std::move(text.texts));
  if (!attach(metadata.attachments, "iptc", std::move(text.iptc))) notes.lose(describe_attachment("iptc"));
  note_png_losses(reader.chunks, notes);
}

// Do the IDAT chunks have enough bytes for the rows of the picture? A row begins with a byte for its filter. (An
// interlaced picture has more such bytes.)
bool can_hold_rows(const Reader& reader) {
  const uint64_t row = png_get_rowbytes(reader.png, reader.info) + uint64_t{1};
  return row * reader.picture.height / kMaxInflation <= reader.chunks.compressed_bytes;
}

// Samples are allocated row by row. An interlaced picture has its last row early and is allocated as a whole.
void read_rows(Reader& reader, int passes) {
  Picture& picture = reader.picture;
  const size_t row_bytes = picture.row_bytes();
  if (passes > 1) picture.samples.resize(row_bytes * picture.height);
  for (int pass = 0; pass < passes; ++pass) {
    for (uint32_t y = 0; y < picture.height; ++y) {
      if (passes == 1) picture.samples.resize(picture.samples.size() + row_bytes);
      png_read_row(reader.png, reinterpret_cast<png_bytep>(picture.samples.data() + y * row_bytes), nullptr);
    }
  }
}

// Keeps libpng from inflating and storing text, which read_png_text() does.
void ignore_text(png_structp png) {
  static constexpr png_byte kTypes[] = "tEXt\0zTXt\0iTXt\0eXIf";
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, kTypes, sizeof kTypes / 5);
}

// False after an error.
bool read_all(Reader& reader) {
  if (setjmp(png_jmpbuf(reader.png))) return false;
  png_structp png = reader.png;
  png_infop info = reader.info;
  png_set_read_fn(png, &reader, on_read);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // the number of pixels is checked below
  png_set_chunk_malloc_max(png, std::min(kMaxChunk, kMaxInflation * reader.rest.size()));
  png_set_option(png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
  ignore_text(png);
  png_read_info(png, info);
  Picture& picture = reader.picture;
  picture.width = png_get_image_width(png, info);
  picture.height = png_get_image_height(png, info);
  if (uint64_t{picture.width} * picture.height > reader.max_pixels) {
    reader.too_large = true;
    return false;
  }
  if (!can_hold_rows(reader)) png_error(png, "it has too few bytes for its width and height");
  png_set_expand(png);
  if (std::endian::native == std::endian::little) png_set_swap(png);
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  picture.channels = png_get_channels(png, info);
  picture.depth = png_get_bit_depth(png, info);
  read_rows(reader, passes);
  png_read_end(png, info);
  return true;
}

void write_metadata(Writer& writer) {
  png_structp png = writer.png;
  png_infop info = writer.info;
  const Metadata& metadata = writer.picture->metadata;
  if (!metadata.icc.empty()) {
    png_set_iCCP(png, info, "ICC profile", PNG_COMPRESSION_TYPE_BASE,
                 reinterpret_cast<png_const_bytep>(metadata.icc.data()), static_cast<png_uint_32>(metadata.icc.size()));
    if (!png_get_valid(png, info, PNG_INFO_iCCP)) writer.bytes.notes.lose("ICC profile, which PNG does not allow here");
  }
  if (!writer.exif.empty()) {
    png_set_eXIf_1(png, info, static_cast<png_uint_32>(writer.exif.size()),
                   reinterpret_cast<png_bytep>(writer.exif.data()));
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

bool write_all(Writer& writer) {
  if (setjmp(png_jmpbuf(writer.png))) return false;
  static constexpr int kColourTypes[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                         PNG_COLOR_TYPE_RGB_ALPHA};
  const Picture& picture = *writer.picture;
  png_structp png = writer.png;
  png_set_benign_errors(png, 1);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_option(png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
  png_set_write_fn(png, &writer, on_write, on_flush);
  png_set_compression_level(png, 4);  // photographs gain about 2 % from more, for three times the time
  png_set_IHDR(png, writer.info, picture.width, picture.height, picture.depth, kColourTypes[picture.channels - 1],
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
  write_metadata(writer);
  png_write_info_before_PLTE(png, writer.info);
  write_chunks(png, writer.colour);
  png_write_info(png, writer.info);
  write_chunks(png, writer.text);
  if (picture.depth == 16 && std::endian::native == std::endian::little) png_set_swap(png);
  for (uint32_t y = 0; y < picture.height; ++y) {
    png_write_row(png, reinterpret_cast<png_const_bytep>(picture.samples.data() + y * picture.row_bytes()));
  }
  png_write_end(png, nullptr);  // with `info` libpng 1.6 would write eXIf once more
  return true;
}

}  // namespace

Result<Noted<Picture>> decode_png(std::span<const std::byte> file, uint64_t max_pixels) {
  Reader reader;
  reader.rest = file;
  reader.chunks = parse_png_chunks(file);
  reader.max_pixels = max_pixels;
  reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, static_cast<Session*>(&reader), on_error, on_warning);
  if (reader.png) reader.info = png_create_info_struct(reader.png);
  if (!reader.info) return Error{ErrorCode::out_of_memory, "not enough memory to read the PNG file"};
  if (read_all(reader)) {
    read_metadata(reader);
    return std::move(reader.picture);
  }
  if (reader.too_large) return too_many_pixels(max_pixels);
  return Error{ErrorCode::corrupt,
               std::string("damaged PNG file: ") + reader.message + " (copy it again from its source)"};
}

Result<Noted<std::vector<std::byte>>> encode_png(const Picture& picture) {
  Writer writer;
  writer.picture = &picture;
  writer.exif = picture.metadata.exif;
  set_exif_orientation(writer.exif, picture.metadata.orientation);
  writer.colour = make_png_colour(picture.metadata);
  writer.text = make_png_text(picture.metadata, writer.bytes.notes);
  writer.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, static_cast<Session*>(&writer), on_error, on_warning);
  if (writer.png) writer.info = png_create_info_struct(writer.png);
  if (!writer.info) return Error{ErrorCode::out_of_memory, "not enough memory to write a PNG file"};
  if (write_all(writer)) return std::move(writer.bytes);
  return Error{ErrorCode::invalid_argument, std::string("cannot make a PNG file: ") + writer.message};
}

}  // namespace laq::io
