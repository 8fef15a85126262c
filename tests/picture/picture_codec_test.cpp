// Encoder and decoder together, from samples to payload and back.
#include "picture/picture_codec.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "for_each_target.h"
#include "picture/syntax/payload.h"
#include "picture/synthetic_picture.h"

using namespace laq;
using namespace laq::picture;
using namespace laq::test;

namespace {

EncodeOptions options_of(float quality, int effort = 1, Tune tune = Tune::perceptual, int threads = 1) {
  EncodeOptions options;
  options.quality = quality;
  options.effort = effort;
  options.tune = tune;
  options.threads = threads;
  return options;
}

std::vector<std::byte> encoded(const Picture& picture, const EncodeOptions& options) {
  const auto payload = encode_picture(picture.view(), options);
  REQUIRE(payload.ok());
  return *payload;
}

Picture decoded(std::span<const std::byte> payload, int threads = 1) {
  DecodeOptions options;
  options.threads = threads;
  auto picture = decode_picture(payload, options);
  REQUIRE_MESSAGE(picture.ok(), (picture.ok() ? std::string() : picture.error().message));
  return *picture;
}

bool same_kind(const Picture& a, const Picture& b) {
  return a.width == b.width && a.height == b.height && a.channels == b.channels && a.depth == b.depth &&
         a.samples.size() == b.samples.size();
}

// The quality that content reaches at quality 100 at least, in dB: samples of many bits are coded with 12.
double least_psnr_at_best(Content content, int depth) {
  return content == Content::noise ? 40 : depth < 8 ? 45 : 50;
}

}  // namespace

TEST_CASE("pictures of every shape, kind and content come back close to what they were") {
  std::mt19937 random(1);
  const auto next = [&](int range) { return static_cast<int>(random() % static_cast<unsigned>(range)); };
  const std::pair<int, int> shapes[] = {{1, 1},   {1, 37}, {150, 1}, {2, 2},   {8, 8},   {9, 7},  {63, 5},
                                        {64, 64}, {65, 3}, {17, 66}, {200, 9}, {31, 33}, {4, 130}};
  for (const auto& shape : shapes) {
    const int width = shape.first, height = shape.second;
    for (int i = 0; i < 6; ++i) {
      const Content content = kContents[next(std::size(kContents))];
      const int channels = 1 + next(4), depth = 1 + next(16), effort = 1 + next(4);
      const Tune tune = next(2) ? Tune::psnr : Tune::perceptual;
      EncodeOptions options = options_of(i < 2 ? 100.0f : static_cast<float>(next(101)), effort, tune);
      options.adaptive_quantization = next(4) != 0;
      const Picture picture =
          make_picture(content, static_cast<uint32_t>(width), static_cast<uint32_t>(height), channels, depth, random());
      CAPTURE(width);
      CAPTURE(height);
      CAPTURE(channels);
      CAPTURE(depth);
      CAPTURE(options.quality);
      CAPTURE(effort);
      CAPTURE(static_cast<int>(content));
      const std::vector<std::byte> payload = encoded(picture, options);
      const Picture again = decoded(payload);
      REQUIRE(same_kind(picture, again));
      const double psnr = psnr_of(picture, again);
      CHECK(psnr >= (options.quality == 100 ? least_psnr_at_best(content, depth) : 5));
      const auto max_sample = (1u << depth) - 1;
      bool in_range = true;
      for (size_t s = 0; s < again.samples.size() / again.sample_bytes(); ++s)
        in_range = in_range && sample_of(again, s) <= max_sample;
      CHECK(in_range);
      const auto info = inspect_picture(payload);
      REQUIRE(info.ok());
      CHECK(info->width == picture.width);
      CHECK(info->height == picture.height);
      CHECK(info->channels == channels);
      CHECK(info->depth == depth);
      CHECK(info->quality == doctest::Approx(options.quality).epsilon(0.001));
      CHECK(info->tune == tune);
    }
  }
}

TEST_CASE("every effort encodes every kind of picture, tuned for either measure") {
  for (int effort = 1; effort <= 9; ++effort) {
    for (const int channels : {1 + effort % 4, 1 + (effort + 2) % 4}) {
      const Picture picture = make_picture(Content::edges, 90, 70, channels, 8);
      for (const Tune tune : {Tune::psnr, Tune::perceptual}) {
        const std::vector<std::byte> payload = encoded(picture, options_of(85, effort, tune));
        CAPTURE(effort);
        CAPTURE(channels);
        CHECK(psnr_of(picture, decoded(payload)) > 25);
        CHECK(payload.size() < picture.samples.size() * 3 / 4);
      }
    }
  }
}

TEST_CASE("a flat picture costs a few bytes and comes back within a level") {
  for (const int channels : {1, 2, 3, 4}) {
    const Picture picture = make_picture(Content::flat, 200, 150, channels, 8);
    for (const float quality : {0.0f, 50.0f, 100.0f}) {
      const std::vector<std::byte> payload = encoded(picture, options_of(quality));
      const Picture again = decoded(payload);
      CAPTURE(quality);
      CAPTURE(channels);
      CHECK(payload.size() < 400);
      // Coarse steps of low qualities show on flat areas too.
      CHECK(psnr_of(picture, again) > (quality == 100 ? 48 : quality == 50 ? 30 : 20));
    }
  }
}

TEST_CASE("quality raises PSNR and bytes, over several pictures") {
  constexpr Content kPictures[] = {Content::gradient, Content::edges, Content::texture};
  for (const Tune tune : {Tune::psnr, Tune::perceptual}) {
    for (const int channels : {1, 3}) {
      double psnr_before = 0;
      size_t bytes_before = 0;
      for (const float quality : {0.0f, 25.0f, 50.0f, 75.0f, 99.0f}) {
        double psnr = 0;
        size_t bytes = 0;
        for (const Content content : kPictures) {
          const Picture picture = make_picture(content, 120, 90, channels, 8);
          const std::vector<std::byte> payload = encoded(picture, options_of(quality, 2, tune));
          psnr += std::min(psnr_of(picture, decoded(payload)), 80.0) / std::size(kPictures);
          bytes += payload.size();
        }
        CAPTURE(quality);
        CHECK(psnr > psnr_before);
        CHECK(bytes > bytes_before);
        psnr_before = psnr;
        bytes_before = bytes;
      }
    }
  }
}

TEST_CASE("sparse detail on dark, smooth ground survives at every effort") {
  // Dots of a few samples, about 30 samples from each other, on a slope with grain: their squared error is little
  // beside the number of samples around them.
  constexpr uint32_t kSide = 192;
  constexpr int kContrast = 40;
  std::mt19937 random(1);
  Picture picture;
  picture.width = picture.height = kSide;
  picture.channels = 1;
  picture.samples.resize(size_t{kSide} * kSide);
  for (uint32_t y = 0; y < kSide; ++y) {
    for (uint32_t x = 0; x < kSide; ++x) set_sample(picture, y * kSide + x, 12 + (3 * x + y) / 16 + random() % 9);
  }
  const Picture ground = picture;
  std::vector<size_t> centres;
  for (uint32_t y = 6; y < 170; y += 29) {
    for (uint32_t x = 4; x < 170; x += 31) centres.push_back((y + random() % 17) * kSide + x + random() % 17);
  }
  for (const size_t centre : centres) {
    for (int v = -1; v <= 1; ++v) {
      for (int u = -1; u <= 1; ++u) {
        const size_t sample = centre + static_cast<size_t>(v * static_cast<int>(kSide) + u);
        set_sample(picture, sample, sample_of(ground, sample) + kContrast * (4 - u * u - v * v) / 4);
      }
    }
  }
  for (int effort = 1; effort <= 9; ++effort) {
    CAPTURE(effort);
    const Picture again = decoded(encoded(picture, options_of(44, effort)));
    double kept = 0;
    for (const size_t centre : centres) {
      kept += (static_cast<double>(sample_of(again, centre)) - sample_of(ground, centre)) / kContrast;
    }
    CHECK(kept > 0.6 * static_cast<double>(centres.size()));
  }
}

TEST_CASE("at quality 100 no sample of smooth content is off by more than two levels") {
  for (const int depth : {8, 10, 12}) {
    for (const Content content : {Content::flat, Content::gradient}) {
      const Picture picture = make_picture(content, 100, 80, 1, depth);
      const Picture again = decoded(encoded(picture, options_of(100, 3, Tune::psnr)));
      uint32_t worst = 0;
      for (size_t i = 0; i < picture.samples.size() / picture.sample_bytes(); ++i) {
        const uint32_t a = sample_of(picture, i), b = sample_of(again, i);
        worst = std::max(worst, a > b ? a - b : b - a);
      }
      CAPTURE(depth);
      CHECK(worst <= 2u << (depth - 8));
    }
  }
}

TEST_CASE("neither bytes nor samples depend on the number of threads, with tiles and without") {
  // More than 768 x 768 samples are cut into tiles.
  const Picture pictures[] = {make_picture(Content::texture, 1210, 500, 4, 8),
                              make_picture(Content::texture, 130, 100, 2, 12)};
  for (const Picture& picture : pictures) {
    const std::vector<std::byte> payload = encoded(picture, options_of(30, 1, Tune::perceptual, 1));
    const auto parsed = read_payload(payload);
    REQUIRE(parsed.ok());
    CHECK((parsed->tiles.size() > 2) == (picture.width > 1000));
    const Picture again = decoded(payload, 1);
    CHECK(psnr_of(picture, again) > 20);
    for (const int threads : {2, 5}) {
      CAPTURE(threads);
      CHECK(encoded(picture, options_of(30, 1, Tune::perceptual, threads)) == payload);
      CHECK(decoded(payload, threads).samples == again.samples);
    }
  }
}

TEST_CASE("a tile does not see its neighbours: damage stays inside of it but for the loop filter's reach") {
  const Picture picture = make_picture(Content::texture, 1210, 500, 1, 8);
  const std::vector<std::byte> payload = encoded(picture, options_of(30));
  auto parsed = read_payload(payload);
  REQUIRE(parsed.ok());
  const PictureHeader& header = parsed->header;
  REQUIRE(header.tile_columns() == 2);
  std::vector<std::vector<std::byte>> presets, tiles;
  for (const auto& piece : parsed->presets) presets.emplace_back(piece.begin(), piece.end());
  for (const auto& piece : parsed->tiles) tiles.emplace_back(piece.begin(), piece.end());
  tiles[1].assign(20, std::byte{0x35});
  const Picture whole = decoded(payload);
  DecodeOptions options;
  const auto damaged = decode_picture(write_payload(header, presets, tiles), options);
  if (!damaged) {
    CHECK(damaged.error().code == ErrorCode::corrupt);
    return;
  }
  const uint32_t reach = 20, border = header.tile_width * static_cast<uint32_t>(kSuperblockSize);
  bool left_same = true, right_same = true;
  for (uint32_t y = 0; y < picture.height; ++y) {
    for (uint32_t x = 0; x < picture.width; ++x) {
      const bool same = sample_of(whole, y * picture.width + x) == sample_of(*damaged, y * picture.width + x);
      if (x + reach < border) left_same = left_same && same;
      if (x >= border) right_same = right_same && same;
    }
  }
  CHECK(left_same);
  CHECK(!right_same);
}

TEST_CASE("the border between two tiles does not show in a dark gradient") {
  std::mt19937 random(0);
  Picture picture = Picture{1024, 640, 1, 8, {}, {}};
  picture.samples.resize(size_t{1024} * 640);
  for (size_t i = 0; i < picture.samples.size(); ++i) {
    const size_t x = i % 1024, y = i / 1024;
    picture.samples[i] = static_cast<std::byte>(20 + x / 40 + y / 50 + random() % 5);
  }
  const std::vector<std::byte> payload = encoded(picture, options_of(30, 3));
  REQUIRE(read_payload(payload)->header.tile_width * kSuperblockSize == 512);
  const Picture again = decoded(payload);
  const auto mean_step = [&](size_t x) {
    double sum = 0;
    for (size_t row = 0; row < again.samples.size(); row += 1024) {
      sum += std::abs(static_cast<int>(again.samples[row + x]) - static_cast<int>(again.samples[row + x - 1]));
    }
    return sum / 640;
  };
  // A third of a level without deblocking.
  CHECK(mean_step(512) < 0.2);
}

TEST_CASE("the decoder gives the same samples on every SIMD target") {
  std::mt19937 random(4);
  for (const Content content : kContents) {
    for (const auto& [channels, depth] : {std::pair{3, 8}, {1, 12}, {4, 16}, {2, 1}}) {
      const Picture picture = make_picture(content, 90 + random() % 20, 70, channels, depth);
      for (const float quality : {15.0f, 85.0f}) {
        const std::vector<std::byte> payload = encoded(picture, options_of(quality, 2));
        const Picture expected = decoded(payload);
        for_each_target([&] { CHECK(decoded(payload).samples == expected.samples); });
      }
    }
  }
}

TEST_CASE("rows of the caller may be far apart") {
  const Picture picture = make_picture(Content::texture, 37, 21, 3, 10);
  const size_t row_bytes = picture.row_bytes() + 26;
  std::vector<std::byte> spread(row_bytes * picture.height, std::byte{0xee});
  for (uint32_t y = 0; y < picture.height; ++y) {
    std::copy_n(picture.samples.begin() + static_cast<ptrdiff_t>(y * picture.row_bytes()), picture.row_bytes(),
                spread.begin() + static_cast<ptrdiff_t>(y * row_bytes));
  }
  PictureView view = picture.view();
  view.samples = spread.data();
  view.row_bytes = row_bytes;
  const auto payload = encode_picture(view, options_of(70));
  REQUIRE(payload.ok());
  CHECK(*payload == encoded(picture, options_of(70)));
}

TEST_CASE("progress rises to the end, and saying no cancels") {
  const Picture picture = make_picture(Content::texture, 300, 300, 4, 8);
  EncodeOptions options = options_of(50);
  options.threads = 2;
  std::vector<float> reports;
  options.progress = [&](float done) {
    reports.push_back(done);
    return true;
  };
  CHECK(encode_picture(picture.view(), options).ok());
  REQUIRE(!reports.empty());
  CHECK(std::is_sorted(reports.begin(), reports.end()));
  CHECK(reports.back() == doctest::Approx(1));
  options.progress = [](float) { return false; };
  const auto cancelled = encode_picture(picture.view(), options);
  REQUIRE(!cancelled.ok());
  CHECK(cancelled.error().code == ErrorCode::cancelled);
}

TEST_CASE("smooth pictures of many bits get better with quality as long as steps become finer") {
  // Its slope changes at the borders of blocks, so 64-point transforms lose what they do not keep.
  Picture dome{128, 128, 1, 16, {}, {}};
  dome.samples.resize(dome.row_bytes() * dome.height);
  for (int y = 0; y < 128; ++y) {
    for (int x = 0; x < 128; ++x) {
      const int height = 60000 - 5 * (x - 50) * (x - 50) - 4 * (y - 70) * (y - 70);
      set_sample(dome, static_cast<size_t>(y) * 128 + x, static_cast<uint32_t>(height));
    }
  }
  for (const int effort : {3, 5}) {
    double last = 1e9;
    for (const float quality : {80.0f, 90.0f, 93.0f, 96.0f}) {
      const Picture again = decoded(encoded(dome, options_of(quality, effort)));
      double error = 0;
      for (size_t i = 0; i < size_t{128} * 128; ++i) {
        const double difference = static_cast<double>(sample_of(dome, i)) - static_cast<double>(sample_of(again, i));
        error += difference * difference;
      }
      CAPTURE(effort);
      CAPTURE(quality);
      CHECK(error < 0.8 * last);
      last = error;
    }
  }
}

TEST_CASE("encoding again and again keeps the mean") {
  Picture picture = make_picture(Content::noise, 64, 64, 3, 8);
  for (std::byte& sample : picture.samples) sample = static_cast<std::byte>(96 + (std::to_integer<int>(sample) >> 2));
  const auto mean = [](const Picture& p) {
    double sum = 0;
    for (const std::byte sample : p.samples) sum += std::to_integer<int>(sample);
    return sum / static_cast<double>(p.samples.size());
  };
  const double before = mean(picture);
  for (int generation = 0; generation < 6; ++generation) picture = decoded(encoded(picture, options_of(95)));
  CHECK(std::abs(mean(picture) - before) < 0.2);
}
