#include "io/picture_file.h"

#include <new>
#include <string_view>
#include <utility>

#include "io/convert.h"
#include "io/file.h"
#include "io/file_kind.h"
#include "io/picture_formats.h"

namespace laq::io {
namespace {

template <class T>
Result<Noted<T>> noted(Result<T> result) {
  if (!result) return result.error();
  return Noted<T>(std::move(*result));
}

Result<Noted<std::vector<std::byte>>> encode_as(const Picture& picture, FileFormat format) {
  switch (format) {
    case FileFormat::png:
      if (picture.depth == 8 || picture.depth == 16) return encode_png(picture);
      return encode_png(with_depth(picture, picture.depth < 8 ? 8 : 16));
    case FileFormat::jpeg:
      return noted(picture.depth == 8 ? encode_jpeg(picture) : encode_jpeg(with_depth(picture, 8)));
    default:
      return noted(picture.metadata.orientation == 1 ? encode_pnm(picture, format)
                                                     : encode_pnm(upright(picture), format));
  }
}

// Notes what the format has no place for.
void note_losses(const Picture& picture, FileFormat format, Notes& notes) {
  if (format == FileFormat::png) return;
  if (format == FileFormat::jpeg) {
    if (picture.depth > 8) notes.lose("bits of a sample after the first 8 of " + std::to_string(picture.depth));
    return;
  }
  const Metadata& metadata = picture.metadata;
  if (!metadata.icc.empty()) notes.lose("ICC profile");
  if (!metadata.exif.empty()) notes.lose("Exif");
  if (!metadata.xmp.empty()) notes.lose("XMP");
  if (metadata.pixels_per_metre_x != 0) notes.lose("resolution");
}

}  // namespace

std::optional<FileFormat> format_of_name(const std::string& name) {
  static constexpr std::pair<std::string_view, FileFormat> kFormats[] = {
      {"png", FileFormat::png}, {"jpg", FileFormat::jpeg}, {"jpeg", FileFormat::jpeg}, {"jpe", FileFormat::jpeg},
      {"pgm", FileFormat::pgm}, {"ppm", FileFormat::ppm},  {"pam", FileFormat::pam},   {"pnm", FileFormat::pnm}};
  const std::string ending = extension_of("." + name.substr(name.find_last_of("./") + 1));  // npos + 1 is 0
  for (const auto& [extension, format] : kFormats) {
    if (extension == ending) return format;
  }
  return std::nullopt;
}

Error too_many_pixels(uint64_t max_pixels) {
  return {ErrorCode::limit_exceeded, "more than " + std::to_string(max_pixels) + " pixels (make the picture smaller)"};
}

Result<Noted<Picture>> decode_picture(std::span<const std::byte> file, uint64_t max_pixels) {
  try {
    switch (recognise_kind(file)) {
      case FileKind::png:
        return decode_png(file, max_pixels);
      case FileKind::jpeg:
        return decode_jpeg(file, max_pixels);
      case FileKind::netpbm:
        return decode_pnm(file, max_pixels);
      case FileKind::laq:
        return Error{ErrorCode::unsupported, "is a LAQ file already (decode it first: laq decode)"};
      default:
        return not_readable(file);
    }
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "the picture does not fit into memory"};
  }
}

Result<Noted<std::vector<std::byte>>> encode_picture(const Picture& picture, FileFormat format) {
  try {
    Result<Noted<std::vector<std::byte>>> file = encode_as(picture, format);
    if (file) note_losses(picture, format, file->notes);
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

std::optional<Error> write_picture(const std::string& path, const Picture& picture, FileFormat format) {
  const Result<Noted<std::vector<std::byte>>> file = encode_picture(picture, format);
  if (!file) return file.error();
  return write_file(path, *file);
}

}  // namespace laq::io
