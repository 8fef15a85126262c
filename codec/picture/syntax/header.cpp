#include "picture/syntax/header.h"

#include <algorithm>
#include <cmath>

#include "picture/syntax/filter_syntax.h"

namespace laq::picture {

Rectangle PictureHeader::tile_rectangle(int tile) const {
  const int column = tile % tile_columns(), row = tile / tile_columns();
  const int w = tile_width * kSuperblockSize, h = tile_height * kSuperblockSize;
  return {column * w, row * h, std::min((column + 1) * w, padded_width()), std::min((row + 1) * h, padded_height())};
}

void PictureHeader::write(ByteWriter& writer) const {
  writer.integer(width);
  writer.integer(height);
  writer.byte(
      static_cast<uint8_t>((channels - 1) | (depth - 1) << 2 | (tune == Tune::psnr) << 6 | adaptive_quantization << 7));
  writer.integer(static_cast<uint64_t>(std::lround(quality * 100)));
  writer.byte(base_step_index);
  writer.byte(step_fraction);
  writer.byte(step_unit);
  for (int plane = 0; plane < colour_planes(); ++plane) {
    const PlaneQuantization& q = quantization[plane];
    writer.byte(static_cast<uint8_t>(q.step_offset + kMaxStepOffset));
    writer.byte(q.slope);
    writer.byte(q.centroid.one);
    writer.byte(q.centroid.more);
  }
  if (has_alpha()) writer.byte(alpha_step_index);
  for (int group = 0; group < groups(); ++group)
    write_filter_parameters(writer, loop_filter[group], group_planes(group));
  writer.byte(static_cast<uint8_t>(screen_content[0] | screen_content[1] << 1));
  writer.byte(tile_width);
  writer.byte(tile_height);
}

Result<PictureHeader> PictureHeader::read(ByteReader& reader) {
  PictureHeader header;
  header.width = static_cast<uint32_t>(reader.integer(kMaxSide));
  header.height = static_cast<uint32_t>(reader.integer(kMaxSide));
  const uint8_t kind = reader.byte();
  header.channels = (kind & 3) + 1;
  header.depth = (kind >> 2 & 15) + 1;
  header.tune = kind >> 6 & 1 ? Tune::psnr : Tune::perceptual;
  header.adaptive_quantization = kind >> 7;
  header.quality = static_cast<float>(reader.integer(10000)) / 100;
  header.base_step_index = reader.byte();
  header.step_fraction = reader.byte();
  header.step_unit = reader.byte();
  bool valid = header.width > 0 && header.height > 0 && header.step_fraction < kStepFractions &&
               header.step_unit >= 1 && header.step_unit <= 16;
  for (int plane = 0; plane < header.colour_planes(); ++plane) {
    PlaneQuantization& q = header.quantization[plane];
    const int offset = reader.byte() - kMaxStepOffset;
    q.slope = reader.byte();
    q.centroid.one = reader.byte();
    q.centroid.more = reader.byte();
    valid = valid && offset <= kMaxStepOffset && q.slope <= kMaxSlope && q.centroid.one < 32 && q.centroid.more < 32;
    q.step_offset = static_cast<int8_t>(offset);
  }
  if (header.has_alpha()) header.alpha_step_index = reader.byte();
  for (int group = 0; group < header.groups(); ++group) {
    valid = read_filter_parameters(reader, header.loop_filter[group], header.group_planes(group)) && valid;
  }
  const uint8_t screen_content = reader.byte();
  header.screen_content = {(screen_content & 1) != 0, (screen_content & 2) != 0};
  valid = valid && screen_content < 1 << header.groups();
  header.tile_width = reader.byte();
  header.tile_height = reader.byte();
  valid = valid && header.tile_width > 0 && header.tile_height > 0;
  if (reader.failed()) return Error{ErrorCode::truncated, "the picture header ends too early"};
  if (!valid) return Error{ErrorCode::corrupt, "the picture header holds a value out of its range"};
  return header;
}

}  // namespace laq::picture
