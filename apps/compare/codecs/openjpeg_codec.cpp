// OpenJPEG: JPEG 2000 with the irreversible transform and one quality layer of a given compression ratio.
#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "compare/codecs/codec_families.h"

namespace laq::compare {
namespace {

using CodecHandle = Handle<opj_codec_t, opj_destroy_codec>;
using Stream = Handle<opj_stream_t, opj_stream_destroy>;
using Image = Handle<opj_image_t, opj_image_destroy>;

// A file in memory, behind OpenJPEG's stream callbacks.
struct Output {
  std::vector<std::byte> file;
  size_t position = 0;
};
struct Input {
  std::span<const std::byte> file;
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
OPJ_OFF_T skip_output(OPJ_OFF_T size, void* user) {
  static_cast<Output*>(user)->position += static_cast<size_t>(size);
  return size;
}
OPJ_BOOL seek_output(OPJ_OFF_T position, void* user) {
  static_cast<Output*>(user)->position = static_cast<size_t>(position);
  return OPJ_TRUE;
}

OPJ_SIZE_T read_bytes(void* bytes, OPJ_SIZE_T size, void* user) {
  auto* input = static_cast<Input*>(user);
  const size_t count = std::min<size_t>(size, input->file.size() - input->position);
  if (count == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(bytes, input->file.data() + input->position, count);
  input->position += count;
  return count;
}
OPJ_BOOL seek_input(OPJ_OFF_T position, void* user) {
  auto* input = static_cast<Input*>(user);
  if (position < 0 || static_cast<size_t>(position) > input->file.size()) return OPJ_FALSE;
  input->position = static_cast<size_t>(position);
  return OPJ_TRUE;
}
OPJ_OFF_T skip_input(OPJ_OFF_T size, void* user) {
  auto* input = static_cast<Input*>(user);
  return seek_input(static_cast<OPJ_OFF_T>(input->position) + size, user) ? size : -1;
}

void keep_message(const char* message, void* user) {
  std::string& text = *static_cast<std::string*>(user);
  if (!text.empty()) return;  // the first one says the cause
  try {
    text = message;
    while (!text.empty() && text.back() == '\n') text.pop_back();
  } catch (...) {
  }
}

Error error_of(ErrorCode code, const std::string& message) {
  return {code, "OpenJPEG: " + (message.empty() ? std::string("failed") : message)};
}

uint32_t sample(const Picture& picture, size_t index) {
  if (picture.depth <= 8) return std::to_integer<uint32_t>(picture.samples[index]);
  uint16_t value;
  std::memcpy(&value, &picture.samples[2 * index], sizeof value);
  return value;
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

int worker_count(int threads) {
  const int count = thread_count(threads);
  return count > 1 ? count : 0;
}

// The boxes that make a JP2 file of a codestream. OpenJPEG 2.5 writes such files too, but no ICC profiles.
// Source: ITU-T T.800 | ISO/IEC 15444-1, annex I.
class Boxes {
 public:
  Boxes& number(uint32_t value, int size) {
    for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) bytes_.push_back(static_cast<std::byte>(value >> shift));
    return *this;
  }
  Boxes& text(std::string_view characters) {
    for (const char c : characters) bytes_.push_back(static_cast<std::byte>(c));
    return *this;
  }
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

// The codestream was made from `picture`, whose alpha channel and ICC profile go into the boxes.
std::vector<std::byte> jp2_file(const Picture& picture, std::span<const std::byte> codestream) {
  const auto channels = static_cast<uint32_t>(picture.channels);
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
  Boxes file;
  file.box("jP  ", Boxes().number(0x0d0a870a, 4));
  file.box("ftyp", Boxes().text("jp2 ").number(0, 4).text("jp2 "));
  file.box("jp2h", header);
  return file.number(0, 4).text("jp2c").bytes(codestream).take();  // length 0: to the end of the file
}

class OpenjpegCodec final : public Codec {
 public:
  OpenjpegCodec() : Codec("j2k") {}

  std::string version() const override { return std::string("openjpeg ") + opj_version(); }
  std::vector<double> default_qualities() const override { return {200, 100, 60, 40, 28, 19, 13, 9, 6}; }
  std::optional<QualityScale> quality_scale() const override { return QualityScale{1000, 2, 0}; }

  Result<Encoded> encode(const Signal& signal, double quality, int threads) const override {
    const auto& picture = std::get<Picture>(signal);
    const Picture plain = without_extras(picture);
    const Stopwatch stopwatch;
    Output output;
    std::string message;
    const Image image = image_of(plain);
    const CodecHandle codec(opj_create_compress(OPJ_CODEC_J2K));
    const Stream stream(opj_stream_default_create(OPJ_STREAM_WRITE));
    if (!image || !codec || !stream) return Error{ErrorCode::out_of_memory, "OpenJPEG: no encoder can be made"};
    opj_set_error_handler(codec.get(), keep_message, &message);
    opj_stream_set_write_function(stream.get(), write_bytes);
    opj_stream_set_skip_function(stream.get(), skip_output);
    opj_stream_set_seek_function(stream.get(), seek_output);
    opj_stream_set_user_data(stream.get(), &output, nullptr);
    opj_cparameters_t parameters;
    opj_set_default_encoder_parameters(&parameters);
    parameters.irreversible = 1;
    parameters.tcp_mct = plain.channels >= 3;
    parameters.cp_disto_alloc = 1;
    parameters.tcp_numlayers = 1;
    parameters.tcp_rates[0] = static_cast<float>(std::max(quality, 1.0));
    // The wavelet halves no more often than the smaller side permits.
    const uint32_t side = std::min(plain.width, plain.height);
    while (parameters.numresolution > 1 && side < 1u << (parameters.numresolution - 1)) --parameters.numresolution;
    if (!opj_setup_encoder(codec.get(), &parameters, image.get()) ||
        !opj_codec_set_threads(codec.get(), worker_count(threads)) ||
        !opj_start_compress(codec.get(), image.get(), stream.get()) || !opj_encode(codec.get(), stream.get()) ||
        !opj_end_compress(codec.get(), stream.get())) {
      return error_of(ErrorCode::unsupported, message);
    }
    // Boxes cost about 80 bytes, so they are used only for a profile or an alpha channel.
    const bool needs_boxes = !plain.metadata.icc.empty() || plain.channels % 2 == 0;
    if (needs_boxes) output.file = jp2_file(plain, output.file);
    return Encoded{std::move(output.file), stopwatch.seconds()};
  }

  Result<Decoded> decode(std::span<const std::byte> file, int threads) const override {
    const Stopwatch stopwatch;
    Input input{file};
    std::string message;
    const bool is_codestream = file.size() > 2 && file[0] == std::byte{0xff};
    const CodecHandle codec(opj_create_decompress(is_codestream ? OPJ_CODEC_J2K : OPJ_CODEC_JP2));
    const Stream stream(opj_stream_default_create(OPJ_STREAM_READ));
    if (!codec || !stream) return Error{ErrorCode::out_of_memory, "OpenJPEG: no decoder can be made"};
    opj_set_error_handler(codec.get(), keep_message, &message);
    opj_stream_set_read_function(stream.get(), read_bytes);
    opj_stream_set_skip_function(stream.get(), skip_input);
    opj_stream_set_seek_function(stream.get(), seek_input);
    opj_stream_set_user_data(stream.get(), &input, nullptr);
    opj_stream_set_user_data_length(stream.get(), file.size());
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    opj_image_t* header = nullptr;
    const bool has_header = opj_setup_decoder(codec.get(), &parameters) &&
                            opj_codec_set_threads(codec.get(), worker_count(threads)) &&
                            opj_read_header(stream.get(), codec.get(), &header);
    const Image image(header);
    if (!has_header || !opj_decode(codec.get(), stream.get(), image.get()) ||
        !opj_end_decompress(codec.get(), stream.get())) {
      return error_of(ErrorCode::corrupt, message);
    }
    Picture picture{image->x1 - image->x0, image->y1 - image->y0, static_cast<int>(image->numcomps), 0, {}, {}};
    const size_t pixels = size_t{picture.width} * picture.height;
    if (picture.channels < 1 || picture.channels > 4) return error_of(ErrorCode::unsupported, "more than 4 channels");
    picture.depth = static_cast<int>(image->comps[0].prec);
    if (picture.depth > 16) return error_of(ErrorCode::unsupported, "samples of more than 16 bits");
    picture.samples.resize(picture.row_bytes() * picture.height);
    const int maximum = (1 << picture.depth) - 1;
    for (int c = 0; c < picture.channels; ++c) {
      const opj_image_comp_t& component = image->comps[c];
      if (!component.data || component.w != picture.width || component.h != picture.height) {
        return error_of(ErrorCode::unsupported, "channels of different sizes");
      }
      for (size_t i = 0; i < pixels; ++i) {
        const auto value = static_cast<uint16_t>(std::clamp(component.data[i], 0, maximum));
        const size_t at = i * picture.channels + c;
        if (picture.depth <= 8) {
          picture.samples[at] = static_cast<std::byte>(value);
        } else {
          std::memcpy(&picture.samples[2 * at], &value, sizeof value);
        }
      }
    }
    picture.metadata.icc = copied(image->icc_profile_buf, image->icc_profile_len);
    return Decoded{std::move(picture), stopwatch.seconds()};
  }
};

}  // namespace

std::unique_ptr<Codec> make_j2k(CodecOptions&) {
  return std::make_unique<OpenjpegCodec>();
}

}  // namespace laq::compare
