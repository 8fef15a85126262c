#include "io/picture/png_colour.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>

#include "io/bytes.h"
#include "io/picture/icc_profile.h"
#include "io/picture/transfer.h"

namespace laq::io {
namespace {

constexpr double kUnit = 100000;        // of gAMA and cHRM
constexpr uint32_t kSrgbGamma = 45455;  // gAMA of sRGB

bool is_near(double a, double b) {
  return std::abs(a - b) <= 0.005;  // an invisible difference; programs round in many ways
}

// The chunk, if it has the size that it must have. The notes name it otherwise.
const PngChunk* find_sized(const PngChunks& png, std::string_view type, size_t size, const char* name, Notes& notes) {
  const PngChunk* chunk = png.find(type);
  if (chunk == nullptr || chunk->data.size() == size) return chunk;
  notes.lose(std::string(name) + ", which is invalid");
  return nullptr;
}

bool read_code_points(const PngChunks& png, Metadata& metadata, Notes& notes) {
  constexpr char kName[] = "colour space (cICP)";
  const PngChunk* chunk = find_sized(png, "cICP", 4, kName, notes);
  if (chunk == nullptr) return false;
  const auto value = [&](size_t i) { return std::to_integer<uint8_t>(chunk->data[i]); };
  if (value(2) != 0 || value(3) > 1) {  // samples of PNG are RGB
    notes.lose(std::string(kName) + ", which is invalid");
    return false;
  }
  metadata.code_points = CodePoints{value(0), value(1), 0, value(3) == 1};
  return true;
}

// Drafts of the third edition had other names for two chunks.
const PngChunk* find_renamed(const PngChunks& png, std::string_view type, std::string_view draft, size_t size,
                             const char* name, Notes& notes) {
  return find_sized(png, png.find(type) ? type : draft, size, name, notes);
}

void read_light_levels(const PngChunks& png, Metadata& metadata, Notes& notes) {
  if (const PngChunk* chunk = find_renamed(png, "mDCV", "mDCv", 24, "mastering display (mDCV)", notes)) {
    MasteringDisplay& display = metadata.mastering_display.emplace();
    for (size_t i = 0; i < display.chromaticities.size(); ++i)
      display.chromaticities[i] = static_cast<uint16_t>(big_endian(chunk->data, 2 * i, 2));
    display.max_luminance = static_cast<uint32_t>(big_endian(chunk->data, 16, 4));
    display.min_luminance = static_cast<uint32_t>(big_endian(chunk->data, 20, 4));
  }
  if (const PngChunk* chunk = find_renamed(png, "cLLI", "cLLi", 8, "content light level (cLLI)", notes)) {
    metadata.content_light = ContentLight{static_cast<uint32_t>(big_endian(chunk->data, 0, 4)),
                                          static_cast<uint32_t>(big_endian(chunk->data, 4, 4))};
  }
}

// The transfer functions of H.273, table 3, that are a power of the encoded value.
struct PowerTransfer {
  double gamma;
  uint8_t transfer;
};
constexpr PowerTransfer kPowers[] = {{1, kTransferLinear}, {2.2, 4}, {2.8, 5}};

// In the order of cHRM of PNG.
std::array<float, 8> chromaticities_of(const Primaries& primaries) {
  return {primaries.white[0], primaries.white[1], primaries.red[0],  primaries.red[1],
          primaries.green[0], primaries.green[1], primaries.blue[0], primaries.blue[1]};
}

// The code points of a power of an encoded value and of chromaticities, if there are such: H.273, tables 2 and 3.
std::optional<CodePoints> code_points_of(const CalibratedColour& colour) {
  uint8_t transfer = colour.gamma == 0 ? kTransferSrgb : 0;
  for (const PowerTransfer& known : kPowers) {
    if (colour.gamma > 0 && is_near(1 / colour.gamma, 1 / known.gamma)) transfer = known.transfer;
  }
  if (transfer == 0) return std::nullopt;
  for (const Primaries& known : kKnownPrimaries) {
    const bool is_known = std::ranges::equal(chromaticities_of(known), colour.chromaticities,
                                             [](float a, double b) { return is_near(double{a}, b); });
    if (is_known || colour.is_gray) return CodePoints{known.code_point, transfer, 0, true};
  }
  return std::nullopt;
}

// The code points of gAMA and cHRM, or the ICC profile if there are none.
void read_calibration(const PngChunks& png, bool is_gray, Metadata& metadata, Notes& notes) {
  constexpr char kGamma[] = "gamma (gAMA)", kChromaticities[] = "chromaticities (cHRM)";
  CalibratedColour colour{.is_gray = is_gray};
  const PngChunk* gamma = find_sized(png, "gAMA", 4, kGamma, notes);
  const auto number = static_cast<double>(gamma ? big_endian(gamma->data, 0, 4) : kSrgbGamma);
  const bool has_srgb_gamma = is_near(number / kUnit, kSrgbGamma / kUnit);
  bool has_srgb_primaries = true;
  const PngChunk* chromaticities = is_gray ? nullptr : find_sized(png, "cHRM", 32, kChromaticities, notes);
  for (size_t i = 0; chromaticities && i < colour.chromaticities.size(); ++i) {
    const double value = static_cast<double>(big_endian(chromaticities->data, 4 * i, 4)) / kUnit;
    has_srgb_primaries = has_srgb_primaries && is_near(value, kSrgbChromaticities[i]);
    colour.chromaticities[i] = value;
  }
  if (has_srgb_gamma && has_srgb_primaries) return;
  if (has_srgb_primaries) colour.chromaticities = kSrgbChromaticities;
  if (gamma) colour.gamma = kUnit / std::max(number, 1.0);
  constexpr double kLeastGamma = 0.05, kMostGamma = 20;  // others are no curve of any display
  const bool is_curve = !gamma || (colour.gamma >= kLeastGamma && colour.gamma <= kMostGamma);
  if (is_curve) metadata.code_points = code_points_of(colour);
  if (metadata.code_points) return;
  if (is_curve) metadata.icc = make_icc_profile(colour);
  if (!metadata.icc.empty()) return;
  if (!has_srgb_gamma) notes.lose(kGamma);
  if (!has_srgb_primaries) notes.lose(kChromaticities);
}

std::string big_endian_text(uint64_t value, size_t size) {
  return integer_text(value, size, true);
}

// gAMA and cHRM that say the same as code points, for programs that do not know cICP; none if they cannot.
std::vector<NewPngChunk> calibration_of(const CodePoints& points) {
  const auto* const power = std::ranges::find(kPowers, points.transfer, &PowerTransfer::transfer);
  const auto primaries = std::ranges::find(kKnownPrimaries, points.primaries, &Primaries::code_point);
  if (power == std::end(kPowers) || primaries == std::end(kKnownPrimaries) || !points.is_full_range) return {};
  const auto text_of = [](double value) {
    return big_endian_text(static_cast<uint64_t>(std::lround(value * kUnit)), 4);
  };
  std::string chromaticities;
  for (const float value : chromaticities_of(*primaries)) chromaticities += text_of(double{value});
  return {{"gAMA", text_of(1 / power->gamma)}, {"cHRM", chromaticities}};
}

}  // namespace

void read_png_colour(const PngChunks& png, bool is_gray, Metadata& metadata, Notes& notes) {
  const bool has_code_points = read_code_points(png, metadata, notes);
  if (!has_code_points && metadata.icc.empty() && !png.find("sRGB")) read_calibration(png, is_gray, metadata, notes);
  read_light_levels(png, metadata, notes);
}

std::vector<NewPngChunk> make_png_colour(const Metadata& metadata) {
  std::vector<NewPngChunk> chunks;
  if (const auto& points = metadata.code_points) {
    chunks.push_back({"cICP", big_endian_text(points->primaries, 1) + big_endian_text(points->transfer, 1) +
                                  big_endian_text(0, 1) + big_endian_text(points->is_full_range, 1)});
    if (metadata.icc.empty()) {
      for (NewPngChunk& chunk : calibration_of(*points)) chunks.push_back(std::move(chunk));
    }
  }
  if (const auto& display = metadata.mastering_display) {
    std::string data;
    for (const uint16_t chromaticity : display->chromaticities) data += big_endian_text(chromaticity, 2);
    chunks.push_back(
        {"mDCV", data + big_endian_text(display->max_luminance, 4) + big_endian_text(display->min_luminance, 4)});
  }
  if (const auto& light = metadata.content_light)
    chunks.push_back({"cLLI", big_endian_text(light->max_pixel, 4) + big_endian_text(light->max_frame_average, 4)});
  return chunks;
}

}  // namespace laq::io
