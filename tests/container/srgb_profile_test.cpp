// Profiles that only say sRGB are recognized, and nothing else is.
#include "container/srgb_profile.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "container/metadata.h"

namespace laq {
namespace {

// A minimal ICC profile by matrix and curves.
class ProfileWriter {
 public:
  explicit ProfileWriter(const char* colour_space = "RGB ") {
    bytes_.resize(128);
    put(16, colour_space);
    put(20, "XYZ ");
    put(36, "acsp");
  }
  void add(const char* name, std::vector<std::byte> data) { tags_.push_back({name, std::move(data)}); }
  std::vector<std::byte> finish() const {
    ProfileWriter whole(*this);
    whole.number(static_cast<uint32_t>(tags_.size()), 4);
    size_t offset = 128 + 4 + 12 * tags_.size();
    for (const Tag& tag : tags_) {
      whole.text(tag.name);
      whole.number(static_cast<uint32_t>(offset), 4);
      whole.number(static_cast<uint32_t>(tag.data.size()), 4);
      offset += tag.data.size();
    }
    for (const Tag& tag : tags_) whole.bytes_.insert(whole.bytes_.end(), tag.data.begin(), tag.data.end());
    return whole.bytes_;
  }

  static std::vector<std::byte> xyz(const std::array<double, 3>& values) {
    ProfileWriter data("");
    data.bytes_.clear();
    data.text("XYZ ");
    data.number(0, 4);
    for (const double v : values) data.fixed(v);
    return data.bytes_;
  }
  static std::vector<std::byte> parametric(double gamma) {
    ProfileWriter data("");
    data.bytes_.clear();
    data.text("para");
    data.number(0, 4);
    data.number(3, 2);
    data.number(0, 2);
    for (const double v : {gamma, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045}) data.fixed(v);
    return data.bytes_;
  }
  // gamma 0: the curve of sRGB.
  static std::vector<std::byte> table(uint32_t count, double gamma) {
    ProfileWriter data("");
    data.bytes_.clear();
    data.text("curv");
    data.number(0, 4);
    data.number(count, 4);
    for (uint32_t i = 0; i < count; ++i) {
      const double v = double(i) / (count - 1);
      const double srgb = v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
      data.number(static_cast<uint32_t>(std::lround(65535 * (gamma == 0 ? srgb : std::pow(v, gamma)))), 2);
    }
    return data.bytes_;
  }

 private:
  struct Tag {
    const char* name;
    std::vector<std::byte> data;
  };
  void put(size_t at, const char* text) {
    for (; *text != '\0'; ++text) bytes_[at++] = static_cast<std::byte>(*text);
  }
  void text(const char* text) {
    for (; *text != '\0'; ++text) bytes_.push_back(static_cast<std::byte>(*text));
  }
  void number(uint32_t value, int size) {
    for (int i = size - 1; i >= 0; --i) bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
  }
  void fixed(double value) { number(static_cast<uint32_t>(std::lround(value * 65536)), 4); }

  std::vector<std::byte> bytes_;
  std::vector<Tag> tags_;
};

constexpr std::array<double, 3> kRed = {0.4360, 0.2225, 0.0139}, kGreen = {0.3851, 0.7169, 0.0971},
                                kBlue = {0.1431, 0.0606, 0.7141};

ProfileWriter profile(const std::array<double, 3>& red, const std::vector<std::byte>& curve,
                      const char* colour_space = "RGB ") {
  ProfileWriter writer(colour_space);
  writer.add("rXYZ", ProfileWriter::xyz(red));
  writer.add("gXYZ", ProfileWriter::xyz(kGreen));
  writer.add("bXYZ", ProfileWriter::xyz(kBlue));
  for (const char* name : {"rTRC", "gTRC", "bTRC"}) writer.add(name, curve);
  return writer;
}

TEST_CASE("sRGB profiles with a formula or a table are recognized") {
  CHECK(is_srgb_profile(profile(kRed, ProfileWriter::parametric(2.4)).finish()));
  CHECK(is_srgb_profile(profile(kRed, ProfileWriter::table(1024, 0)).finish()));
}

TEST_CASE("other primaries, curves and colour spaces are not sRGB") {
  CHECK_FALSE(is_srgb_profile(profile({0.5151, 0.2412, -0.0011}, ProfileWriter::parametric(2.4)).finish()));
  CHECK_FALSE(is_srgb_profile(profile(kRed, ProfileWriter::parametric(2.2)).finish()));
  CHECK_FALSE(is_srgb_profile(profile(kRed, ProfileWriter::table(1024, 2.2)).finish()));
  CHECK_FALSE(is_srgb_profile(profile(kRed, ProfileWriter::parametric(2.4), "GRAY").finish()));
  ProfileWriter with_table = profile(kRed, ProfileWriter::parametric(2.4));
  with_table.add("A2B0", std::vector<std::byte>(8));
  CHECK_FALSE(is_srgb_profile(with_table.finish()));
}

TEST_CASE("bytes that are no profile, or half of one, are not sRGB") {
  CHECK_FALSE(is_srgb_profile({}));
  CHECK_FALSE(is_srgb_profile(std::vector<std::byte>(1000, std::byte{0xff})));
  const auto whole = profile(kRed, ProfileWriter::table(1024, 0)).finish();
  for (size_t size = 0; size < whole.size(); size += 7) CHECK_FALSE(is_srgb_profile(std::span(whole).first(size)));
}

TEST_CASE("an sRGB profile is not stored, another one is") {
  Metadata metadata;
  metadata.icc = profile(kRed, ProfileWriter::parametric(2.4)).finish();
  CHECK(write_metadata(metadata).empty());
  metadata.icc = profile(kRed, ProfileWriter::parametric(2.2)).finish();
  CHECK(write_metadata(metadata).size() == 1);
}

}  // namespace
}  // namespace laq
