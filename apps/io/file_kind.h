// What a file is, as its first bytes and the end of its name tell.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "laq/laq.hpp"

namespace laq::io {

// Kinds that laq writes or reads, and the two that it does not.
enum class FileKind : uint8_t {
  laq,
  png,
  jpeg,
  netpbm,  // PBM, PGM, PPM and PAM
  npy,
  wav,
  flac,
  aiff,
  raw,      // nothing but elements: no file begins like this
  foreign,  // known, and not read
  unknown,
};

// As many bytes as recognise_kind looks at.
inline constexpr size_t kHeadBytes = 512;

FileKind recognise_kind(std::span<const std::byte> head);

// "a LAQ", "a PNG", ..., "a raw"
std::string kind_with_article(FileKind kind);

// "a PNG file", "an Ogg file", "a text file" or "a file of no kind that laq knows".
std::string describe_file(std::span<const std::byte> head);

// Says of a file that is not read what it is and what to do with it.
Error not_readable(std::span<const std::byte> head);

// "dir.d/photo.Png" -> "png"; empty where the name has no such end.
std::string extension_of(const std::string& path);

// The path with another extension, or with one: "dir.d/photo.png" -> "dir.d/photo" + extension.
std::string with_extension(const std::string& path, const std::string& extension);

// Whether a name that ends so promises something else than a LAQ file. extension: as extension_of gives it.
bool is_foreign_extension(std::string_view extension);

}  // namespace laq::io
