// JPEG by libjpeg-turbo.
#include <algorithm>
#include <array>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <jpeglib.h>

#include <jerror.h>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/picture/cmyk.h"
#include "io/picture/exif.h"
#include "io/picture/gain_map.h"
#include "io/picture/jpeg_markers.h"
#include "io/picture/jpeg_metadata.h"
#include "io/picture/picture_formats.h"

namespace laq::io {
namespace {

constexpr int kApp2 = JPEG_APP0 + 2;
constexpr int kCmykChannels = 4;
// The most scans of a progressive file: each takes time for the whole picture, and about 10 are usual.
constexpr int kMaxScans = 100;

// libjpeg reports errors by longjmp, which must not cross objects with destructors: all state is kept in these
// structures, outside of the functions that call setjmp.
struct Errors {
  jpeg_error_mgr manager;  // must be the first member: libjpeg passes its address
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX] = "";
  int code = 0;          // libjpeg's code of the error
  bool damaged = false;  // a warning that means lost samples
};

[[noreturn]] void on_error(j_common_ptr session) {
  auto* errors = reinterpret_cast<Errors*>(session->err);
  session->err->format_message(session, errors->message);
  errors->code = session->err->msg_code;
  std::longjmp(errors->jump, 1);
}

void on_message(j_common_ptr session, int level) {
  auto* errors = reinterpret_cast<Errors*>(session->err);
  static constexpr int kDamage[] = {JWRN_JPEG_EOF, JWRN_HIT_MARKER, JWRN_HUFF_BAD_CODE, JWRN_ARITH_BAD_CODE,
                                    JWRN_MUST_RESYNC};  // all others are odd, but all samples are there
  const bool is_damage = std::ranges::find(kDamage, session->err->msg_code) != std::end(kDamage);
  if (level >= 0 || errors->damaged || !is_damage) return;
  errors->damaged = true;
  session->err->format_message(session, errors->message);
}

void set_error_callbacks(Errors& errors) {
  jpeg_std_error(&errors.manager);
  errors.manager.error_exit = on_error;
  errors.manager.emit_message = on_message;
}

struct Reader {
  Errors errors;
  jpeg_decompress_struct session{};
  jpeg_progress_mgr progress{};
  std::span<const std::byte> file;
  uint64_t max_pixels = 0;
  bool has_bad_icc = false;
  std::optional<CmykToSrgb> from_cmyk;  // if the file has CMYK
  std::vector<std::byte> cmyk_row;
  std::optional<Error> refusal;  // the error, if it was not libjpeg that found it
  Noted<Picture> picture;
  ~Reader() { jpeg_destroy_decompress(&session); }
};

// Takes libjpeg's bytes. libjpeg's own destination in memory may lose track of its buffer if an error jumps.
struct Destination {
  jpeg_destination_mgr manager{};  // must be the first member: libjpeg keeps its address
  std::array<JOCTET, size_t{1} << 16> buffer{};
  std::vector<std::byte> file;
};

// Appends the buffer without its last `room` bytes.
void take_buffer(j_compress_ptr session, size_t room) {
  auto* to = reinterpret_cast<Destination*>(session->dest);
  const auto bytes = std::as_bytes(std::span(to->buffer)).first(to->buffer.size() - room);
  bool is_taken = false;
  try {
    to->file.insert(to->file.end(), bytes.begin(), bytes.end());
    is_taken = true;
  } catch (const std::bad_alloc&) {  // must not cross C
  }
  if (!is_taken) ERREXIT1(session, JERR_OUT_OF_MEMORY, 0);
  to->manager.next_output_byte = to->buffer.data();
  to->manager.free_in_buffer = to->buffer.size();
}

void set_destination(jpeg_compress_struct& session, Destination& to) {
  to.manager.init_destination = [](j_compress_ptr) {};
  to.manager.empty_output_buffer = [](j_compress_ptr self) -> boolean {
    take_buffer(self, 0);
    return TRUE;
  };
  to.manager.term_destination = [](j_compress_ptr self) { take_buffer(self, self->dest->free_in_buffer); };
  to.manager.next_output_byte = to.buffer.data();
  to.manager.free_in_buffer = to.buffer.size();
  session.dest = &to.manager;
}

struct Writer {
  Errors errors;
  jpeg_compress_struct session{};
  const Picture* picture = nullptr;
  JpegOptions options;
  std::vector<NewJpegSegment> segments;  // of metadata
  Destination destination;
  ~Writer() { jpeg_destroy_compress(&session); }
};

uint32_t per_metre(int density, int unit) {
  if (unit == 1) return static_cast<uint32_t>(std::lround(density / 0.0254));  // per inch
  return unit == 2 ? static_cast<uint32_t>(density) * 100 : 0;                 // per centimetre
}

void read_icc(Reader& reader) {
  bool has_icc = false;
  for (jpeg_saved_marker_ptr marker = reader.session.marker_list; marker; marker = marker->next)
    has_icc =
        has_icc || text_of(std::as_bytes(std::span(marker->data, marker->data_length))).starts_with("ICC_PROFILE");
  JOCTET* icc = nullptr;
  unsigned int icc_size = 0;
  if (jpeg_read_icc_profile(&reader.session, &icc, &icc_size)) {
    const auto data = std::as_bytes(std::span(icc, icc_size));
    reader.picture.metadata.icc.assign(data.begin(), data.end());
    std::free(icc);
  } else {
    reader.has_bad_icc = has_icc;
  }
}

void read_metadata(Reader& reader) {
  Metadata& metadata = reader.picture.metadata;
  read_jpeg_metadata(parse_jpeg_segments(text_of(reader.file)), metadata, reader.picture.notes);
  normalize_exif(metadata);
  if (reader.has_bad_icc) reader.picture.notes.lose("ICC profile, which is damaged");
  const jpeg_decompress_struct& session = reader.session;
  if (!session.saw_JFIF_marker || session.X_density == 0 || session.Y_density == 0) return;
  metadata.is_only_aspect = session.density_unit == 0 && session.X_density != session.Y_density;
  const auto number = [&](int density) {
    return metadata.is_only_aspect ? static_cast<uint32_t>(density) : per_metre(density, session.density_unit);
  };
  metadata.pixels_per_metre_x = number(session.X_density);
  metadata.pixels_per_metre_y = number(session.Y_density);
}

bool is_cmyk(const jpeg_decompress_struct& session) {
  return session.jpeg_color_space == JCS_CMYK || session.jpeg_color_space == JCS_YCCK;
}

// Prepares the conversion of CMYK, or sets `refusal`. Adobe's files, which are marked as such, have inverted samples.
void convert_cmyk(Reader& reader) {
  Metadata& metadata = reader.picture.metadata;
  const bool is_inverted = reader.session.saw_Adobe_marker != 0;
  Result<CmykToSrgb> converter = CmykToSrgb::of(metadata.icc, 8, is_inverted);
  if (!converter) {
    reader.refusal = converter.error();
    return;
  }
  reader.from_cmyk = std::move(*converter);
  reader.cmyk_row.resize(size_t{reader.session.image_width} * kCmykChannels);
  reader.session.out_color_space = JCS_CMYK;
  reader.picture.notes.remark(kCmykRemark);
  metadata.icc.clear();
}

// Does the file have enough bytes for its blocks of 8x8 coefficients? The first scan of each component spends at least
// one bit on each block, for the Huffman code of the DC coefficient. (Arithmetic coding spends less only on pictures of
// one colour.) So a byte of the file stands for at most 8 blocks: 1536 bytes of samples if chroma is subsampled, and
// 1024 bytes of coefficients, which libjpeg keeps for progressive files.
bool can_hold_blocks(const Reader& reader) {
  uint64_t blocks = 0;
  for (int c = 0; c < reader.session.num_components; ++c) {
    const jpeg_component_info& component = reader.session.comp_info[c];
    blocks += uint64_t{component.width_in_blocks} * component.height_in_blocks;
  }
  return blocks / 8 <= reader.file.size();
}

Error damaged(const std::string& cause) {
  return {ErrorCode::corrupt, "damaged JPEG file: " + cause + " (copy it again from its source)"};
}

// Sets `refusal` if the header tells that the picture is not read.
void check_header(Reader& reader) {
  const jpeg_decompress_struct& session = reader.session;
  if (uint64_t{session.image_width} * session.image_height > reader.max_pixels) {
    reader.refusal = too_many_pixels(reader.max_pixels);
  } else if (!can_hold_blocks(reader)) {
    reader.refusal = damaged("it has too few bytes for its width and height");
  }
}

void on_progress(j_common_ptr session) {
  auto* decompression = reinterpret_cast<j_decompress_ptr>(session);
  if (decompression->input_scan_number <= kMaxScans) return;
  auto* errors = reinterpret_cast<Errors*>(session->err);
  std::snprintf(errors->message, sizeof errors->message, "it has more than %d scans", kMaxScans);
  std::longjmp(errors->jump, 1);
}

// Samples are allocated row by row, so a file that is cut off does not take memory for all of its picture.
void read_rows(Reader& reader) {
  Picture& picture = reader.picture;
  const size_t row_bytes = picture.row_bytes();
  while (reader.session.output_scanline < reader.session.output_height && !reader.errors.damaged) {
    const size_t begin = picture.samples.size();
    picture.samples.resize(begin + row_bytes);
    std::byte* const samples = picture.samples.data() + begin;
    auto* row = reinterpret_cast<JSAMPROW>(reader.from_cmyk ? reader.cmyk_row.data() : samples);
    jpeg_read_scanlines(&reader.session, &row, 1);
    if (reader.from_cmyk) reader.from_cmyk->convert(reader.cmyk_row.data(), samples, picture.width);
  }
}

// False after an error, whose cause is in `refusal` or `errors`.
bool read_all(Reader& reader) {
  if (setjmp(reader.errors.jump)) return false;
  jpeg_decompress_struct& session = reader.session;
  jpeg_create_decompress(&session);
  jpeg_mem_src(&session, reinterpret_cast<const unsigned char*>(reader.file.data()), reader.file.size());
  jpeg_save_markers(&session, kApp2, 0xffff);
  jpeg_read_header(&session, TRUE);
  check_header(reader);
  if (reader.refusal) return false;
  Picture& picture = reader.picture;
  picture.width = session.image_width;
  picture.height = session.image_height;
  picture.channels = session.jpeg_color_space == JCS_GRAYSCALE ? 1 : 3;
  picture.depth = 8;
  session.out_color_space = picture.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  read_icc(reader);
  if (is_cmyk(session)) convert_cmyk(reader);
  if (reader.refusal) return false;
  reader.progress.progress_monitor = on_progress;
  session.progress = &reader.progress;
  jpeg_start_decompress(&session);
  read_rows(reader);
  if (reader.errors.damaged) return false;
  jpeg_finish_decompress(&session);
  return !reader.errors.damaged;
}

// A ratio of sides in numbers as large as JFIF has them.
void set_aspect(jpeg_compress_struct& session, const Metadata& metadata) {
  constexpr uint32_t kMost = 65535;
  uint32_t x = metadata.pixels_per_metre_x, y = metadata.pixels_per_metre_y;
  if (x == 0 || y == 0) return;
  const uint32_t common = std::gcd(x, y);
  x /= common;
  y /= common;
  if (std::max(x, y) > kMost) {
    const double scale = double{kMost} / std::max(x, y);
    x = std::max(1u, static_cast<uint32_t>(std::lround(x * scale)));
    y = std::max(1u, static_cast<uint32_t>(std::lround(y * scale)));
  }
  session.density_unit = 0;
  session.X_density = static_cast<UINT16>(x);
  session.Y_density = static_cast<UINT16>(y);
}

void set_density(jpeg_compress_struct& session, const Metadata& metadata) {
  if (metadata.is_only_aspect) return set_aspect(session, metadata);
  const long x = std::lround(metadata.pixels_per_metre_x * 0.0254),
             y = std::lround(metadata.pixels_per_metre_y * 0.0254);
  if (x < 1 || y < 1 || x > 65535 || y > 65535) return;
  session.density_unit = 1;
  session.X_density = static_cast<UINT16>(x);
  session.Y_density = static_cast<UINT16>(y);
}

bool write_all(Writer& writer) {
  if (setjmp(writer.errors.jump)) return false;
  const Picture& picture = *writer.picture;
  jpeg_compress_struct& session = writer.session;
  jpeg_create_compress(&session);
  set_destination(session, writer.destination);
  session.image_width = picture.width;
  session.image_height = picture.height;
  session.input_components = picture.channels;
  session.in_color_space = picture.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&session);  // 4:2:0
  if (writer.options.has_full_chroma) session.comp_info[0].h_samp_factor = session.comp_info[0].v_samp_factor = 1;
  jpeg_set_quality(&session, writer.options.quality, TRUE);
  session.optimize_coding = TRUE;
  if (writer.options.is_progressive) jpeg_simple_progression(&session);
  set_density(session, picture.metadata);
  jpeg_start_compress(&session, TRUE);
  for (const NewJpegSegment& segment : writer.segments) {
    jpeg_write_marker(&session, segment.marker, reinterpret_cast<const JOCTET*>(segment.data.data()),
                      static_cast<unsigned>(segment.data.size()));
  }
  const std::vector<std::byte>& icc = picture.metadata.icc;
  if (!icc.empty()) {
    jpeg_write_icc_profile(&session, reinterpret_cast<const JOCTET*>(icc.data()), static_cast<unsigned>(icc.size()));
  }
  while (session.next_scanline < session.image_height) {
    // libjpeg's rows are not const, but writing leaves them as they are.
    auto* row = const_cast<JSAMPROW>(
        reinterpret_cast<const JSAMPLE*>(picture.samples.data() + session.next_scanline * picture.row_bytes()));
    jpeg_write_scanlines(&session, &row, 1);
  }
  jpeg_finish_compress(&session);
  return true;
}

}  // namespace

Result<Noted<Picture>> decode_jpeg(std::span<const std::byte> file, uint64_t max_pixels) {
  Reader reader;
  reader.file = file;
  reader.max_pixels = max_pixels;
  set_error_callbacks(reader.errors);
  reader.session.err = &reader.errors.manager;
  if (read_all(reader)) {
    read_metadata(reader);
    return std::move(reader.picture);
  }
  if (reader.refusal) return *reader.refusal;
  if (reader.errors.code == JERR_BAD_PRECISION) {
    return Error{ErrorCode::unsupported,
                 "is a JPEG file of more than 8 bits a sample, which is not read (convert it to a 16-bit PNG first, "
                 "with djpeg of libjpeg-turbo 3 or with GDAL)"};
  }
  if (reader.errors.code == JERR_SOF_UNSUPPORTED) {
    return Error{ErrorCode::unsupported,
                 "is a JPEG file of a process that is not read, such as lossless (convert it to PNG first)"};
  }
  return damaged(reader.errors.message);
}

Result<Noted<std::vector<std::byte>>> encode_jpeg(const Picture& picture, const JpegOptions& options) {
  if (picture.channels == 2 || picture.channels == 4) {
    return Error{ErrorCode::unsupported, "has an alpha channel, which JPEG cannot hold (write .png or .pam)"};
  }
  if (picture.width > JPEG_MAX_DIMENSION || picture.height > JPEG_MAX_DIMENSION) {
    return Error{ErrorCode::unsupported, "is wider or higher than a JPEG file can be, 65500 (write .png)"};
  }
  Writer writer;
  writer.picture = &picture;
  writer.options = options;
  Metadata metadata = picture.metadata;
  Notes notes;
  set_exif_orientation(metadata.exif, metadata.orientation);
  if (metadata.exif.size() > kMaxJpegSegment - kJpegExifPrefix.size()) {
    notes.lose("Exif of more than 64 KB");
    metadata.exif.clear();
    set_exif_orientation(metadata.exif, metadata.orientation);
  }
  writer.segments = make_jpeg_metadata(metadata, notes);
  GainMap gain_map;
  if (const auto* gain = find_attachment(metadata.attachments, kGainMapName)) {
    gain_map = split_gain_map(*gain);
    if (gain_map.pictures.empty()) notes.lose("gain map, which is damaged");
  }
  for (const JpegSegment& segment : gain_map.segments)
    writer.segments.push_back({segment.marker, std::string(segment.data)});
  set_error_callbacks(writer.errors);
  writer.session.err = &writer.errors.manager;
  if (!write_all(writer)) {
    return Error{ErrorCode::invalid_argument, std::string("cannot make a JPEG file: ") + writer.errors.message};
  }
  Noted<std::vector<std::byte>> file(std::move(writer.destination.file));
  file.notes = std::move(notes);
  if (!gain_map.pictures.empty()) append_gain_map(file, gain_map.pictures);
  return file;
}

}  // namespace laq::io
