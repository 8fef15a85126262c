#include "io/file_kind.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string_view>

#include "io/bytes.h"

namespace laq::io {
namespace {

struct Signature {
  size_t offset;
  std::string_view bytes;
  FileKind kind;
};

constexpr std::string_view bytes(const char* text, size_t size) {
  return {text, size};
}

// The first signature that fits counts.
constexpr Signature kSignatures[] = {
    {0, "LAQ", FileKind::laq},
    {0, "\x89PNG", FileKind::png},
    {0, "\xff\xd8\xff", FileKind::jpeg},
    {0, "\x93NUMPY", FileKind::npy},
    {8, "WAVE", FileKind::wav},
    {0, "fLaC", FileKind::flac},
    {8, "AIFF", FileKind::aiff},
    {8, "AIFC", FileKind::aiff},
    // Pictures
    {0, "GIF8", FileKind::gif},
    {8, "WEBP", FileKind::webp},
    {4, "ftypavif", FileKind::avif},
    {4, "ftypavis", FileKind::avif},
    {4, "ftyphei", FileKind::heif},
    {4, "ftyphev", FileKind::heif},
    {4, "ftypmif1", FileKind::heif},
    {4, "ftypcrx ", FileKind::camera_raw},
    {0, "\xff\x0a", FileKind::jpeg_xl},
    {4, "JXL ", FileKind::jpeg_xl},
    {4, "jP  ", FileKind::jpeg_2000},
    {0, "\xff\x4f\xff\x51", FileKind::jpeg_2000},
    {0, bytes("II*\0", 4), FileKind::tiff},
    {0, bytes("MM\0*", 4), FileKind::tiff},
    {0, bytes("II+\0", 4), FileKind::tiff},
    {0, bytes("MM\0+", 4), FileKind::tiff},
    {0, bytes("IIU\0", 4), FileKind::camera_raw},
    {0, "FUJIFILMCCD-RAW", FileKind::camera_raw},
    {0, "qoif", FileKind::qoi},
    {0, "8BPS", FileKind::photoshop},
    {0, "gimp xcf", FileKind::gimp},
    {0, "\x76\x2f\x31\x01", FileKind::exr},
    {0, "#?RADIANCE", FileKind::radiance},
    {0, "#?RGBE", FileKind::radiance},
    {0, "PF\n", FileKind::pfm},
    {0, "Pf\n", FileKind::pfm},
    {0, "PF ", FileKind::pfm},
    {0, "Pf ", FileKind::pfm},
    {0, "farbfeld", FileKind::farbfeld},
    {0, "DDS ", FileKind::dds},
    {0, bytes("\0\0\1\0", 4), FileKind::icon},
    {0, "<svg", FileKind::svg},
    {0, "BM", FileKind::bmp},
    // Sounds
    {0, "OggS", FileKind::ogg},
    {0, "ID3", FileKind::mp3},
    {0, "\xff\xfb", FileKind::mp3},
    {0, "\xff\xfa", FileKind::mp3},
    {0, "\xff\xf3", FileKind::mp3},
    {0, "\xff\xf2", FileKind::mp3},
    {0, "\xff\xf1", FileKind::aac},
    {0, "\xff\xf9", FileKind::aac},
    {4, "ftypM4A", FileKind::m4a},
    {4, "ftypM4B", FileKind::m4a},
    {0, ".snd", FileKind::au},
    {0, "dns.", FileKind::au},
    {0, "caff", FileKind::caf},
    {0, "wvpk", FileKind::wavpack},
    {0, "MAC ", FileKind::monkeys_audio},
    {0, "riff\x2e\x91\xcf\x11", FileKind::wave64},
    {0, "8SVX", FileKind::eight_svx},
    {0, "MThd", FileKind::midi},
    // Arrays
    {0, "\x89HDF\r\n\x1a\n", FileKind::hdf5},
    {0, "\x0e\x03\x13\x01", FileKind::hdf4},
    {0, "CDF\x01", FileKind::netcdf},
    {0, "CDF\x02", FileKind::netcdf},
    {0, "CDF\x05", FileKind::netcdf},
    {0, "MATLAB", FileKind::matlab},
    {0, "SIMPLE  =", FileKind::fits},
    {0, "PAR1", FileKind::parquet},
    {0, "ARROW1", FileKind::arrow},
    {0, "GRIB", FileKind::grib},
    {0, "GGUF", FileKind::gguf},
    {0, "\x80\x02}q", FileKind::pickle},
    {0, "\x80\x03", FileKind::pickle},
    {0, "\x80\x04\x95", FileKind::pickle},
    {0, "\x80\x05\x95", FileKind::pickle},
    // Archives
    {0, "PK\x03\x04", FileKind::zip},
    {0, "PK\x05\x06", FileKind::zip},
    {0, "\x1f\x8b", FileKind::gzip},
    {0, "BZh", FileKind::bzip2},
    {0, bytes("\3757zXZ\0", 6), FileKind::xz},
    {0, "\x28\xb5\x2f\xfd", FileKind::zstandard},
    {0, "7z\xbc\xaf\x27\x1c", FileKind::seven_z},
    {0, "Rar!", FileKind::rar},
    {257, "ustar", FileKind::tar},
    // Others
    {4, "ftyp", FileKind::mp4},
    {4, "moov", FileKind::quicktime},
    {0, "\x1a\x45\xdf\xa3", FileKind::matroska},
    {8, "AVI ", FileKind::avi},
    {0, "%PDF", FileKind::pdf},
    {0, "%!PS", FileKind::postscript},
    {0, "\177ELF", FileKind::elf},
    {0, "<?xml", FileKind::xml},
    {0, "<!DOCTYPE", FileKind::html},
};

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// P1 to P7, then white space or a comment.
bool begins_like_netpbm(std::string_view text) {
  return text.size() >= 3 && text[0] == 'P' && text[1] >= '1' && text[1] <= '7' &&
         (is_space(text[2]) || text[2] == '#');
}

// A ZIP file whose first member is an array of NumPy.
bool begins_like_npz(std::string_view text) {
  constexpr size_t kNameOffset = 30, kNameSizeOffset = 26;
  if (!text.starts_with("PK\x03\x04") || text.size() < kNameOffset) return false;
  return text.substr(kNameOffset, static_cast<unsigned char>(text[kNameSizeOffset])).ends_with(".npy");
}

// A length of less than 2^40, then the object that is the header.
bool begins_like_safetensors(std::string_view text) {
  return text.size() > 8 && text.substr(5, 4) == std::string_view("\0\0\0{", 4);
}

bool is_text(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= ' ' ? c != '\x7f' : is_space(c);
  });
}

// The message of a model: fields 1 (a small number) and 2 to 8, up to the graph, which is 7. The first texts are names.
bool begins_like_onnx(std::string_view text) {
  if (text.size() < 4 || text[0] != '\x08' || text[1] <= 0) return false;
  text.remove_prefix(2);
  while (!text.empty()) {
    const int field = text[0] >> 3, type = text[0] & 7;
    const bool is_number = field == 5, is_name = field >= 2 && field <= 4;
    text.remove_prefix(1);
    const std::optional<uint64_t> value = take_integer(text);
    if (field == 7 && type == 2) return true;
    if (field < 2 || field > 8 || type != (is_number ? 0 : 2)) return false;
    if (!value) return text.empty();
    if (is_number) continue;
    const std::string_view content = text.substr(0, std::min<uint64_t>(*value, text.size()));
    if (is_name && !std::ranges::all_of(content, [](char c) { return c >= ' ' && c <= '~'; })) return false;
    text.remove_prefix(content.size());
  }
  return true;
}

}  // namespace

FileKind recognise_kind(std::span<const std::byte> head) {
  const std::string_view text = text_of(head.first(std::min(head.size(), kHeadBytes)));
  if (begins_like_npz(text)) return FileKind::npz;
  if (begins_like_safetensors(text)) return FileKind::safetensors;
  if (begins_like_onnx(text)) return FileKind::onnx;
  if (begins_like_netpbm(text)) return FileKind::netpbm;
  for (const Signature& signature : kSignatures) {
    if (text.size() >= signature.offset && text.substr(signature.offset).starts_with(signature.bytes))
      return signature.kind;
  }
  return is_text(text) ? FileKind::text : FileKind::unknown;
}

std::string extension_of(const std::string& path) {
  const size_t name = path.find_last_of('/') + 1;  // npos + 1 is 0
  const size_t dot = path.find_last_of('.');
  if (dot == std::string::npos || dot < name) return {};
  std::string extension = path.substr(dot + 1);
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return extension;
}

std::string with_extension(const std::string& path, const std::string& extension) {
  const size_t name = path.find_last_of('/') + 1;  // npos + 1 is 0
  const size_t dot = path.find_last_of('.');
  return (dot == std::string::npos || dot <= name ? path : path.substr(0, dot)) + extension;
}

}  // namespace laq::io
