// libjpeg-turbo. Reading is that of the command (io/jpeg.h).
#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include "compare/codecs/codec_families.h"
#include "io/jpeg.h"
#include "io/picture_file.h"

#define LAQ_TEXT_OF(macro) LAQ_TEXT(macro)
#define LAQ_TEXT(value) #value

namespace laq::compare {
namespace {

// libjpeg reports errors by longjmp, which must not cross objects with destructors: all state is kept here.
struct Writer {
  jpeg_error_mgr manager{};
  std::jmp_buf jump{};
  char message[JMSG_LENGTH_MAX] = "";
  jpeg_compress_struct session{};
  const Picture* picture = nullptr;
  int quality = 0;
  bool full_chroma = false;
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  ~Writer() {
    jpeg_destroy_compress(&session);
    std::free(bytes);
  }
};

[[noreturn]] void on_error(j_common_ptr session) {
  auto* writer = static_cast<Writer*>(session->client_data);
  session->err->format_message(session, writer->message);
  std::longjmp(writer->jump, 1);
}

// False after an error, with its message in the writer.
bool write_all(Writer& writer) {
  if (setjmp(writer.jump)) return false;
  const Picture& picture = *writer.picture;
  jpeg_compress_struct& session = writer.session;
  session.err = jpeg_std_error(&writer.manager);
  session.client_data = &writer;
  writer.manager.error_exit = on_error;
  jpeg_create_compress(&session);
  jpeg_mem_dest(&session, &writer.bytes, &writer.size);
  session.image_width = picture.width;
  session.image_height = picture.height;
  session.input_components = picture.channels;
  session.in_color_space = picture.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&session);  // 4:2:0
  if (writer.full_chroma) session.comp_info[0].h_samp_factor = session.comp_info[0].v_samp_factor = 1;
  jpeg_set_quality(&session, writer.quality, TRUE);
  session.optimize_coding = TRUE;
  jpeg_simple_progression(&session);
  jpeg_start_compress(&session, TRUE);
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

class JpegCodec final : public Codec {
 public:
  JpegCodec(std::string name, bool full_chroma) : Codec(std::move(name)), full_chroma_(full_chroma) {}

  std::string version() const override { return "libjpeg-turbo " LAQ_TEXT_OF(LIBJPEG_TURBO_VERSION); }
  std::vector<double> default_qualities() const override {
    if (full_chroma_) return {26, 40, 54, 66, 76, 84, 90, 94, 97};
    return {20, 26, 40, 54, 66, 76, 84, 90, 95, 98};
  }
  std::optional<QualityScale> quality_scale() const override { return QualityScale{1, 100, 1}; }

  Result<Encoded> encode(const Signal& signal, double quality, int) const override {
    const auto& picture = std::get<Picture>(signal);
    if (picture.channels % 2 == 0) {
      return Error{ErrorCode::invalid_argument, "has an alpha channel, which JPEG cannot hold"};
    }
    if (picture.width > JPEG_MAX_DIMENSION || picture.height > JPEG_MAX_DIMENSION) {
      return Error{ErrorCode::invalid_argument, "is wider or higher than a JPEG file can be, 65500"};
    }
    const Picture plain = without_extras(picture, 8);
    Writer writer;
    writer.picture = &plain;
    writer.quality = static_cast<int>(std::clamp(std::lround(quality), 1l, 100l));
    writer.full_chroma = full_chroma_;
    const Stopwatch stopwatch;
    if (!write_all(writer)) return Error{ErrorCode::unsupported, std::string("libjpeg: ") + writer.message};
    const auto* first = reinterpret_cast<const std::byte*>(writer.bytes);
    return Encoded{{first, first + writer.size}, stopwatch.seconds()};
  }

  Result<Decoded> decode(std::span<const std::byte> file, int) const override {
    const Stopwatch stopwatch;
    Result<io::Noted<Picture>> picture = io::decode_jpeg(file, io::kMaxPixels);
    if (!picture) return picture.error();
    return Decoded{Picture(std::move(*picture)), stopwatch.seconds()};
  }

 private:
  bool full_chroma_;
};

}  // namespace

Result<std::unique_ptr<Codec>> make_jpeg(CodecOptions& options) {
  const bool full_chroma = options.flag("444");
  if (const auto error = options.error()) return *error;
  return std::unique_ptr<Codec>(
      std::make_unique<JpegCodec>(full_chroma ? "jpeg-turbo-444" : "jpeg-turbo", full_chroma));
}

}  // namespace laq::compare
