#include "io/picture/png_colour.h"

#include <algorithm>
#include <array>
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

// The code points of a power of an encoded value and of chromaticities, if there are such: H.273, tables 2 and 3.
std::optional<CodePoints> code_points_of(const CalibratedColour& colour) {
  constexpr struct {
    double gamma;
    uint8_t transfer;
  } kPowers[] = {{1, kTransferLinear}, {2.2, 4}, {2.8, 5}};
  uint8_t transfer = colour.gamma == 0 ? kTransferSrgb : 0;
  for (const auto& known : kPowers) {
    if (colour.gamma > 0 && is_near(1 / colour.gamma, 1 / known.gamma)) transfer = known.transfer;
  }
  if (transfer == 0) return std::nullopt;
  for (const Primaries& known : kExrPrimaries) {
    const float in_order[] = {known.white[0], known.white[1], known.red[0],  known.red[1],
                              known.green[0], known.green[1], known.blue[0], known.blue[1]};
    const bool is_known =
        std::ranges::equal(in_order, colour.chromaticities, [](float a, double b) { return is_near(double{a}, b); });
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

}  // namespace

void read_png_colour(const PngChunks& png, bool is_gray, Metadata& metadata, Notes& notes) {
  const bool has_code_points = read_code_points(png, metadata, notes);
  if (!has_code_points && metadata.icc.empty() && !png.find("sRGB")) read_calibration(png, is_gray, metadata, notes);
  read_light_levels(png, metadata, notes);
}

std::vector<NewPngChunk> make_png_colour(const Metadata& metadata) {
  std::vector<NewPngChunk> chunks;
  const auto number = [](uint64_t value, size_t size) { return integer_text(value, size, true); };
  if (const auto& points = metadata.code_points) {
    chunks.push_back({"cICP", number(points->primaries, 1) + number(points->transfer, 1) + number(0, 1) +
                                  number(points->is_full_range, 1)});
  }
  if (const auto& display = metadata.mastering_display) {
    std::string data;
    for (const uint16_t chromaticity : display->chromaticities) data += number(chromaticity, 2);
    chunks.push_back({"mDCV", data + number(display->max_luminance, 4) + number(display->min_luminance, 4)});
  }
  if (const auto& light = metadata.content_light)
    chunks.push_back({"cLLI", number(light->max_pixel, 4) + number(light->max_frame_average, 4)});
  return chunks;
}

}  // namespace laq::io
