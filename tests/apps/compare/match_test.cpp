// Pictures of codecs matched by bytes and by score, and the visual comparisons that are made of them.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "compare/measure/match.h"
#include "compare/measure/visual_comparison.h"
#include "compare/measure/worst_places.h"
#include "sample_codecs.h"
#include "sample_pictures.h"

using namespace laq::compare;
using laq::Picture;
using laq::Result;

namespace {

// A codec whose curves are known: noise of amplitude `quality` on the picture, in 20000 / quality bytes.
class NoiseCodec final : public Codec {
 public:
  NoiseCodec(const Picture& picture, std::optional<double> step) : Codec("noise"), picture_(picture), step_(step) {}
  std::string version() const override { return "noise 1.0"; }
  std::vector<double> default_qualities() const override { return {16, 8, 4, 2}; }
  std::optional<QualityScale> quality_scale() const override {
    if (!step_) return std::nullopt;
    return QualityScale{20, 1, *step_};
  }
  Result<Encoded> encode(const Signal&, double quality, int) const override {
    if (step_) REQUIRE((*step_ == 0 || quality == std::round(quality)));
    std::vector<std::byte> file(static_cast<size_t>(20000 / quality));
    std::memcpy(file.data(), &quality, sizeof quality);
    return Encoded{std::move(file), 0.001};
  }
  Result<Decoded> decode(std::span<const std::byte> file, int) const override {
    double amplitude;
    std::memcpy(&amplitude, file.data(), sizeof amplitude);
    Picture picture = picture_;
    for (size_t i = 0; i < picture.samples.size(); ++i) {
      const double noise = static_cast<double>(i * 2654435761u % 65536) / 32768 - 1;
      const double value = std::to_integer<int>(picture.samples[i]) + std::round(amplitude * noise);
      picture.samples[i] = static_cast<std::byte>(std::clamp(value, 0.0, 255.0));
    }
    return Decoded{std::move(picture), 0.001};
  }

 private:
  const Picture& picture_;
  std::optional<double> step_;
};

Original original_of(const std::string& name, const Picture& picture) {
  auto ssimulacra2 = laq::Ssimulacra2::of(picture.view());
  REQUIRE(ssimulacra2.ok());
  return {name, picture, std::move(*ssimulacra2)};
}

}  // namespace

TEST_CASE("the worst places are where a picture was changed, the worst first, and do not overlap") {
  laq::Picture original{256, 192, 3, 8, {}, {}};
  for (size_t i = 0; i < size_t{256} * 192 * 3; ++i)
    original.samples.push_back(static_cast<std::byte>(i * 7 % 97 + 60));
  laq::Picture decoded = original;
  const auto flatten = [&](uint32_t left, uint32_t top, uint32_t side) {
    for (uint32_t y = top; y < top + side; ++y)
      for (uint32_t x = 3 * left; x < 3 * (left + side); ++x)
        decoded.samples[y * decoded.row_bytes() + x] = std::byte{100};
  };
  CHECK(worst_places(original, decoded, 5).empty());
  flatten(16, 8, 24);
  flatten(136, 104, 64);
  const auto places = worst_places(original, decoded, 5);
  REQUIRE(places.size() >= 2);
  CHECK(places[0].left == 136);
  CHECK(places[0].top == 104);
  CHECK(places[0].ssim < 0.5);
  CHECK(places[1].left <= 16);
  CHECK(places[1].ssim > places[0].ssim);
  CHECK(worst_places(original, decoded, 1).size() == 1);
}

TEST_CASE("a codec is matched by bytes and by score, as closely as its steps let it") {
  const Picture picture = testdata("natural.ppm");
  const Original original = original_of("natural", picture);
  const auto points_of = [&](const Codec& codec) {
    std::vector<Point> points;
    for (const double quality : codec.default_qualities()) {
      auto measured = measure_at(codec, original, quality, 1);
      REQUIRE(measured.ok());
      points.push_back(measured->point);
    }
    return points;
  };
  const NoiseCodec smooth(picture, 0), stepped(picture, 1), unknown(picture, std::nullopt);
  const std::vector<Point> points = points_of(smooth);
  for (const double bytes : {1050., 1300., 2345., 5000., 9700., 15000.}) {
    CAPTURE(bytes);
    const auto matched = match(smooth, original, points, MatchKind::bytes, bytes, 1);
    REQUIRE(matched.ok());
    CHECK(std::abs(matched->point.bytes / bytes - 1) <= 0.01);
    CHECK(matched->point.image == original.name);
  }
  REQUIRE(points[3].ssimulacra2 > points[0].ssimulacra2 + 10);
  for (const double share : {0.1, 0.4, 0.8}) {
    CAPTURE(share);
    const double score = points[0].ssimulacra2 + share * (points[3].ssimulacra2 - points[0].ssimulacra2);
    const auto matched = match(smooth, original, points, MatchKind::score, score, 1);
    REQUIRE(matched.ok());
    CHECK(std::abs(matched->point.ssimulacra2 - score) <= 0.3);
    const auto again = original.ssimulacra2->score(matched->decoded.view());
    REQUIRE(again.ok());
    CHECK(*again == matched->point.ssimulacra2);
  }
  // 20000 / 13 = 1538 bytes, 20000 / 14 = 1428; a program asked for whole numbers gets whole numbers.
  for (const Codec* codec : {static_cast<const Codec*>(&stepped), static_cast<const Codec*>(&unknown)}) {
    const auto nearest = match(*codec, original, points, MatchKind::bytes, 1500, 1);
    REQUIRE(nearest.ok());
    CHECK(nearest->point.q == 13);
  }
  for (const double bytes : {900., 25000.}) {
    const auto refused = match(smooth, original, points, MatchKind::bytes, bytes, 1);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message.find("no quality comes near") != std::string::npos);
  }
  CHECK_FALSE(match(unknown, original, points, MatchKind::bytes, 12000, 1).ok());  // beyond what was measured
  CHECK_FALSE(match(stepped, original, points, MatchKind::bytes, 8000, 1).ok());   // between 6666 and 10000
  CHECK_FALSE(match(smooth, original, {}, MatchKind::bytes, 2000, 1).ok());
}

TEST_CASE("visual comparisons: codecs are matched by bytes and by score, and a part of the picture is shown") {
  const Picture picture = testdata("natural.ppm");
  const Original original = original_of("natural", picture);
  const auto laq = codec_of("laq-e1"), jpeg = codec_of("jpeg-turbo"),
             copy = codec_of("copy=cp {in} {out} ;; cp {out} {png}");
  const std::vector<const Codec*> codecs = {jpeg.get(), laq.get(), copy.get()};
  std::vector<Point> points;
  for (const Codec* codec : codecs) {
    for (const double quality : codec->default_qualities()) {
      const auto measured = measure_at(*codec, original, quality, 1);
      REQUIRE(measured.ok());
      points.push_back(measured->point);
    }
  }
  std::vector<std::string> failures;
  VisualComparisonOptions options{.anchor = "jpeg-turbo", .score = 60, .max_width = 96, .max_height = 64, .threads = 1};
  const auto comparison = make_visual_comparison(original, codecs, points, options, failures);
  REQUIRE(comparison.ok());
  CHECK(comparison->image == "natural");
  CHECK(comparison->width == 96);
  CHECK(comparison->height == 64);
  CHECK(comparison->left + comparison->width <= picture.width);
  CHECK(comparison->top + comparison->height <= picture.height);
  CHECK(comparison->original.size() > 100);
  REQUIRE(comparison->views.size() == 4);
  for (const View& view : comparison->views) {
    CHECK(view.point.ssim > 0.5);
    CHECK(view.point.ms_ssim > 0.5);
    CHECK(std::isfinite(view.point.butteraugli3) == laq::has_butteraugli());
    CHECK_FALSE(view.worst_places.empty());
  }
  REQUIRE(comparison->histogram.lines.size() == 2);
  double sum = 0;
  for (const double share : comparison->histogram.lines[1].shares) sum += share;
  CHECK(sum == doctest::Approx(1));
  REQUIRE(comparison->spectra.errors.size() == 2);
  CHECK(comparison->spectra.original.empty() == !laq::spectrum::is_available());
  for (const Spectra::Line& line : comparison->spectra.errors) {
    REQUIRE(line.powers.size() == comparison->spectra.original.size());
    double signal = 0, error = 0;
    for (size_t i = 0; i < line.powers.size(); ++i) {
      signal += comparison->spectra.original[i].power;
      error += line.powers[i].power;
    }
    if (laq::spectrum::is_available()) CHECK(error > 0);
    if (laq::spectrum::is_available()) CHECK(error < 0.2 * signal);
  }
  const View &by_bytes = comparison->views[1], &by_score = comparison->views[3];
  for (const size_t i : {size_t{0}, size_t{2}}) {
    const Point& anchor = comparison->views[i].point;
    CHECK(comparison->views[i].codec == "jpeg-turbo");
    for (const Point& point : points) {
      if (point.codec != "jpeg-turbo") continue;
      CHECK(std::abs(anchor.ssimulacra2 - 60) <= std::abs(point.ssimulacra2 - 60));
    }
  }
  const Point& anchor = comparison->views[0].point;
  CHECK(by_bytes.codec == "laq-e1");
  CHECK(by_bytes.match == "bytes");
  CHECK(std::abs(by_bytes.point.bytes / anchor.bytes - 1) <= 0.05);
  CHECK(by_score.codec == "laq-e1");
  CHECK(by_score.match == "score");
  CHECK(std::abs(by_score.point.ssimulacra2 - anchor.ssimulacra2) <= 1.5);  // curves of small pictures are rough
  // The program has one point, far away.
  REQUIRE(failures.size() == 2);
  CHECK(failures[0].starts_with("copy, natural, equal bytes: "));
  CHECK(failures[1].starts_with("copy, natural, equal score: "));

  options.anchor = "webp";
  CHECK_FALSE(make_visual_comparison(original, codecs, points, options, failures).ok());
}

TEST_CASE("visual comparisons: a small picture is shown whole, where lossless files are read the original comes back") {
  const Picture picture = testdata("37x5.ppm");
  const Original source = original_of("small", picture);
  const auto jpeg = codec_of("jpeg-turbo");
  const auto measured = measure_at(*jpeg, source, 50, 1);
  REQUIRE(measured.ok());
  std::vector<std::string> failures;
  const auto comparison =
      make_visual_comparison(source, {jpeg.get()}, {measured->point}, {.anchor = "jpeg-turbo"}, failures);
  REQUIRE(comparison.ok());
  CHECK(failures.empty());
  CHECK(comparison->left == 0);
  CHECK(comparison->top == 0);
  CHECK(comparison->width == picture.width);
  CHECK(comparison->height == picture.height);
  if (comparison->mime == "image/webp") {
    const auto original = codec_of("webp")->decode(comparison->original, 1);
    REQUIRE(original.ok());
    CHECK(same_samples(original->picture(), picture));
    const auto view = codec_of("webp")->decode(comparison->views[0].file, 1);
    REQUIRE(view.ok());
    CHECK(same_samples(view->picture(), round_trip(*jpeg, picture, 50).picture()));
  } else {
    const auto original = laq::io::decode_picture(comparison->original);
    REQUIRE(original.ok());
    CHECK(same_samples(*original, picture));
  }
}
