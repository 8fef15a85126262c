// Pictures and ICC profiles for the tests of the metrics.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <laq/laq.hpp>

namespace laq::test {

inline int sample_at(const Picture& picture, size_t i) {
  return picture.depth > 8 ? reinterpret_cast<const uint16_t*>(picture.samples.data())[i]
                           : std::to_integer<int>(picture.samples[i]);
}
inline void set_sample(Picture& picture, size_t i, int value) {
  if (picture.depth > 8) {
    reinterpret_cast<uint16_t*>(picture.samples.data())[i] = static_cast<uint16_t>(value);
  } else {
    picture.samples[i] = static_cast<std::byte>(value);
  }
}
inline size_t sample_count(const Picture& picture) {
  return picture.samples.size() / picture.sample_bytes();
}

// A picture with an edge, a gradient and some texture.
inline Picture metric_picture(uint32_t width, uint32_t height, int channels, int depth = 8) {
  Picture picture{width, height, channels, depth, {}, {}};
  picture.samples.resize(picture.row_bytes() * height);
  const double peak = (1 << depth) - 1;
  uint32_t noise = 1;
  for (size_t i = 0; i < sample_count(picture); ++i) {
    const size_t c = i % static_cast<size_t>(channels), x = i / static_cast<size_t>(channels) % width,
                 y = i / static_cast<size_t>(channels) / width;
    noise = noise * 1664525 + 1013904223;
    const double value = 0.2 + 0.3 * (x > width / 2) + 0.3 * static_cast<double>(y) / height +
                         0.02 * static_cast<double>(c) + 0.1 * (noise >> 8) / (1 << 24);
    set_sample(picture, i, static_cast<int>(value * peak));
  }
  return picture;
}

// Samples rounded down to multiples of `step`, which is in units of 1/256 of the range.
inline Picture coarser(Picture picture, int step) {
  const int unit = picture.depth > 8 ? step << (picture.depth - 8) : step;
  for (size_t i = 0; i < sample_count(picture); ++i) set_sample(picture, i, sample_at(picture, i) / unit * unit);
  return picture;
}

using Primaries = std::array<std::array<double, 3>, 3>;  // XYZ of red, green and blue, adapted to D50

// An ICC profile, version 2. curve: of all colours, as in its curveType: a gamma in units of 1/256, or a table.
inline std::vector<std::byte> write_profile(bool is_gray, const Primaries& primaries,
                                            const std::vector<uint16_t>& curve_values) {
  std::vector<std::byte> bytes;
  const auto number = [&](uint32_t value, int size) {
    for (int i = size - 1; i >= 0; --i) bytes.push_back(static_cast<std::byte>(value >> (8 * i)));
  };
  const auto text = [&](const char* characters) {
    for (; *characters != '\0'; ++characters) bytes.push_back(static_cast<std::byte>(*characters));
  };
  const auto xyz = [&](const std::array<double, 3>& values) {
    text("XYZ ");
    number(0, 4);
    for (const double value : values) number(static_cast<uint32_t>(std::lround(value * 65536)), 4);
  };
  const std::array<double, 3> white = {0.9642, 1, 0.8249};  // D50
  struct Tag {
    const char* name;
    uint32_t offset, size;
  };
  constexpr uint32_t kXyzBytes = 20;
  const auto curve_bytes = static_cast<uint32_t>((12 + 2 * curve_values.size() + 3) / 4 * 4);
  const uint32_t tags = is_gray ? 2 : 7, data = 128 + 4 + 12 * tags, curve = data + (is_gray ? 1 : 4) * kXyzBytes;
  const uint32_t size = curve + curve_bytes;
  number(size, 4);
  number(0, 4);
  number(0x02400000, 4);
  text(is_gray ? "mntrGRAYXYZ " : "mntrRGB XYZ ");
  bytes.resize(36);
  text("acsp");
  bytes.resize(64);
  number(1, 4);  // relative colorimetric
  for (const double value : white) number(static_cast<uint32_t>(std::lround(value * 65536)), 4);
  bytes.resize(128);
  number(tags, 4);
  std::vector<Tag> table = {{"wtpt", data, kXyzBytes}};
  if (is_gray) {
    table.push_back({"kTRC", curve, curve_bytes});
  } else {
    table.insert(table.end(), {{"rXYZ", data + kXyzBytes, kXyzBytes},
                               {"gXYZ", data + 2 * kXyzBytes, kXyzBytes},
                               {"bXYZ", data + 3 * kXyzBytes, kXyzBytes},
                               {"rTRC", curve, curve_bytes},
                               {"gTRC", curve, curve_bytes},
                               {"bTRC", curve, curve_bytes}});
  }
  for (const Tag& tag : table) {
    text(tag.name);
    number(tag.offset, 4);
    number(tag.size, 4);
  }
  xyz(white);
  if (!is_gray) {
    for (const std::array<double, 3>& primary : primaries) xyz(primary);
  }
  text("curv");
  number(0, 4);
  number(static_cast<uint32_t>(curve_values.size()), 4);
  for (const uint16_t value : curve_values) number(value, 2);
  bytes.resize(size);
  return bytes;
}

// A profile of one gamma, with the primaries of Adobe RGB (1998), or gray.
inline std::vector<std::byte> gamma_profile(bool is_gray, double gamma) {
  return write_profile(is_gray,
                       {{{0.60974, 0.31111, 0.01947}, {0.20528, 0.62567, 0.06087}, {0.14919, 0.06322, 0.74457}}},
                       {static_cast<uint16_t>(std::lround(gamma * 256))});
}

inline std::vector<std::byte> srgb_profile() {
  std::vector<uint16_t> curve(1024);
  for (size_t i = 0; i < curve.size(); ++i) {
    const double v = static_cast<double>(i) / static_cast<double>(curve.size() - 1);
    const double light = v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    curve[i] = static_cast<uint16_t>(std::lround(65535 * light));
  }
  return write_profile(false, {{{0.43607, 0.22249, 0.01392}, {0.38515, 0.71687, 0.09708}, {0.14307, 0.06061, 0.71410}}},
                       curve);
}

// A pair for comparison with the reference programs.
struct MetricPair {
  std::string name;
  Picture reference, distorted;
};
inline std::vector<MetricPair> metric_pairs() {
  std::vector<MetricPair> pairs;
  const auto add = [&](const char* name, Picture reference, Picture distorted) {
    pairs.push_back({name, std::move(reference), std::move(distorted)});
  };
  const auto with_profile = [](Picture picture, double gamma) {
    picture.metadata.icc = gamma_profile(picture.channels <= 2, gamma);
    return picture;
  };
  const Picture gray = metric_picture(67, 45, 1), gray_alpha = metric_picture(67, 45, 2),
                rgb = metric_picture(67, 45, 3), rgba = metric_picture(67, 45, 4);
  add("gray", gray, coarser(gray, 16));
  add("gray, alpha", gray_alpha, coarser(gray_alpha, 16));
  add("RGB", rgb, coarser(rgb, 16));
  add("RGB, alpha", rgba, coarser(rgba, 16));
  add("alpha in the distorted picture", rgb, coarser(rgba, 16));
  add("alpha in the reference", rgba, coarser(rgb, 16));
  add("gray against RGB", gray, coarser(rgb, 16));
  const Picture deep = metric_picture(67, 45, 3, 16), deep_alpha = metric_picture(67, 45, 4, 16);
  add("16 bits", deep, coarser(deep, 16));
  add("16 bits, alpha", deep_alpha, coarser(deep_alpha, 16));
  add("16 against 8 bits", deep, coarser(rgb, 16));
  for (const auto& [name, width, height] : {std::tuple{"8x8", 8u, 8u}, {"9x13", 9u, 13u}, {"8x40", 8u, 40u}}) {
    const Picture small = metric_picture(width, height, 3);
    add(name, small, coarser(small, 32));
  }
  const Picture large = metric_picture(311, 200, 3);
  add("311x200", large, coarser(large, 16));
  add("RGB, profile", with_profile(rgb, 2.2), with_profile(coarser(rgb, 16), 2.2));
  add("RGB, alpha, profile", with_profile(rgba, 2.2), with_profile(coarser(rgba, 16), 2.2));
  add("profile in the reference", with_profile(rgb, 1.8), coarser(rgb, 16));
  add("gray, profile", with_profile(gray, 1.8), with_profile(coarser(gray, 16), 1.8));
  return pairs;
}

}  // namespace laq::test
