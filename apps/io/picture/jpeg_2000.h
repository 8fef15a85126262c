// What the reader and the writer of JPEG 2000 share: OpenJPEG's objects, and names of the boxes of a JP2 file.
// Source: ITU-T T.800 | ISO/IEC 15444-1, annex I.
#pragma once

#include <openjpeg.h>

#include <memory>
#include <string>
#include <string_view>

#include "io/picture/release.h"

namespace laq::io::jpeg_2000 {

using Codec = std::unique_ptr<opj_codec_t, Release<opj_destroy_codec>>;
using Stream = std::unique_ptr<opj_stream_t, Release<opj_stream_destroy>>;
using Image = std::unique_ptr<opj_image_t, Release<opj_image_destroy>>;

// Boxes `uuid` begin with these.
inline constexpr std::string_view kExifUuid = "JpgTiffExif->JP2";
inline constexpr std::string_view kXmpUuid("\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac", 16);

// Keeps the first message of OpenJPEG, which says the cause, in a std::string.
inline void keep_message(const char* message, void* user) {
  std::string& text = *static_cast<std::string*>(user);
  if (!text.empty()) return;
  try {
    text = message;
    while (!text.empty() && text.back() == '\n') text.pop_back();
  } catch (...) {  // must not cross C
  }
}

inline int workers(int threads) {
  return threads > 1 ? threads : 0;
}

}  // namespace laq::io::jpeg_2000
