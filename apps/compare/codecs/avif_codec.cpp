// AVIF by libavif, which encodes by libaom: 4:4:4, BT.601 matrix and full range, as avifenc does. Samples of 8 bits are
// coded with 10, because AV1 then predicts better, and are decoded to 8 again.
#include <avif/avif.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "compare/codecs/codec_families.h"
#include "io/picture/convert.h"

namespace laq::compare {
namespace {

using Image = Handle<avifImage, avifImageDestroy>;

Error error_of(ErrorCode code, avifResult result, const avifDiagnostics& diagnostics) {
  std::string message = std::string("libavif: ") + avifResultToString(result);
  if (diagnostics.error[0] != '\0') message += std::string(": ") + diagnostics.error;
  return {code, message};
}

// Shows libavif the samples of a picture (RGB or RGBA). It writes to them only when it decodes.
avifRGBImage pixels_of(const avifImage* image, const Picture& picture) {
  avifRGBImage pixels;
  avifRGBImageSetDefaults(&pixels, image);
  pixels.depth = static_cast<uint32_t>(picture.depth);
  pixels.format = picture.channels == 4 ? AVIF_RGB_FORMAT_RGBA : AVIF_RGB_FORMAT_RGB;
  pixels.ignoreAlpha = picture.channels != 4;
  pixels.pixels = const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(picture.samples.data()));
  pixels.rowBytes = static_cast<uint32_t>(picture.row_bytes());
  return pixels;
}

// Gray from RGB with equal channels.
Picture without_colour(const Picture& picture) {
  Picture gray{picture.width, picture.height, picture.channels - 2, picture.depth, {}, picture.metadata};
  gray.samples.resize(gray.row_bytes() * gray.height);
  const size_t size = picture.sample_bytes(), pixels = size_t{picture.width} * picture.height;
  for (size_t i = 0; i < pixels; ++i) {
    const std::byte* from = &picture.samples[i * picture.channels * size];
    std::byte* to = &gray.samples[i * gray.channels * size];
    std::memcpy(to, from, size);
    if (gray.channels == 2) std::memcpy(to + size, from + 3 * size, size);
  }
  return gray;
}

// "aom 3.6.0" of "dav1d [dec]:1.0.0, aom [enc/dec]:v3.6.0, ...".
std::string version_of(const std::string& codec, const std::string& codecs) {
  const size_t start = codecs.find(codec + " [");
  const size_t colon = codecs.find(':', start);
  if (start == std::string::npos || colon == std::string::npos) return codecs;
  const std::string version = codecs.substr(colon + 1, codecs.find(',', colon) - colon - 1);
  return codec + " " + (version.starts_with("v") ? version.substr(1) : version);
}

class AvifCodec final : public Codec {
 public:
  AvifCodec(std::string name, int speed, const char* tune) : Codec(std::move(name)), speed_(speed), tune_(tune) {}

  std::string version() const override {
    char codecs[256] = "";
    avifCodecVersions(codecs);
    return std::string("libavif ") + avifVersion() + " (" + version_of("aom", codecs) + ")";
  }
  std::vector<double> default_qualities() const override { return {47, 42, 37, 32, 27, 22, 17, 12, 7}; }
  std::optional<QualityScale> quality_scale() const override { return QualityScale{63, 0, 1}; }

  Result<Encoded> encode(const Signal& signal, double quality, int threads) const override {
    const auto& picture = std::get<Picture>(signal);
    Picture plain = without_extras(picture);
    if (plain.depth > 8) plain = io::with_depth(plain, 12);
    const bool is_gray = plain.channels < 3;
    plain = io::with_colour(plain);
    const int quantizer = static_cast<int>(std::clamp(std::lround(quality), 0l, 63l));
    const Stopwatch stopwatch;
    const Image image(avifImageCreate(plain.width, plain.height, plain.depth > 8 ? 12 : 10,
                                      is_gray ? AVIF_PIXEL_FORMAT_YUV400 : AVIF_PIXEL_FORMAT_YUV444));
    const Handle<avifEncoder, avifEncoderDestroy> encoder(avifEncoderCreate());
    if (!image || !encoder) return Error{ErrorCode::out_of_memory, "libavif: no encoder can be made"};
    image->yuvRange = AVIF_RANGE_FULL;
    image->matrixCoefficients = AVIF_MATRIX_COEFFICIENTS_BT601;
    const std::vector<std::byte>& icc = plain.metadata.icc;
    if (icc.empty()) {
      image->colorPrimaries = AVIF_COLOR_PRIMARIES_BT709;
      image->transferCharacteristics = AVIF_TRANSFER_CHARACTERISTICS_SRGB;
    } else {
      avifImageSetProfileICC(image.get(), raw(icc), icc.size());
    }
    const avifRGBImage pixels = pixels_of(image.get(), plain);
    avifResult result = avifImageRGBToYUV(image.get(), &pixels);
    if (result != AVIF_RESULT_OK) return error_of(ErrorCode::unsupported, result, {});
    encoder->codecChoice = AVIF_CODEC_CHOICE_AOM;
    encoder->maxThreads = thread_count(threads);
    encoder->speed = speed_;
    encoder->minQuantizer = encoder->maxQuantizer = quantizer;
    encoder->minQuantizerAlpha = encoder->maxQuantizerAlpha = AVIF_QUANTIZER_LOSSLESS;
    avifEncoderSetCodecSpecificOption(encoder.get(), "tune", tune_);
    avifRWData file = AVIF_DATA_EMPTY;
    const Handle<avifRWData, avifRWDataFree> owner(&file);
    result = avifEncoderWrite(encoder.get(), image.get(), &file);
    if (result != AVIF_RESULT_OK) return error_of(ErrorCode::unsupported, result, encoder->diag);
    return Encoded{copied(file.data, file.size), stopwatch.seconds()};
  }

  Result<Decoded> decode(std::span<const std::byte> file, int threads) const override {
    const Stopwatch stopwatch;
    const Handle<avifDecoder, avifDecoderDestroy> decoder(avifDecoderCreate());
    const Image image(avifImageCreateEmpty());
    if (!image || !decoder) return Error{ErrorCode::out_of_memory, "libavif: no decoder can be made"};
    decoder->maxThreads = thread_count(threads);
    avifResult result = avifDecoderReadMemory(decoder.get(), image.get(), raw(file), file.size());
    if (result != AVIF_RESULT_OK) return error_of(ErrorCode::corrupt, result, decoder->diag);
    Picture picture{image->width, image->height, image->alphaPlane ? 4 : 3, image->depth > 10 ? 12 : 8, {}, {}};
    picture.samples.resize(picture.row_bytes() * picture.height);
    avifRGBImage pixels = pixels_of(image.get(), picture);
    result = avifImageYUVToRGB(image.get(), &pixels);
    if (result != AVIF_RESULT_OK) return error_of(ErrorCode::unsupported, result, decoder->diag);
    picture.metadata.icc = copied(image->icc.data, image->icc.size);
    if (image->yuvFormat == AVIF_PIXEL_FORMAT_YUV400) picture = without_colour(picture);
    return Decoded{std::move(picture), stopwatch.seconds()};
  }

 private:
  int speed_;
  const char* tune_;
};

}  // namespace

std::unique_ptr<Codec> make_avif(CodecOptions& options) {
  if (!avifCodecName(AVIF_CODEC_CHOICE_AOM, AVIF_CODEC_FLAG_CAN_ENCODE)) {
    options.fail({ErrorCode::unsupported, "this libavif cannot encode by libaom"});
  }
  const int speed = options.number('s', 6, 0, 10);
  const bool for_psnr = options.flag("psnr");
  const std::string name = "avif-s" + std::to_string(speed) + (for_psnr ? "-psnr" : "");
  return std::make_unique<AvifCodec>(name, speed, for_psnr ? "psnr" : "ssim");
}

}  // namespace laq::compare
