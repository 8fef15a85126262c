// Fuzz target: any bytes, as a file and as the payload of a picture or an array, decode or give an error.
//
// Input that begins with "LAQ" is a file, whose checksums are set right first, so that what lies behind them is
// reached. Any other input is an array's payload where its first byte is below 8, which no picture's is that is worth
// damaging, and else a picture's; a file is made to it.
#include "fuzz/fuzz_decode.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <zlib.h>

#include <laq/array.hpp>
#include <laq/laq.hpp>

#include "base/bytes.h"
#include "container/container.h"

namespace {

// Small, so that a header that claims a large picture does not cost seconds.
constexpr uint64_t kMaxPixels = 1 << 16;
constexpr uint64_t kMaxBytes = 1 << 26;

// Overwrites the checksum of every section that lies within the file.
void repair_checksums(std::vector<std::byte>& file) {
  laq::ByteReader reader(file);
  reader.take(4);
  while (!reader.failed() && !reader.rest().empty()) {
    const size_t begin = file.size() - reader.rest().size();
    reader.take(4);
    const std::span<const std::byte> payload = reader.take(reader.integer());
    const size_t end = file.size() - reader.rest().size();
    reader.take(4);
    if (reader.failed()) return;
    const uLong name_crc = crc32_z(0, reinterpret_cast<const Bytef*>(file.data() + begin), 4);
    const uLong crc =
        payload.empty() ? name_crc : crc32_z(name_crc, reinterpret_cast<const Bytef*>(payload.data()), payload.size());
    for (size_t i = 0; i < 4; ++i) file[end + i] = static_cast<std::byte>(crc >> (8 * i));
  }
}

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "fuzz_decode: %s\n", what);
  std::abort();
}

// Whether a file decodes; what holds of its errors, and of inspection beside decoding, be it a picture or an array.
template <class Info, class Content>
bool is_decoded(const laq::Result<Info>& inspected, const laq::Result<Content>& decoded) {
  require(inspected.ok() || !inspected.error().message.empty(), "an error of inspection says nothing");
  if (!decoded.ok()) {
    require(!decoded.error().message.empty(), "an error of decoding says nothing");
    require(decoded.error().code != laq::ErrorCode::invalid_argument, "bytes are blamed on an argument");
    return false;
  }
  require(inspected.ok(), "inspection refuses what decoding accepts");
  return true;
}

constexpr laq::DecodeOptions kLimits{.threads = 1, .max_pixels = kMaxPixels, .max_bytes = kMaxBytes};

void decode_array(const std::vector<std::byte>& file) {
  const laq::Result<laq::ArrayInfo> info = laq::inspect_array(file);
  const laq::Result<laq::Array> array = laq::decode_array(file, kLimits);
  if (!is_decoded(info, array)) return;
  uint64_t elements = 1;
  for (const uint64_t side : array->shape) elements *= side;
  require(info->shape == array->shape && info->type == array->type,
          "inspect_array and decode_array see different arrays");
  require(array->data.size() == elements * laq::element_bytes(array->type), "the elements do not fill the array");
}

void decode_picture(const std::vector<std::byte>& file) {
  const laq::Result<laq::Info> info = laq::inspect(file);
  const laq::Result<laq::Picture> picture = laq::decode(file, kLimits);
  if (!is_decoded(info, picture)) return;
  require(info->width == picture->width && info->height == picture->height && info->channels == picture->channels &&
              info->depth == picture->depth,
          "inspect and decode see different pictures");
  require(picture->samples.size() == picture->row_bytes() * picture->height, "the samples do not fill the picture");
  const uint32_t max_sample = (1u << picture->depth) - 1;
  for (size_t i = 0; i < picture->samples.size(); i += picture->sample_bytes()) {
    uint16_t sample = 0;
    if (picture->sample_bytes() == 2) {
      std::memcpy(&sample, picture->samples.data() + i, 2);
    } else {
      sample = std::to_integer<uint16_t>(picture->samples[i]);
    }
    require(sample <= max_sample, "a sample is larger than its depth allows");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span<const std::byte> input = std::as_bytes(std::span(data, size));
  std::vector<std::byte> file;
  if (size >= 4 && std::memcmp(data, "LAQ", 3) == 0) {
    file.assign(input.begin(), input.end());
    repair_checksums(file);
  } else {
    const bool is_array = size > 0 && data[0] < 8;
    const laq::Section section{is_array ? laq::kArraySection : laq::kPictureSection, input};
    file = laq::write_container({&section, 1});
  }
  laq::holds_array(file) ? decode_array(file) : decode_picture(file);
  return 0;
}
