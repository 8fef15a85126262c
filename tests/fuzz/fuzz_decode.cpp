// Fuzz target: any bytes, as a file and as the payload of a picture or an array, decode or give an error.
//
// Input that begins with "LAQ" is a file, whose checksums are set right first, so that what lies behind them is
// reached. Any other input is an array's payload where its first byte is below 8, which no picture's is that is worth
// damaging; where it is 0xf7 a tensor's stream, behind a byte that chooses its format; where it is 0xf6 tensors with
// their index before its compression; where it is 0xf5 a kept JPEG file with its headers before theirs; where it is
// 0xf4 a picture without loss; and else a picture's. A file is made to it. Input that begins as JPEG files do is one,
// which is kept or refused.
#include "fuzz/fuzz_target.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <zlib.h>

#include <laq/array.hpp>
#include <laq/inspect.hpp>
#include <laq/jpeg.hpp>
#include <laq/laq.hpp>
#include <laq/partial.hpp>
#include <laq/tensor.hpp>

#include "base/bytes.h"
#include "container/compressed.h"
#include "container/container.h"
#include "fuzz/checksums.h"
#include "jpeg/content.h"
#include "tensor/tensor_codec.h"

namespace {

// Small, so that a header that claims a large picture does not cost seconds.
constexpr uint64_t kMaxPixels = 1 << 16;

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

const laq::DecodeOptions kLimits{.threads = 1, .max_pixels = kMaxPixels, .max_bytes = kFuzzMaxBytes};

// A region that depends on the bytes of the file; it may reach beyond the array.
laq::ArrayRegion any_region(const std::vector<std::byte>& file, const std::vector<uint64_t>& shape) {
  laq::ArrayRegion region;
  uint64_t number = crc32_z(0, reinterpret_cast<const Bytef*>(file.data()), file.size());
  for (const uint64_t side : shape) {
    region.begin.push_back(number % (side + 1));
    region.size.push_back(number / 7 % (side - region.begin.back() + (number % 31 == 0 ? 2 : 1)));
    number = number * 0x9e3779b97f4a7c15 >> 3;
  }
  return region;
}

bool is_within(const laq::ArrayRegion& region, const std::vector<uint64_t>& shape) {
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (region.begin[axis] + region.size[axis] > shape[axis]) return false;
  }
  return true;
}

// The place of the first element of row `row` of the region, counted in elements of the array.
uint64_t place_of_row(const laq::ArrayRegion& region, const std::vector<uint64_t>& shape, uint64_t row) {
  uint64_t place = region.begin.back(), stride = shape.back();
  for (size_t axis = shape.size() - 1; axis-- > 0;) {
    place += (region.begin[axis] + row % region.size[axis]) * stride;
    row /= region.size[axis];
    stride *= shape[axis];
  }
  return place;
}

// A region decodes where the array does, to the same elements; where the array does not, it may decode. Only a region
// looks at the checksums of chunks.
void decode_region(const std::vector<std::byte>& file, const laq::ArrayInfo& info,
                   const laq::Result<laq::Array>& array) {
  const laq::ArrayRegion region = any_region(file, info.shape);
  const laq::Result<laq::Array> part = laq::decode_array_region(file, region, kLimits);
  if (!is_within(region, info.shape)) {
    require(!part.ok() && part.error().code == laq::ErrorCode::invalid_argument, "a region outside is not refused");
    return;
  }
  if (!part.ok()) {
    const bool is_by_checksum = part.error().message.find("has a wrong checksum") != std::string::npos;
    require(!array.ok() || is_by_checksum, "a region is refused, the array is not");
    require(part.error().code != laq::ErrorCode::invalid_argument, "bytes are blamed on a region");
    return;
  }
  require(part->shape == region.size && part->type == info.type, "a region has another shape or type");
  if (!array.ok()) return;
  const size_t row_bytes = region.size.back() * laq::element_bytes(info.type);
  for (size_t begin = 0; begin < part->data.size(); begin += row_bytes) {
    const uint64_t place = place_of_row(region, info.shape, begin / row_bytes);
    require(std::memcmp(part->data.data() + begin, array->data.data() + place * laq::element_bytes(info.type),
                        row_bytes) == 0,
            "a region has other elements than the array");
  }
}

// A level decodes where the array does, to the elements that it names.
void decode_level(const std::vector<std::byte>& file, const laq::Array& array) {
  const int level = static_cast<int>(crc32_z(0, reinterpret_cast<const Bytef*>(file.data()), file.size()) % 4);
  const laq::Result<laq::Array> coarse = laq::decode_array_level(file, level, kLimits);
  if (!coarse.ok()) {
    require(coarse.error().code == laq::ErrorCode::limit_exceeded, "a level is refused, the array is not");
    return;
  }
  const size_t bytes = laq::element_bytes(array.type);
  std::vector<uint64_t> place(array.shape.size());
  for (size_t at = 0; at < coarse->data.size(); at += bytes) {
    uint64_t from = 0;
    for (size_t side = 0; side < place.size(); ++side) from = from * array.shape[side] + (place[side] << level);
    require(std::memcmp(coarse->data.data() + at, array.data.data() + from * bytes, bytes) == 0,
            "a level has other elements than the array");
    for (size_t side = place.size(); side-- > 0 && ++place[side] == coarse->shape[side];) place[side] = 0;
  }
}

// What is appended to follows what is appended.
void append_slice(const std::vector<std::byte>& file, const laq::Array& array) {
  constexpr uint64_t kMostElements = 500;
  std::vector<uint64_t> shape = array.shape;
  if (!shape.empty()) shape[0] = 1;
  uint64_t elements = 1;
  for (const uint64_t side : shape) elements *= side;
  if (elements > kMostElements) return;
  const std::vector<std::byte> zeros(elements * laq::element_bytes(array.type));
  const laq::Result<std::vector<std::byte>> grown =
      laq::append(file, {array.type, shape, zeros.data()}, {.threads = 1, .effort = 1});
  require(grown.ok() || !grown.error().message.empty(), "an error of appending says nothing");
  if (!grown.ok()) return;
  const laq::Result<laq::Array> again = laq::decode_array(*grown, {.threads = 1});
  require(again.ok(), "what has grown does not decode");
  require(again->shape[0] == array.shape[0] + 1, "what has grown has another shape");
  require(std::equal(array.data.begin(), array.data.end(), again->data.begin()), "what was there has changed");
}

// A trace is refused with words, if it is, and tells nothing of what decoding refuses to decode.
void trace_array(const std::vector<std::byte>& file, const laq::Result<laq::Array>& array) {
  const laq::Result<laq::ArrayTrace> trace = laq::trace_array(file, kLimits);
  require(trace.ok() || !trace.error().message.empty(), "an error of tracing says nothing");
  require(trace.ok() || !array.ok(), "tracing refuses what decoding accepts");
  if (!trace.ok()) return;
  require(trace->chunks.size() == trace->info.chunks, "a trace has another number of chunks than the header");
  for (const laq::TracedChunk& chunk : trace->chunks) require(!chunk.recipe.empty(), "a chunk has no recipe");
}

// A picture is traced where it decodes, to the same samples, if the limit on memory allows for the trace.
void trace_picture(const std::vector<std::byte>& file, const laq::Result<laq::Picture>& picture) {
  const laq::Result<laq::PictureTrace> trace = laq::trace_picture(file, kLimits);
  require(trace.ok() || !trace.error().message.empty(), "an error of tracing says nothing");
  if (!picture.ok() || (!trace.ok() && trace.error().code == laq::ErrorCode::limit_exceeded)) return;
  require(trace.ok(), "tracing refuses what decoding accepts");
  require(trace->picture.samples == picture->samples, "tracing gives other samples than decoding");
  uint64_t area = 0;
  for (const laq::TracedBlock& block : trace->blocks) area += uint64_t{block.group == 0} * block.width * block.height;
  require(area == uint64_t{(picture->width + 7) / 8 * 8} * ((picture->height + 7) / 8 * 8),
          "the blocks of a trace do not tile the picture");
}

void decode_array(const std::vector<std::byte>& file) {
  const laq::Result<laq::ArrayInfo> info = laq::inspect_array(file);
  const laq::Result<laq::Array> array = laq::decode_array(file, kLimits);
  trace_array(file, array);
  if (info.ok()) decode_region(file, *info, array);
  if (!is_decoded(info, array)) return;
  uint64_t elements = 1;
  for (const uint64_t side : array->shape) elements *= side;
  require(info->shape == array->shape && info->type == array->type,
          "inspect_array and decode_array see different arrays");
  // Chunks have four sides at most, and one where integers of 64 bits are coded in halves.
  const size_t sides = info->chunk_shape.size();
  const bool may_be_halves = laq::element_bytes(info->type) == 8 && !laq::is_floating_point(info->type);
  require(sides == std::min<size_t>(info->shape.size(), 4) || (sides == 1 && may_be_halves),
          "inspect_array tells chunks of an impossible shape");
  require((info->chunks == 0) == (elements == 0), "inspect_array tells an impossible number of chunks");
  require(array->data.size() == elements * laq::element_bytes(array->type), "the elements do not fill the array");
  decode_level(file, *array);
  if (file.back() < std::byte{64}) append_slice(file, *array);
}

// A region of a picture decodes where the picture does, to the same samples; cut off and reduced files do not go wrong.
void decode_parts(const std::vector<std::byte>& file, const laq::Result<laq::Picture>& picture) {
  const uint64_t number = crc32_z(0, reinterpret_cast<const Bytef*>(file.data()), file.size());
  laq::PartOptions options;
  options.decode = kLimits;
  if (picture.ok()) {
    const auto x = static_cast<uint32_t>(number % picture->width), y = static_cast<uint32_t>(number % picture->height);
    options.region = laq::PictureRegion{x, y, 1 + (picture->width - x - 1) / 2, 1 + (picture->height - y - 1) / 3};
    const laq::Result<laq::PartialPicture> part = laq::decode_part(file, options);
    require(part.ok() || part.error().code == laq::ErrorCode::limit_exceeded,
            "a region is refused, the picture is not");
    const size_t pixel_bytes = picture->row_bytes() / picture->width;
    for (uint32_t row = 0; part.ok() && row < part->picture.height; ++row) {
      require(std::memcmp(part->picture.samples.data() + part->picture.row_bytes() * row,
                          picture->samples.data() + picture->row_bytes() * (y + row) + pixel_bytes * x,
                          part->picture.row_bytes()) == 0,
              "a region has other samples than the picture");
    }
  }
  options.region.reset();
  options.allow_partial = true;
  options.reduction = 1 << (number % 4);
  const size_t length = number % 2 == 0 ? file.size() : static_cast<size_t>(number % (file.size() + 1));
  const laq::Result<laq::PartialPicture> part = laq::decode_part(std::span(file).first(length), options);
  require(part.ok() || !part.error().message.empty(), "an error of a part says nothing");
}

void decode_picture(const std::vector<std::byte>& file) {
  const laq::Result<laq::Info> info = laq::inspect(file, kLimits);
  const laq::Result<laq::Picture> picture = laq::decode(file, kLimits);
  // There is no trace of those with a bound, nor of those of floating-point samples.
  const bool is_float = info.ok() && info->sample_format != laq::SampleFormat::integer;
  if (!info.ok() || (!info->has_bound && !is_float)) trace_picture(file, picture);
  decode_parts(file, picture);
  if (!is_decoded(info, picture)) return;
  require(info->width == picture->width && info->height == picture->height && info->channels == picture->channels &&
              info->depth == picture->depth && info->sample_format == picture->sample_format,
          "inspect and decode see different pictures");
  require(picture->samples.size() == picture->row_bytes() * picture->height, "the samples do not fill the picture");
  if (is_float) return;
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

// A tensor's stream decodes or is refused, as a whole and in parts.
void decode_tensor(uint8_t choice, std::span<const std::byte> stream) {
  constexpr laq::ElementType kTypes[] = {laq::ElementType::float16, laq::ElementType::float32,
                                         laq::ElementType::float64};
  const laq::tensor::TensorFormat format{kTypes[choice / 8 % 3], kTensorShapes[choice % std::size(kTensorShapes)]};
  std::vector<std::byte> elements(format.bytes());
  laq::tensor::decode_tensor(stream, format, elements);
  for (const laq::tensor::TensorPart& part : laq::tensor::parts_of(stream, format)) {
    require(part.first_element + part.format.elements() <= format.elements(), "a part lies outside of its tensor");
  }
}

// A file of tensors with this index, whose streams follow it, decodes or is refused.
void decode_tensors(std::span<const std::byte> input) {
  laq::ByteReader reader(input);
  const std::span<const std::byte> contents = reader.take(reader.integer());
  if (reader.failed()) return;
  const std::vector<std::byte> index = laq::compress(contents);
  laq::ByteWriter payload;
  payload.integer(index.size());
  payload.append(index);
  payload.append(reader.rest());
  const std::vector<std::byte> bytes = payload.take();
  const laq::Section section{laq::kTensorSection, bytes};
  const std::vector<std::byte> file = laq::write_container({&section, 1});
  const laq::Result<laq::TensorsInfo> info = laq::inspect_tensors(file, kLimits);
  const laq::Result<laq::Tensors> tensors = laq::decode_tensors(file, kLimits);
  if (!is_decoded(info, tensors)) return;
  require(info->tensors.size() == tensors->tensors.size(), "inspect_tensors and decode_tensors see different tensors");
  for (const laq::Tensor& tensor : tensors->tensors) {
    const laq::Result<laq::Tensor> alone = laq::decode_tensor(file, tensor.name, kLimits);
    const bool is_same = alone.ok() && alone->data == tensor.data;
    require(is_same || (!alone.ok() && alone.error().message.ends_with("checksum is wrong")),
            "a tensor alone is another than among all");
  }
}

// A JPEG file is refused, or comes back bit by bit.
void keep_jpeg(std::span<const std::byte> jpeg) {
  const laq::JpegEncodeOptions limits{.threads = 1, .max_pixels = kMaxPixels, .max_bytes = kFuzzMaxBytes};
  const laq::Result<std::vector<std::byte>> file = laq::encode_jpeg(jpeg, limits);
  if (!file) {
    require(!file.error().message.empty(), "an error of keeping a JPEG file says nothing");
    return;
  }
  const laq::Result<std::vector<std::byte>> again = laq::decode_jpeg(*file, {.threads = 1});
  require(again.ok() && std::ranges::equal(*again, jpeg), "a JPEG file does not come back");
}

void decode_jpeg(std::span<const std::byte> file) {
  const laq::Result<laq::JpegInfo> info = laq::inspect_jpeg(file, kLimits);
  const laq::Result<std::vector<std::byte>> jpeg = laq::decode_jpeg(file, kLimits);
  if (is_decoded(info, jpeg)) require(jpeg->size() == info->jpeg_bytes, "a JPEG file has another size than told");
}

// A file that keeps a JPEG file of these headers, which the other parts follow.
void decode_jpeg_parts(std::span<const std::byte> input) {
  laq::ByteReader reader(input);
  const std::span<const std::byte> plain = reader.take(reader.integer());
  const uint64_t file_bytes = reader.integer(), groups = reader.integer();
  if (reader.failed()) return;
  const std::vector<std::byte> headers = laq::compress(plain, laq::jpeg::usual_headers());
  laq::ByteWriter content;
  content.integer(file_bytes);
  content.integer(groups);
  content.integer(headers.size());
  content.append(headers);
  content.append(reader.rest());
  const std::vector<std::byte> bytes = content.take();
  const laq::Section section{laq::kJpegSection, bytes};
  decode_jpeg(laq::write_container({&section, 1}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span<const std::byte> input = std::as_bytes(std::span(data, size));
  if (size >= 2 && data[0] == kTensorMark) {
    decode_tensor(data[1], input.subspan(2));
    return 0;
  }
  if (size >= 2 && data[0] == kIndexMark) {
    decode_tensors(input.subspan(1));
    return 0;
  }
  if (size >= 2 && data[0] == kJpegMark) {
    decode_jpeg_parts(input.subspan(1));
    return 0;
  }
  if (size >= 2 && data[0] == 0xff && data[1] == 0xd8) {
    keep_jpeg(input);
    return 0;
  }
  std::vector<std::byte> file;
  if (size >= 4 && std::memcmp(data, "LAQ", 3) == 0) {
    file.assign(input.begin(), input.end());
    repair_checksums(file);
  } else {
    const bool is_array = size > 0 && data[0]<8, has_bound = size> 0 && data[0] == kLosslessMark,
               is_float = size > 0 && data[0] == kFloatMark;
    const laq::Section section{is_array    ? laq::kArraySection
                               : has_bound ? laq::kLosslessSection
                               : is_float  ? laq::kFloatSection
                                           : laq::kPictureSection,
                               input.subspan(has_bound || is_float ? 1 : 0)};
    file = laq::write_container({&section, 1});
    repair_checksums(file);
  }
  if (laq::holds_jpeg(file)) {
    decode_jpeg(file);
    return 0;
  }
  laq::holds_array(file) ? decode_array(file) : decode_picture(file);
  return 0;
}
