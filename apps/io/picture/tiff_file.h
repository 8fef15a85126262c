// A TIFF file that is opened by libtiff: in memory for the reader, in a sink for the writer.
#pragma once

#include <tiffio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "io/byte_sink.h"

namespace laq::io {

// Stays where it is, as libtiff refers to it.
class TiffFile {
 public:
  // Opens a file for reading. libtiff allocates no block of more than max_bytes.
  TiffFile(std::span<const std::byte> file, uint64_t max_bytes);
  // Makes a file in the sink. `mode` is that of TIFFOpen: "w", or "w8" for BigTIFF.
  TiffFile(const char* mode, ByteSink& sink);
  ~TiffFile();
  TiffFile(const TiffFile&) = delete;
  TiffFile& operator=(const TiffFile&) = delete;

  // Null if it cannot be opened.
  TIFF* get() const { return tiff_; }
  // libtiff's first message about an error, or "not enough memory".
  std::string message() const { return message_.data(); }
  // Closes a file that was made. False if it is not whole.
  bool close();

  // The value of a tag, or its default; `fallback` if there is neither.
  uint16_t number(uint32_t tag, uint16_t fallback) const;
  uint32_t long_number(uint32_t tag, uint32_t fallback) const;
  // The bytes of a tag such as the ICC profile; empty if there is none.
  std::vector<std::byte> bytes(uint32_t tag) const;

 private:
  struct Callbacks;

  void open(const char* mode, uint64_t max_bytes);

  std::span<const std::byte> file_;  // that is read
  ByteSink* sink_ = nullptr;         // of the file that is written
  uint64_t written_bytes_ = 0;
  bool failed_ = false;  // the sink did
  uint64_t place_ = 0;
  std::array<char, 200> message_ = {};
  TIFF* tiff_ = nullptr;
};

}  // namespace laq::io
