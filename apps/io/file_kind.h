// The kind of a file, recognised by its first bytes or by the extension of its name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "laq/laq.hpp"

namespace laq::io {

// The kinds that laq reads or writes, and two for all others.
enum class FileKind : uint8_t {
  laq,
  png,
  jpeg,
  netpbm,  // PBM, PGM, PPM and PAM
  npy,
  wav,
  flac,
  aiff,
  raw,      // elements without a header; cannot be recognised
  foreign,  // a known kind that laq does not read
  unknown,
};

// The number of bytes that recognise_kind looks at.
inline constexpr size_t kHeadBytes = 512;

FileKind recognise_kind(std::span<const std::byte> head);

// The name of a kind that laq reads or writes, with its article ("a LAQ", "a PNG", ..., "a raw"), and its usual suffix
// (".laq", ".png", ..., ".raw").
std::string kind_with_article(FileKind kind);
std::string usual_extension(FileKind kind);

// "a PNG file", "an Ogg file", "a text file" or "a file of no kind that laq knows".
std::string describe_file(std::span<const std::byte> head);

// An error for a file that laq does not read: what it is and what to do with it.
Error not_readable(std::span<const std::byte> head);

// "dir.d/photo.Png" -> "png"; empty if the name has no extension.
std::string extension_of(const std::string& path);

// Replaces or adds the extension: "dir.d/photo.png" -> "dir.d/photo" + extension.
std::string with_extension(const std::string& path, const std::string& extension);

// Does this extension, as extension_of gives it, belong to another kind of file than LAQ?
bool is_foreign_extension(std::string_view extension);

}  // namespace laq::io
