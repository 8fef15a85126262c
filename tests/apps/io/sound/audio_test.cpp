// Sound files: what is written reads back, and what is refused.
#include "io/sound/audio.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

#include "sample_sounds.h"

using namespace laq;
using namespace laq::io;

TEST_CASE("sounds of every type come back from files of every kind") {
  const Array arrays[] = {tone<int16_t>(ElementType::int16, {2, 5000}, 32000, {44100, 16}),
                          tone<int16_t>(ElementType::int16, {1, 100}, 127, {8000, 8}),
                          tone<int32_t>(ElementType::int32, {3, 999}, 8e6, {96000, 24}),
                          tone<int32_t>(ElementType::int32, {1, 4097}, 2e9, {48000, 32}),
                          tone<float>(ElementType::float32, {2, 300}, 0.9, {22050, 0}),
                          tone<double>(ElementType::float64, {1, 1}, 0.5, {44100, 0})};
  for (const auto write : {write_wav, write_wave64, write_aiff, write_caf, write_au}) {
    for (const Array& array : arrays) {
      const auto file = write(array);
      REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().message));
      CHECK(is_audio(*file));
      const auto again = read_audio(*file);
      REQUIRE_MESSAGE(again.ok(), (again.ok() ? "" : again.error().message));
      CHECK(again->notes.text() == "");
      CHECK(again->type == array.type);
      CHECK(again->shape == array.shape);
      CHECK(again->data == array.data);
      CHECK(again->signal.sample_rate == array.signal.sample_rate);
      CHECK(again->signal.significant_bits == array.signal.significant_bits);
      for (const size_t length : {size_t{0}, size_t{11}, size_t{20}})
        CHECK_FALSE(read_audio(std::span(*file).first(std::min(length, file->size()))).ok());
    }
    CHECK_FALSE(write(tone<int16_t>(ElementType::int16, {2, 3, 4}, 1, {})).ok());
    CHECK_FALSE(write(tone<uint8_t>(ElementType::uint8, {2, 3}, 1, {})).ok());
    CHECK_FALSE(write(Array{ElementType::int16, {}, std::vector<std::byte>(2)}).ok());
  }
}

TEST_CASE("samples beyond the bits of a WAV file stay at their end instead of wrapping around") {
  const auto expect = [](auto loud, ElementType type, uint8_t bits, auto least, auto greatest) {
    Array array{type, {1, loud.size()}, {}, {44100, bits}};
    const auto bytes = std::as_bytes(std::span(loud));
    array.data.assign(bytes.begin(), bytes.end());
    const auto file = write_wav(array);
    REQUIRE(file.ok());
    const auto again = read_audio(*file);
    REQUIRE(again.ok());
    for (auto& sample : loud) sample = std::clamp(sample, least, greatest);
    CHECK(std::memcmp(again->data.data(), loud.data(), bytes.size()) == 0);
  };
  expect(std::vector<int16_t>{-129, -128, 0, 127, 128, 32767, -32768}, ElementType::int16, 8, int16_t{-128},
         int16_t{127});
  expect(std::vector<int32_t>{-8388609, -8388608, 8388607, 8388608, INT32_MAX, INT32_MIN}, ElementType::int32, 24,
         -8388608, 8388607);
}
