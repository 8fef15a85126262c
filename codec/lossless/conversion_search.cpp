#include "lossless/conversion_search.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "lossless/correction.h"

namespace laq::lossless {
namespace {

struct Source {
  LumaChroma parts;
  bool is_exact;
};

// A conversion without its rounding. Both have the luma of ITU-R BT.601, in different units.
struct Scales {
  double luma, red_chroma, blue_chroma;  // of a unit, in levels
  double red_zero, blue_zero;            // the chromas of gray
  Rgb (*convert)(const LumaChroma&);
  double missing;        // by which red and blue were rounded down, in the mean
  double missing_green;  // the same of green; chromas in it were rounded down, too
};
constexpr std::array<Scales, kConversions> kScales = {
    {{1, 1.402, 1.772, 128, 128, rgb_of_jfif, 0, 0}, {1.3584, 1.8215, 2.2179, 137, 156, rgb_of_photo_cd, 0.5, 0.15}}};
constexpr double kLumaOfRed = 0.299, kLumaOfGreen = 0.587, kLumaOfBlue = 0.114;

int rounded_byte(double value) {
  return static_cast<int>(std::lround(std::clamp(value, 0.0, 255.0)));
}

// Finds the luma and chromas of colours.
class SourceFinder {
 public:
  explicit SourceFinder(Conversion conversion) : scales_(kScales[static_cast<size_t>(conversion)]) {}

  // The nearest source that gives the colour, or else the nearest one.
  Source find(const Rgb& rgb) const {
    const double red = rgb[0] + scales_.missing, green = rgb[1] + scales_.missing_green,
                 blue = rgb[2] + scales_.missing;
    const double luma = kLumaOfRed * red + kLumaOfGreen * green + kLumaOfBlue * blue;
    const LumaChroma nearest = rounded(luma, red, blue);
    if (scales_.convert(nearest) == rgb) return {nearest, true};
    for (int place = 0; place < 27; ++place) {
      const LumaChroma near{clamp_to_byte(nearest.red_chroma + place % 3 - 1),
                            clamp_to_byte(nearest.luma + place / 3 % 3 - 1),
                            clamp_to_byte(nearest.blue_chroma + place / 9 - 1)};
      if (scales_.convert(near) == rgb) return {near, true};
    }
    const auto [least, most] = std::minmax({rgb[0], rgb[1], rgb[2]});
    if (least == 0 || most == 255) {
      if (const std::optional<LumaChroma> found = find_clamped(rgb, nearest.luma, red, green, blue))
        return {*found, true};
    }
    return {nearest, false};
  }

 private:
  LumaChroma rounded(double luma, double red, double blue) const {
    return {rounded_byte(scales_.red_zero + (red - luma) / scales_.red_chroma), rounded_byte(luma / scales_.luma),
            rounded_byte(scales_.blue_zero + (blue - luma) / scales_.blue_chroma)};
  }

  // A clamped channel had a value beyond its range, so other lumas are tried, each with two channels as they are.
  std::optional<LumaChroma> find_clamped(const Rgb& rgb, int nearest_luma, double red, double green,
                                         double blue) const {
    constexpr int kFarthest = 96;
    for (int i = 0; i <= 2 * kFarthest; ++i) {
      const int luma_byte = nearest_luma + (i % 2 == 0 ? i / 2 : -(i + 1) / 2);
      if (luma_byte < 0 || luma_byte > 255) continue;
      const double luma = scales_.luma * luma_byte;
      const double rest = luma - kLumaOfGreen * green;
      for (const LumaChroma& tried :
           {rounded(luma, red, blue), rounded(luma, (rest - kLumaOfBlue * blue) / kLumaOfRed, blue),
            rounded(luma, red, (rest - kLumaOfRed * red) / kLumaOfBlue)}) {
        if (scales_.convert(tried) == rgb) return tried;
      }
    }
    return std::nullopt;
  }

  const Scales& scales_;
};

Rgb rgb_of_pixel(const Pixel& pixel) {
  return {pixel[0], pixel[1], pixel[2]};
}

// Sources of the colours that were looked for last.
class SourceCache {
 public:
  explicit SourceCache(Conversion conversion) : finder_(conversion), entries_(kEntries) {}

  const Source& find(const Rgb& rgb) {
    const uint32_t colour = static_cast<uint32_t>(rgb[0] << 16 | rgb[1] << 8 | rgb[2]);
    Entry& entry = entries_[(colour * 0x9e3779b1u) >> (32 - kBits)];
    if (entry.colour != colour) entry = {colour, finder_.find(rgb)};
    return entry.source;
  }

 private:
  static constexpr int kBits = 13;
  static constexpr size_t kEntries = size_t{1} << kBits;
  struct Entry {
    uint32_t colour = ~uint32_t{0};
    Source source{};
  };

  SourceFinder finder_;
  std::vector<Entry> entries_;
};

}  // namespace

std::optional<Conversion> find_conversion(const PixelField& pixels) {
  // A conversion gives one in four random colours, or one in nine.
  constexpr double kLeastShare = 0.97;
  constexpr int kApart = 61, kRowsApart = 3;
  std::optional<Conversion> best;
  double most = kLeastShare;
  for (int number = 0; number < kConversions; ++number) {
    const SourceFinder finder(static_cast<Conversion>(number));
    int seen = 0, exact = 0;
    for (int y = 0; y < pixels.height(); y += kRowsApart) {
      for (int x = y * 7 % kApart; x < pixels.width(); x += kApart, ++seen)
        exact += finder.find(rgb_of_pixel(pixels.row(y)[x])).is_exact ? 1 : 0;
    }
    const double share = seen > 0 ? static_cast<double>(exact) / seen : 0;
    if (share < most) continue;
    most = share;
    best = static_cast<Conversion>(number);
  }
  return best;
}

std::vector<std::byte> convert_pixels(Conversion conversion, PixelField& pixels) {
  SourceCache cache(conversion);
  SymbolWriter writer;
  Corrections corrections(pixels.width());
  bool is_exact = true;
  for (int y = 0; y < pixels.height(); ++y) {
    corrections.begin_row();
    for (int x = 0; x < pixels.width(); ++x) {
      Pixel& pixel = pixels.row(y)[x];
      const Rgb rgb = rgb_of_pixel(pixel);
      const Source& source = cache.find(rgb);
      Rgb correction{};
      if (!source.is_exact) {
        const Rgb converted = rgb_of(conversion, source.parts);
        for (size_t i = 0; i < rgb.size(); ++i) correction[i] = rgb[i] - converted[i];
        is_exact = false;
      }
      corrections.code(writer, x, correction);
      pixel[0] = static_cast<uint16_t>(source.parts.red_chroma);
      pixel[1] = static_cast<uint16_t>(source.parts.luma);
      pixel[2] = static_cast<uint16_t>(source.parts.blue_chroma);
    }
  }
  return is_exact ? std::vector<std::byte>() : writer.finish();
}

}  // namespace laq::lossless
