// Streams for OpenEXR: from memory, and to a sink.
#pragma once

#include <ImfIO.h>

#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>

#include "io/byte_sink.h"

namespace laq::io {

class ExrInput : public Imf::IStream {
 public:
  explicit ExrInput(std::span<const std::byte> file) : IStream("OpenEXR"), file_(file) {}
  bool read(char to[], int count) override {
    if (count < 0 || place_ > file_.size() || static_cast<size_t>(count) > file_.size() - place_)
      throw std::runtime_error("the file ends too early");
    std::memcpy(to, file_.data() + place_, static_cast<size_t>(count));
    place_ += static_cast<size_t>(count);
    return place_ < file_.size();
  }
  uint64_t tellg() override { return place_; }
  void seekg(uint64_t place) override { place_ = place; }
  void clear() override {}

 private:
  std::span<const std::byte> file_;
  uint64_t place_ = 0;
};

class ExrOutput : public Imf::OStream {
 public:
  explicit ExrOutput(ByteSink& file) : OStream("OpenEXR"), file_(file) {}
  void write(const char from[], int count) override {
    has_failed_ |= !file_.put(place_, std::as_bytes(std::span(from, static_cast<size_t>(count))));
    if (has_failed_) throw std::runtime_error("the file cannot be written");
    place_ += static_cast<uint64_t>(count);
  }
  // The library swallows what is thrown at the end of a file.
  bool has_failed() const { return has_failed_; }
  uint64_t tellp() override { return place_; }
  void seekp(uint64_t place) override { place_ = place; }

 private:
  ByteSink& file_;
  uint64_t place_ = 0;
  bool has_failed_ = false;
};

}  // namespace laq::io
