// JPEG 2000 by OpenJPEG: the reader.
#include "io/picture/jpeg_2000.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "io/bytes.h"
#include "io/picture/convert.h"
#include "io/picture/exif.h"
#include "io/picture/picture_formats.h"
#include "io/picture/planes.h"

namespace laq::io {
namespace {

using namespace jpeg_2000;

constexpr int kMostBits = 16;
constexpr uint32_t kMostComponents = 32;  // others take memory for nothing, as the picture has four at most

Error damaged(const std::string& what) {
  return {ErrorCode::corrupt, "damaged JPEG 2000 file: " + what + " (copy it again from its source)"};
}
Error not_read(const std::string& what) {
  return {ErrorCode::unsupported, "is a JPEG 2000 file " + what + ", which is not read (convert it to PNG first)"};
}

// A file in memory, behind OpenJPEG's stream.
struct Input {
  std::span<const std::byte> file;
  size_t position = 0;
};

OPJ_SIZE_T read_bytes(void* bytes, OPJ_SIZE_T size, void* user) {
  auto* input = static_cast<Input*>(user);
  const size_t count = std::min<size_t>(size, input->file.size() - input->position);
  if (count == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(bytes, input->file.data() + input->position, count);
  input->position += count;
  return count;
}
OPJ_BOOL seek(OPJ_OFF_T position, void* user) {
  auto* input = static_cast<Input*>(user);
  if (position < 0 || static_cast<size_t>(position) > input->file.size()) return OPJ_FALSE;
  input->position = static_cast<size_t>(position);
  return OPJ_TRUE;
}
OPJ_OFF_T skip(OPJ_OFF_T size, void* user) {
  auto* input = static_cast<Input*>(user);
  const auto room = static_cast<OPJ_OFF_T>(input->file.size() - input->position);
  if (size < 0 || size > room) return -1;
  input->position += static_cast<size_t>(size);
  return size;
}

Stream open_stream(Input& input) {
  Stream stream(opj_stream_default_create(OPJ_STREAM_READ));
  if (!stream) return stream;
  opj_stream_set_read_function(stream.get(), read_bytes);
  opj_stream_set_skip_function(stream.get(), skip);
  opj_stream_set_seek_function(stream.get(), seek);
  opj_stream_set_user_data(stream.get(), &input, nullptr);
  opj_stream_set_user_data_length(stream.get(), input.file.size());
  return stream;
}

// Calls visit(type, contents) for each whole box.
template <class Visit>
void visit_boxes(std::span<const std::byte> bytes, const Visit& visit) {
  while (bytes.size() >= 8) {
    const uint64_t length = big_endian(bytes, 0, 4);
    const uint64_t size = length == 0 ? bytes.size() : length == 1 ? big_endian(bytes, 8, 8) : length;
    const size_t header = length == 1 ? 16 : 8;
    if (size < header || size > bytes.size()) return;
    visit(text_of(bytes.subspan(4, 4)), bytes.subspan(header, size - header));
    bytes = bytes.subspan(size);
  }
}

// Pixels a metre, of a numerator, a denominator and an exponent of ten; 0 if it is no such number.
uint32_t density(std::span<const std::byte> box, size_t ratio, size_t exponent) {
  const auto numerator = static_cast<double>(big_endian(box, ratio, 2));
  const auto denominator = static_cast<double>(big_endian(box, ratio + 2, 2));
  const auto power = static_cast<int8_t>(big_endian(box, exponent, 1));
  const double value = denominator == 0 ? 0 : std::round(numerator / denominator * std::pow(10.0, power));
  return value >= 1 && value <= UINT32_MAX ? static_cast<uint32_t>(value) : 0;
}

void read_resolution(std::span<const std::byte> header, Metadata& metadata) {
  visit_boxes(header, [&](std::string_view type, std::span<const std::byte> super) {
    if (type != "res ") return;
    visit_boxes(super, [&](std::string_view part, std::span<const std::byte> box) {
      if ((part != "resc" && part != "resd") || box.size() < 10) return;
      const uint32_t x = density(box, 4, 9), y = density(box, 0, 8);
      if (x == 0 || y == 0) return;
      metadata.pixels_per_metre_x = x;
      metadata.pixels_per_metre_y = y;
    });
  });
}

void read_metadata(std::span<const std::byte> file, Metadata& metadata, Notes& notes) {
  static constexpr std::string_view kParts[] = {"jP  ", "ftyp", "jp2h", "jp2c", "rreq"};
  static constexpr ChunkName kNames[] = {
      {"xml ", "XML (xml)"}, {"jp2i", "rights (jp2i)"}, {"uuid", "what other programs wrote (uuid)"}};
  size_t codestreams = 0;
  visit_boxes(file, [&](std::string_view type, std::span<const std::byte> box) {
    if (type == "jp2h") read_resolution(box, metadata);
    codestreams += type == "jp2c";
    if (type == "uuid" && text_of(box).starts_with(kExifUuid)) {
      metadata.exif.assign(box.begin() + kExifUuid.size(), box.end());
    } else if (type == "uuid" && text_of(box).starts_with(kXmpUuid)) {
      metadata.xmp.assign(box.begin() + kXmpUuid.size(), box.end());
    } else if (std::ranges::find(kParts, type) == std::end(kParts)) {
      notes.lose(name_of_chunk(type, kNames));
    }
  });
  if (codestreams > 1) notes.lose("pictures after the first (of " + std::to_string(codestreams) + ")");
  normalize_exif(metadata);
}

// The components that become channels of the picture: gray or three of colour, and alpha.
std::vector<uint32_t> choose_components(const opj_image_t& image, Notes& notes) {
  std::vector<uint32_t> colour, alpha;
  for (uint32_t c = 0; c < image.numcomps; ++c) (image.comps[c].alpha != 0 ? alpha : colour).push_back(c);
  const bool is_guessed = alpha.empty() && (colour.size() == 2 || colour.size() == 4);
  if (is_guessed) {
    notes.remark("the sample behind the colour is taken for alpha");
    alpha.push_back(colour.back());
    colour.pop_back();
  }
  const size_t used = colour.size() < 3 ? std::min<size_t>(colour.size(), 1) : 3;
  const size_t further = colour.size() - used + (alpha.empty() ? 0 : alpha.size() - 1);
  if (further > 0) notes.lose("further components, of which there are " + std::to_string(further));
  colour.resize(used);
  if (!colour.empty() && !alpha.empty()) colour.push_back(alpha.front());
  return colour;
}

std::optional<Error> check(const opj_image_t& image, std::span<const uint32_t> components) {
  if (components.empty()) return not_read("without colour");
  const bool is_lab = image.icc_profile_buf && image.icc_profile_len == 0;
  if (image.color_space == OPJ_CLRSPC_CMYK) return not_read("of CMYK");
  if (image.color_space == OPJ_CLRSPC_EYCC || is_lab) return not_read("of an unusual colour space");
  for (const uint32_t c : components) {
    const opj_image_comp_t& component = image.comps[c];
    if (component.sgnd) return not_read("of signed samples");
    if (component.prec > kMostBits) return not_read("of samples of " + std::to_string(component.prec) + " bits");
    if (component.prec == 0 || component.dx == 0 || component.dy == 0) return damaged("its header is wrong");
  }
  return std::nullopt;
}

Plane plane_of(const opj_image_comp_t& component, const opj_image_comp_t& first) {
  Plane plane{component.w, component.h, static_cast<int>(component.prec)};
  plane.x_step = std::max(1u, component.dx / first.dx);
  plane.y_step = std::max(1u, component.dy / first.dy);
  const size_t count = size_t{component.w} * component.h;
  const int most = (1 << component.prec) - 1;
  plane.samples.resize(count);
  for (size_t i = 0; i < count; ++i) plane.samples[i] = static_cast<uint16_t>(std::clamp(component.data[i], 0, most));
  return plane;
}

// Programs leave it to the reader to see that a codestream with small second and third components is YCbCr.
bool is_ycc(const opj_image_t& image, std::span<const uint32_t> components) {
  if (components.size() < 3) return false;
  const bool is_small = image.comps[components[1]].dx > image.comps[components[0]].dx;
  return image.color_space == OPJ_CLRSPC_SYCC || (image.color_space != OPJ_CLRSPC_SRGB && is_small);
}

std::optional<Error> read_samples(const opj_image_t& image, std::span<const uint32_t> components,
                                  Noted<Picture>& picture) {
  const opj_image_comp_t& first = image.comps[components[0]];
  picture.width = first.w;
  picture.height = first.h;
  picture.channels = static_cast<int>(components.size());
  std::vector<Plane> planes;
  int depth = 8;
  for (const uint32_t c : components) {
    const opj_image_comp_t& component = image.comps[c];
    if (!component.data || component.w == 0 || component.h == 0) return damaged("a component has no samples");
    planes.push_back(plane_of(component, first));
    depth = std::max(depth, planes.back().depth);
  }
  picture.depth = depth;
  PlaneCoding coding;
  if (is_ycc(image, components)) coding.ycc = kBt601;
  set_samples(picture, planes, coding);
  return std::nullopt;
}

}  // namespace

Result<Noted<Picture>> decode_jpeg_2000(std::span<const std::byte> file, uint64_t max_pixels, int threads) {
  std::string message;
  Input input{file};
  const bool is_codestream = !file.empty() && file[0] == std::byte{0xff};
  const Codec codec(opj_create_decompress(is_codestream ? OPJ_CODEC_J2K : OPJ_CODEC_JP2));
  const Stream stream = open_stream(input);
  if (!codec || !stream) return Error{ErrorCode::out_of_memory, "OpenJPEG cannot begin to read (close other programs)"};
  opj_set_error_handler(codec.get(), keep_message, &message);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t* header = nullptr;
  const bool has_header = opj_setup_decoder(codec.get(), &parameters) &&
                          opj_codec_set_threads(codec.get(), workers(threads)) &&
                          opj_read_header(stream.get(), codec.get(), &header);
  const Image image(header);
  if (!has_header || image->x1 <= image->x0 || image->y1 <= image->y0)
    return damaged(message.empty() ? "its header is wrong" : "OpenJPEG says: " + message);
  if (uint64_t{image->x1 - image->x0} * (image->y1 - image->y0) > max_pixels) return too_many_pixels(max_pixels);
  if (image->numcomps > kMostComponents) return not_read("of " + std::to_string(image->numcomps) + " components");
  if (!opj_decode(codec.get(), stream.get(), image.get()) || !opj_end_decompress(codec.get(), stream.get()))
    return damaged(message.empty() ? "its samples cannot be decoded" : "OpenJPEG says: " + message);
  Noted<Picture> picture;
  const std::vector<uint32_t> components = choose_components(*image, picture.notes);
  if (auto error = check(*image, components)) return *error;
  if (auto error = read_samples(*image, components, picture)) return *error;
  const auto* icc = reinterpret_cast<const std::byte*>(image->icc_profile_buf);
  if (icc) picture.metadata.icc.assign(icc, icc + image->icc_profile_len);
  if (!is_codestream) read_metadata(file, picture.metadata, picture.notes);
  constexpr int kPremultiplied = 2;
  if (image->comps[components.back()].alpha == kPremultiplied) unpremultiply(picture);
  return picture;
}

}  // namespace laq::io
