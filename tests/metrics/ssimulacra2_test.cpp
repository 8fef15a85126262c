#include <cmath>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <laq/metrics.hpp>

#include "for_each_target.h"
#include "metrics/metric_pictures.h"
#include "metrics/png_file.h"

using namespace laq;
using namespace laq::test;

namespace {

double score(const Picture& reference, const Picture& distorted) {
  return Ssimulacra2::of(reference.view())->score(distorted.view()).value();
}

}  // namespace

TEST_CASE("SSIMULACRA 2 agrees with the tool of libjxl 0.13 on photographs") {
  std::ifstream table(kSharedFolder + "/metrics/reference.csv");
  if (!table) {
    MESSAGE("skipped: there is no " << kSharedFolder);
    return;
  }
  std::string line;
  std::getline(table, line);
  int rows = 0;
  for (; std::getline(table, line); ++rows) {
    std::istringstream fields(line);
    std::string reference, distorted, expected;
    std::getline(fields, reference, ',');
    std::getline(fields, distorted, ',');
    std::getline(fields, expected, ',');
    CAPTURE(distorted);
    const double got = score(read_png(kSharedFolder + '/' + reference), read_png(kSharedFolder + '/' + distorted));
    CHECK(std::abs(got - std::stod(expected)) < 0.01);
  }
  CHECK(rows == 18);
}

// Of metric_pairs(), by tools/ssimulacra2 of libjxl 0.13 at its commit aea3a06e281f (August 2026), built with Little
// CMS.
TEST_CASE("SSIMULACRA 2 agrees with the tool of libjxl 0.13 whatever the channels, depths, sizes and profiles") {
  const std::vector<double> expected = {92.84234753,  92.87064946, 13.99136490, 42.44420937, -57.58204704, -61.47565373,
                                        -54.43797240, 13.87020143, 42.31022688, 13.97444052, 92.60390170,  90.39895155,
                                        90.77571298,  63.91165399, 10.13288935, 38.07553330, 10.77979148,  92.84737118};
  const std::vector<MetricPair> pairs = metric_pairs();
  REQUIRE(pairs.size() == expected.size());
  for (size_t i = 0; i < pairs.size(); ++i) {
    const Result<Ssimulacra2> metric = Ssimulacra2::of(pairs[i].reference.view());
    CAPTURE(pairs[i].name);
    if (!metric && metric.error().code == ErrorCode::unsupported) {
      MESSAGE("skipped: " << metric.error().message);
      continue;
    }
    REQUIRE(metric);
    const Result<double> got = metric->score(pairs[i].distorted.view());
    REQUIRE(got);
    CHECK(std::abs(*got - expected[i]) < 1e-4);
  }
}

TEST_CASE("SSIMULACRA 2 does not depend on the SIMD target") {
  for (const int channels : {1, 2, 3, 4}) {
    for (const int depth : {8, 16}) {
      CAPTURE(channels);
      CAPTURE(depth);
      const Picture picture = metric_picture(139, 70, channels, depth), coarse = coarser(picture, 8);
      const double expected = score(picture, coarse);
      for_each_target([&] { CHECK(std::abs(score(picture, coarse) - expected) < 1e-4); });
    }
  }
}

TEST_CASE("SSIMULACRA 2 takes a profile of sRGB for no profile, with or without Little CMS") {
  const Picture picture = metric_picture(40, 40, 3), coarse = coarser(picture, 8);
  Picture with_profile = picture;
  with_profile.metadata.icc = srgb_profile();
  CHECK(score(with_profile, coarse) == score(picture, coarse));
}

TEST_CASE("SSIMULACRA 2 compares the light, not the samples") {
  const Picture picture = metric_picture(40, 40, 3);
  Picture other_light = picture;
  other_light.metadata.icc = gamma_profile(false, 2.2);
  const Result<Ssimulacra2> metric = Ssimulacra2::of(other_light.view());
  if (!metric) {
    CHECK(metric.error().code == ErrorCode::unsupported);
    CHECK(metric.error().message.find("Little CMS") != std::string::npos);
    return;
  }
  CHECK(metric->score(other_light.view()).value() == 100);
  CHECK(metric->score(picture.view()).value() < 95);
}

TEST_CASE("SSIMULACRA 2 refuses profiles that do not fit the picture, and names the picture") {
  const auto refused = [](int channels, std::vector<std::byte> icc) {
    Picture picture = metric_picture(20, 20, channels);
    const Result<Ssimulacra2> metric = Ssimulacra2::of(picture.view());
    picture.metadata.icc = std::move(icc);
    const Result<double> as_distorted = metric->score(picture.view());
    REQUIRE(!as_distorted);
    CHECK(as_distorted.error().message.starts_with("distorted: "));
    const Result<Ssimulacra2> as_reference = Ssimulacra2::of(picture.view());
    REQUIRE(!as_reference);
    CHECK(as_reference.error().message.starts_with("reference: "));
    // Without Little CMS, nothing but sRGB is looked at.
    CHECK((as_reference.error().code == ErrorCode::invalid_argument ||
           as_reference.error().code == ErrorCode::unsupported));
  };
  std::vector<std::byte> cut = gamma_profile(false, 2.2);
  cut.resize(cut.size() / 2);
  refused(3, cut);
  refused(1, std::vector<std::byte>(5));
  refused(3, gamma_profile(true, 2.2));
  refused(2, gamma_profile(false, 2.2));
}

TEST_CASE("SSIMULACRA 2 survives damaged profiles") {
  const Picture picture = metric_picture(12, 9, 3), gray = metric_picture(12, 9, 1);
  const Result<Ssimulacra2> metric = Ssimulacra2::of(picture.view());
  uint32_t random = 1;
  const auto next = [&](uint32_t end) {
    random = random * 1664525 + 1013904223;
    return (random >> 8) % end;
  };
  for (int round = 0; round < 400; ++round) {
    Picture damaged = round % 4 == 0 ? gray : picture;
    std::vector<std::byte>& icc = damaged.metadata.icc;
    icc = gamma_profile(round % 4 == 0, 1.8);
    for (uint32_t change = 0; change <= next(4); ++change) {
      const auto size = static_cast<uint32_t>(icc.size());
      icc[next(2) == 0 ? next(size) : 128 + next(size - 128)] = static_cast<std::byte>(next(256));
    }
    const Result<double> got = metric->score(damaged.view());
    CHECK((!got || std::isfinite(*got)));
  }
}

TEST_CASE("SSIMULACRA 2 of equal pictures is 100, and falls as they get coarser") {
  for (const int channels : {1, 2, 3, 4}) {
    CAPTURE(channels);
    const Picture picture = metric_picture(67, 45, channels);
    const Result<Ssimulacra2> metric = Ssimulacra2::of(picture.view());
    CHECK(metric->score(picture.view()).value() == 100);
    double last = 100;
    for (const int step : {4, 16, 64}) {
      const double now = metric->score(coarser(picture, step).view()).value();
      CHECK(now < last);
      last = now;
    }
    CHECK(last < 80);
  }
}

TEST_CASE("SSIMULACRA 2 of a gray picture is that of the same picture in RGB") {
  const Picture gray = metric_picture(80, 61, 1), coarse_gray = coarser(gray, 16);
  const auto in_rgb = [](const Picture& picture) {
    Picture rgb{picture.width, picture.height, 3, 8, {}, {}};
    for (const std::byte sample : picture.samples) rgb.samples.insert(rgb.samples.end(), 3, sample);
    return rgb;
  };
  CHECK(score(gray, coarse_gray) == score(in_rgb(gray), in_rgb(coarse_gray)));
}

TEST_CASE("SSIMULACRA 2 looks at values, not at bit depth or row distance") {
  const Picture picture = metric_picture(50, 40, 3), coarse = coarser(picture, 16);
  const auto deeper = [](const Picture& p) {
    Picture deep{p.width, p.height, p.channels, 16, std::vector<std::byte>(2 * p.samples.size()), {}};
    for (size_t i = 0; i < p.samples.size(); ++i) {
      reinterpret_cast<uint16_t*>(deep.samples.data())[i] =
          static_cast<uint16_t>(std::to_integer<int>(p.samples[i]) * 257);
    }
    return deep;
  };
  const double expected = score(picture, coarse);
  CHECK(std::abs(score(deeper(picture), coarse) - expected) < 0.1);
  CHECK(std::abs(score(picture, deeper(coarse)) - expected) < 0.1);

  std::vector<std::byte> wide(size_t{200} * 40);
  for (size_t y = 0; y < 40; ++y) std::copy_n(&coarse.samples[y * 150], 150, &wide[y * 200]);
  const Result<Ssimulacra2> metric = Ssimulacra2::of(picture.view());
  CHECK(metric->score({50, 40, 3, 8, wide.data(), 200, nullptr}).value() == expected);
}

TEST_CASE("SSIMULACRA 2 sees transparent samples only as far as they show") {
  Picture a = metric_picture(64, 64, 4);
  for (size_t i = 3; i < a.samples.size(); i += 4) a.samples[i] = std::byte{0};
  Picture b = coarser(a, 64);
  CHECK(score(a, b) == 100);
  for (size_t i = 3; i < a.samples.size(); i += 4) a.samples[i] = b.samples[i] = std::byte{255};
  Picture opaque_a{64, 64, 3, 8, {}, {}}, opaque_b = opaque_a;
  for (size_t i = 0; i < a.samples.size(); ++i) {
    if (i % 4 == 3) continue;
    opaque_a.samples.push_back(a.samples[i]);
    opaque_b.samples.push_back(b.samples[i]);
  }
  CHECK(score(a, b) == score(opaque_a, opaque_b));
}

TEST_CASE("SSIMULACRA 2 scores pictures of any size, and refuses pairs of different size") {
  for (const uint32_t width : {1, 7, 8, 9, 16, 33}) {
    for (const uint32_t height : {1, 8, 15, 17}) {
      CAPTURE(width);
      CAPTURE(height);
      const Picture picture = metric_picture(width, height, 3);
      CHECK(score(picture, picture) == 100);
      const double coarse = score(picture, coarser(picture, 64));
      CHECK(coarse < 99);
    }
  }
  const Picture picture = metric_picture(16, 16, 3), higher = metric_picture(16, 17, 3);
  const Result<double> refused = Ssimulacra2::of(picture.view())->score(higher.view());
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
}
