// The kind of a file, recognised by its first bytes, and the extension of its name. What laq can do with a kind is in
// the table of formats.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace laq::io {

enum class FileKind : uint8_t {
  laq,
  // Pictures
  png,
  jpeg,
  netpbm,  // PBM, PGM, PPM and PAM: these are one kind by content, and several by name
  pbm,
  pgm,  // gray
  ppm,  // RGB; gray is written with three equal channels
  pam,  // with or without alpha
  tiff,
  gif,
  bmp,
  pfm,
  exr,
  webp,
  avif,
  heif,
  jpeg_xl,
  jpeg_2000,
  camera_raw,
  qoi,
  photoshop,
  gimp,
  radiance,
  farbfeld,
  dds,
  icon,
  svg,
  // Arrays
  npy,
  raw,  // elements without a header; cannot be recognised
  npz,
  hdf5,
  hdf4,
  netcdf,
  matlab,
  fits,
  parquet,
  arrow,
  grib,
  pickle,
  // Models
  safetensors,
  gguf,
  onnx,
  // Sounds
  wav,
  flac,
  aiff,
  wave64,
  au,
  caf,
  ogg,
  mp3,
  aac,
  m4a,
  wavpack,
  monkeys_audio,
  eight_svx,
  midi,
  // Archives
  zip,
  gzip,
  bzip2,
  xz,
  zstandard,
  seven_z,
  rar,
  tar,
  // Films
  mp4,
  quicktime,
  matroska,
  avi,
  // Others
  pdf,
  postscript,
  elf,
  xml,
  html,
  text,
  unknown,
};

// The number of bytes that recognise_kind looks at.
inline constexpr size_t kHeadBytes = 512;

FileKind recognise_kind(std::span<const std::byte> head);

// "dir.d/photo.Png" -> "png"; empty if the name has no extension.
std::string extension_of(const std::string& path);

// Replaces or adds the extension: "dir.d/photo.png" -> "dir.d/photo" + extension.
std::string with_extension(const std::string& path, const std::string& extension);

}  // namespace laq::io
