// JPEG by libjpeg-turbo: optimised Huffman codes, progressive.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include <jpeglib.h>

#include "compare/codecs/codec_families.h"
#include "io/picture/picture_formats.h"

#define LAQ_TEXT_OF(macro) LAQ_TEXT(macro)
#define LAQ_TEXT(value) #value

namespace laq::compare {
namespace {

class JpegCodec final : public Codec {
 public:
  JpegCodec(std::string name, bool has_full_chroma) : Codec(std::move(name)), has_full_chroma_(has_full_chroma) {}

  std::string version() const override { return "libjpeg-turbo " LAQ_TEXT_OF(LIBJPEG_TURBO_VERSION); }
  std::vector<double> default_qualities() const override {
    if (has_full_chroma_) return {26, 40, 54, 66, 76, 84, 90, 94, 97};
    return {20, 26, 40, 54, 66, 76, 84, 90, 95, 98};
  }
  std::optional<QualityScale> quality_scale() const override { return QualityScale{1, 100, 1}; }

  Result<Encoded> encode(const Signal& signal, double quality, int) const override {
    const auto& picture = std::get<Picture>(signal);
    if (picture.channels % 2 == 0) {
      return Error{ErrorCode::invalid_argument, "has an alpha channel, which JPEG cannot hold"};
    }
    const io::JpegOptions options{static_cast<int>(std::clamp(std::lround(quality), 1l, 100l)), has_full_chroma_, true};
    const Picture plain = without_extras(picture, 8);
    return timed<Encoded>([&] { return io::encode_jpeg(plain, options); });
  }

  Result<Decoded> decode(std::span<const std::byte> file, int) const override {
    return timed<Decoded>([&] { return io::decode_jpeg(file, io::kMaxPixels); });
  }

 private:
  bool has_full_chroma_;
};

}  // namespace

std::unique_ptr<Codec> make_jpeg(CodecOptions& options) {
  const bool has_full_chroma = options.flag("444");
  return std::make_unique<JpegCodec>(has_full_chroma ? "jpeg-turbo-444" : "jpeg-turbo", has_full_chroma);
}

}  // namespace laq::compare
