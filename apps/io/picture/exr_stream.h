// Streams in memory for OpenEXR, and chromaticities of the primaries that have a code point.
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

struct ExrPrimaries {
  uint8_t code_point;
  float red[2], green[2], blue[2], white[2];
};
// ITU-T H.273, table 2.
inline constexpr ExrPrimaries kExrPrimaries[] = {
    {1, {0.640F, 0.330F}, {0.300F, 0.600F}, {0.150F, 0.060F}, {0.3127F, 0.3290F}},   // BT.709, sRGB
    {9, {0.708F, 0.292F}, {0.170F, 0.797F}, {0.131F, 0.046F}, {0.3127F, 0.3290F}},   // BT.2020
    {11, {0.680F, 0.320F}, {0.265F, 0.690F}, {0.150F, 0.060F}, {0.3140F, 0.3510F}},  // DCI-P3
    {12, {0.680F, 0.320F}, {0.265F, 0.690F}, {0.150F, 0.060F}, {0.3127F, 0.3290F}},  // Display P3
};

}  // namespace laq::io
