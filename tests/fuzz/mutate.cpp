// Drives the fuzz target without a fuzzer: encodes pictures and arrays of several kinds and damages them, the same way
// each time.
//   mutate [ROUNDS [SEED]]
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <laq/array.hpp>
#include <laq/jpeg.hpp>
#include <laq/laq.hpp>
#include <laq/tensor.hpp>

#include "api/allocations.h"
#include "api/light_picture.h"
#include "api/test_picture.h"
#include "base/bytes.h"
#include "container/compressed.h"
#include "container/container.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/mutator.h"
#include "jpeg/synthetic_jpeg.h"
#include "tensor/tensor_encoder.h"

namespace {

struct Original {
  Bytes file;
  Bytes payload;
};

void add_original(std::vector<Original>& originals, const laq::Result<Bytes>& file) {
  if (!file) {
    std::fprintf(stderr, "mutate: %s\n", file.error().message.c_str());
    std::exit(1);
  }
  const auto sections = laq::read_container(*file);
  const std::span<const std::byte> payload = sections->back().bytes;
  originals.push_back({*file, Bytes(payload.begin(), payload.end())});
}

void add_arrays(std::vector<Original>& originals) {
  std::vector<float> values(2400);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i * i % 1009);
  values[77] = -1.0f / 0.0f;
  for (const auto& shape : {std::vector<uint64_t>{2400}, {40, 60}, {10, 20, 12}, {2, 10, 10, 12}}) {
    const laq::ArrayView floats{laq::ElementType::float32, shape, values.data()};
    add_original(originals, laq::encode(floats, {{laq::ArrayTargetKind::max_error, 2.5}, 1, {}}));
    add_original(originals, laq::encode(floats, {{laq::ArrayTargetKind::psnr, 40}, 1, {}, 600}));
    add_original(originals, laq::encode(floats, {{laq::ArrayTargetKind::pointwise_relative, 0.1}, 1, {}}));
    add_original(originals, laq::encode(floats, {{}, 1, {}}));
    add_original(originals, laq::encode(floats, {.target = {laq::ArrayTargetKind::max_error, 2.5}, .effort = 2}));
    laq::ArrayEncodeOptions in_parts{{laq::ArrayTargetKind::max_error, 2.5}, 1, {}, 600, 3};
    in_parts.parts = {{{std::vector<uint64_t>(shape.size(), 1), std::vector<uint64_t>(shape.size(), 1)}, 0.5}};
    const auto parts = laq::encode(floats, in_parts);
    add_original(originals, parts);
    if (parts) add_original(originals, laq::append(*parts, floats, in_parts));
    const laq::ArrayView integers{laq::ElementType::int32, shape, values.data()};
    add_original(originals, laq::encode(integers, {{}, 1, {}}));
    add_original(originals, laq::encode(integers, {.target = {laq::ArrayTargetKind::max_error, 1}, .effort = 1}));
  }
}

void add_tensors(std::vector<Original>& originals) {
  using laq::TensorTargetKind;
  for (size_t shape = 0; shape < std::size(kTensorShapes); ++shape) {
    const laq::tensor::TensorFormat format{laq::ElementType::float32, kTensorShapes[shape]};
    std::vector<float> values(format.elements());
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i * i % 1009) - 500.0f;
    if (shape % 2 == 0) values[77] = -1.0f / 0.0f;
    for (const laq::TensorTarget target : {laq::TensorTarget{TensorTargetKind::bits, 3}, laq::TensorTarget{}}) {
      laq::tensor::TensorOptions options;
      options.target = target;
      options.exponent = shape == 2 ? 0.5 : 0;
      options.effort = shape % 2 == 0 ? 9 : 5;
      Bytes bytes = {std::byte{kTensorMark}, static_cast<std::byte>(shape + 8)};
      const Bytes stream = encode_tensor(format, std::as_bytes(std::span(values)), options).stream;
      bytes.insert(bytes.end(), stream.begin(), stream.end());
      originals.push_back({bytes, bytes});
    }
  }
}

void add_index(std::vector<Original>& originals) {
  std::vector<float> values(1500);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i * i % 1009) - 500.0f;
  const laq::TensorView views[] = {{"weights", laq::ElementType::float32, {30, 50}, values.data()},
                                   {"eight", laq::ElementType::uint8, {40}, values.data(), "F8_E4M3"},
                                   {"none", laq::ElementType::float16, {3, 0}, nullptr}};
  laq::TensorEncodeOptions options;
  options.target = {laq::TensorTargetKind::bits, 3};
  const laq::Result<Bytes> file = laq::encode(views, options);
  std::vector<Original> coded;
  add_original(coded, file);
  laq::ByteReader payload(coded[0].payload);
  uint64_t budget = kFuzzMaxBytes;
  const laq::Result<Bytes> index = laq::decompress(payload.take(payload.integer()), "the index", budget);
  laq::ByteWriter plain;
  plain.byte(kIndexMark);
  plain.integer(index->size());
  plain.append(*index);
  plain.append(payload.rest());
  const Bytes bytes = plain.take();
  for (int copies = 0; copies < 3; ++copies) originals.push_back({bytes, bytes});
}

// JPEG files, what keeps them, and that with plain headers.
void add_jpegs(std::vector<Original>& originals) {
  for (const laq::test::JpegLayout& layout :
       {laq::test::JpegLayout{},
        {.sampling = {0x11}, .is_progressive = true},
        {.sampling = {0x21, 0x11, 0x11}, .is_progressive = true, .restart_interval = 2}}) {
    const Bytes jpeg = laq::test::synthetic_jpeg(layout);
    originals.push_back({jpeg, jpeg});
    std::vector<Original> kept;
    add_original(kept, laq::encode_jpeg(jpeg));
    laq::ByteReader content(kept[0].payload);
    const uint64_t file_bytes = content.integer(), groups = content.integer();
    uint64_t budget = kFuzzMaxBytes;
    const laq::Result<Bytes> headers =
        laq::decompress(content.take(content.integer()), "the headers", budget, laq::jpeg::usual_headers());
    laq::ByteWriter plain;
    plain.byte(kJpegMark);
    plain.integer(headers->size());
    plain.append(*headers);
    plain.integer(file_bytes);
    plain.integer(groups);
    plain.append(content.rest());
    originals.push_back({kept[0].file, plain.take()});
  }
}

// Pictures without loss and with a bound.
void add_bounded(std::vector<Original>& originals) {
  struct Kind {
    uint32_t width, height;
    int channels, depth;
    double max_error;
    int effort;
  };
  constexpr Kind kKinds[] = {
      {40, 30, 3, 8, 0, 5}, {70, 20, 4, 8, 2, 7}, {33, 33, 1, 16, 0, 1}, {50, 30, 3, 8, 0, 1}, {60, 40, 1, 1, 0, 5}};
  for (const Kind& kind : kKinds) {
    const laq::Picture picture = laq::test_picture(kind.width, kind.height, kind.channels, kind.depth);
    std::vector<Original> coded;
    add_original(coded, laq::encode(picture.view(),
                                    {.effort = kind.effort, .target = {laq::TargetKind::max_error, kind.max_error}}));
    coded[0].payload.insert(coded[0].payload.begin(), std::byte{kLosslessMark});
    originals.push_back(std::move(coded[0]));
  }
}

// Floating-point samples: as they are, as codes that are transformed, and as codes with a bound.
void add_floats(std::vector<Original>& originals) {
  for (const laq::SampleFormat format : {laq::SampleFormat::float16, laq::SampleFormat::float32}) {
    laq::Picture picture{24, 17, 4, laq::depth_of(format), {}, {}, format};
    picture.samples.resize(picture.row_bytes() * picture.height);
    // Bits of positive numbers around 1.
    for (size_t i = 0; i < picture.samples.size(); ++i)
      picture.samples[i] = static_cast<std::byte>(i % picture.sample_bytes() + 1 == picture.sample_bytes() ? 0x3c : i);
    for (const float quality : {100.0F, 80.0F, 98.0F}) {
      std::vector<Original> coded;
      add_original(coded, laq::encode(picture.view(), {.quality = quality}));
      coded[0].payload.insert(coded[0].payload.begin(), std::byte{kFloatMark});
      originals.push_back(std::move(coded[0]));
    }
    add_original(originals, laq::encode(picture.view(), {.quality = 80, .progressive = true}));
    // This one has many chunks.
    laq::ArrayEncodeOptions many;
    many.chunk_elements = 300;
    add_original(originals, laq::chunked_light(picture, many));
  }
}

std::vector<Original> make_originals() {
  struct Kind {
    uint32_t width, height;
    int channels, depth;
    float quality;
    int effort;
    laq::Tune tune;
  };
  constexpr Kind kKinds[] = {
      {40, 30, 3, 8, 80, 5, laq::Tune::perceptual}, {70, 20, 4, 8, 30, 7, laq::Tune::perceptual},
      {33, 33, 1, 16, 95, 3, laq::Tune::psnr},      {9, 100, 2, 10, 60, 9, laq::Tune::perceptual},
      {1, 1, 3, 8, 50, 1, laq::Tune::perceptual},   {120, 72, 3, 12, 99, 4, laq::Tune::perceptual},
  };
  std::vector<Original> originals;
  for (const Kind& kind : kKinds) {
    laq::Picture picture = laq::test_picture(kind.width, kind.height, kind.channels, kind.depth);
    picture.metadata.exif.assign(100, std::byte{5});
    picture.metadata.orientation = 7;
    add_original(originals, laq::encode(picture.view(), {.quality = kind.quality,
                                                         .effort = kind.effort,
                                                         .tune = kind.tune,
                                                         .progressive = kind.effort == 7}));
  }
  add_bounded(originals);
  add_floats(originals);
  add_arrays(originals);
  add_tensors(originals);
  add_index(originals);
  add_jpegs(originals);
  return originals;
}

}  // namespace

int main(int count, char** words) {
  const long rounds = count > 1 ? std::atol(words[1]) : 3000;
  Mutator mutator(count > 2 ? static_cast<uint32_t>(std::atol(words[2])) : 1);
  const std::vector<Original> originals = make_originals();
  size_t most = 0;
  for (long round = 0; round < rounds; ++round) {
    const Original& original = originals[mutator.below(originals.size())];
    Bytes bytes = mutator.below(4) == 0 ? original.file : original.payload;
    mutator.mutate(bytes);
    const size_t peak = laq::peak_bytes_of(
        [&] { LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()); });
    // An array, and a region of it beside what decoding that takes; the file, and pieces of it.
    if (peak > 2 * kFuzzMaxBytes + 4 * bytes.size() + (1 << 16)) {
      std::fprintf(stderr, "mutate: round %ld took %zu bytes of memory\n", round, peak);
      return 1;
    }
    most = std::max(most, peak);
  }
  std::printf("%ld damaged streams decoded or were refused, in %zu bytes of memory at most\n", rounds, most);
  return 0;
}
