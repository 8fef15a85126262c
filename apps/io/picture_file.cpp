#include "io/picture_file.h"

#include <algorithm>
#include <cctype>
#include <new>
#include <string_view>

#include "io/convert.h"
#include "io/file.h"
#include "io/file_kind.h"
#include "io/jpeg.h"
#include "io/png.h"
#include "io/pnm.h"

namespace laq::io {
namespace {

bool begins_with(std::span<const std::byte> file, size_t offset, std::string_view text) {
  if (file.size() < offset + text.size()) return false;
  const auto same = [](char c, std::byte b) {
    return static_cast<unsigned char>(c) == std::to_integer<unsigned char>(b);
  };
  return std::equal(text.begin(), text.end(), file.begin() + static_cast<ptrdiff_t>(offset), same);
}

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
  std::string extension = name.substr(name.find_last_of("./") + 1);
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  if (extension == "png") return FileFormat::png;
  if (extension == "jpg" || extension == "jpeg" || extension == "jpe") return FileFormat::jpeg;
  if (extension == "pgm") return FileFormat::pgm;
  if (extension == "ppm") return FileFormat::ppm;
  if (extension == "pam") return FileFormat::pam;
  if (extension == "pnm") return FileFormat::pnm;
  return std::nullopt;
}

Result<Noted<Picture>> decode_picture(std::span<const std::byte> file, uint64_t max_pixels) {
  try {
    if (file.empty()) return Error{ErrorCode::truncated, "the file is empty"};
    if (begins_with(file, 0, "\x89PNG")) return decode_png(file, max_pixels);
    if (begins_with(file, 0, "\xff\xd8\xff")) return decode_jpeg(file, max_pixels);
    if (is_pnm(file)) return decode_pnm(file, max_pixels);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::out_of_memory, "the picture does not fit into memory"};
  }
  if (recognise_kind(file) == FileKind::laq) {
    return Error{ErrorCode::unsupported, "is a LAQ file already (decode it first: laq decode)"};
  }
  return not_readable(file);
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
