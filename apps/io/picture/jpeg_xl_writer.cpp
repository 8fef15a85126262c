#include "io/picture/jpeg_xl_writer.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "io/picture/convert.h"
#include "io/picture/exif.h"
#include "io/picture/jpeg_xl_colour.h"
#include "io/picture/picture_formats.h"

namespace laq::io {
namespace {

const uint8_t* raw(std::span<const std::byte> bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}

bool set_header(JxlEncoder* encoder, const Picture& picture) {
  const bool has_alpha = picture.channels % 2 == 0;
  JxlBasicInfo info;
  JxlEncoderInitBasicInfo(&info);
  info.xsize = picture.width;
  info.ysize = picture.height;
  info.bits_per_sample = static_cast<uint32_t>(picture.depth);
  info.num_color_channels = picture.channels < 3 ? 1 : 3;
  info.num_extra_channels = has_alpha;
  info.alpha_bits = has_alpha ? info.bits_per_sample : 0;
  info.orientation = static_cast<JxlOrientation>(picture.metadata.orientation);
  info.uses_original_profile = JXL_TRUE;
  if (JxlEncoderSetBasicInfo(encoder, &info) != JXL_ENC_SUCCESS) return false;
  return JxlEncoderGetRequiredCodestreamLevel(encoder) != 10 ||
         JxlEncoderSetCodestreamLevel(encoder, 10) == JXL_ENC_SUCCESS;
}

// A file has either an ICC profile or named colours. The profile says more, unless there are code points.
bool set_colour(JxlEncoder* encoder, const Picture& picture, Notes& notes) {
  const Metadata& metadata = picture.metadata;
  const bool is_gray = picture.channels < 3;
  auto colour = colour_of(metadata.code_points.value_or(CodePoints()), is_gray);
  if (!colour) notes.lose("code points of colour");
  if (!metadata.icc.empty() && (!metadata.code_points || !colour)) {
    if (JxlEncoderSetICCProfile(encoder, raw(metadata.icc), metadata.icc.size()) == JXL_ENC_SUCCESS) return true;
    notes.lose("ICC profile, which libjxl finds invalid");
  } else if (!metadata.icc.empty()) {
    notes.lose("ICC profile beside the code points of colour");
  }
  if (!colour) colour = colour_of(CodePoints(), is_gray);
  return JxlEncoderSetColorEncoding(encoder, &*colour) == JXL_ENC_SUCCESS;
}

bool add_boxes(JxlEncoder* encoder, const Metadata& metadata) {
  const auto add = [&](const char* type, std::span<const std::byte> bytes) {
    return bytes.empty() || JxlEncoderAddBox(encoder, type, raw(bytes), bytes.size(), JXL_FALSE) == JXL_ENC_SUCCESS;
  };
  std::vector<std::byte> exif = metadata.exif;
  constexpr size_t kOffsetBytes = 4;  // of the TIFF header: 0
  if (!exif.empty()) exif.insert(exif.begin(), kOffsetBytes, std::byte{0});
  if (exif.empty() && metadata.xmp.empty()) return true;
  const bool is_added =
      JxlEncoderUseBoxes(encoder) == JXL_ENC_SUCCESS && add("Exif", exif) && add("xml ", metadata.xmp);
  JxlEncoderCloseBoxes(encoder);
  return is_added;
}

bool add_frame(JxlEncoder* encoder, const Picture& picture) {
  // libjxl takes samples at the full scale of their type.
  const int depth = picture.depth > 8 ? 16 : 8;
  std::optional<Picture> converted;
  if (picture.depth != depth) converted = with_depth(picture, depth);
  const Picture& full = converted ? *converted : picture;
  const JxlPixelFormat format{static_cast<uint32_t>(picture.channels), depth > 8 ? JXL_TYPE_UINT16 : JXL_TYPE_UINT8,
                              JXL_NATIVE_ENDIAN, 0};
  JxlEncoderFrameSettings* settings = JxlEncoderFrameSettingsCreate(encoder, nullptr);
  if (JxlEncoderSetFrameLossless(settings, JXL_TRUE) != JXL_ENC_SUCCESS ||
      JxlEncoderAddImageFrame(settings, &format, full.samples.data(), full.samples.size()) != JXL_ENC_SUCCESS)
    return false;
  JxlEncoderCloseInput(encoder);
  return true;
}

}  // namespace

bool take_file(JxlEncoder* encoder, std::vector<std::byte>& file) {
  for (size_t done = 0;;) {
    file.resize(std::max<size_t>(size_t{1} << 16, file.size() * 2));
    auto* next = reinterpret_cast<uint8_t*>(file.data()) + done;
    size_t room = file.size() - done;
    const JxlEncoderStatus status = JxlEncoderProcessOutput(encoder, &next, &room);
    done = file.size() - room;
    if (status == JXL_ENC_NEED_MORE_OUTPUT) continue;
    file.resize(done);
    return status == JXL_ENC_SUCCESS;
  }
}

Result<Noted<std::vector<std::byte>>> encode_jpeg_xl(const Picture& picture) {
  const std::unique_ptr<JxlEncoder, decltype(&JxlEncoderDestroy)> encoder(JxlEncoderCreate(nullptr),
                                                                          &JxlEncoderDestroy);
  Noted<std::vector<std::byte>> file;
  if (!encoder || !set_header(encoder.get(), picture) || !set_colour(encoder.get(), picture, file.notes) ||
      !add_boxes(encoder.get(), picture.metadata) || !add_frame(encoder.get(), picture) ||
      !take_file(encoder.get(), file))
    return Error{ErrorCode::unsupported, "libjxl cannot write such a picture (write a .png file)"};
  return file;
}

}  // namespace laq::io
