#include "io/file_kind.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "io/bytes.h"

namespace laq::io {
namespace {

// What a file contains, which decides the advice for a file that laq does not read.
enum class Content : uint8_t { picture, sound, array, archive, video, other };

struct Signature {
  size_t offset;
  std::string_view bytes;
  FileKind kind;
  const char* name;  // with its article
  Content content;
};

constexpr std::string_view bytes(const char* text, size_t size) {
  return {text, size};
}

// The first signature that fits counts.
constexpr Signature kSignatures[] = {
    {0, "LAQ", FileKind::laq, "a LAQ", Content::other},
    {0, "\x89PNG", FileKind::png, "a PNG", Content::picture},
    {0, "\xff\xd8\xff", FileKind::jpeg, "a JPEG", Content::picture},
    {0, "\x93NUMPY", FileKind::npy, "an NPY", Content::array},
    {8, "WAVE", FileKind::wav, "a WAV", Content::sound},
    {0, "fLaC", FileKind::flac, "a FLAC", Content::sound},
    {8, "AIFF", FileKind::aiff, "an AIFF", Content::sound},
    {8, "AIFC", FileKind::aiff, "an AIFF", Content::sound},
    // Pictures
    {0, "GIF8", FileKind::foreign, "a GIF", Content::picture},
    {8, "WEBP", FileKind::foreign, "a WebP", Content::picture},
    {4, "ftypavif", FileKind::foreign, "an AVIF", Content::picture},
    {4, "ftypavis", FileKind::foreign, "an AVIF", Content::picture},
    {4, "ftyphei", FileKind::foreign, "a HEIF", Content::picture},
    {4, "ftyphev", FileKind::foreign, "a HEIF", Content::picture},
    {4, "ftypmif1", FileKind::foreign, "a HEIF", Content::picture},
    {4, "ftypcrx ", FileKind::foreign, "a camera raw", Content::picture},
    {0, "\xff\x0a", FileKind::foreign, "a JPEG XL", Content::picture},
    {4, "JXL ", FileKind::foreign, "a JPEG XL", Content::picture},
    {4, "jP  ", FileKind::foreign, "a JPEG 2000", Content::picture},
    {0, "\xff\x4f\xff\x51", FileKind::foreign, "a JPEG 2000", Content::picture},
    {0, bytes("II*\0", 4), FileKind::foreign, "a TIFF", Content::picture},
    {0, bytes("MM\0*", 4), FileKind::foreign, "a TIFF", Content::picture},
    {0, bytes("II+\0", 4), FileKind::foreign, "a BigTIFF", Content::picture},
    {0, bytes("MM\0+", 4), FileKind::foreign, "a BigTIFF", Content::picture},
    {0, bytes("IIU\0", 4), FileKind::foreign, "a camera raw", Content::picture},
    {0, "FUJIFILMCCD-RAW", FileKind::foreign, "a camera raw", Content::picture},
    {0, "qoif", FileKind::foreign, "a QOI", Content::picture},
    {0, "8BPS", FileKind::foreign, "a Photoshop", Content::picture},
    {0, "gimp xcf", FileKind::foreign, "a GIMP", Content::picture},
    {0, "\x76\x2f\x31\x01", FileKind::foreign, "an OpenEXR", Content::picture},
    {0, "#?RADIANCE", FileKind::foreign, "a Radiance HDR", Content::picture},
    {0, "#?RGBE", FileKind::foreign, "a Radiance HDR", Content::picture},
    {0, "PF\n", FileKind::foreign, "a PFM", Content::picture},
    {0, "Pf\n", FileKind::foreign, "a PFM", Content::picture},
    {0, "farbfeld", FileKind::foreign, "a farbfeld", Content::picture},
    {0, "DDS ", FileKind::foreign, "a DDS", Content::picture},
    {0, bytes("\0\0\1\0", 4), FileKind::foreign, "an icon", Content::picture},
    {0, "<svg", FileKind::foreign, "an SVG", Content::picture},
    {0, "BM", FileKind::foreign, "a BMP", Content::picture},
    // Sounds
    {0, "OggS", FileKind::foreign, "an Ogg", Content::sound},
    {0, "ID3", FileKind::foreign, "an MP3", Content::sound},
    {0, "\xff\xfb", FileKind::foreign, "an MP3", Content::sound},
    {0, "\xff\xfa", FileKind::foreign, "an MP3", Content::sound},
    {0, "\xff\xf3", FileKind::foreign, "an MP3", Content::sound},
    {0, "\xff\xf2", FileKind::foreign, "an MP3", Content::sound},
    {0, "\xff\xf1", FileKind::foreign, "an AAC", Content::sound},
    {0, "\xff\xf9", FileKind::foreign, "an AAC", Content::sound},
    {4, "ftypM4A", FileKind::foreign, "an M4A", Content::sound},
    {4, "ftypM4B", FileKind::foreign, "an M4A", Content::sound},
    {0, ".snd", FileKind::foreign, "an AU", Content::sound},
    {0, "caff", FileKind::foreign, "a CAF", Content::sound},
    {0, "wvpk", FileKind::foreign, "a WavPack", Content::sound},
    {0, "MAC ", FileKind::foreign, "a Monkey's Audio", Content::sound},
    {0, "riff\x2e\x91\xcf\x11", FileKind::foreign, "a Wave64", Content::sound},
    {0, "8SVX", FileKind::foreign, "an 8SVX", Content::sound},
    {0, "MThd", FileKind::foreign, "a MIDI", Content::other},
    // Arrays
    {0, "\x89HDF\r\n\x1a\n", FileKind::foreign, "an HDF5 or NetCDF", Content::array},
    {0, "\x0e\x03\x13\x01", FileKind::foreign, "an HDF4", Content::array},
    {0, "CDF\x01", FileKind::foreign, "a NetCDF", Content::array},
    {0, "CDF\x02", FileKind::foreign, "a NetCDF", Content::array},
    {0, "CDF\x05", FileKind::foreign, "a NetCDF", Content::array},
    {0, "MATLAB", FileKind::foreign, "a MATLAB", Content::array},
    {0, "SIMPLE  =", FileKind::foreign, "a FITS", Content::array},
    {0, "PAR1", FileKind::foreign, "a Parquet", Content::array},
    {0, "ARROW1", FileKind::foreign, "an Arrow", Content::array},
    {0, "GRIB", FileKind::foreign, "a GRIB", Content::array},
    {0, "\x80\x02}q", FileKind::foreign, "a pickle", Content::array},
    {0, "\x80\x03", FileKind::foreign, "a pickle", Content::array},
    {0, "\x80\x04\x95", FileKind::foreign, "a pickle", Content::array},
    {0, "\x80\x05\x95", FileKind::foreign, "a pickle", Content::array},
    // Archives
    {0, "PK\x03\x04", FileKind::foreign, "a ZIP", Content::archive},
    {0, "PK\x05\x06", FileKind::foreign, "a ZIP", Content::archive},
    {0, "\x1f\x8b", FileKind::foreign, "a gzip", Content::archive},
    {0, "BZh", FileKind::foreign, "a bzip2", Content::archive},
    {0, bytes("\3757zXZ\0", 6), FileKind::foreign, "an xz", Content::archive},
    {0, "\x28\xb5\x2f\xfd", FileKind::foreign, "a Zstandard", Content::archive},
    {0, "7z\xbc\xaf\x27\x1c", FileKind::foreign, "a 7z", Content::archive},
    {0, "Rar!", FileKind::foreign, "a RAR", Content::archive},
    {257, "ustar", FileKind::foreign, "a tar", Content::archive},
    // Others
    {4, "ftyp", FileKind::foreign, "an MP4", Content::video},
    {4, "moov", FileKind::foreign, "a QuickTime", Content::video},
    {0, "\x1a\x45\xdf\xa3", FileKind::foreign, "a Matroska or WebM", Content::video},
    {8, "AVI ", FileKind::foreign, "an AVI", Content::video},
    {0, "%PDF", FileKind::foreign, "a PDF", Content::other},
    {0, "%!PS", FileKind::foreign, "a PostScript", Content::other},
    {0, "\177ELF", FileKind::foreign, "an ELF program", Content::other},
    {0, "<?xml", FileKind::foreign, "an XML", Content::other},
    {0, "<!DOCTYPE", FileKind::foreign, "an HTML", Content::other},
};

constexpr Signature kNpz = {0, "", FileKind::foreign, "an NPZ", Content::array};
constexpr Signature kNetpbm = {0, "", FileKind::netpbm, "a Netpbm", Content::picture};
constexpr Signature kText = {0, "", FileKind::foreign, "a text", Content::other};

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

bool is_text(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= ' ' ? c != '\x7f' : is_space(c);
  });
}

// Null if no signature fits.
const Signature* find_signature(std::span<const std::byte> head) {
  const std::string_view text = text_of(head.first(std::min(head.size(), kHeadBytes)));
  if (begins_like_npz(text)) return &kNpz;
  if (begins_like_netpbm(text)) return &kNetpbm;
  for (const Signature& signature : kSignatures) {
    if (text.size() >= signature.offset && text.substr(signature.offset).starts_with(signature.bytes)) {
      return &signature;
    }
  }
  return is_text(text) ? &kText : nullptr;
}

const char* advice(Content content) {
  static constexpr const char* kAdvice[] = {
      "convert it to PNG first",
      "convert it to WAV or FLAC first",
      "save the array with numpy.save, or its bare elements for --raw and --shape",
      "unpack it first",
      "take pictures or sound out of it first, as PNG, WAV or FLAC",
      "it reads PNG, JPEG, Netpbm, NPY, WAV, FLAC and AIFF, and bare elements with --raw and --shape"};
  return kAdvice[static_cast<size_t>(content)];
}

// Extensions of pictures, sounds, arrays, films, archives, texts and programs.
constexpr auto kForeignExtensions = std::to_array<std::string_view>(
    {"png",   "apng", "mng",   "jpg",  "jpeg",  "jpe",   "jfif", "jfi",  "gif",  "bmp",  "dib",  "tif",  "tiff",
     "webp",  "avif", "avifs", "heic", "heif",  "heics", "hif",  "jxl",  "jp2",  "j2k",  "j2c",  "jpx",  "jpf",
     "jpm",   "psd",  "psb",   "xcf",  "svg",   "svgz",  "ico",  "cur",  "tga",  "pcx",  "pnm",  "pbm",  "pgm",
     "ppm",   "pam",  "pfm",   "exr",  "hdr",   "qoi",   "dds",  "ff",   "dng",  "cr2",  "cr3",  "nef",  "arw",
     "orf",   "raf",  "rw2",   "pef",  "srw",   "eps",   "ps",   "pdf",  "wav",  "wave", "bwf",  "w64",  "rf64",
     "flac",  "aif",  "aiff",  "aifc", "mp3",   "mp2",   "ogg",  "oga",  "opus", "m4a",  "m4b",  "aac",  "wma",
     "caf",   "au",   "snd",   "mka",  "wv",    "ape",   "mid",  "midi", "amr",  "npy",  "npz",  "raw",  "h5",
     "hdf",   "hdf5", "he5",   "nc",   "nc4",   "cdf",   "mat",  "fits", "fit",  "fts",  "csv",  "tsv",  "parquet",
     "arrow", "pkl",  "grib",  "grb",  "grib2", "zarr",  "edf",  "bdf",  "mp4",  "m4v",  "mov",  "mkv",  "webm",
     "avi",   "mpg",  "mpeg",  "ogv",  "wmv",   "zip",   "gz",   "tgz",  "bz2",  "tbz",  "xz",   "txz",  "zst",
     "lz4",   "br",   "7z",    "rar",  "tar",   "txt",   "text", "md",   "rst",  "log",  "json", "yaml", "yml",
     "toml",  "ini",  "xml",   "html", "htm",   "css",   "js",   "doc",  "docx", "xls",  "xlsx", "ppt",  "pptx",
     "odt",   "ods",  "rtf",   "tex",  "py",    "ipynb", "c",    "cc",   "cpp",  "h",    "hpp",  "rs",   "go",
     "java",  "sh",   "exe",   "so",   "o",     "dll"});

// The kinds that have a name of their own, in the order of FileKind.
struct KindName {
  const char* with_article;
  const char* extension;
};
constexpr KindName kKindNames[] = {{"a LAQ", ".laq"},    {"a PNG", ".png"},    {"a JPEG", ".jpg"},
                                   {"a Netpbm", ".ppm"}, {"an NPY", ".npy"},   {"a WAV", ".wav"},
                                   {"a FLAC", ".flac"},  {"an AIFF", ".aiff"}, {"a raw", ".raw"}};

}  // namespace

FileKind recognise_kind(std::span<const std::byte> head) {
  const Signature* const found = find_signature(head);
  return found ? found->kind : FileKind::unknown;
}

std::string kind_with_article(FileKind kind) {
  return kKindNames[static_cast<size_t>(kind)].with_article;
}

std::string usual_extension(FileKind kind) {
  return kKindNames[static_cast<size_t>(kind)].extension;
}

std::string describe_file(std::span<const std::byte> head) {
  const Signature* const found = find_signature(head);
  return found ? std::string(found->name) + " file" : "a file of no kind that laq knows";
}

Error not_readable(std::span<const std::byte> head) {
  if (head.empty()) return {ErrorCode::truncated, "the file is empty"};
  const Signature* const found = find_signature(head);
  const std::string what = found ? "is " + std::string(found->name) + " file, which laq does not read"
                                 : "is not a file of a kind that laq reads";
  return {ErrorCode::unsupported, what + " (" + advice(found ? found->content : Content::other) + ")"};
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

bool is_foreign_extension(std::string_view extension) {
  return std::find(kForeignExtensions.begin(), kForeignExtensions.end(), extension) != kForeignExtensions.end();
}

}  // namespace laq::io
