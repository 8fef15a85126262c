// JPEG 2000 by OpenJPEG: the writer. The boxes of a JP2 file are put around the codestream here: OpenJPEG 2.5 writes
// such files too, but no ICC profiles and no other metadata.
#include <algorithm>
#include <cstring>

#include "io/bytes.h"
#include "io/picture/convert.h"
#include "io/picture/exif.h"
#include "io/picture/jpeg_2000.h"
#include "io/picture/picture_formats.h"

namespace laq::io {
namespace {

using namespace jpeg_2000;

struct Output {
  std::vector<std::byte> file;
  size_t position = 0;
};

OPJ_SIZE_T write_bytes(void* bytes, OPJ_SIZE_T size, void* user) {
  auto* output = static_cast<Output*>(user);
  try {
    output->file.resize(std::max(output->file.size(), output->position + size));
  } catch (...) {  // must not cross C
    return static_cast<OPJ_SIZE_T>(-1);
  }
  std::memcpy(output->file.data() + output->position, bytes, size);
  output->position += size;
  return size;
}
OPJ_OFF_T skip(OPJ_OFF_T size, void* user) {
  static_cast<Output*>(user)->position += static_cast<size_t>(size);
  return size;
}
OPJ_BOOL seek(OPJ_OFF_T position, void* user) {
  static_cast<Output*>(user)->position = static_cast<size_t>(position);
  return OPJ_TRUE;
}

Image image_of(const Picture& picture) {
  opj_image_cmptparm_t component{};
  component.dx = component.dy = 1;
  component.w = picture.width;
  component.h = picture.height;
  component.prec = static_cast<OPJ_UINT32>(picture.depth);
  opj_image_cmptparm_t components[4] = {component, component, component, component};
  const auto channels = static_cast<OPJ_UINT32>(picture.channels);
  Image image(opj_image_create(channels, components, channels < 3 ? OPJ_CLRSPC_GRAY : OPJ_CLRSPC_SRGB));
  if (!image) return image;
  image->x1 = picture.width;
  image->y1 = picture.height;
  const size_t pixels = size_t{picture.width} * picture.height;
  for (OPJ_UINT32 c = 0; c < channels; ++c) {
    for (size_t i = 0; i < pixels; ++i)
      image->comps[c].data[i] = static_cast<OPJ_INT32>(sample(picture, i * channels + c));
  }
  if (channels % 2 == 0) image->comps[channels - 1].alpha = 1;
  return image;
}

class Boxes {
 public:
  Boxes& number(uint32_t value, size_t size) { return text(integer_text(value, size, true)); }
  Boxes& text(std::string_view characters) { return bytes(std::as_bytes(std::span(characters))); }
  Boxes& bytes(std::span<const std::byte> added) {
    bytes_.insert(bytes_.end(), added.begin(), added.end());
    return *this;
  }
  Boxes& box(std::string_view type, const Boxes& content) {
    return number(static_cast<uint32_t>(content.bytes_.size() + 8), 4).text(type).bytes(content.bytes_);
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

constexpr int kWaveletCompression = 7, kEnumeratedColour = 1, kIccProfile = 2, kSrgb = 16, kGray = 17;
constexpr int kColourChannel = 0, kOpacity = 1, kWholeImage = 0;

Boxes colour_specification(const Picture& picture) {
  Boxes colour;
  const std::vector<std::byte>& icc = picture.metadata.icc;
  colour.number(icc.empty() ? kEnumeratedColour : kIccProfile, 1).number(0, 1).number(0, 1);
  if (!icc.empty()) return colour.bytes(icc);
  return colour.number(picture.channels < 3 ? kGray : kSrgb, 4);
}

Boxes channel_definition(uint32_t channels) {
  Boxes definition;
  definition.number(channels, 2);
  for (uint32_t c = 0; c + 1 < channels; ++c) definition.number(c, 2).number(kColourChannel, 2).number(c + 1, 2);
  return definition.number(channels - 1, 2).number(kOpacity, 2).number(kWholeImage, 2);
}

// Pixels a metre: numerators of 16 bits over 1, with exponents of ten. Of more digits the first are kept.
Boxes resolution(const Metadata& metadata) {
  Boxes ratios, exponents;
  for (uint32_t density : {metadata.pixels_per_metre_y, metadata.pixels_per_metre_x}) {
    uint32_t exponent = 0;
    for (; density > UINT16_MAX; density = (density + 5) / 10) ++exponent;
    ratios.number(density, 2).number(1, 2);
    exponents.number(exponent, 1);
  }
  return Boxes().box("resc", ratios.bytes(exponents.take()));
}

std::vector<std::byte> jp2_file(const Picture& picture, std::span<const std::byte> codestream) {
  const auto channels = static_cast<uint32_t>(picture.channels);
  const Metadata& metadata = picture.metadata;
  Boxes header;
  header.box("ihdr", Boxes()
                         .number(picture.height, 4)
                         .number(picture.width, 4)
                         .number(channels, 2)
                         .number(static_cast<uint32_t>(picture.depth - 1), 1)
                         .number(kWaveletCompression, 1)
                         .number(0, 2));
  header.box("colr", colour_specification(picture));
  if (channels % 2 == 0) header.box("cdef", channel_definition(channels));
  if (metadata.pixels_per_metre_x > 0 && metadata.pixels_per_metre_y > 0) header.box("res ", resolution(metadata));
  Boxes file;
  file.box("jP  ", Boxes().number(0x0d0a870a, 4));
  file.box("ftyp", Boxes().text("jp2 ").number(0, 4).text("jp2 "));
  file.box("jp2h", header);
  std::vector<std::byte> exif = metadata.exif;
  set_exif_orientation(exif, metadata.orientation);
  if (!exif.empty()) file.box("uuid", Boxes().text(kExifUuid).bytes(exif));
  if (!metadata.xmp.empty()) file.box("uuid", Boxes().text(kXmpUuid).bytes(metadata.xmp));
  return file.number(0, 4).text("jp2c").bytes(codestream).take();  // length 0: to the end of the file
}

opj_cparameters_t parameters_of(const Picture& picture, const Jpeg2000Options& options) {
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.irreversible = options.ratio > 0;
  parameters.tcp_mct = picture.channels >= 3;
  parameters.cp_disto_alloc = 1;
  parameters.tcp_numlayers = 1;
  parameters.tcp_rates[0] = options.ratio > 0 ? static_cast<float>(std::max(options.ratio, 1.0)) : 0;
  // The wavelet halves no more often than the smaller side permits.
  const uint32_t side = std::min(picture.width, picture.height);
  while (parameters.numresolution > 1 && side < 1u << (parameters.numresolution - 1)) --parameters.numresolution;
  return parameters;
}

}  // namespace

Result<Noted<std::vector<std::byte>>> encode_jpeg_2000(const Picture& picture, const Jpeg2000Options& options) {
  Output output;
  std::string message;
  const Image image = image_of(picture);
  const Codec codec(opj_create_compress(OPJ_CODEC_J2K));
  const Stream stream(opj_stream_default_create(OPJ_STREAM_WRITE));
  if (!image || !codec || !stream)
    return Error{ErrorCode::out_of_memory, "OpenJPEG cannot begin to write (close other programs)"};
  opj_set_error_handler(codec.get(), keep_message, &message);
  opj_stream_set_write_function(stream.get(), write_bytes);
  opj_stream_set_skip_function(stream.get(), skip);
  opj_stream_set_seek_function(stream.get(), seek);
  opj_stream_set_user_data(stream.get(), &output, nullptr);
  opj_cparameters_t parameters = parameters_of(picture, options);
  if (!opj_setup_encoder(codec.get(), &parameters, image.get()) ||
      !opj_codec_set_threads(codec.get(), workers(options.threads)) ||
      !opj_start_compress(codec.get(), image.get(), stream.get()) || !opj_encode(codec.get(), stream.get()) ||
      !opj_end_compress(codec.get(), stream.get()))
    return Error{ErrorCode::unsupported, "OpenJPEG cannot write such a picture" +
                                             (message.empty() ? std::string() : ": " + message) +
                                             " (write a .png file)"};
  const bool needs_boxes = !options.may_be_bare || !picture.metadata.icc.empty() || picture.channels % 2 == 0;
  Noted<std::vector<std::byte>> file;
  static_cast<std::vector<std::byte>&>(file) = needs_boxes ? jp2_file(picture, output.file) : std::move(output.file);
  return file;
}

}  // namespace laq::io
