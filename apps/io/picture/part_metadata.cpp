#include "io/picture/part_metadata.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/attachments.h"
#include "io/bytes.h"
#include "io/picture/exr_attributes.h"

namespace laq::io {
namespace {

using Bytes = std::vector<std::byte>;

uint32_t reduced(uint32_t pixels_per_metre, int reduction) {
  if (pixels_per_metre == 0) return 0;
  const auto divisor = static_cast<uint32_t>(reduction);
  return std::max(1U, pixels_per_metre / divisor + (pixels_per_metre % divisor * 2 >= divisor ? 1 : 0));
}

Bytes fitting_attributes(const DecodedPart& part, std::span<const std::byte> bytes, Notes& notes) {
  Bytes fitting;
  while (const std::optional<ExrAttribute> attribute = first_attribute(bytes)) {
    bytes = bytes.subspan(attribute->all.size());
    if (part.is_region && (attribute->name == "envmap" || attribute->name == "wrapmodes")) {
      notes.lose("attribute " + std::string(attribute->name) + ", which describes the whole picture");
      continue;
    }
    fitting.insert(fitting.end(), attribute->all.begin(), attribute->all.end());
    const bool is_density = attribute->name == "xDensity" && attribute->type == "float";
    if (!is_density || attribute->value.size() != sizeof(float) || part.reduction == 1) continue;
    const auto density = std::bit_cast<float>(static_cast<uint32_t>(little_endian(attribute->value, 0, 4)));
    const auto number = std::bit_cast<uint32_t>(density / static_cast<float>(part.reduction));
    for (size_t i = 0; i < sizeof number; ++i)
      fitting[fitting.size() - sizeof number + i] = static_cast<std::byte>(number >> (8 * i));
  }
  // What ends the list, or is damaged.
  fitting.insert(fitting.end(), bytes.begin(), bytes.end());
  return fitting;
}

}  // namespace

void fit_to_part(const DecodedPart& part, Metadata& metadata, Notes& notes) {
  if (!metadata.is_only_aspect) {
    metadata.pixels_per_metre_x = reduced(metadata.pixels_per_metre_x, part.reduction);
    metadata.pixels_per_metre_y = reduced(metadata.pixels_per_metre_y, part.reduction);
  }
  for (Attachment& attachment : metadata.attachments) {
    if (attachment.name == kExrAttributesName) attachment.bytes = fitting_attributes(part, attachment.bytes, notes);
  }
  const auto is_gain_map = [](const Attachment& attachment) { return attachment.name == kGainMapName; };
  if (part.is_region && std::erase_if(metadata.attachments, is_gain_map) > 0)
    notes.lose("gain map, which describes the whole picture");
}

}  // namespace laq::io
