#include "metadata_text.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include <nlohmann/json.hpp>

#include "io/attachments.h"

namespace laq::command {
namespace {

struct PointName {
  uint8_t point;
  const char* name;
};
// ITU-T H.273, tables 2 and 3.
constexpr PointName kPrimaries[] = {{1, "BT.709"},      {2, "unspecified primaries"},
                                    {4, "BT.470 M"},    {5, "BT.470 BG"},
                                    {6, "BT.601"},      {7, "SMPTE 240M"},
                                    {8, "film"},        {9, "BT.2020"},
                                    {10, "CIE XYZ"},    {11, "DCI P3"},
                                    {12, "Display P3"}, {22, "EBU 3213"}};
constexpr PointName kTransfers[] = {{1, "BT.709 curve"},
                                    {2, "unspecified curve"},
                                    {4, "gamma 2.2"},
                                    {5, "gamma 2.8"},
                                    {6, "BT.601 curve"},
                                    {7, "SMPTE 240M curve"},
                                    {8, "linear"},
                                    {9, "logarithmic (100:1)"},
                                    {10, "logarithmic (316:1)"},
                                    {11, "xvYCC curve"},
                                    {12, "BT.1361 curve"},
                                    {13, "sRGB curve"},
                                    {14, "BT.2020 curve (10 bits)"},
                                    {15, "BT.2020 curve (12 bits)"},
                                    {16, "PQ"},
                                    {17, "SMPTE 428 curve"},
                                    {18, "HLG"}};

std::string name_of(uint8_t point, std::span<const PointName> names, const char* kind) {
  const auto known = std::ranges::find(names, point, &PointName::point);
  return known != names.end() ? known->name : kind + std::string(" ") + std::to_string(point);
}

template <class... Numbers>
std::string text_of(const char* format, Numbers... numbers) {
  char text[160];
  std::snprintf(text, sizeof text, format, numbers...);
  return text;
}

constexpr double kPerCandela = 10000;       // units of light levels
constexpr double kPerChromaticity = 50000;  // units of the primaries of a mastering display

std::string bytes_line(const std::string& name, size_t bytes) {
  return name + ", " + std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
}

std::string resolution_line(const Metadata& metadata) {
  const uint32_t x = metadata.pixels_per_metre_x, y = metadata.pixels_per_metre_y;
  if (metadata.is_only_aspect) return text_of("pixel aspect ratio %u:%u (width to height)", y, x);
  return text_of("%.0fx%.0f pixels per inch", x * 0.0254, y * 0.0254);
}

std::string display_line(const MasteringDisplay& display) {
  const auto& xy = display.chromaticities;
  const auto at = [&](size_t i) { return xy[i] / kPerChromaticity; };
  return text_of("mastered at %g to %g cd/m2, red %.3f %.3f, green %.3f %.3f, blue %.3f %.3f, white %.4f %.4f",
                 display.min_luminance / kPerCandela, display.max_luminance / kPerCandela, at(0), at(1), at(2), at(3),
                 at(4), at(5), at(6), at(7));
}

std::string light_line(const ContentLight& light) {
  return text_of("brightest pixel %g cd/m2, brightest average %g cd/m2", light.max_pixel / kPerCandela,
                 light.max_frame_average / kPerCandela);
}

nlohmann::ordered_json as_json(const std::optional<CodePoints>& points) {
  if (!points) return nullptr;
  return {{"primaries", points->primaries},
          {"transfer", points->transfer},
          {"matrix", points->matrix},
          {"full_range", points->is_full_range},
          {"name", describe_code_points(*points)}};
}

nlohmann::ordered_json as_json(const std::optional<MasteringDisplay>& display) {
  if (!display) return nullptr;
  nlohmann::ordered_json chromaticities = nlohmann::ordered_json::array();
  for (const uint16_t value : display->chromaticities) chromaticities.push_back(value / kPerChromaticity);
  return {{"chromaticities", chromaticities},
          {"max_luminance", display->max_luminance / kPerCandela},
          {"min_luminance", display->min_luminance / kPerCandela}};
}

nlohmann::ordered_json as_json(const std::optional<ContentLight>& light) {
  if (!light) return nullptr;
  return {{"max_pixel", light->max_pixel / kPerCandela}, {"max_frame_average", light->max_frame_average / kPerCandela}};
}

}  // namespace

std::string describe_code_points(const CodePoints& points) {
  return name_of(points.primaries, kPrimaries, "primaries") + ", " + name_of(points.transfer, kTransfers, "transfer") +
         (points.matrix == 0 ? "" : ", matrix " + std::to_string(points.matrix)) +
         (points.is_full_range ? ", full range" : ", narrow range");
}

std::vector<std::string> describe_attachments(std::span<const Attachment> attachments) {
  std::vector<std::string> lines;
  for (const Attachment& attachment : attachments)
    lines.push_back(bytes_line(io::describe_attachment(attachment.name), attachment.bytes.size()));
  return lines;
}

std::vector<std::string> describe_metadata(const Metadata& metadata) {
  std::vector<std::string> lines;
  if (metadata.orientation != 1) lines.push_back("orientation " + std::to_string(metadata.orientation));
  if (metadata.pixels_per_metre_x != 0) lines.push_back(resolution_line(metadata));
  if (metadata.code_points) lines.push_back(describe_code_points(*metadata.code_points));
  if (metadata.mastering_display) lines.push_back(display_line(*metadata.mastering_display));
  if (metadata.content_light) lines.push_back(light_line(*metadata.content_light));
  if (!metadata.icc.empty()) lines.push_back(bytes_line("ICC profile", metadata.icc.size()));
  if (!metadata.exif.empty()) lines.push_back(bytes_line("Exif", metadata.exif.size()));
  if (!metadata.xmp.empty()) lines.push_back(bytes_line("XMP", metadata.xmp.size()));
  std::ranges::move(describe_attachments(metadata.attachments), std::back_inserter(lines));
  return lines;
}

nlohmann::ordered_json attachments_as_json(std::span<const Attachment> attachments) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Attachment& attachment : attachments)
    list.push_back({{"name", attachment.name}, {"bytes", attachment.bytes.size()}});
  return list;
}

nlohmann::ordered_json metadata_as_json(const Metadata& metadata) {
  return {{"orientation", metadata.orientation},
          {"pixels_per_metre", {metadata.pixels_per_metre_x, metadata.pixels_per_metre_y}},
          {"is_only_aspect", metadata.is_only_aspect},
          {"code_points", as_json(metadata.code_points)},
          {"mastering_display", as_json(metadata.mastering_display)},
          {"content_light", as_json(metadata.content_light)},
          {"icc_bytes", metadata.icc.size()},
          {"exif_bytes", metadata.exif.size()},
          {"xmp_bytes", metadata.xmp.size()},
          {"attachments", attachments_as_json(metadata.attachments)}};
}

}  // namespace laq::command
