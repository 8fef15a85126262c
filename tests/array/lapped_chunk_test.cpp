// Series that are transformed by frequency: what the decoder finds is what the encoder promised, for every number of
// channels and every length; blocks follow the signal; channels that are alike cost little.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "array/search/lapped_plan_search.h"
#include "array/stages.h"
#include "array/transform/channel_rotations.h"
#include "array/transform/lapped_plan.h"
#include "entropy/coder.h"

using namespace laq;
using namespace laq::array;
using namespace laq::array::test;

namespace {

ChunkFormat format_of(ElementType type, const Grid& grid, double step) {
  return {type, grid, Fidelity::mean_squared_error, step};
}

std::optional<Encoding> encode_lapped(ElementType type, const Grid& grid, std::span<const std::byte> elements,
                                      double step) {
  return encode_by(StageId::lapped, SourceChunk(type, grid, elements), format_of(type, grid, step));
}

bool suits_lapped_transform(const Grid& grid) {
  return allows(StageId::lapped, format_of(ElementType::float32, grid, 1));
}

// Channels of tones, noise and clicks.
std::vector<double> make_series(const Grid& grid, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<double> values(grid.size());
  const auto uniform = [&random] { return static_cast<double>(random()) / 4294967296.0 - 0.5; };
  for (int channel = 0; channel < grid.sides[1]; ++channel) {
    const double frequency = 0.02 + 0.1 * std::fabs(uniform()), level = 300 * uniform();
    for (int i = 0; i < grid.sides[2]; ++i) {
      const double click = random() % 500 == 0 ? 200 * uniform() : 0;
      values[static_cast<size_t>(channel) * grid.stride(1) + i] =
          std::nearbyint(level + 100 * std::sin(frequency * i) + 10 * uniform() + click);
    }
  }
  return values;
}

std::vector<std::byte> elements_of(ElementType type, const std::vector<double>& values) {
  std::vector<std::byte> elements(values.size() * element_bytes(type));
  store_values(type, values, elements);
  return elements;
}

double squared_error(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

size_t encoded_bytes(const Grid& grid, const std::vector<double>& values, double step) {
  const std::vector<std::byte> elements = elements_of(ElementType::float64, values);
  return encode_lapped(ElementType::float64, grid, elements, step)->bytes.size();
}

std::vector<double> line_of(size_t count, auto&& value_at) {
  std::vector<double> line(count);
  for (size_t i = 0; i < count; ++i) line[i] = value_at(static_cast<double>(i));
  return line;
}

}  // namespace

TEST_CASE(
    "series of any length and number of channels decode to what the encoder saw, with an error below the step's") {
  std::mt19937 random(1);
  for (const int length : {64, 65, 100, 127, 128, 129, 1000, 2049, 5000, 16385}) {
    const Grid grid{{1, 1 + static_cast<int>(random() % std::min(length / 8, 13)), length}};
    REQUIRE(suits_lapped_transform(grid));
    const std::vector<double> values = make_series(grid, static_cast<unsigned>(length));
    for (const ElementType type : {ElementType::int16, ElementType::float32, ElementType::float64}) {
      const std::vector<std::byte> elements = elements_of(type, values);
      for (const double step : {0.3, 4.0, 300.0}) {
        CAPTURE(length);
        CAPTURE(step);
        const std::optional<Encoding> encoded = encode_lapped(type, grid, elements, step);
        REQUIRE(encoded);
        std::vector<std::byte> again(elements.size());
        REQUIRE(decode_by(StageId::lapped, format_of(type, grid, step), encoded->bytes, again));
        CHECK(values_of(type, again) == encoded->reconstruction);
        const double error = squared_error(values, encoded->reconstruction) / static_cast<double>(values.size());
        CHECK(error < step * step + (is_integer(type) ? 0.1 : 0));
      }
    }
  }
}

TEST_CASE("elements that are not finite come back, and those beside them as well as others") {
  const Grid grid{{1, 3, 3000}};
  std::vector<double> values = make_series(grid, 7);
  for (size_t i = 1000; i < 1300; ++i) values[i] = std::numeric_limits<double>::quiet_NaN();
  values[5000] = std::numeric_limits<double>::infinity();
  for (size_t i = 6000; i < 9000; ++i) values[i] = -std::numeric_limits<double>::infinity();
  const std::vector<std::byte> elements = elements_of(ElementType::float32, values);
  const std::optional<Encoding> encoded = encode_lapped(ElementType::float32, grid, elements, 1);
  REQUIRE(encoded);
  std::vector<std::byte> again(elements.size());
  REQUIRE(decode_by(StageId::lapped, format_of(ElementType::float32, grid, 1), encoded->bytes, again));
  const std::vector<double> found = values_of(ElementType::float32, again);
  double error = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) {
      error += (found[i] - values[i]) * (found[i] - values[i]);
    } else {
      CHECK(std::memcmp(again.data() + 4 * i, elements.data() + 4 * i, 4) == 0);
    }
  }
  CHECK(error / static_cast<double>(values.size()) < 1);
}

TEST_CASE("values beyond what the syntax holds are left to other methods") {
  const Grid grid{{1, 1, 200}};
  for (const double scale : {1e12, 1e300, 1.7e308}) {
    const std::vector<double> values = line_of(4000, [=](double i) { return scale * std::sin(i); });
    const std::vector<std::byte> elements = elements_of(ElementType::float64, values);
    for (const int channels : {1, 2, 3}) {
      const Grid any{{1, channels, 4000 / channels}};
      const auto part = std::span(elements).first(any.size() * 8);
      CHECK_FALSE(encode_lapped(ElementType::float64, any, part, 1e-3));
    }
  }
  const std::vector<std::byte> nothing =
      elements_of(ElementType::float64, std::vector<double>(200, std::numeric_limits<double>::quiet_NaN()));
  CHECK_FALSE(encode_lapped(ElementType::float64, grid, nothing, 1));
}

TEST_CASE("only series of some length suit") {
  CHECK(suits_lapped_transform({{1, 1, 64}}));
  CHECK(suits_lapped_transform({{1, 72, 2048}}));
  CHECK_FALSE(suits_lapped_transform({{1, 1, 63}}));
  CHECK_FALSE(suits_lapped_transform({{2, 1, 4096}}));
  CHECK_FALSE(suits_lapped_transform({{1, 512, 512}}));
}

TEST_CASE("a channel that follows from others costs little") {
  const Grid one{{1, 1, 8000}}, two{{1, 2, 8000}}, three{{1, 3, 8000}};
  std::mt19937 random(5);
  std::vector<double> noise(16000);
  for (double& value : noise) value = static_cast<double>(random() % 1000);
  const std::vector<double> single(noise.begin(), noise.begin() + 8000);
  std::vector<double> opposite = single, sum = noise;
  for (size_t i = 0; i < 8000; ++i) opposite.push_back(500 - 0.7 * single[i]);
  for (size_t i = 0; i < 8000; ++i) sum.push_back(noise[i] - noise[8000 + i]);
  const size_t alone = encoded_bytes(one, single, 20), both = encoded_bytes(two, noise, 20);
  CHECK(encoded_bytes(two, opposite, 20) < alone * 6 / 5);
  CHECK(encoded_bytes(three, sum, 20) < both * 6 / 5);
}

TEST_CASE("two channels that are mixed in proportions that change along time cost little more than one") {
  constexpr int kLength = 40 << kRotationSpanLog2;
  std::mt19937 random(8);
  std::vector<double> single(kLength), both(2 * kLength);
  for (int i = 0; i < kLength; ++i) {
    single[i] = static_cast<double>(random() % 1000) - 500;
    both[i] = single[i] * std::cos(i * 1e-4);
    both[kLength + i] = single[i] * std::sin(i * 1e-4);
  }
  CHECK(encoded_bytes({{1, 2, kLength}}, both, 20) < encoded_bytes({{1, 1, kLength}}, single, 20) * 5 / 4);
  std::vector<double> lines = both;
  for (double& value : lines) value /= 20;
  const std::vector<std::vector<ChannelRotation>> rotations = promising_rotations(lines, 2, kRotationSpanLog2);
  REQUIRE(rotations.size() == 2);
  REQUIRE(rotations[1].size() == 1);
  CHECK(rotations[1][0].changes.size() == changes_of(kLength));
  std::vector<double> turned = lines;
  rotate_channels(rotations[1], kLength, turned.data());
  CHECK(squared_error(turned, lines) > 1e5);
  rotate_channels_back(rotations[1], kLength, turned.data());
  CHECK(squared_error(turned, lines) < 1e-15);
}

TEST_CASE("rotations of channels turn back") {
  std::mt19937 random(3);
  std::vector<double> values(5 * 400);
  for (double& value : values) value = static_cast<double>(random() % 1000);
  for (size_t i = 0; i < 400; ++i) values[800 + i] = values[i] + values[400 + i];
  std::vector<ChannelRotation> rotations = promising_rotations(values, 5, 3)[0];
  REQUIRE_FALSE(rotations.empty());
  std::vector<double> turned = values;
  rotate_channels(rotations, 400, turned.data());
  CHECK(squared_error(turned, values) > 1e6);
  rotate_channels_back(rotations, 400, turned.data());
  CHECK(squared_error(turned, values) < 1e-15);
}

TEST_CASE("blocks are long for tones, and short around a click") {
  const std::vector<double> tone =
      line_of(4096, [](double i) { return 0.02 * i * (1 - i / 4096) * std::sin(0.3 * i); });
  CHECK(choose_block_lengths(tone, 12).log2_lengths.size() < 4);
  const std::vector<double> click =
      line_of(4096, [](double i) { return i < 2000 ? 0 : 500 * std::sin(i) / (i - 1990); });
  const std::vector<uint8_t> blocks = choose_block_lengths(click, 12).log2_lengths;
  CHECK(*std::min_element(blocks.begin(), blocks.end()) <= 6);
  CHECK(blocks.size() < 40);
}

TEST_CASE("block lengths of any tree come back") {
  std::mt19937 random(4);
  std::vector<uint8_t> wanted;
  const auto grow = [&](auto&& self, int log2) -> void {
    if (log2 > kLeastBlockLog2 && random() % 3 == 0) {
      self(self, log2 - 1);
      self(self, log2 - 1);
    } else {
      wanted.push_back(static_cast<uint8_t>(log2));
    }
  };
  for (int frame = 0; frame < 50; ++frame) grow(grow, 11);
  const auto code = [&](auto& coder) {
    BlockLengthCoder lengths(coder);
    std::vector<uint8_t> found;
    const uint8_t* next = wanted.data();
    for (int frame = 0; frame < 50; ++frame) lengths.code(11, next, found);
    return found;
  };
  SymbolWriter writer;
  CHECK(code(writer) == wanted);
  const std::vector<std::byte> stream = writer.finish();
  SymbolReader reader(stream);
  CHECK(code(reader) == wanted);
}
