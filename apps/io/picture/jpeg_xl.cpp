// JPEG XL by libjxl: the reader. Sources: ISO/IEC 18181-1 and 18181-2.
#include <jxl/decode.h>

#include <algorithm>
#include <memory>
#include <new>
#include <string>

#include "io/picture/convert.h"
#include "io/picture/exif.h"
#include "io/picture/jpeg_xl_colour.h"
#include "io/picture/picture_formats.h"

namespace laq::io {
namespace {

constexpr size_t kMostBoxBytes = size_t{1} << 26;  // of Exif or XMP, unpacked

Error damaged(const std::string& what) {
  return {ErrorCode::corrupt, "damaged JPEG XL file: " + what + " (copy it again from its source)"};
}
Error not_read(const std::string& what) {
  return {ErrorCode::unsupported, "is a JPEG XL file " + what + ", which is not read (convert it to PNG first)"};
}

std::vector<std::byte> profile_of(const JxlDecoder* decoder, JxlColorProfileTarget target) {
  size_t size = 0;
  if (JxlDecoderGetICCProfileSize(decoder, nullptr, target, &size) != JXL_DEC_SUCCESS) return {};
  std::vector<std::byte> icc(size);
  auto* bytes = reinterpret_cast<uint8_t*>(icc.data());
  if (JxlDecoderGetColorAsICCProfile(decoder, nullptr, target, bytes, size) != JXL_DEC_SUCCESS) return {};
  return icc;
}

const char* name_of(JxlExtraChannelType type) {
  switch (type) {
    case JXL_CHANNEL_ALPHA:
      return "a second alpha channel";
    case JXL_CHANNEL_DEPTH:
      return "depth channel";
    case JXL_CHANNEL_SPOT_COLOR:
      return "spot colour channel, which is drawn into the picture";
    case JXL_CHANNEL_SELECTION_MASK:
      return "selection mask";
    case JXL_CHANNEL_THERMAL:
      return "thermal channel";
    default:
      return "further channel";
  }
}

class Reader {
 public:
  Reader(std::span<const std::byte> file, uint64_t max_pixels) : file_(file), max_pixels_(max_pixels) {}

  Result<Noted<Picture>> read();

 private:
  // The state of the decoder that stops reading is an error, which is in error_ if it is not damage.
  bool handle(JxlDecoderStatus status);
  bool begin();
  bool read_header();
  void read_colour();
  void note_channels();
  bool want_samples();
  void begin_box();
  void end_box();
  bool grow_box();
  static void put(void* reader, size_t x, size_t y, size_t pixels, const void* values);

  JxlDecoder* decoder() { return decoder_.get(); }
  // libjxl gives samples at the full scale of their type.
  JxlPixelFormat format() const {
    const JxlDataType type = picture_.depth > 8 ? JXL_TYPE_UINT16 : JXL_TYPE_UINT8;
    return {static_cast<uint32_t>(picture_.channels), type, JXL_NATIVE_ENDIAN, 0};
  }

  std::span<const std::byte> file_;
  uint64_t max_pixels_;
  std::unique_ptr<JxlDecoder, decltype(&JxlDecoderDestroy)> decoder_{JxlDecoderCreate(nullptr), &JxlDecoderDestroy};
  JxlBasicInfo info_{};
  Noted<Picture> picture_;
  int depth_ = 8;  // of the picture that is returned
  bool is_whole_ = false, is_out_of_memory_ = false;
  std::optional<Error> error_;
  std::vector<std::byte>* box_ = nullptr;  // the box that is being read
};

// Is called for a part of a row. Samples are allocated now, as a file that ends early comes not so far.
void Reader::put(void* reader, size_t x, size_t y, size_t pixels, const void* values) {
  auto& self = *static_cast<Reader*>(reader);
  Picture& picture = self.picture_;
  if (self.is_out_of_memory_) return;
  try {
    if (picture.samples.empty()) picture.samples.resize(picture.row_bytes() * picture.height);
  } catch (const std::bad_alloc&) {  // must not cross C
    self.is_out_of_memory_ = true;
    return;
  }
  const size_t pixel_bytes = picture.channels * picture.sample_bytes();
  const auto* from = static_cast<const std::byte*>(values);
  if (y >= picture.height || x + pixels > picture.width) return;
  std::copy_n(from, pixels * pixel_bytes, picture.samples.begin() + y * picture.row_bytes() + x * pixel_bytes);
}

bool Reader::begin() {
  const int events = JXL_DEC_BASIC_INFO | JXL_DEC_COLOR_ENCODING | JXL_DEC_FRAME | JXL_DEC_FULL_IMAGE | JXL_DEC_BOX;
  const auto* bytes = reinterpret_cast<const uint8_t*>(file_.data());
  if (!decoder() || JxlDecoderSubscribeEvents(decoder(), events) != JXL_DEC_SUCCESS ||
      JxlDecoderSetKeepOrientation(decoder(), JXL_TRUE) != JXL_DEC_SUCCESS ||
      JxlDecoderSetUnpremultiplyAlpha(decoder(), JXL_TRUE) != JXL_DEC_SUCCESS ||
      JxlDecoderSetInput(decoder(), bytes, file_.size()) != JXL_DEC_SUCCESS)
    return false;
  JxlDecoderSetDecompressBoxes(decoder(), JXL_TRUE);  // fails if libjxl was built without Brotli
  JxlDecoderCloseInput(decoder());
  return true;
}

void Reader::note_channels() {
  bool has_alpha = false;
  for (uint32_t i = 0; i < info_.num_extra_channels; ++i) {
    JxlExtraChannelInfo channel{};
    if (JxlDecoderGetExtraChannelInfo(decoder(), i, &channel) != JXL_DEC_SUCCESS) continue;
    if (channel.type == JXL_CHANNEL_BLACK) error_ = not_read("of CMYK");
    if (channel.type != JXL_CHANNEL_ALPHA || has_alpha) picture_.notes.lose(name_of(channel.type));
    has_alpha |= channel.type == JXL_CHANNEL_ALPHA;
  }
}

bool Reader::read_header() {
  if (JxlDecoderGetBasicInfo(decoder(), &info_) != JXL_DEC_SUCCESS) return false;
  if (uint64_t{info_.xsize} * info_.ysize > max_pixels_) error_ = too_many_pixels(max_pixels_);
  if (info_.exponent_bits_per_sample > 0) error_ = not_read("of floating-point samples");
  const uint32_t bits = std::max(info_.bits_per_sample, info_.alpha_bits);
  picture_.width = info_.xsize;
  picture_.height = info_.ysize;
  picture_.channels = static_cast<int>(info_.num_color_channels + (info_.alpha_bits > 0));
  depth_ = static_cast<int>(std::clamp(bits, 8u, 16u));
  picture_.depth = depth_ > 8 ? 16 : 8;
  if (bits > 16) picture_.notes.lose("bits of a sample after the first 16 of " + std::to_string(bits));
  if (info_.orientation >= 1 && info_.orientation <= 8)
    picture_.metadata.orientation = static_cast<uint8_t>(info_.orientation);
  if (info_.alpha_bits > 0 && info_.alpha_premultiplied) picture_.notes.remark(kUnpremultipliedRemark);
  if (info_.have_preview) picture_.notes.lose("preview");
  note_channels();
  return !error_;
}

// Samples keep the colours of the file where libjxl can give them: always if they were coded as they are, and otherwise
// if the colours have code points. Those that were coded as XYB with an ICC profile become BT.2020, which is wide.
void Reader::read_colour() {
  JxlColorEncoding colour;
  const bool is_enumerated = JxlDecoderGetColorAsEncodedProfile(decoder(), nullptr, JXL_COLOR_PROFILE_TARGET_ORIGINAL,
                                                                &colour) == JXL_DEC_SUCCESS;
  if (!is_enumerated && !info_.uses_original_profile) {
    constexpr CodePoints kWide{.primaries = 9};
    colour = *colour_of(kWide, info_.num_color_channels == 1);
    picture_.depth = depth_ = 16;
    picture_.notes.lose("ICC profile, in place of which is that of BT.2020 colours");
  }
  if (!info_.uses_original_profile) JxlDecoderSetPreferredColorProfile(decoder(), &colour);
  const auto points = is_enumerated || !info_.uses_original_profile ? code_points_of(colour) : std::nullopt;
  if (!points)
    picture_.metadata.icc = profile_of(decoder(), JXL_COLOR_PROFILE_TARGET_DATA);
  else if (*points != CodePoints())
    picture_.metadata.code_points = points;
}

bool Reader::want_samples() {
  const JxlPixelFormat pixels = format();
  return !is_whole_ && JxlDecoderSetImageOutCallback(decoder(), &pixels, put, this) == JXL_DEC_SUCCESS;
}

void Reader::end_box() {
  const size_t unused = JxlDecoderReleaseBoxBuffer(decoder());
  if (box_) box_->resize(box_->size() - unused);
  box_ = nullptr;
}

bool Reader::grow_box() {
  const size_t unused = JxlDecoderReleaseBoxBuffer(decoder());
  if (!box_ || box_->size() >= kMostBoxBytes) return false;
  const size_t used = box_->size() - unused;
  box_->resize(std::max<size_t>(1 << 12, 2 * box_->size()));
  auto* next = reinterpret_cast<uint8_t*>(box_->data()) + used;
  return JxlDecoderSetBoxBuffer(decoder(), next, box_->size() - used) == JXL_DEC_SUCCESS;
}

void Reader::begin_box() {
  static constexpr ChunkName kNames[] = {{"jumb", "JUMBF (jumb)"}, {"jbrd", "what restores the JPEG file (jbrd)"}};
  static constexpr std::string_view kParts[] = {"JXL ", "ftyp", "jxll", "jxlc", "jxlp", "jxli"};
  end_box();
  JxlBoxType type = {};
  if (JxlDecoderGetBoxType(decoder(), type, JXL_TRUE) != JXL_DEC_SUCCESS) return;
  const std::string_view id(type, sizeof type);
  Metadata& metadata = picture_.metadata;
  if (id == "Exif" && metadata.exif.empty()) {
    box_ = &metadata.exif;
    grow_box();
  } else if (id == "xml " && metadata.xmp.empty()) {
    box_ = &metadata.xmp;
    grow_box();
  } else if (std::ranges::find(kParts, id) == std::end(kParts)) {
    picture_.notes.lose(name_of_chunk(id, kNames));
  }
}

bool Reader::handle(JxlDecoderStatus status) {
  switch (status) {
    case JXL_DEC_BASIC_INFO:
      return read_header();
    case JXL_DEC_COLOR_ENCODING:
      read_colour();
      return true;
    case JXL_DEC_FRAME: {
      JxlFrameHeader frame{};
      if (JxlDecoderGetFrameHeader(decoder(), &frame) == JXL_DEC_SUCCESS && !frame.is_last)
        picture_.notes.lose("frames after the first");
      return true;
    }
    case JXL_DEC_NEED_IMAGE_OUT_BUFFER:
      return want_samples();
    case JXL_DEC_FULL_IMAGE:
      is_whole_ = !picture_.samples.empty();
      JxlDecoderSkipFrames(decoder(), size_t{1} << 30);
      return is_whole_;
    case JXL_DEC_BOX:
      begin_box();
      return true;
    case JXL_DEC_BOX_NEED_MORE_OUTPUT:
      return grow_box();
    default:
      return false;
  }
}

Result<Noted<Picture>> Reader::read() {
  if (!begin()) return Error{ErrorCode::out_of_memory, "libjxl cannot begin to read (close other programs)"};
  JxlDecoderStatus status;
  do {
    status = JxlDecoderProcessInput(decoder());
  } while (handle(status));
  end_box();
  if (error_) return *error_;
  if (is_out_of_memory_) throw std::bad_alloc();
  if (!is_whole_) return damaged("its samples cannot be decoded");
  if (status != JXL_DEC_SUCCESS) picture_.notes.remark("is damaged or cut off behind its first picture, which is read");
  Metadata& metadata = picture_.metadata;
  metadata.exif = exif_of_box(metadata.exif);
  set_exif_orientation(metadata.exif, 1);  // the header's counts
  if (depth_ == picture_.depth) return std::move(picture_);
  Noted<Picture> result(with_depth(picture_, depth_));
  result.notes = std::move(picture_.notes);
  return result;
}

}  // namespace

Result<Noted<Picture>> decode_jpeg_xl(std::span<const std::byte> file, uint64_t max_pixels) {
  return Reader(file, max_pixels).read();
}

}  // namespace laq::io
