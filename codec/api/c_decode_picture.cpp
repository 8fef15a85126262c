// The C functions that read pictures.
#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <laq/laq.h>
#include <laq/laq.hpp>

#include "api/c_api.h"

namespace {

using namespace laq::c_api;

static_assert(LAQ_FORMAT_FLOAT32 == static_cast<int>(laq::SampleFormat::float32));
static_assert(LAQ_TUNE_PERCEPTUAL == static_cast<int>(laq::Tune::perceptual));
static_assert(LAQ_TUNE_PSNR == static_cast<int>(laq::Tune::psnr));

// What the caller sees, and behind it what that points to.
struct OwnedPicture : laq_picture {
  laq::Picture picture;
  std::vector<laq_attachment> attachments;
};
struct OwnedInfo : laq_info {
  laq::Info info;
  std::vector<laq_attachment> attachments;
  std::vector<laq_section> section_list;
};

std::unique_ptr<OwnedPicture> own(laq::Picture picture) {
  auto owned = std::make_unique<OwnedPicture>();
  owned->picture = std::move(picture);
  const laq::Picture& in = owned->picture;
  owned->attachments = view_attachments(in.metadata.attachments);
  static_cast<laq_picture&>(*owned) = {sizeof(laq_picture),
                                       in.width,
                                       in.height,
                                       in.channels,
                                       in.depth,
                                       in.samples.data(),
                                       in.row_bytes(),
                                       view_metadata(in.metadata, owned->attachments),
                                       static_cast<int>(in.sample_format)};
  return owned;
}

std::unique_ptr<OwnedInfo> own(laq::Info info) {
  auto owned = std::make_unique<OwnedInfo>();
  owned->info = std::move(info);
  const laq::Info& in = owned->info;
  for (const laq::Info::Section& section : in.sections) {
    laq_section& listed = owned->section_list.emplace_back();
    std::copy_n(section.name.data(), std::min<size_t>(section.name.size(), 4), listed.name);
    listed.bytes = section.bytes;
  }
  laq_info& out = *owned;
  out = {};
  out.struct_size = sizeof(laq_info);
  out.width = in.width;
  out.height = in.height;
  out.channels = in.channels;
  out.depth = in.depth;
  out.format = in.format;
  out.quality = in.quality;
  out.tune = static_cast<int>(in.tune);
  out.adaptive_quantization = in.adaptive_quantization;
  out.section_count = owned->section_list.size();
  out.sections = owned->section_list.data();
  owned->attachments = view_attachments(in.metadata.attachments);
  out.metadata = view_metadata(in.metadata, owned->attachments);
  out.has_bound = in.has_bound;
  out.max_error = in.max_error;
  out.sample_format = static_cast<int>(in.sample_format);
  out.float_max_error = in.float_max_error;
  return owned;
}

}  // namespace

laq_metadata laq::c_api::view_metadata(const laq::Metadata& in, const std::vector<laq_attachment>& attachments) {
  const auto pointer = [](const std::vector<std::byte>& bytes) {
    return bytes.empty() ? nullptr : reinterpret_cast<const uint8_t*>(bytes.data());
  };
  laq_metadata out = {};
  out.icc = pointer(in.icc);
  out.icc_bytes = in.icc.size();
  out.exif = pointer(in.exif);
  out.exif_bytes = in.exif.size();
  out.xmp = pointer(in.xmp);
  out.xmp_bytes = in.xmp.size();
  out.pixels_per_metre_x = in.pixels_per_metre_x;
  out.pixels_per_metre_y = in.pixels_per_metre_y;
  out.orientation = in.orientation;
  out.is_only_aspect = in.is_only_aspect;
  if (in.code_points) {
    const laq::CodePoints& points = *in.code_points;
    out.code_points = {1, points.primaries, points.transfer, points.matrix, points.is_full_range};
  }
  if (in.mastering_display) {
    std::ranges::copy(in.mastering_display->chromaticities, out.light.chromaticities);
    out.light.max_luminance = in.mastering_display->max_luminance;
    out.light.min_luminance = in.mastering_display->min_luminance;
  }
  if (in.content_light) {
    out.light.max_pixel = in.content_light->max_pixel;
    out.light.max_frame_average = in.content_light->max_frame_average;
  }
  out.attachments = attachments.data();
  out.attachment_count = attachments.size();
  return out;
}

laq_picture* laq::c_api::give_picture(laq::Picture picture) {
  return own(std::move(picture)).release();
}

laq_status laq_decode(const void* data, size_t size, const laq_decode_options* options, laq_picture** picture,
                      laq_error* error) noexcept {
  using Owned = laq::Result<std::unique_ptr<OwnedPicture>>;
  return make_from_file(data, size, "picture", picture, error, [&](std::span<const std::byte> file) -> Owned {
    CallersMemory memory;
    const laq::Result<laq::DecodeOptions> request = read_decode_options(options, &memory);
    if (!request) return request.error();
    laq::Result<laq::Picture> decoded = laq::decode(file, *request);
    if (!decoded) return decoded.error();
    return own(std::move(*decoded));
  });
}

laq_status laq_inspect(const void* data, size_t size, laq_info** info, laq_error* error) noexcept {
  using Owned = laq::Result<std::unique_ptr<OwnedInfo>>;
  return make_from_file(data, size, "info", info, error, [&](std::span<const std::byte> file) -> Owned {
    laq::Result<laq::Info> inspected = laq::inspect(file);
    if (!inspected) return inspected.error();
    return own(std::move(*inspected));
  });
}

void laq_picture_free(laq_picture* picture) noexcept {
  delete static_cast<OwnedPicture*>(picture);
}

void laq_info_free(laq_info* info) noexcept {
  delete static_cast<OwnedInfo*>(info);
}
