#include "io/picture/tiff_file.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace laq::io {

// What libtiff calls. No exception leaves these functions.
struct TiffFile::Callbacks {
  static TiffFile& of(thandle_t handle) { return *static_cast<TiffFile*>(handle); }

  static uint64_t size(const TiffFile& file) { return file.sink_ ? file.written_bytes_ : file.file_.size(); }

  // What is written is not read again: strips are written in their order, and there is one directory.
  static tmsize_t read(thandle_t handle, void* to, tmsize_t count) {
    TiffFile& file = of(handle);
    const std::span<const std::byte> from = file.file_;
    if (count <= 0 || file.place_ >= from.size()) return 0;
    const auto bytes = static_cast<size_t>(std::min<uint64_t>(static_cast<uint64_t>(count), from.size() - file.place_));
    std::memcpy(to, from.data() + file.place_, bytes);
    file.place_ += bytes;
    return static_cast<tmsize_t>(bytes);
  }

  static tmsize_t write(thandle_t handle, void* from, tmsize_t count) {
    TiffFile& file = of(handle);
    const std::span bytes(static_cast<const std::byte*>(from), static_cast<size_t>(count));
    if (!file.sink_ || !file.sink_->put(file.place_, bytes)) {
      file.failed_ = true;
      return -1;
    }
    file.place_ += bytes.size();
    file.written_bytes_ = std::max(file.written_bytes_, file.place_);
    return count;
  }

  static toff_t seek(thandle_t handle, toff_t offset, int from) {
    TiffFile& file = of(handle);
    file.place_ = offset + (from == SEEK_CUR ? file.place_ : from == SEEK_END ? size(file) : 0);
    return file.place_;
  }

  static int close(thandle_t) { return 0; }
  static toff_t file_size(thandle_t handle) { return size(of(handle)); }

  static int map(thandle_t handle, void** data, toff_t* bytes) {
    const std::span<const std::byte> file = of(handle).file_;
    *data = const_cast<std::byte*>(file.data());  // libtiff only reads it, as it reads mapped files
    *bytes = file.size();
    return !file.empty();
  }
  static void unmap(thandle_t, void*, toff_t) {}

  static int on_error(TIFF*, void* handle, const char*, const char* format, va_list values) {
    TiffFile& file = *static_cast<TiffFile*>(handle);
    if (file.message_[0] == 0) std::vsnprintf(file.message_.data(), file.message_.size(), format, values);
    return 1;
  }
  static int on_warning(TIFF*, void*, const char*, const char*, va_list) { return 1; }
};

void TiffFile::open(const char* mode, uint64_t max_bytes) {
  TIFFOpenOptions* const options = TIFFOpenOptionsAlloc();
  if (!options) return;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, static_cast<tmsize_t>(std::min<uint64_t>(max_bytes, PTRDIFF_MAX)));
  TIFFOpenOptionsSetErrorHandlerExtR(options, Callbacks::on_error, this);
  TIFFOpenOptionsSetWarningHandlerExtR(options, Callbacks::on_warning, this);
  tiff_ = TIFFClientOpenExt("TIFF", mode, this, Callbacks::read, Callbacks::write, Callbacks::seek, Callbacks::close,
                            Callbacks::file_size, Callbacks::map, Callbacks::unmap, options);
  TIFFOpenOptionsFree(options);
}

TiffFile::TiffFile(std::span<const std::byte> file, uint64_t max_bytes) : file_(file) {
  open("r", max_bytes);
}

TiffFile::TiffFile(const char* mode, ByteSink& sink) : sink_(&sink) {
  open(mode, PTRDIFF_MAX);
}

TiffFile::~TiffFile() {
  if (tiff_) TIFFClose(tiff_);
}

bool TiffFile::close() {
  const bool written = TIFFFlush(tiff_) == 1;
  TIFFClose(tiff_);
  tiff_ = nullptr;
  return written && !failed_;
}

uint16_t TiffFile::number(uint32_t tag, uint16_t fallback) const {
  uint16_t value = 0;
  return TIFFGetFieldDefaulted(tiff_, tag, &value) ? value : fallback;
}

uint32_t TiffFile::long_number(uint32_t tag, uint32_t fallback) const {
  uint32_t value = 0;
  return TIFFGetFieldDefaulted(tiff_, tag, &value) ? value : fallback;
}

std::vector<std::byte> TiffFile::bytes(uint32_t tag) const {
  uint32_t count = 0;
  const void* data = nullptr;
  if (!TIFFGetField(tiff_, tag, &count, &data) || !data) return {};
  const auto* first = static_cast<const std::byte*>(data);
  return {first, first + count};
}

}  // namespace laq::io
