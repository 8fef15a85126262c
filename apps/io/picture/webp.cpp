// WebP by libwebp. Source: WebP Container Specification (Google), and RFC 9649.
#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

#include "io/bytes.h"
#include "io/picture/convert.h"
#include "io/picture/exif.h"
#include "io/picture/picture_formats.h"

namespace laq::io {
namespace {

using Mux = std::unique_ptr<WebPMux, decltype(&WebPMuxDelete)>;

const uint8_t* raw(std::span<const std::byte> bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}

Error damaged(const std::string& what) {
  return {ErrorCode::corrupt, "damaged WebP file: " + what + " (copy it again from its source)"};
}

std::vector<std::byte> chunk_of(const WebPMux* mux, const char* name) {
  WebPData chunk{};
  if (!mux || WebPMuxGetChunk(mux, name, &chunk) != WEBP_MUX_OK) return {};
  const auto* first = reinterpret_cast<const std::byte*>(chunk.bytes);
  return {first, first + chunk.size};
}

Metadata read_metadata(std::span<const std::byte> file) {
  const WebPData data{raw(file), file.size()};
  const Mux mux(WebPMuxCreate(&data, 0), &WebPMuxDelete);
  Metadata metadata;
  metadata.icc = chunk_of(mux.get(), "ICCP");
  metadata.xmp = chunk_of(mux.get(), "XMP ");
  metadata.exif = chunk_of(mux.get(), "EXIF");
  normalize_exif(metadata);
  return metadata;
}

// Names the chunks that are not read. A file is "RIFF", its size, "WEBP", and chunks, which fill even numbers of bytes.
void note_chunks(std::span<const std::byte> file, Notes& notes) {
  static constexpr std::string_view kParts[] = {"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP", "EXIF", "XMP "};
  constexpr size_t kFileHeader = 12, kChunkHeader = 8;
  std::span<const std::byte> rest = file.first(std::min<uint64_t>(file.size(), 8 + little_endian(file, 4, 4)));
  rest = rest.subspan(std::min(rest.size(), kFileHeader));
  while (rest.size() >= kChunkHeader) {
    const std::string_view type = text_of(rest.first(4));
    const uint64_t size = little_endian(rest, 4, 4);
    if (std::ranges::find(kParts, type) == std::end(kParts)) notes.lose(name_of_chunk(type, {}));
    rest = rest.subspan(std::min<uint64_t>(rest.size(), kChunkHeader + size + size % 2));
  }
}

std::optional<Error> read_still(std::span<const std::byte> file, Picture& picture) {
  const auto decode = picture.channels == 4 ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
  picture.samples.resize(picture.row_bytes() * picture.height);
  if (decode(raw(file), file.size(), reinterpret_cast<uint8_t*>(picture.samples.data()), picture.samples.size(),
             static_cast<int>(picture.row_bytes()))) {
    return std::nullopt;
  }
  return damaged("its samples cannot be decoded");
}

// Reads the first frame of an animation, as it stands on its canvas.
std::optional<Error> read_first_frame(std::span<const std::byte> file, Noted<Picture>& picture) {
  using Decoder = std::unique_ptr<WebPAnimDecoder, decltype(&WebPAnimDecoderDelete)>;
  const WebPData data{raw(file), file.size()};
  const Decoder decoder(WebPAnimDecoderNew(&data, nullptr), &WebPAnimDecoderDelete);
  WebPAnimInfo info{};
  uint8_t* pixels = nullptr;
  int time = 0;
  if (!decoder || !WebPAnimDecoderGetInfo(decoder.get(), &info) ||
      !WebPAnimDecoderGetNext(decoder.get(), &pixels, &time))
    return damaged("its first frame cannot be decoded");
  picture.channels = 4;
  const auto* first = reinterpret_cast<const std::byte*>(pixels);
  picture.samples.assign(first, first + picture.row_bytes() * picture.height);
  if (info.frame_count > 1) picture.notes.lose("frames after the first (of " + std::to_string(info.frame_count) + ")");
  return std::nullopt;
}

// Puts the file of the samples and the metadata together.
std::optional<std::vector<std::byte>> assemble(std::span<const std::byte> samples, const Metadata& metadata,
                                               const std::vector<std::byte>& exif) {
  const Mux mux(WebPMuxNew(), &WebPMuxDelete);
  const WebPData image{raw(samples), samples.size()};
  if (!mux || WebPMuxSetImage(mux.get(), &image, 0) != WEBP_MUX_OK) return std::nullopt;
  const auto set = [&](const char* name, const std::vector<std::byte>& bytes) {
    const WebPData data{raw(bytes), bytes.size()};
    return bytes.empty() || WebPMuxSetChunk(mux.get(), name, &data, 0) == WEBP_MUX_OK;
  };
  WebPData file{};
  if (!set("ICCP", metadata.icc) || !set("EXIF", exif) || !set("XMP ", metadata.xmp) ||
      WebPMuxAssemble(mux.get(), &file) != WEBP_MUX_OK)
    return std::nullopt;
  const std::unique_ptr<WebPData, decltype(&WebPDataClear)> owner(&file, &WebPDataClear);
  const auto* first = reinterpret_cast<const std::byte*>(file.bytes);
  return std::vector<std::byte>(first, first + file.size);
}

}  // namespace

Result<Noted<Picture>> decode_webp(std::span<const std::byte> file, uint64_t max_pixels) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(raw(file), file.size(), &features) != VP8_STATUS_OK)
    return damaged("its header is wrong or not whole");
  if (uint64_t(features.width) * features.height > max_pixels) return too_many_pixels(max_pixels);
  Noted<Picture> picture;
  picture.width = static_cast<uint32_t>(features.width);
  picture.height = static_cast<uint32_t>(features.height);
  picture.channels = features.has_alpha ? 4 : 3;
  if (const auto error = features.has_animation ? read_first_frame(file, picture) : read_still(file, picture))
    return *error;
  picture.metadata = read_metadata(file);
  note_chunks(file, picture.notes);
  return picture;
}

Result<Noted<std::vector<std::byte>>> encode_webp(const Picture& picture) {
  if (picture.width > WEBP_MAX_DIMENSION || picture.height > WEBP_MAX_DIMENSION)
    return Error{ErrorCode::unsupported, "a WebP file is at most 16383 pixels wide and high (write a .png file)"};
  if (picture.channels < 3 && !picture.metadata.icc.empty())
    return Error{ErrorCode::unsupported, "a WebP file has no gray samples for an ICC profile (write a .png file)"};
  WebPConfig config;
  WebPPicture source;
  if (!WebPConfigInit(&config) || !WebPConfigLosslessPreset(&config, 6) || !WebPPictureInit(&source))
    return Error{ErrorCode::unsupported, "libwebp is of another version than at build time (install laq again)"};
  config.exact = 1;  // colours below transparency stay, too
  const std::unique_ptr<WebPPicture, decltype(&WebPPictureFree)> source_owner(&source, &WebPPictureFree);
  WebPMemoryWriter writer;
  WebPMemoryWriterInit(&writer);
  const std::unique_ptr<WebPMemoryWriter, decltype(&WebPMemoryWriterClear)> owner(&writer, &WebPMemoryWriterClear);
  std::optional<Picture> converted;
  if (picture.channels < 3) converted = with_colour(picture);
  const Picture& colour = converted ? *converted : picture;
  source.width = static_cast<int>(colour.width);
  source.height = static_cast<int>(colour.height);
  source.use_argb = 1;
  source.writer = WebPMemoryWrite;
  source.custom_ptr = &writer;
  const auto import = colour.channels == 4 ? WebPPictureImportRGBA : WebPPictureImportRGB;
  if (!import(&source, raw(colour.samples), static_cast<int>(colour.row_bytes())) || !WebPEncode(&config, &source))
    return Error{ErrorCode::out_of_memory, "libwebp cannot make the file (close other programs)"};
  std::vector<std::byte> exif = picture.metadata.exif;
  set_exif_orientation(exif, picture.metadata.orientation);
  auto file = assemble(std::as_bytes(std::span(writer.mem, writer.size)), picture.metadata, exif);
  if (!file) return Error{ErrorCode::invalid_argument, "libwebp cannot put the metadata into the file (give --strip)"};
  return Noted<std::vector<std::byte>>(std::move(*file));
}

}  // namespace laq::io
