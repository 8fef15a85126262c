// HEIF and AVIF by libheif: the reader. Sources: ISO/IEC 23008-12 (HEIF), ISO/IEC 23000-22 (MIAF), AV1 Image File
// Format v1.1.
#include "io/picture/heif.h"

#include <algorithm>
#include <cstring>

#include "io/bytes.h"
#include "io/picture/convert.h"
#include "io/picture/exif.h"
#include "io/picture/picture_formats.h"
#include "io/picture/planes.h"

namespace laq::io {
namespace {

using namespace heif;

Error not_read(const std::string& what) {
  return {ErrorCode::unsupported, "is a HEIF or AVIF file " + what + ", which is not read (convert it to PNG first)"};
}

Error error_of(const heif_error& error) {
  const std::string cause = printable(error.message ? error.message : "unknown error");
  if (error.code == heif_error_Memory_allocation_error)
    return {ErrorCode::limit_exceeded, "the picture is larger than libheif reads: " + cause + " (make it smaller)"};
  if (error.code == heif_error_Unsupported_filetype || error.code == heif_error_Unsupported_feature)
    return {ErrorCode::unsupported, "libheif does not read this HEIF or AVIF file: " + cause + " (convert it to PNG)"};
  return {ErrorCode::corrupt, "damaged HEIF or AVIF file: libheif says: " + cause + " (copy it again from its source)"};
}

struct Opened {
  Context context;
  Handle handle;
};

Result<Opened> open(std::span<const std::byte> file, uint64_t max_pixels) {
  Opened opened{Context(heif_context_alloc()), {}};
  if (!opened.context) return Error{ErrorCode::out_of_memory, "libheif cannot begin to read (close other programs)"};
  heif_error error =
      heif_context_read_from_memory_without_copy(opened.context.get(), file.data(), file.size(), nullptr);
  if (error.code != heif_error_Ok) return error_of(error);
  heif_image_handle* handle = nullptr;
  error = heif_context_get_primary_image_handle(opened.context.get(), &handle);
  opened.handle.reset(handle);
  if (error.code != heif_error_Ok) return error_of(error);
  const int width = heif_image_handle_get_width(handle), height = heif_image_handle_get_height(handle);
  if (width <= 0 || height <= 0) return error_of({heif_error_Invalid_input, {}, "the picture has no size"});
  if (uint64_t(width) * uint64_t(height) > max_pixels) return too_many_pixels(max_pixels);
  return opened;
}

// Names the pictures beside the one that is read.
void note_pictures(const Opened& opened, Notes& notes) {
  const auto* handle = opened.handle.get();
  const int pictures = heif_context_get_number_of_top_level_images(opened.context.get());
  if (pictures > 1) notes.lose("pictures beside the main one (of " + std::to_string(pictures) + ")");
  if (heif_image_handle_get_number_of_depth_images(handle) > 0) notes.lose("depth map");
  if (heif_image_handle_get_number_of_thumbnails(handle) > 0) notes.lose("thumbnail");
  constexpr int kOthers = LIBHEIF_AUX_IMAGE_FILTER_OMIT_ALPHA | LIBHEIF_AUX_IMAGE_FILTER_OMIT_DEPTH;
  std::vector<heif_item_id> ids(
      static_cast<size_t>(std::max(0, heif_image_handle_get_number_of_auxiliary_images(handle, kOthers))));
  heif_image_handle_get_list_of_auxiliary_image_IDs(handle, kOthers, ids.data(), static_cast<int>(ids.size()));
  for (const heif_item_id id : ids) {
    heif_image_handle* auxiliary = nullptr;
    const char* type = nullptr;
    const heif_error error = heif_image_handle_get_auxiliary_image_handle(handle, id, &auxiliary);
    const Handle owner(auxiliary);
    if (error.code != heif_error_Ok || heif_image_handle_get_auxiliary_type(auxiliary, &type).code != heif_error_Ok)
      continue;
    const bool is_gain_map = type && std::strstr(type, "gainmap") != nullptr;
    notes.lose(is_gain_map ? "gain map" : "auxiliary picture");
    heif_image_handle_free_auxiliary_types(auxiliary, &type);
  }
}

void read_blocks(const heif_image_handle* handle, Metadata& metadata, Notes& notes) {
  std::vector<heif_item_id> ids(
      static_cast<size_t>(std::max(0, heif_image_handle_get_number_of_metadata_blocks(handle, nullptr))));
  heif_image_handle_get_list_of_metadata_block_IDs(handle, nullptr, ids.data(), static_cast<int>(ids.size()));
  for (const heif_item_id id : ids) {
    const char* type = heif_image_handle_get_metadata_type(handle, id);
    const char* content = heif_image_handle_get_metadata_content_type(handle, id);
    std::vector<std::byte> bytes(heif_image_handle_get_metadata_size(handle, id));
    if (heif_image_handle_get_metadata(handle, id, bytes.data()).code != heif_error_Ok) continue;
    if (type && std::string_view(type) == "Exif")
      metadata.exif = exif_of_box(bytes);
    else if (content && std::string_view(content) == "application/rdf+xml")
      metadata.xmp = std::move(bytes);
    else
      notes.lose("metadata of type " + (type ? quoted_name(type) : "unknown"));
  }
  set_exif_orientation(metadata.exif, 1);  // libheif has turned the samples as the file says
}

// The code points of the file, or those of the coded picture; what MIAF assumes if there are none.
struct Nclx {
  int primaries = 1, transfer = 13, matrix = 6;
  bool is_full_range = true;
};

Nclx nclx_of(const heif_image_handle* handle, const heif_image* image) {
  heif_color_profile_nclx* found = nullptr;
  const bool is_of_handle = heif_image_handle_get_nclx_color_profile(handle, &found).code == heif_error_Ok;
  std::unique_ptr<heif_color_profile_nclx, Release<heif_nclx_color_profile_free>> owner(found);
  if (!is_of_handle || !found) {
    found = nullptr;
    heif_image_get_nclx_color_profile(image, &found);
    owner.reset(found);
  }
  if (!found) return {};
  constexpr int kUnspecified = 2;
  Nclx nclx{found->color_primaries, found->transfer_characteristics, found->matrix_coefficients,
            found->full_range_flag != 0};
  if (nclx.primaries == kUnspecified) nclx.primaries = Nclx().primaries;
  if (nclx.transfer == kUnspecified) nclx.transfer = Nclx().transfer;
  if (nclx.matrix == kUnspecified) nclx.matrix = Nclx().matrix;
  return nclx;
}

void read_colour(const heif_image_handle* handle, const heif_image* image, const Nclx& nclx, Metadata& metadata) {
  const size_t bytes = heif_image_handle_get_raw_color_profile_size(handle);
  metadata.icc.resize(bytes);
  if (bytes > 0 && heif_image_handle_get_raw_color_profile(handle, metadata.icc.data()).code != heif_error_Ok)
    metadata.icc.clear();
  const CodePoints points{static_cast<uint8_t>(nclx.primaries), static_cast<uint8_t>(nclx.transfer), 0, true};
  if (metadata.icc.empty() && points != CodePoints()) metadata.code_points = points;
  constexpr uint32_t kUnits = 10000;  // of a candela a square metre
  if (heif_image_has_content_light_level(image)) {
    heif_content_light_level light{};
    heif_image_get_content_light_level(image, &light);
    metadata.content_light =
        ContentLight{light.max_content_light_level * kUnits, light.max_pic_average_light_level * kUnits};
  }
  if (heif_image_has_mastering_display_colour_volume(image)) {
    heif_mastering_display_colour_volume volume{};
    heif_image_get_mastering_display_colour_volume(image, &volume);
    const auto& x = volume.display_primaries_x;  // of green, blue and red
    const auto& y = volume.display_primaries_y;
    metadata.mastering_display =
        MasteringDisplay{{x[2], y[2], x[0], y[0], x[1], y[1], volume.white_point_x, volume.white_point_y},
                         volume.max_display_mastering_luminance,
                         volume.min_display_mastering_luminance};
  }
  uint32_t across = 1, down = 1;  // the shape of a pixel
  heif_image_get_pixel_aspect_ratio(image, &across, &down);
  if (across != down && across > 0 && down > 0) {
    metadata.pixels_per_metre_x = down;
    metadata.pixels_per_metre_y = across;
    metadata.is_only_aspect = true;
  }
}

// Nothing if the matrix is not one of those between YCbCr and RGB.
std::optional<PlaneCoding> coding_of(const Nclx& nclx) {
  constexpr int kRgb = 0, kBt709 = 1, kFcc = 4, kBt470 = 5, kSmpte240 = 7, kBt2020 = 9;
  PlaneCoding coding{nclx.is_full_range, {}};
  switch (nclx.matrix) {
    case kRgb:
      return coding;
    case kBt709:
      coding.ycc = {0.2126, 0.0722};
      return coding;
    case kFcc:
      coding.ycc = {0.30, 0.11};
      return coding;
    case kBt470:
    case heif_matrix_coefficients_ITU_R_BT_601_6:
      coding.ycc = kBt601;
      return coding;
    case kSmpte240:
      coding.ycc = {0.212, 0.087};
      return coding;
    case kBt2020:
      coding.ycc = {0.2627, 0.0593};
      return coding;
    default:
      return std::nullopt;
  }
}

std::optional<Plane> plane_of(const heif_image* image, heif_channel channel) {
  int stride = 0;
  const uint8_t* from = heif_image_get_plane_readonly(image, channel, &stride);
  const int width = heif_image_get_width(image, channel), height = heif_image_get_height(image, channel);
  const int depth = heif_image_get_bits_per_pixel_range(image, channel);
  if (!from || width <= 0 || height <= 0 || depth < 1 || depth > 16) return std::nullopt;
  Plane plane{static_cast<uint32_t>(width), static_cast<uint32_t>(height), depth};
  plane.samples.resize(size_t{plane.width} * plane.height);
  for (uint32_t y = 0; y < plane.height; ++y) {
    const uint8_t* row = from + static_cast<ptrdiff_t>(y) * stride;
    uint16_t* to = &plane.samples[size_t{y} * plane.width];
    if (depth > 8)
      std::memcpy(to, row, size_t{plane.width} * sizeof *to);
    else
      std::copy_n(row, plane.width, to);
  }
  return plane;
}

// Small planes of chroma have every second sample, or fewer, in one direction or both.
void set_steps(const Picture& picture, Plane& plane) {
  plane.x_step = (picture.width + plane.width - 1) / plane.width;
  plane.y_step = (picture.height + plane.height - 1) / plane.height;
}

std::optional<Error> read_samples(const heif_image* image, const Nclx& nclx, Noted<Picture>& picture) {
  std::vector<heif_channel> channels = {heif_channel_Y};
  const heif_colorspace space = heif_image_get_colorspace(image);
  auto coding = coding_of(nclx);
  if (space == heif_colorspace_RGB) {
    channels = {heif_channel_R, heif_channel_G, heif_channel_B};
    coding = PlaneCoding();
  } else if (space == heif_colorspace_YCbCr) {
    if (!coding) return not_read("with the matrix " + std::to_string(nclx.matrix) + " of H.273");
    channels = {heif_channel_Y, heif_channel_Cb, heif_channel_Cr};
    if (!coding->ycc) channels = {heif_channel_Cr, heif_channel_Y, heif_channel_Cb};  // red, green, blue
  } else if (!coding) {
    coding = PlaneCoding{nclx.is_full_range, {}};
  }
  if (heif_image_has_channel(image, heif_channel_Alpha)) channels.push_back(heif_channel_Alpha);
  std::vector<Plane> planes;
  for (const heif_channel channel : channels) {
    auto plane = plane_of(image, channel);
    if (!plane) return not_read("with planes of an unusual form");
    picture.depth = std::max(picture.depth, plane->depth);
    planes.push_back(std::move(*plane));
  }
  const Plane& first = planes[coding->ycc || channels.size() < 3 ? 0 : 1];
  picture.width = first.width;
  picture.height = first.height;
  picture.channels = static_cast<int>(planes.size());
  for (Plane& plane : planes) set_steps(picture, plane);
  set_samples(picture, planes, *coding);
  return std::nullopt;
}

}  // namespace

Result<Noted<Picture>> decode_heif(std::span<const std::byte> file, uint64_t max_pixels) {
  const Result<Opened> opened = open(file, max_pixels);
  if (!opened) return opened.error();
  const heif_image_handle* handle = opened->handle.get();
  heif_image* decoded = nullptr;
  // As it was coded: libheif 1.15 enlarges chroma by repeating samples, and does not tell before whether it is gray.
  const heif_error error =
      heif_decode_image(handle, &decoded, heif_colorspace_undefined, heif_chroma_undefined, nullptr);
  const Image image(decoded);
  if (error.code != heif_error_Ok) return error_of(error);
  const auto side = [&](auto get) {
    return uint64_t(std::max(
        0, get(image.get(), heif_image_has_channel(decoded, heif_channel_Y) ? heif_channel_Y : heif_channel_G)));
  };
  if (side(heif_image_get_width) * side(heif_image_get_height) > max_pixels) return too_many_pixels(max_pixels);
  Noted<Picture> picture;
  picture.depth = 8;
  const Nclx nclx = nclx_of(handle, image.get());
  if (auto failed = read_samples(image.get(), nclx, picture)) return *failed;
  if (heif_image_handle_is_premultiplied_alpha(handle)) unpremultiply(picture);
  read_colour(handle, image.get(), nclx, picture.metadata);
  read_blocks(handle, picture.metadata, picture.notes);
  note_pictures(*opened, picture.notes);
  return picture;
}

}  // namespace laq::io
