// libwebp, with libwebpmux for ICC profiles.
#include <webp/decode.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <map>

#include "compare/codecs/codec_families.h"
#include "io/picture/convert.h"

namespace laq::compare {
namespace {

using Mux = Handle<WebPMux, WebPMuxDelete>;

const char* message_of(WebPEncodingError error) {
  static const std::map<WebPEncodingError, const char*> kMessages = {
      {VP8_ENC_ERROR_OUT_OF_MEMORY, "out of memory"},
      {VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY, "out of memory"},
      {VP8_ENC_ERROR_INVALID_CONFIGURATION, "invalid configuration"},
      {VP8_ENC_ERROR_BAD_DIMENSION, "the picture is wider or higher than 16383"},
      {VP8_ENC_ERROR_PARTITION0_OVERFLOW, "a partition becomes larger than the format allows"},
      {VP8_ENC_ERROR_PARTITION_OVERFLOW, "a partition becomes larger than the format allows"},
      {VP8_ENC_ERROR_FILE_TOO_BIG, "the file becomes larger than 4 GB"}};
  const auto found = kMessages.find(error);
  return found != kMessages.end() ? found->second : "encoding failed";
}

Result<std::vector<std::byte>> with_profile(std::vector<std::byte> file, const std::vector<std::byte>& icc) {
  if (icc.empty()) return file;
  const WebPData image{raw(file), file.size()};
  const WebPData profile{raw(icc), icc.size()};
  const Mux mux(WebPMuxNew());
  WebPData assembled{};
  if (!mux || WebPMuxSetImage(mux.get(), &image, 0) != WEBP_MUX_OK ||
      WebPMuxSetChunk(mux.get(), "ICCP", &profile, 0) != WEBP_MUX_OK ||
      WebPMuxAssemble(mux.get(), &assembled) != WEBP_MUX_OK) {
    return Error{ErrorCode::unsupported, "libwebpmux: the ICC profile cannot be put into the file"};
  }
  const Handle<WebPData, WebPDataClear> owner(&assembled);
  return copied(assembled.bytes, assembled.size);
}

std::vector<std::byte> profile_of(std::span<const std::byte> file) {
  const WebPData data{raw(file), file.size()};
  const Mux mux(WebPMuxCreate(&data, 0));
  WebPData profile{};
  if (!mux || WebPMuxGetChunk(mux.get(), "ICCP", &profile) != WEBP_MUX_OK) return {};
  return copied(profile.bytes, profile.size);
}

// picture: RGB or RGBA of 8 bits.
Result<std::vector<std::byte>> encode_webp(const Picture& picture, const WebPConfig& config) {
  if (picture.width > WEBP_MAX_DIMENSION || picture.height > WEBP_MAX_DIMENSION) {
    return Error{ErrorCode::invalid_argument, "is wider or higher than a WebP file can be, 16383"};
  }
  WebPPicture source;
  if (!WebPPictureInit(&source) || !WebPValidateConfig(&config)) {
    return Error{ErrorCode::unsupported, "libwebp: another version than at build time, or invalid configuration"};
  }
  const Handle<WebPPicture, WebPPictureFree> source_owner(&source);
  WebPMemoryWriter writer;
  WebPMemoryWriterInit(&writer);
  const Handle<WebPMemoryWriter, WebPMemoryWriterClear> writer_owner(&writer);
  source.width = static_cast<int>(picture.width);
  source.height = static_cast<int>(picture.height);
  // Sharp YUV starts from ARGB and is done by WebPEncode.
  source.use_argb = 1;
  source.writer = WebPMemoryWrite;
  source.custom_ptr = &writer;
  const auto import = picture.channels == 4 ? WebPPictureImportRGBA : WebPPictureImportRGB;
  if (!import(&source, raw(picture.samples), static_cast<int>(picture.row_bytes())) || !WebPEncode(&config, &source)) {
    return Error{ErrorCode::unsupported, std::string("libwebp: ") + message_of(source.error_code)};
  }
  return with_profile(copied(writer.mem, writer.size), picture.metadata.icc);
}

class WebpCodec final : public Codec {
 public:
  explicit WebpCodec(int method) : Codec("webp-m" + std::to_string(method)), method_(method) {}

  std::string version() const override {
    const int version = WebPGetEncoderVersion();
    return "libwebp " + std::to_string(version >> 16) + "." + std::to_string(version >> 8 & 255) + "." +
           std::to_string(version & 255);
  }
  std::vector<double> default_qualities() const override { return {15, 30, 45, 60, 75, 83, 90, 95, 98}; }
  std::optional<QualityScale> quality_scale() const override { return QualityScale{0, 100, 0}; }

  Result<Encoded> encode(const Signal& signal, double quality, int threads) const override {
    const auto& picture = std::get<Picture>(signal);
    if (picture.channels < 3 && !picture.metadata.icc.empty()) {
      return Error{ErrorCode::invalid_argument, "is gray and has an ICC profile: WebP has no gray samples"};
    }
    WebPConfig config;
    if (!WebPConfigInit(&config)) return Error{ErrorCode::unsupported, "libwebp: another version than at build time"};
    config.quality = static_cast<float>(std::clamp(quality, 0.0, 100.0));
    config.method = method_;
    config.use_sharp_yuv = 1;
    config.thread_level = threads != 1;
    const Picture colour = io::with_colour(without_extras(picture, 8));
    return timed<Encoded>([&] { return encode_webp(colour, config); });
  }

  Result<Decoded> decode(std::span<const std::byte> file, int threads) const override {
    const Stopwatch stopwatch;
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config) || WebPGetFeatures(raw(file), file.size(), &config.input) != VP8_STATUS_OK) {
      return Error{ErrorCode::corrupt, "libwebp: not a WebP file"};
    }
    Picture picture;
    picture.width = static_cast<uint32_t>(config.input.width);
    picture.height = static_cast<uint32_t>(config.input.height);
    picture.channels = config.input.has_alpha ? 4 : 3;
    picture.samples.resize(picture.row_bytes() * picture.height);
    config.options.use_threads = threads != 1;
    config.output.colorspace = config.input.has_alpha ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = reinterpret_cast<uint8_t*>(picture.samples.data());
    config.output.u.RGBA.stride = static_cast<int>(picture.row_bytes());
    config.output.u.RGBA.size = picture.samples.size();
    const VP8StatusCode status = WebPDecode(raw(file), file.size(), &config);
    WebPFreeDecBuffer(&config.output);
    if (status != VP8_STATUS_OK) {
      return Error{ErrorCode::corrupt, "libwebp: decoding failed with status " + std::to_string(status)};
    }
    picture.metadata.icc = profile_of(file);
    return Decoded{std::move(picture), stopwatch.seconds()};
  }

 private:
  int method_;
};

}  // namespace

std::unique_ptr<Codec> make_webp(CodecOptions& options) {
  const int method = options.number('m', 6, 0, 6);
  return std::make_unique<WebpCodec>(method);
}

}  // namespace laq::compare
