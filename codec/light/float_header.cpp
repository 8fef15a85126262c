#include "light/float_header.h"

#include <cmath>

#include "base/checks.h"

namespace laq::light {
namespace {

void write_code(ByteWriter& writer, const LightCode& code) {
  writer.byte(static_cast<uint8_t>(code.toe - kLeastToe));
  writer.integer(static_cast<uint64_t>(code.least + kMostPlace));
  writer.integer(code.range);
}

bool read_code(ByteReader& reader, LightCode& code) {
  code.toe = reader.byte() + kLeastToe;
  code.least = static_cast<int64_t>(reader.integer(2 * kMostPlace)) - kMostPlace;
  code.range = reader.integer(2 * kMostPlace);
  return code.toe <= kGreatestToe && code.least + static_cast<int64_t>(code.range) <= kMostPlace;
}

}  // namespace

void FloatHeader::write(ByteWriter& writer) const {
  const int is_wide = format == SampleFormat::float32 ? 1 : 0;
  writer.byte(static_cast<uint8_t>((channels - 1) | is_wide << 2 | static_cast<int>(coding) << 3));
  writer.integer(width);
  writer.integer(height);
  if (coding == Coding::array) return;
  writer.integer(static_cast<uint64_t>(std::lround(quality * 100)));
  write_code(writer, colours);
  if (has_alpha()) write_code(writer, alpha);
}

Result<FloatHeader> FloatHeader::read(ByteReader& reader) {
  FloatHeader header;
  const uint8_t kind = reader.byte();
  header.channels = (kind & 3) + 1;
  header.format = (kind & 4) != 0 ? SampleFormat::float32 : SampleFormat::float16;
  header.width = static_cast<uint32_t>(reader.integer(kMaxSide));
  header.height = static_cast<uint32_t>(reader.integer(kMaxSide));
  bool is_valid = kind >> 3 < kCodings && header.width > 0 && header.height > 0;
  header.coding = static_cast<Coding>(is_valid ? kind >> 3 : 0);
  if (header.coding != Coding::array) {
    header.quality = static_cast<float>(reader.integer(10000)) / 100;
    is_valid = read_code(reader, header.colours) && is_valid;
    if (header.has_alpha()) is_valid = read_code(reader, header.alpha) && is_valid;
  }
  if (reader.failed()) return Error{ErrorCode::truncated, "the header of floating-point samples ends too early"};
  if (!is_valid)
    return Error{ErrorCode::corrupt, "the header of floating-point samples holds a value out of its range"};
  return header;
}

Error contradiction() {
  return {ErrorCode::corrupt, "the samples have another size or type than the header says"};
}

}  // namespace laq::light
