#include "io/picture/picture_file.h"

#include <new>

#include "io/attachments.h"
#include "io/file.h"
#include "io/formats.h"
#include "io/picture/convert.h"
#include "io/picture/picture_formats.h"

namespace laq::io {
namespace {

// The depth that a writer gets for samples of this depth.
int fitting_depth(int depth, Depths depths) {
  if (depths == Depths::any) return depth;
  return depths == Depths::eight || depth <= 8 ? 8 : 16;
}

Result<Noted<Bytes>> encode_as(const FileFormat& format, const Picture& picture) {
  const bool turns = picture.metadata.orientation != 1 && !(format.holds & holds_orientation);
  const int depth = fitting_depth(picture.depth, format.depths);
  // Two numbers that are only a ratio must not become a resolution.
  const bool drops_aspect =
      picture.metadata.is_only_aspect && (format.holds & holds_resolution) && !(format.holds & holds_aspect);
  if (!turns && depth == picture.depth && !drops_aspect) return format.write_picture(picture);
  Picture fitting = turns ? upright(picture) : with_depth(picture, depth);
  if (fitting.depth != depth) fitting = with_depth(fitting, depth);
  if (drops_aspect) fitting.metadata.pixels_per_metre_x = fitting.metadata.pixels_per_metre_y = 0;
  return format.write_picture(fitting);
}

// Notes what the format has no place for.
void note_losses(const FileFormat& format, const Picture& picture, Notes& notes) {
  const Metadata& metadata = picture.metadata;
  const auto is_lost = [&](Holds what, bool is_there) { return is_there && !(format.holds & what); };
  if (format.depths == Depths::eight && picture.depth > 8)
    notes.lose("bits of a sample after the first 8 of " + std::to_string(picture.depth));
  if (is_lost(holds_icc, !metadata.icc.empty())) notes.lose("ICC profile");
  if (is_lost(holds_exif, !metadata.exif.empty())) notes.lose("Exif");
  if (is_lost(holds_xmp, !metadata.xmp.empty())) notes.lose("XMP");
  const bool has_pixel_size = metadata.pixels_per_metre_x != 0;
  if (is_lost(holds_resolution, has_pixel_size && !metadata.is_only_aspect)) notes.lose("resolution");
  if (is_lost(holds_aspect, has_pixel_size && metadata.is_only_aspect)) notes.lose("pixel aspect ratio");
  const bool is_srgb = metadata.code_points.value_or(CodePoints()) == CodePoints();
  if (is_lost(holds_code_points, !is_srgb)) notes.lose("code points of colour");
  if (is_lost(holds_light, metadata.mastering_display || metadata.content_light)) notes.lose("light levels");
  for (const Attachment& attachment : metadata.attachments) {
    const bool is_hint = attachment.name == "from";  // for the choice of the format
    if (!is_hint && format.attachments.find(attachment.name) == std::string_view::npos)
      notes.lose(describe_attachment(attachment.name));
  }
}

}  // namespace

Error too_many_pixels(uint64_t max_pixels) {
  return {ErrorCode::limit_exceeded, "more than " + std::to_string(max_pixels) + " pixels (make the picture smaller)"};
}

Result<Noted<Picture>> decode_picture(std::span<const std::byte> file, uint64_t max_pixels) {
  try {
    const FileFormat& format = format_of(recognise_kind(file));
    if (format.read_picture) return format.read_picture(file, max_pixels);
    if (format.kind == FileKind::laq)
      return Error{ErrorCode::unsupported, "is a LAQ file already (decode it first: laq decode)"};
    return not_readable(file);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "the picture does not fit into memory"};
  }
}

Result<Noted<std::vector<std::byte>>> encode_picture(const Picture& picture, FileKind kind) {
  const FileFormat& format = format_of(kind);
  if (!format.write_picture) return not_writable(format.usual_extension());
  try {
    Result<Noted<Bytes>> file = encode_as(format, picture);
    if (file) note_losses(format, picture, file->notes);
    return file;
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "not enough memory to write the picture"};
  }
}

Result<Noted<Picture>> read_picture(const std::string& path, uint64_t max_pixels) {
  const Result<std::vector<std::byte>> file = read_file(path);
  if (!file) return file.error();
  return decode_picture(*file, max_pixels);
}

std::optional<Error> write_picture(const std::string& path, const Picture& picture, FileKind kind) {
  const Result<Noted<std::vector<std::byte>>> file = encode_picture(picture, kind);
  if (!file) return file.error();
  return write_file(path, *file);
}

}  // namespace laq::io
