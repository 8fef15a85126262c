// Streams in memory for OpenEXR.
#pragma once

#include <ImfIO.h>

#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <vector>

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
  explicit ExrOutput(std::vector<std::byte>& file) : OStream("OpenEXR"), file_(file) {}
  void write(const char from[], int count) override {
    const uint64_t end = place_ + static_cast<uint64_t>(count);
    if (end > file_.size()) file_.resize(end);
    std::memcpy(file_.data() + place_, from, static_cast<size_t>(count));
    place_ = end;
  }
  uint64_t tellp() override { return place_; }
  void seekp(uint64_t place) override { place_ = place; }

 private:
  std::vector<std::byte>& file_;
  uint64_t place_ = 0;
};

}  // namespace laq::io
