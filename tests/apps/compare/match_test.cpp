// Pictures of codecs matched by bytes and by score, and the exhibits that are made of them.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "compare/measure/exhibits.h"
#include "compare/measure/match.h"
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

}  // namespace

TEST_CASE("a codec is matched by bytes and by score, as closely as its steps let it") {
  const Picture picture = testdata("natural.ppm");
  const std::string image = "natural";
  const auto ssimulacra2 = laq::Ssimulacra2::of(picture.view());
  REQUIRE(ssimulacra2.ok());
  const MatchReference reference{picture, image, *ssimulacra2};
  const auto points_of = [&](const Codec& codec) {
    std::vector<Point> points;
    for (const double quality : codec.default_qualities()) {
      auto measured = measure_at(codec, reference, quality, 1);
      REQUIRE(measured.ok());
      points.push_back(measured->point);
    }
    return points;
  };
  const NoiseCodec smooth(picture, 0), stepped(picture, 1), unknown(picture, std::nullopt);
  const std::vector<Point> points = points_of(smooth);
  for (const double bytes : {1050., 1300., 2345., 5000., 9700., 15000.}) {
    CAPTURE(bytes);
    const auto matched = match(smooth, reference, points, MatchKind::bytes, bytes, 1);
    REQUIRE(matched.ok());
    CHECK(std::abs(matched->point.bytes / bytes - 1) <= 0.01);
    CHECK(matched->point.image == image);
  }
  REQUIRE(points[3].ssimulacra2 > points[0].ssimulacra2 + 10);
  for (const double share : {0.1, 0.4, 0.8}) {
    CAPTURE(share);
    const double score = points[0].ssimulacra2 + share * (points[3].ssimulacra2 - points[0].ssimulacra2);
    const auto matched = match(smooth, reference, points, MatchKind::score, score, 1);
    REQUIRE(matched.ok());
    CHECK(std::abs(matched->point.ssimulacra2 - score) <= 0.3);
    const auto again = ssimulacra2->score(matched->decoded.view());
    REQUIRE(again.ok());
    CHECK(*again == matched->point.ssimulacra2);
  }
  // 20000 / 13 = 1538 bytes, 20000 / 14 = 1428; a program asked for whole numbers gets whole numbers.
  for (const Codec* codec : {static_cast<const Codec*>(&stepped), static_cast<const Codec*>(&unknown)}) {
    const auto nearest = match(*codec, reference, points, MatchKind::bytes, 1500, 1);
    REQUIRE(nearest.ok());
    CHECK(nearest->point.q == 13);
  }
  for (const double bytes : {900., 25000.}) {
    const auto refused = match(smooth, reference, points, MatchKind::bytes, bytes, 1);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().message.find("nothing comes near") != std::string::npos);
  }
  CHECK_FALSE(match(unknown, reference, points, MatchKind::bytes, 12000, 1).ok());  // beyond what was measured
  CHECK_FALSE(match(stepped, reference, points, MatchKind::bytes, 8000, 1).ok());   // between 6666 and 10000
  CHECK_FALSE(match(smooth, reference, {}, MatchKind::bytes, 2000, 1).ok());
}

TEST_CASE("exhibits: codecs are matched by bytes and by score, and a part of the picture is shown") {
  const Picture picture = testdata("natural.ppm");
  const std::string image = "natural";
  const auto reference = laq::Ssimulacra2::of(picture.view());
  REQUIRE(reference.ok());
  const auto laq = codec_of("laq-e1"), jpeg = codec_of("jpeg-turbo"),
             copy = codec_of("copy=cp {in} {out} ;; cp {out} {png}");
  const std::vector<const Codec*> codecs = {jpeg.get(), laq.get(), copy.get()};
  std::vector<Point> points;
  for (const Codec* codec : codecs) {
    for (const double quality : codec->default_qualities()) {
      const auto measured = measure_at(*codec, {picture, image, *reference}, quality, 1);
      REQUIRE(measured.ok());
      points.push_back(measured->point);
    }
  }
  std::vector<std::string> failures;
  const ExhibitOptions options{.score = 60, .max_width = 96, .max_height = 64, .threads = 1};
  const auto exhibit = make_exhibit(picture, image, codecs, "jpeg-turbo", points, options, failures);
  REQUIRE(exhibit.ok());
  CHECK(exhibit->image == image);
  CHECK(exhibit->width == 96);
  CHECK(exhibit->height == 64);
  CHECK(exhibit->left + exhibit->width <= picture.width);
  CHECK(exhibit->top + exhibit->height <= picture.height);
  CHECK(exhibit->original.size() > 100);
  REQUIRE(exhibit->views.size() == 4);
  const View &by_bytes = exhibit->views[1], &by_score = exhibit->views[3];
  for (const size_t i : {size_t{0}, size_t{2}}) {
    const Point& anchor = exhibit->views[i].point;
    CHECK(exhibit->views[i].codec == "jpeg-turbo");
    for (const Point& point : points) {
      if (point.codec != "jpeg-turbo") continue;
      CHECK(std::abs(anchor.ssimulacra2 - 60) <= std::abs(point.ssimulacra2 - 60));
    }
  }
  const Point& anchor = exhibit->views[0].point;
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

  CHECK_FALSE(make_exhibit(picture, image, codecs, "webp", points, options, failures).ok());
}

TEST_CASE("exhibits: a small picture is shown whole, where lossless files are read the original comes back") {
  const Picture picture = testdata("37x5.ppm");
  const std::string image = "small";
  const auto reference = laq::Ssimulacra2::of(picture.view());
  REQUIRE(reference.ok());
  const auto jpeg = codec_of("jpeg-turbo");
  const auto measured = measure_at(*jpeg, {picture, image, *reference}, 50, 1);
  REQUIRE(measured.ok());
  std::vector<std::string> failures;
  const auto exhibit = make_exhibit(picture, image, {jpeg.get()}, "jpeg-turbo", {measured->point}, {}, failures);
  REQUIRE(exhibit.ok());
  CHECK(failures.empty());
  CHECK(exhibit->left == 0);
  CHECK(exhibit->top == 0);
  CHECK(exhibit->width == picture.width);
  CHECK(exhibit->height == picture.height);
  if (exhibit->mime == "image/webp") {
    const auto original = codec_of("webp")->decode(exhibit->original, 1);
    REQUIRE(original.ok());
    CHECK(same_samples(original->picture(), picture));
    const auto view = codec_of("webp")->decode(exhibit->views[0].file, 1);
    REQUIRE(view.ok());
    CHECK(same_samples(view->picture(), round_trip(*jpeg, picture, 50).picture()));
  } else {
    const auto original = laq::io::decode_picture(exhibit->original);
    REQUIRE(original.ok());
    CHECK(same_samples(*original, picture));
  }
}
