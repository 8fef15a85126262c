// HEIC and AVIF by libheif: the writer.
#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "io/picture/convert.h"
#include "io/picture/heif.h"
#include "io/picture/picture_formats.h"

namespace laq::io {
namespace {

using namespace heif;

constexpr int kQuality = 90, kMostBits = 12;

Error failed(const heif_error& error) {
  return {ErrorCode::unsupported, std::string("libheif cannot write such a picture: ") +
                                      (error.message ? error.message : "unknown error") + " (write a .png file)"};
}
bool is_ok(const heif_error& error) {
  return error.code == heif_error_Ok;
}

// Copies `bytes` of each pixel, from `offset` within a pixel of the picture.
heif_error fill_plane(heif_image* image, heif_channel channel, const Picture& picture, size_t offset, size_t bytes) {
  const auto width = static_cast<int>(picture.width), height = static_cast<int>(picture.height);
  const heif_error error = heif_image_add_plane(image, channel, width, height, picture.depth);
  int stride = 0;
  uint8_t* to = is_ok(error) ? heif_image_get_plane(image, channel, &stride) : nullptr;
  if (!to) return error;
  const size_t pixel_bytes = picture.channels * picture.sample_bytes();
  for (uint32_t y = 0; y < picture.height; ++y, to += stride) {
    const std::byte* from = picture.samples.data() + y * picture.row_bytes() + offset;
    for (uint32_t x = 0; x < picture.width; ++x, from += pixel_bytes) std::memcpy(to + x * bytes, from, bytes);
  }
  return error;
}

heif_error make_image(const Picture& picture, Image& made) {
  const auto width = static_cast<int>(picture.width), height = static_cast<int>(picture.height);
  const bool is_gray = picture.channels<3, has_alpha = picture.channels % 2 == 0, is_deep = picture.depth> 8;
  heif_chroma chroma = heif_chroma_monochrome;
  if (!is_gray && is_deep)
    chroma = has_alpha ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RRGGBB_LE;
  else if (!is_gray)
    chroma = has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
  heif_image* image = nullptr;
  heif_error error =
      heif_image_create(width, height, is_gray ? heif_colorspace_monochrome : heif_colorspace_RGB, chroma, &image);
  made.reset(image);
  const size_t bytes = picture.sample_bytes();
  if (!is_ok(error)) return error;
  if (!is_gray) return fill_plane(image, heif_channel_interleaved, picture, 0, bytes * picture.channels);
  error = fill_plane(image, heif_channel_Y, picture, 0, bytes);
  return has_alpha && is_ok(error) ? fill_plane(image, heif_channel_Alpha, picture, bytes, bytes) : error;
}

// A profile says more than code points that are not there; both may stand in a file.
heif_error set_colour(heif_image* image, const Picture& picture) {
  const Metadata& metadata = picture.metadata;
  const CodePoints points = metadata.code_points.value_or(CodePoints());
  const std::unique_ptr<heif_color_profile_nclx, Release<heif_nclx_color_profile_free>> nclx(
      heif_nclx_color_profile_alloc());
  heif_error error = heif_nclx_color_profile_set_color_primaries(nclx.get(), points.primaries);
  if (is_ok(error)) error = heif_nclx_color_profile_set_transfer_characteristics(nclx.get(), points.transfer);
  if (!is_ok(error)) return error;
  nclx->matrix_coefficients = heif_matrix_coefficients_ITU_R_BT_601_6;
  nclx->full_range_flag = 1;
  error = heif_image_set_nclx_color_profile(image, nclx.get());
  if (!is_ok(error) || metadata.icc.empty() || metadata.code_points) return error;
  return heif_image_set_raw_color_profile(image, "prof", metadata.icc.data(), metadata.icc.size());
}

heif_error add_metadata(heif_context* context, const heif_image_handle* handle, const Metadata& metadata) {
  heif_error error{heif_error_Ok, heif_suberror_Unspecified, ""};
  if (!metadata.exif.empty())
    error =
        heif_context_add_exif_metadata(context, handle, metadata.exif.data(), static_cast<int>(metadata.exif.size()));
  if (is_ok(error) && !metadata.xmp.empty())
    error = heif_context_add_XMP_metadata(context, handle, metadata.xmp.data(), static_cast<int>(metadata.xmp.size()));
  return error;
}

heif_error append(heif_context*, const void* data, size_t size, void* user) {
  const auto* first = static_cast<const std::byte*>(data);
  auto& file = *static_cast<std::vector<std::byte>*>(user);
  try {
    file.insert(file.end(), first, first + size);
  } catch (...) {  // must not cross C
    return {heif_error_Memory_allocation_error, heif_suberror_Unspecified, "out of memory"};
  }
  return {heif_error_Ok, heif_suberror_Unspecified, ""};
}

heif_error write_file(const Picture& picture, heif_context* context, heif_encoder* encoder,
                      std::vector<std::byte>& file) {
  heif_encoder_set_lossy_quality(encoder, kQuality);
  if (picture.channels > 2) heif_encoder_set_parameter_string(encoder, "chroma", "444");
  Image image;
  heif_error error = make_image(picture, image);
  if (is_ok(error)) error = set_colour(image.get(), picture);
  if (!is_ok(error)) return error;
  const std::unique_ptr<heif_encoding_options, Release<heif_encoding_options_free>> options(
      heif_encoding_options_alloc());
  // HEIC files have no code points by default, as some programs of macOS cannot read such files.
  options->macOS_compatibility_workaround_no_nclx_profile = !picture.metadata.code_points;
  heif_image_handle* coded = nullptr;
  error = heif_context_encode_image(context, image.get(), encoder, options.get(), &coded);
  const Handle handle(coded);
  if (is_ok(error)) error = add_metadata(context, coded, picture.metadata);
  if (!is_ok(error)) return error;
  heif_writer writer{1, append};
  return heif_context_write(context, &writer, &file);
}

Result<Noted<std::vector<std::byte>>> encode(const Picture& picture, heif_compression_format format) {
  const Context context(heif_context_alloc());
  heif_encoder* found = nullptr;
  if (!context || !is_ok(heif_context_get_encoder_for_format(context.get(), format, &found)))
    return Error{ErrorCode::unsupported, "this libheif has no encoder for such a file (write a .png file)"};
  const Encoder encoder(found);
  const bool has_ten_bits = format != heif_compression_AV1;  // libheif 1.15 asks libaom for a wrong profile then
  const int depth = picture.depth <= 8 ? 8 : picture.depth <= 10 && has_ten_bits ? 10 : kMostBits;
  Noted<std::vector<std::byte>> file;
  if (picture.depth > kMostBits)
    file.notes.lose("bits of a sample after the first 12 of " + std::to_string(picture.depth));
  if (picture.metadata.code_points && !picture.metadata.icc.empty())
    file.notes.lose("ICC profile beside the code points of colour");
  if (!picture.metadata.code_points.value_or(CodePoints()).is_full_range)
    file.notes.lose("narrow range of samples, which are taken for full range");
  std::optional<Picture> converted;
  if (picture.depth != depth) converted = with_depth(picture, depth);
  const heif_error error = write_file(converted ? *converted : picture, context.get(), encoder.get(), file);
  if (!is_ok(error)) return failed(error);
  return file;
}

}  // namespace

Result<Noted<std::vector<std::byte>>> encode_avif(const Picture& picture) {
  return encode(picture, heif_compression_AV1);
}

Result<Noted<std::vector<std::byte>>> encode_heic(const Picture& picture) {
  return encode(picture, heif_compression_HEVC);
}

}  // namespace laq::io
