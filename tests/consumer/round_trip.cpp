// A C++ program against the installed library: writes a picture and an array, reads them back, and looks at what it
// got.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

#include <laq/laq.h>  // beside laq.hpp, as a program with both would have it
#include <laq/array.hpp>
#include <laq/laq.hpp>
#include <laq/metrics.hpp>

namespace {

int fail(const char* what, const std::string& why) {
  std::fprintf(stderr, "round_trip.cpp: %s: %s\n", what, why.c_str());
  return 1;
}

uint16_t sample(const laq::Picture& picture, size_t index) {
  return reinterpret_cast<const uint16_t*>(picture.samples.data())[index];
}

// An array, and a region of it.
int check_array() {
  std::vector<int32_t> elements(40 * 50);
  for (size_t i = 0; i < elements.size(); ++i) elements[i] = static_cast<int32_t>(i * i % 9001);
  const laq::Result<std::vector<std::byte>> file =
      laq::encode({laq::ElementType::int32, {40, 50}, elements.data()}, {.chunk_elements = 500});
  if (!file) return fail("laq::encode", file.error().message);
  const laq::Result<laq::ArrayInfo> info = laq::inspect_array(*file);
  if (!info || info->chunks != 4) return fail("laq::inspect_array", "another number of chunks");
  const laq::Result<laq::Array> array = laq::decode_array(*file);
  if (!array || std::memcmp(array->data.data(), elements.data(), array->data.size()) != 0)
    return fail("laq::decode_array", "other elements");
  const laq::Result<laq::Array> part = laq::decode_array_region(*file, {{39, 48}, {1, 2}});
  if (!part || std::memcmp(part->data.data(), &elements[39 * 50 + 48], 8) != 0)
    return fail("laq::decode_array_region", "other elements");
  return 0;
}

}  // namespace

int main() {
  if (check_array() != 0) return 1;
  laq::Picture picture;
  picture.width = 70;
  picture.height = 33;
  picture.channels = 4;
  picture.depth = 12;
  picture.samples.resize(picture.row_bytes() * picture.height);
  auto* samples = reinterpret_cast<uint16_t*>(picture.samples.data());
  const size_t count = picture.samples.size() / 2;
  for (size_t i = 0; i < count; ++i) samples[i] = static_cast<uint16_t>((i / 4 % 70) * 40 + (i % 4) * 300);
  picture.metadata.orientation = 6;
  picture.metadata.exif.assign(40, std::byte{7});

  const laq::Result<std::vector<std::byte>> file = laq::encode(picture.view(), {.quality = 90, .threads = 2});
  if (!file) return fail("laq::encode", file.error().message);

  const laq::Result<laq::Info> info = laq::inspect(*file);
  if (!info) return fail("laq::inspect", info.error().message);
  if (info->width != 70 || info->height != 33 || info->channels != 4 || info->depth != 12)
    return fail("laq::inspect", "another size or kind");

  const laq::Result<laq::Picture> again = laq::decode(*file);
  if (!again) return fail("laq::decode", again.error().message);
  if (again->samples.size() != picture.samples.size()) return fail("laq::decode", "another size");
  if (again->metadata.orientation != 6 || again->metadata.exif != picture.metadata.exif)
    return fail("laq::decode", "other metadata");
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const double difference = double(sample(*again, i)) - sample(picture, i);
    sum += difference * difference;
  }
  if (sum / static_cast<double>(count) > 64.0 * 64.0)
    return fail("laq::decode", "the samples are far from those that were encoded");

  const laq::Result<laq::Ssimulacra2> original = laq::Ssimulacra2::of(picture.view());
  if (!original) return fail("laq::Ssimulacra2::of", original.error().message);
  const laq::Result<double> score = original->score(again->view());
  if (!score || !(*score > 30 && *score <= 100)) return fail("laq::Ssimulacra2::score", "no score of a good picture");
  const laq::Result<laq::Psnr> ratios = laq::psnr(picture.view(), again->view());
  if (!ratios || !(ratios->rgb > 20)) return fail("laq::psnr", "no ratio of a good picture");

  const laq::Result<laq::Picture> refused = laq::decode(*file, {.max_pixels = 100});
  if (refused || refused.error().code != laq::ErrorCode::limit_exceeded)
    return fail("laq::decode", "a picture above the limit is not refused");
  return std::string(laq::version()) == laq_version() ? 0 : fail("laq::version", "differs from laq_version");
}
