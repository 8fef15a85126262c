// Searches for a size and for a score: the target is met, with few encodes, and what cannot be met is said.
#include "api/quality_search.h"

#include <cmath>
#include <string>

#include <doctest/doctest.h>
#include <laq/metrics.hpp>

#include "api/test_picture.h"

namespace laq {
namespace {

// An encoder whose files have size(quality) bytes, and that counts its calls.
struct PretendedEncoder {
  std::function<double(float)> size;
  int calls = 0;

  EncodeAtQuality function() {
    return [this](float quality, const std::function<bool(float)>& progress) -> Result<std::vector<std::byte>> {
      ++calls;
      if (progress && !progress(0.5f)) return Error{ErrorCode::cancelled, "cancelled"};
      return std::vector<std::byte>(static_cast<size_t>(size(quality)));
    };
  }
};

TEST_CASE("the largest quality that fits is found for sizes of many shapes") {
  const std::vector<std::function<double(float)>> shapes = {
      [](float q) { return 1000 * std::exp(0.04 * q); },
      [](float q) { return 1000 + 100 * q; },
      [](float q) { return 500 + 100000 / (101.5 - q); },
      [](float q) { return q < 60 ? 2000 + q : 40000 + q; },
      [](float q) { return 1000 * std::exp(0.035 * std::floor(q / 2) * 2); },
  };
  for (size_t i = 0; i < shapes.size(); ++i) {
    for (const double share : {0.0, 0.01, 0.2, 0.5, 0.9, 0.999}) {
      CAPTURE(i);
      CAPTURE(share);
      const double low = shapes[i](0), high = shapes[i](100);
      const auto target = static_cast<uint64_t>(low + share * (high - low));
      PretendedEncoder encoder{shapes[i]};
      const auto file = encode_to_size(encoder.function(), target, nullptr);
      REQUIRE(file.ok());
      CHECK(file->size() <= target);
      CHECK(encoder.calls <= 12);
      // No quality that is clearly higher would have fitted.
      float found = 0;
      while (found < 100 && static_cast<size_t>(shapes[i](found)) <= file->size()) found += 0.01f;
      if (found < 100)
        CHECK(static_cast<double>(shapes[i](std::min(100.0f, found + 2.5f))) > 0.99 * static_cast<double>(target));
    }
  }
}

TEST_CASE("a size that nothing reaches is refused with the smallest that there is") {
  PretendedEncoder encoder{[](float q) { return 1234 + q; }};
  const auto file = encode_to_size(encoder.function(), 1233, nullptr);
  REQUIRE_FALSE(file.ok());
  CHECK(file.error().code == ErrorCode::limit_exceeded);
  CHECK(file.error().message.find("1234 bytes") != std::string::npos);
}

TEST_CASE("a generous size gives quality 100") {
  PretendedEncoder encoder{[](float q) { return 1000 + q; }};
  const auto file = encode_to_size(encoder.function(), 1u << 30, nullptr);
  REQUIRE(file.ok());
  CHECK(file->size() == 1100);
  CHECK(encoder.calls <= 3);
}

TEST_CASE("progress covers the whole search and rises to 1") {
  PretendedEncoder encoder{[](float q) { return 1000 * std::exp(0.04 * q); }};
  float last = 0;
  bool rises = true;
  const auto file = encode_to_size(encoder.function(), 7000, [&](float done) {
    rises = rises && done >= last && done <= 1;
    last = done;
    return true;
  });
  REQUIRE(file.ok());
  CHECK(rises);
  CHECK(last == 1);
}

TEST_CASE("a file of a wanted size is not larger, close to it, and names what else is impossible") {
  const Picture picture = test_picture(160, 120);
  const auto low = encode(picture.view(), {.quality = 0}), high = encode(picture.view(), {.quality = 95});
  REQUIRE(low.ok());
  REQUIRE(high.ok());
  REQUIRE(low->size() < high->size());
  for (const size_t target : {low->size(), (low->size() + high->size()) / 3, high->size()}) {
    const auto file = encode(picture.view(), {.target = {TargetKind::bytes, static_cast<double>(target)}});
    REQUIRE_MESSAGE(file.ok(), file.error().message);
    CHECK(file->size() <= target);
    CHECK(static_cast<double>(file->size()) > 0.8 * static_cast<double>(target));
    CHECK(decode(*file).ok());
  }
  const auto refused = encode(picture.view(), {.target = {TargetKind::bytes, 40}});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::limit_exceeded);
  CHECK(refused.error().message.find("the target is 40 bytes") == 0);
}

TEST_CASE("metadata counts towards a wanted size") {
  Picture picture = test_picture(64, 64);
  for (int i = 0; i < 400; ++i) picture.metadata.exif.push_back(static_cast<std::byte>(i * i * 31 >> 3));
  const auto file = encode(picture.view(), {.target = {TargetKind::bytes, 900}});
  REQUIRE_MESSAGE(file.ok(), file.error().message);
  CHECK(file->size() <= 900);
  CHECK(decode(*file)->metadata.exif == picture.metadata.exif);
}

// A file that reaches the target, and what it reaches.
double reached(const Picture& picture, const Target& target, size_t& size) {
  const auto file = encode(picture.view(), {.target = target});
  REQUIRE_MESSAGE(file.ok(), file.error().message);
  size = file->size();
  const Result<Picture> decoded = decode(*file);
  REQUIRE(decoded.ok());
  switch (target.kind) {
    case TargetKind::psnr:
      return psnr(picture.view(), decoded->view())->rgb;
    case TargetKind::butteraugli:
      return butteraugli(picture.view(), decoded->view())->norm3;
    default:
      return Ssimulacra2::of(picture.view())->score(decoded->view()).value();
  }
}

TEST_CASE("a wanted score is met, by more bytes where it is better") {
  const Picture picture = test_picture(192, 160);
  // The picture is so small that a change of one mode moves its scores: a few times the tolerance.
  struct Case {
    TargetKind kind;
    std::vector<double> targets;  // from bad to good
    double tolerance;             // of the score, or of its ratio
  };
  std::vector<Case> cases = {{TargetKind::ssimulacra2, {45, 65, 85}, 1}, {TargetKind::psnr, {30, 35, 40}, 0.15}};
  if (has_butteraugli()) cases.push_back({TargetKind::butteraugli, {3, 1.5, 0.7}, 0.05});
  for (const Case& c : cases) {
    size_t size = 0, last_size = 0;
    for (const double target : c.targets) {
      CAPTURE(target);
      const double score = reached(picture, {c.kind, target}, size);
      CHECK(std::abs(score - target) <= c.tolerance * (c.kind == TargetKind::butteraugli ? target : 1));
      CHECK(size > last_size);
      last_size = size;
    }
  }
}

TEST_CASE("a score out of reach is refused with the best that there is") {
  PretendedEncoder encoder{[](float q) { return 1000 + q; }};
  const ScoreFile score = [](std::span<const std::byte> f) -> Result<double> {
    return (double(f.size()) - 1000) * 0.9;
  };
  const auto file = encode_to_score(encoder.function(), score, {TargetKind::ssimulacra2, 95}, nullptr);
  REQUIRE_FALSE(file.ok());
  CHECK(file.error().code == ErrorCode::invalid_argument);
  CHECK(file.error().message == "the target ssimulacra2 is 95.000, the best that this picture reaches is 90.000");
}

TEST_CASE("scores of many shapes are met in few encodes") {
  const std::vector<std::function<double(double)>> shapes = {
      [](double q) { return q; },
      [](double q) { return 100 - 60 * std::exp(-q / 30); },
      [](double q) { return q < 50 ? 0.4 * q : 20 + 1.6 * (q - 50); },
      [](double q) { return -20 + 1.2 * q; },
  };
  for (size_t i = 0; i < shapes.size(); ++i) {
    for (const double share : {0.02, 0.3, 0.7, 0.98}) {
      CAPTURE(i);
      CAPTURE(share);
      const double target = std::max(0.5, shapes[i](0) + share * (shapes[i](100) - shapes[i](0)));
      PretendedEncoder encoder{[](float q) { return 1000 * std::lround(q * 100); }};
      const ScoreFile score = [&](std::span<const std::byte> f) -> Result<double> {
        return shapes[i](static_cast<double>(f.size()) / 100000);
      };
      const auto file = encode_to_score(encoder.function(), score, {TargetKind::ssimulacra2, target}, nullptr);
      REQUIRE(file.ok());
      CHECK(std::abs(*score(*file) - target) <= 0.3);
      CHECK(encoder.calls <= 8);
    }
  }
}

}  // namespace
}  // namespace laq
