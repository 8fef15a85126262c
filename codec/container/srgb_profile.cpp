#include "container/srgb_profile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

namespace laq {
namespace {

constexpr size_t kHeaderBytes = 128;

// A four-character signature as the number that it is in a profile.
constexpr uint32_t signature(const char (&name)[5]) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(name[i]);
  return value;
}

// Big-endian numbers of a profile; zero past its end.
class Profile {
 public:
  explicit Profile(std::span<const std::byte> bytes) : bytes_(bytes) {}

  uint32_t number(size_t offset, size_t size = 4) const {
    if (offset > bytes_.size() || bytes_.size() - offset < size) return 0;
    uint32_t value = 0;
    for (size_t i = 0; i < size; ++i) value = value << 8 | std::to_integer<uint32_t>(bytes_[offset + i]);
    return value;
  }
  // s15Fixed16Number
  double fixed(size_t offset) const { return static_cast<int32_t>(number(offset)) / 65536.0; }

  // The place of a tag's data, from the start of the profile.
  std::optional<size_t> tag(uint32_t name) const {
    const uint32_t count = std::min<uint32_t>(number(kHeaderBytes), 100);
    for (uint32_t i = 0; i < count; ++i) {
      const size_t entry = kHeaderBytes + 4 + size_t{12} * i;
      if (number(entry) == name) return number(entry + 4);
    }
    return std::nullopt;
  }
  size_t size() const { return bytes_.size(); }

 private:
  std::span<const std::byte> bytes_;
};

// IEC 61966-2-1, 5.2: the encoded value to linear light.
double srgb_to_linear(double v) {
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

// parametricCurveType of function type 3: (a x + b)^g where x >= d, c x below.
bool is_srgb_parametric(const Profile& profile, size_t at) {
  if (profile.number(at + 8, 2) != 3) return false;
  constexpr std::array kParameters = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};  // g a b c d
  for (size_t i = 0; i < kParameters.size(); ++i) {
    if (std::abs(profile.fixed(at + 12 + 4 * i) - kParameters[i]) > 1e-3) return false;
  }
  return true;
}

// curveType with a table that follows the curve.
bool is_srgb_table(const Profile& profile, size_t at) {
  const uint32_t count = profile.number(at + 8);
  if (count < 256 || count > 65536 || profile.size() - at < 12 + size_t{2} * count) return false;
  for (uint32_t i = 0; i < count; ++i) {
    const double value = profile.number(at + 12 + size_t{2} * i, 2) / 65535.0;
    if (std::abs(value - srgb_to_linear(double(i) / (count - 1))) > 1e-3) return false;
  }
  return true;
}

bool is_srgb_curve(const Profile& profile, size_t at) {
  if (at >= profile.size()) return false;
  if (profile.number(at) == signature("para")) return is_srgb_parametric(profile, at);
  return profile.number(at) == signature("curv") && is_srgb_table(profile, at);
}

bool is_colour(const Profile& profile, size_t at, const std::array<double, 3>& xyz) {
  if (profile.number(at) != signature("XYZ ")) return false;
  for (size_t i = 0; i < 3; ++i) {
    if (std::abs(profile.fixed(at + 8 + 4 * i) - xyz[i]) > 1e-3) return false;
  }
  return true;
}

}  // namespace

bool is_srgb_profile(std::span<const std::byte> icc) {
  const Profile profile(icc);
  if (profile.number(36) != signature("acsp") || profile.number(16) != signature("RGB ") ||
      profile.number(20) != signature("XYZ ")) {
    return false;
  }
  // Tables take precedence over matrix and curves where a profile has both.
  for (const uint32_t table : {signature("A2B0"), signature("A2B1"), signature("D2B0"), signature("D2B1")}) {
    if (profile.tag(table)) return false;
  }
  // The primaries adapted to D50 by the Bradford transform, as in the profile of the ICC, "sRGB2014".
  struct Primary {
    uint32_t colour, curve;
    std::array<double, 3> xyz;
  };
  const std::array<Primary, 3> primaries = {{
      {signature("rXYZ"), signature("rTRC"), {0.43607, 0.22249, 0.01392}},
      {signature("gXYZ"), signature("gTRC"), {0.38515, 0.71687, 0.09708}},
      {signature("bXYZ"), signature("bTRC"), {0.14307, 0.06061, 0.71410}},
  }};
  for (const Primary& primary : primaries) {
    const auto colour = profile.tag(primary.colour), curve = profile.tag(primary.curve);
    if (!colour || !curve || !is_colour(profile, *colour, primary.xyz) || !is_srgb_curve(profile, *curve)) return false;
  }
  return true;
}

}  // namespace laq
