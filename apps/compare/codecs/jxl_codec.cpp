// JPEG XL by libjxl, which codes samples as XYB. If the ICC profile is not an enumerated colour space, libjxl 0.7
// cannot decode to it: the samples are decoded to a wide colour space of 16 bits, and Little CMS converts them.
#include <jxl/decode.h>
#include <jxl/encode.h>
#include <jxl/thread_parallel_runner.h>

#include <algorithm>
#include <map>

#ifdef LAQ_HAVE_LCMS2
#include <lcms2.h>
#endif

#include "compare/codecs/codec_families.h"
#include "io/picture/convert.h"
#include "io/picture/jpeg_xl_writer.h"

namespace laq::compare {
namespace {

using Encoder = Handle<JxlEncoder, JxlEncoderDestroy>;
using Decoder = Handle<JxlDecoder, JxlDecoderDestroy>;
using Runner = Handle<void, JxlThreadParallelRunnerDestroy>;

// Null for one thread, which is the caller's.
Runner make_runner(int threads) {
  if (threads == 1) return nullptr;
  return Runner(JxlThreadParallelRunnerCreate(nullptr, static_cast<size_t>(thread_count(threads))));
}

const char* message_of(JxlEncoderError error) {
  static const std::map<JxlEncoderError, const char*> kMessages = {{JXL_ENC_ERR_OOM, "out of memory"},
                                                                   {JXL_ENC_ERR_BAD_INPUT, "bad input"},
                                                                   {JXL_ENC_ERR_NOT_SUPPORTED, "not supported"},
                                                                   {JXL_ENC_ERR_API_USAGE, "wrong use of the API"}};
  const auto found = kMessages.find(error);
  return found != kMessages.end() ? found->second : "encoding failed";
}

JxlPixelFormat format_of(const Picture& picture) {
  const JxlDataType type = picture.depth > 8 ? JXL_TYPE_UINT16 : JXL_TYPE_UINT8;
  return {static_cast<uint32_t>(picture.channels), type, JXL_NATIVE_ENDIAN, 0};
}

// Encodes one frame; false after an error, which the encoder keeps.
bool encode_frame(JxlEncoder* encoder, const Picture& picture, int original_depth, int effort, float distance,
                  std::vector<std::byte>& file) {
  const bool has_alpha = picture.channels % 2 == 0;
  JxlBasicInfo info;
  JxlEncoderInitBasicInfo(&info);
  info.xsize = picture.width;
  info.ysize = picture.height;
  info.bits_per_sample = static_cast<uint32_t>(original_depth);
  info.num_color_channels = picture.channels < 3 ? 1 : 3;
  info.num_extra_channels = has_alpha;
  info.alpha_bits = has_alpha ? info.bits_per_sample : 0;
  info.uses_original_profile = JXL_FALSE;
  if (JxlEncoderSetBasicInfo(encoder, &info) != JXL_ENC_SUCCESS) return false;
  if (JxlEncoderGetRequiredCodestreamLevel(encoder) == 10 &&
      JxlEncoderSetCodestreamLevel(encoder, 10) != JXL_ENC_SUCCESS) {
    return false;
  }
  const std::vector<std::byte>& icc = picture.metadata.icc;
  if (icc.empty()) {
    JxlColorEncoding srgb;
    JxlColorEncodingSetToSRGB(&srgb, picture.channels < 3);
    if (JxlEncoderSetColorEncoding(encoder, &srgb) != JXL_ENC_SUCCESS) return false;
  } else if (JxlEncoderSetICCProfile(encoder, raw(icc), icc.size()) != JXL_ENC_SUCCESS) {
    return false;
  }
  JxlEncoderFrameSettings* settings = JxlEncoderFrameSettingsCreate(encoder, nullptr);
  const JxlPixelFormat format = format_of(picture);
  if (JxlEncoderFrameSettingsSetOption(settings, JXL_ENC_FRAME_SETTING_EFFORT, effort) != JXL_ENC_SUCCESS ||
      JxlEncoderSetFrameDistance(settings, distance) != JXL_ENC_SUCCESS ||
      JxlEncoderAddImageFrame(settings, &format, picture.samples.data(), picture.samples.size()) != JXL_ENC_SUCCESS) {
    return false;
  }
  JxlEncoderCloseInput(encoder);
  return io::take_file(encoder, file);
}

std::vector<std::byte> profile(const JxlDecoder* decoder, JxlColorProfileTarget target) {
  size_t size = 0;
  if (JxlDecoderGetICCProfileSize(decoder, nullptr, target, &size) != JXL_DEC_SUCCESS) return {};
  std::vector<std::byte> icc(size);
  auto* bytes = reinterpret_cast<uint8_t*>(icc.data());
  if (JxlDecoderGetColorAsICCProfile(decoder, nullptr, target, bytes, size) != JXL_DEC_SUCCESS) return {};
  return icc;
}

// The profile of the decoded samples, and the one that they are still to be converted to; empty if there is none.
struct Profiles {
  std::vector<std::byte> data, original;
};

bool is_srgb(const JxlColorEncoding& colour) {
  return colour.transfer_function == JXL_TRANSFER_FUNCTION_SRGB && colour.white_point == JXL_WHITE_POINT_D65 &&
         (colour.color_space == JXL_COLOR_SPACE_GRAY || colour.primaries == JXL_PRIMARIES_SRGB);
}

// Chooses the colour space of the decoded samples.
Profiles choose_colour(JxlDecoder* decoder, bool is_gray) {
  JxlColorEncoding colour;
  const bool is_enumerated = JxlDecoderGetColorAsEncodedProfile(decoder, nullptr, JXL_COLOR_PROFILE_TARGET_ORIGINAL,
                                                                &colour) == JXL_DEC_SUCCESS;
  Profiles profiles;
  if (is_enumerated) {
    JxlDecoderSetPreferredColorProfile(decoder, &colour);
    if (!is_srgb(colour)) profiles.data = profile(decoder, JXL_COLOR_PROFILE_TARGET_DATA);
    return profiles;
  }
  JxlColorEncodingSetToSRGB(&colour, is_gray);
  colour.primaries = JXL_PRIMARIES_2100;  // wider than what pictures have
  JxlDecoderSetPreferredColorProfile(decoder, &colour);
  profiles.data = profile(decoder, JXL_COLOR_PROFILE_TARGET_DATA);
  profiles.original = profile(decoder, JXL_COLOR_PROFILE_TARGET_ORIGINAL);
  return profiles;
}

#ifdef LAQ_HAVE_LCMS2
// Converts samples of 16 bits from one profile to the other; false if Little CMS cannot.
bool convert(Picture& picture, const Profiles& profiles) {
  const auto open = [](const std::vector<std::byte>& icc) {
    return Handle<void, cmsCloseProfile>(cmsOpenProfileFromMem(icc.data(), static_cast<cmsUInt32Number>(icc.size())));
  };
  const auto from = open(profiles.data), to = open(profiles.original);
  if (!from || !to) return false;
  static constexpr cmsUInt32Number kFormats[] = {0, TYPE_GRAY_16, TYPE_GRAYA_16, TYPE_RGB_16, TYPE_RGBA_16};
  const cmsUInt32Number format = kFormats[picture.channels];
  const Handle<void, cmsDeleteTransform> transform(
      cmsCreateTransform(from.get(), format, to.get(), format, INTENT_RELATIVE_COLORIMETRIC,
                         cmsFLAGS_COPY_ALPHA | cmsFLAGS_HIGHRESPRECALC | cmsFLAGS_NOCACHE));
  if (!transform) return false;
  const Picture source = picture;
  const auto row = static_cast<cmsUInt32Number>(picture.row_bytes());
  cmsDoTransformLineStride(transform.get(), source.samples.data(), picture.samples.data(), picture.width,
                           picture.height, row, row, 0, 0);
  return true;
}
#else
bool convert(Picture&, const Profiles&) {
  return false;
}
#endif

class JxlCodec final : public Codec {
 public:
  explicit JxlCodec(int effort) : Codec("jxl-e" + std::to_string(effort)), effort_(effort) {}

  std::string version() const override {
    const uint32_t version = JxlEncoderVersion();
    return "libjxl " + std::to_string(version / 1000000) + "." + std::to_string(version / 1000 % 1000) + "." +
           std::to_string(version % 1000);
  }
  std::vector<double> default_qualities() const override { return {9, 7, 5.2, 3.8, 2.6, 1.8, 1.2, 0.8, 0.4}; }
  std::optional<QualityScale> quality_scale() const override { return QualityScale{25, 0.05, 0}; }

  Result<Encoded> encode(const Signal& signal, double quality, int threads) const override {
    const auto& picture = std::get<Picture>(signal);
    Picture plain = without_extras(picture);
    if (plain.depth > 8) plain = io::with_depth(plain, 16);  // libjxl takes samples at the full scale of their type
    const auto distance = static_cast<float>(std::clamp(quality, 0.01, 25.0));
    const Stopwatch stopwatch;
    const Runner runner = make_runner(threads);
    const Encoder encoder(JxlEncoderCreate(nullptr));
    if (!encoder || (runner && JxlEncoderSetParallelRunner(encoder.get(), JxlThreadParallelRunner, runner.get()) !=
                                   JXL_ENC_SUCCESS)) {
      return Error{ErrorCode::unsupported, "libjxl: no encoder can be made"};
    }
    std::vector<std::byte> file;
    if (!encode_frame(encoder.get(), plain, picture.depth, effort_, distance, file)) {
      return Error{ErrorCode::unsupported, std::string("libjxl: ") + message_of(JxlEncoderGetError(encoder.get()))};
    }
    return Encoded{std::move(file), stopwatch.seconds()};
  }

  Result<Decoded> decode(std::span<const std::byte> file, int threads) const override {
    const Stopwatch stopwatch;
    const Runner runner = make_runner(threads);
    const Decoder decoder(JxlDecoderCreate(nullptr));
    const int events = JXL_DEC_BASIC_INFO | JXL_DEC_COLOR_ENCODING | JXL_DEC_FULL_IMAGE;
    if (!decoder || JxlDecoderSubscribeEvents(decoder.get(), events) != JXL_DEC_SUCCESS ||
        (runner &&
         JxlDecoderSetParallelRunner(decoder.get(), JxlThreadParallelRunner, runner.get()) != JXL_DEC_SUCCESS) ||
        JxlDecoderSetInput(decoder.get(), raw(file), file.size()) != JXL_DEC_SUCCESS) {
      return Error{ErrorCode::unsupported, "libjxl: no decoder can be made"};
    }
    JxlDecoderCloseInput(decoder.get());
    Picture picture;
    JxlBasicInfo info{};
    Profiles profiles;
    for (;;) {
      const JxlDecoderStatus status = JxlDecoderProcessInput(decoder.get());
      if (status == JXL_DEC_BASIC_INFO) {
        if (JxlDecoderGetBasicInfo(decoder.get(), &info) != JXL_DEC_SUCCESS) break;
        picture.width = info.xsize;
        picture.height = info.ysize;
        picture.channels = static_cast<int>(info.num_color_channels + (info.alpha_bits > 0));
        picture.depth = info.bits_per_sample > 8 ? 16 : 8;
      } else if (status == JXL_DEC_COLOR_ENCODING) {
        profiles = choose_colour(decoder.get(), info.num_color_channels == 1);
        if (!profiles.original.empty()) picture.depth = 16;
      } else if (status == JXL_DEC_NEED_IMAGE_OUT_BUFFER) {
        const JxlPixelFormat format = format_of(picture);
        picture.samples.resize(picture.row_bytes() * picture.height);
        if (JxlDecoderSetImageOutBuffer(decoder.get(), &format, picture.samples.data(), picture.samples.size()) !=
            JXL_DEC_SUCCESS) {
          break;
        }
      } else if (status == JXL_DEC_FULL_IMAGE || status == JXL_DEC_SUCCESS) {
        const bool is_converted = !profiles.original.empty() && convert(picture, profiles);
        picture.metadata.icc = is_converted ? std::move(profiles.original) : std::move(profiles.data);
        picture = io::with_depth(picture, static_cast<int>(std::clamp(info.bits_per_sample, 8u, 16u)));
        return Decoded{std::move(picture), stopwatch.seconds()};
      } else {
        break;
      }
    }
    return Error{ErrorCode::corrupt, "libjxl: decoding failed"};
  }

 private:
  int effort_;
};

}  // namespace

std::unique_ptr<Codec> make_jxl(CodecOptions& options) {
  const int effort = options.number('e', 7, 1, 9);
  return std::make_unique<JxlCodec>(effort);
}

}  // namespace laq::compare
