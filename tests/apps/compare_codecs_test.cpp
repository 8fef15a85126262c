// The codecs that laq compare measures, their speed and memory, and the matched pictures.
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#ifdef LAQ_HAVE_LCMS2
#include <lcms2.h>
#endif

#include "compare/codec.h"
#include "compare/exhibits.h"
#include "compare/match.h"
#include "compare/process.h"
#include "compare/speed.h"
#include "io/convert.h"
#include "io/picture_file.h"
#include "sample_pictures.h"
#include "test_files.h"

using namespace laq::compare;
using laq::ErrorCode;
using laq::Picture;
using laq::Result;

namespace {

std::unique_ptr<Codec> codec_of(const std::string& specification) {
  auto codec = make_codec(specification);
  if (!codec) FAIL(codec.error().message);
  return std::move(*codec);
}

Picture testdata(const std::string& name) {
  auto picture = laq::io::read_picture(LAQ_SOURCE_ROOT "/testdata/" + name);
  if (!picture) FAIL(name << ": " << picture.error().message);
  return std::move(*picture);
}

// Every codec of this build at its fastest.
std::vector<std::unique_ptr<Codec>> fast_codecs() {
  std::vector<std::unique_ptr<Codec>> codecs;
  for (const std::string& specification : default_codecs()) {
    std::string fast = specification;
    for (const auto& [slow, quick] : {std::pair("laq-e5", "laq-e1"), std::pair("webp-m6", "webp-m0"),
                                      std::pair("jxl-e7", "jxl-e3"), std::pair("avif-s6", "avif-s10")}) {
      if (specification == slow) fast = quick;
    }
    codecs.push_back(codec_of(fast));
  }
  return codecs;
}

double best_quality(const Codec& codec) {
  return codec.default_qualities().back();
}

Decoded round_trip(const Codec& codec, const Picture& picture, double quality, int threads = 1) {
  const auto encoded = codec.encode(picture, quality, threads);
  if (!encoded) FAIL(codec.name() << ": " << encoded.error().message);
  auto decoded = codec.decode(encoded->file, threads);
  if (!decoded) FAIL(codec.name() << ": " << decoded.error().message);
  return std::move(*decoded);
}

// Root of the mean squared difference of samples in 0..1, of the channels from first to last of `a`. Gray counts as
// colour where only one of them is.
double difference(Picture a, Picture b, int first = 0, int last = 3) {
  if (a.channels != b.channels) {
    a = laq::io::with_colour(a);
    b = laq::io::with_colour(b);
  }
  REQUIRE(a.channels == b.channels);
  a = laq::io::with_depth(a, 16);
  b = laq::io::with_depth(b, 16);
  REQUIRE(a.samples.size() == b.samples.size());
  double sum = 0, count = 0;
  for (size_t i = 0; i < a.samples.size() / 2; ++i) {
    const int channel = static_cast<int>(i % static_cast<size_t>(a.channels));
    if (channel < first || channel > last) continue;
    sum += std::pow((double(sample(a, i)) - double(sample(b, i))) / 65535, 2);
    ++count;
  }
  return std::sqrt(sum / count);
}

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
  Result<Encoded> encode(const Picture&, double quality, int) const override {
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

TEST_CASE("names say effort and options, in whatever order they were asked for") {
  CHECK(codec_of("laq")->name() == "laq-e5");
  CHECK(codec_of("laq-noaq-e7-psnr")->name() == "laq-e7-psnr-noaq");
  CHECK(codec_of("jpeg-turbo")->name() == "jpeg-turbo");
  CHECK(codec_of("jpeg-turbo-444")->name() == "jpeg-turbo-444");
  for (const std::string& specification : default_codecs()) CHECK(codec_of(specification)->name() == specification);
}

TEST_CASE("a specification that is none says what is known") {
  for (const char* wrong : {"", "gif", "laqe5", "laq-e0", "laq-e10", "laq-e5-e6", "laq-fast", "laq-", "jpeg-turbo-m4",
                            "jpeg", "laq-e99999999999999999999"}) {
    CAPTURE(wrong);
    const auto codec = make_codec(wrong);
    REQUIRE_FALSE(codec.ok());
    CHECK(codec.error().message.find("known: laq[-eN][-psnr][-noaq], jpeg-turbo[-444]") != std::string::npos);
    CHECK(codec.error().message.find("NAME=ENCODE ;; DECODE") != std::string::npos);
  }
  for (const char* family : {"webp", "jxl", "avif", "j2k"}) {
    const auto codec = make_codec(family);
    if (codec.ok()) continue;
    CHECK(codec.error().code == ErrorCode::unsupported);
    CHECK(codec.error().message.find("not in this build: ") != std::string::npos);
  }
}

TEST_CASE("every codec has a version, and its ladder gives larger files and smaller errors") {
  const Picture picture = testdata("natural.ppm");
  for (const auto& codec : fast_codecs()) {
    CAPTURE(codec->name());
    CHECK(codec->version().find_first_of("0123456789") != std::string::npos);
    CHECK_FALSE(codec->is_program());
    const std::vector<double> qualities = codec->default_qualities();
    CHECK(qualities.size() >= 7);
    size_t bytes = 0;
    for (const double quality : qualities) {
      CAPTURE(quality);
      const auto encoded = codec->encode(picture, quality, 1);
      REQUIRE(encoded.ok());
      CHECK(encoded->file.size() > bytes);
      CHECK(encoded->seconds > 0);
      bytes = encoded->file.size();
      const auto decoded = codec->decode(encoded->file, 1);
      REQUIRE(decoded.ok());
      CHECK(decoded->seconds > 0);
      CHECK(decoded->picture.width == picture.width);
      CHECK(decoded->picture.height == picture.height);
      CHECK(decoded->picture.channels == 3);
      CHECK(decoded->picture.depth == 8);
    }
    const double coarse = difference(picture, round_trip(*codec, picture, qualities.front()).picture);
    const double fine = difference(picture, round_trip(*codec, picture, qualities.back()).picture);
    CHECK(fine < 0.02);
    CHECK(fine < coarse);
  }
}

TEST_CASE("more threads give the same picture") {
  const Picture picture = testdata("natural.ppm");
  for (const auto& codec : fast_codecs()) {
    CAPTURE(codec->name());
    const Picture one = round_trip(*codec, picture, best_quality(*codec), 1).picture;
    const Picture two = round_trip(*codec, picture, best_quality(*codec), 2).picture;
    CHECK(difference(one, two) < 0.01);  // libaom's may differ a little
  }
}

TEST_CASE("gray stays gray, or has three equal channels") {
  const Picture picture = testdata("natural-gray.pgm");
  for (const auto& codec : fast_codecs()) {
    CAPTURE(codec->name());
    const Picture decoded = round_trip(*codec, picture, best_quality(*codec)).picture;
    CHECK(decoded.channels == (codec->name().starts_with("webp") ? 3 : 1));
    CHECK(difference(picture, decoded) < 0.02);
  }
}

TEST_CASE("alpha is kept, but by JPEG, which refuses it") {
  for (const char* name : {"alpha.pam", "gray-alpha.pam"}) {
    const Picture picture = testdata(name);
    REQUIRE(picture.channels % 2 == 0);
    for (const auto& codec : fast_codecs()) {
      CAPTURE(codec->name());
      CAPTURE(name);
      if (codec->name().starts_with("jpeg")) {
        const auto encoded = codec->encode(picture, 90, 1);
        REQUIRE_FALSE(encoded.ok());
        CHECK(encoded.error().code == ErrorCode::invalid_argument);
        CHECK(encoded.error().message.find("alpha") != std::string::npos);
        continue;
      }
      const Picture decoded = round_trip(*codec, picture, best_quality(*codec)).picture;
      CHECK(decoded.channels == (codec->name().starts_with("webp") ? 4 : picture.channels));
      const int alpha = std::max(picture.channels, decoded.channels) - 1;
      CHECK(difference(picture, decoded, alpha, alpha) < 0.03);
    }
  }
}

TEST_CASE("deep samples stay as deep as the codec takes them") {
  const std::pair<const char*, int> taken[] = {{"laq", 16}, {"jpeg", 8},  {"webp", 8},
                                               {"jxl", 16}, {"avif", 12}, {"j2k", 16}};
  for (const char* name : {"natural-16bit.ppm", "gradient-10bit.pgm"}) {
    const Picture picture = testdata(name);
    for (const auto& codec : fast_codecs()) {
      CAPTURE(codec->name());
      CAPTURE(name);
      const Picture decoded = round_trip(*codec, picture, best_quality(*codec)).picture;
      for (const auto& [family, depth] : taken) {
        if (!codec->name().starts_with(family)) continue;
        CHECK(decoded.depth == (family == std::string("avif") ? 12 : std::min(depth, picture.depth)));
      }
      CHECK(difference(picture, decoded) < 0.03);
    }
  }
}

TEST_CASE("a picture may be of one pixel, one row or one column") {
  for (const char* name : {"1x1.ppm", "1x1.pgm", "1x17.ppm", "65x1.pgm"}) {
    const Picture picture = testdata(name);
    for (const auto& codec : fast_codecs()) {
      CAPTURE(codec->name());
      CAPTURE(name);
      const Picture decoded = round_trip(*codec, picture, best_quality(*codec)).picture;
      CHECK(decoded.width == picture.width);
      CHECK(decoded.height == picture.height);
    }
  }
}

TEST_CASE("the ICC profile goes with the file, other metadata do not") {
  Picture picture = testdata("natural.ppm");
  const Picture plain = picture;
  picture.metadata = sample_metadata();
  for (const auto& codec : fast_codecs()) {
    if (codec->name().starts_with("jxl")) continue;  // wants a profile that makes sense
    CAPTURE(codec->name());
    const Picture decoded = round_trip(*codec, picture, best_quality(*codec)).picture;
    CHECK(decoded.metadata.icc == picture.metadata.icc);
    CHECK(decoded.metadata.exif.empty());
    CHECK(decoded.metadata.xmp.empty());
    CHECK(difference(plain, decoded) < 0.02);
  }
}

#ifdef LAQ_HAVE_LCMS2
TEST_CASE("samples come back in the picture's own profile, whatever the codec makes of it") {
  const cmsCIExyY white{0.3127, 0.3290, 1};
  const cmsCIExyYTRIPLE display_p3{{0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}};
  cmsToneCurve* curve = cmsBuildGamma(nullptr, 1.8);
  cmsToneCurve* curves[] = {curve, curve, curve};
  cmsHPROFILE profiles[] = {cmsCreateGrayProfile(&white, curve), cmsCreateRGBProfile(&white, &display_p3, curves)};
  cmsFreeToneCurve(curve);
  for (cmsHPROFILE profile : profiles) {
    const bool is_gray = cmsGetColorSpace(profile) == cmsSigGrayData;
    Picture picture = testdata(is_gray ? "natural-gray.pgm" : "natural.ppm");
    cmsUInt32Number size = 0;
    REQUIRE(cmsSaveProfileToMem(profile, nullptr, &size));
    picture.metadata.icc.resize(size);
    REQUIRE(cmsSaveProfileToMem(profile, picture.metadata.icc.data(), &size));
    cmsCloseProfile(profile);
    for (const auto& codec : fast_codecs()) {
      CAPTURE(codec->name());
      CAPTURE(is_gray);
      if (is_gray && codec->name().starts_with("webp")) {
        CHECK_FALSE(codec->encode(picture, 90, 1).ok());
        continue;
      }
      const Picture decoded = round_trip(*codec, picture, best_quality(*codec)).picture;
      CHECK(decoded.metadata.icc == picture.metadata.icc);
      CHECK(decoded.depth == 8);
      CHECK(difference(picture, decoded) < 0.02);
    }
  }
}
#endif

TEST_CASE("damaged files are errors") {
  const Picture picture = testdata("natural.ppm");
  for (const auto& codec : fast_codecs()) {
    CAPTURE(codec->name());
    CHECK_FALSE(codec->decode({}, 1).ok());
    CHECK_FALSE(codec->decode(bytes_of("these are not the bytes of a picture"), 1).ok());
  }
}

TEST_CASE("a program is a codec") {
  const Picture picture = testdata("natural.ppm");
  const auto codec = codec_of("copy=cp {in} {out} ;; cp {in} {png}");
  CHECK(codec->name() == "copy");
  CHECK(codec->version() == "cp {in} {out} ;; cp {in} {png}");
  CHECK(codec->is_program());
  const auto encoded = codec->encode(picture, 0, 1);
  REQUIRE(encoded.ok());
  CHECK(encoded->seconds > 0);
  CHECK(encoded->peak_bytes.value_or(0) > 0);
  const auto decoded = codec->decode(encoded->file, 1);
  REQUIRE(decoded.ok());
  CHECK(same_samples(decoded->picture, picture));
}

TEST_CASE("a program gets its quality and threads") {
  const auto codec = codec_of("echo=cat {in} >/dev/null; echo {q} {threads} >{out} ;; cp {out} {png}");
  const auto text = [&](double quality, int threads) {
    const auto encoded = codec->encode(sample_picture(2, 2, 3, 8), quality, threads);
    REQUIRE(encoded.ok());
    return std::string(reinterpret_cast<const char*>(encoded->file.data()), encoded->file.size());
  };
  CHECK(text(62, 1) == "62 1\n");
  CHECK(text(0.5, 3) == "0.5 3\n");
}

TEST_CASE("paths of programs are quoted, and the temporary folder is removed") {
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before ? before : "";
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("laq test's \"folder\" {q} " + std::to_string(std::rand()));
  REQUIRE(std::filesystem::create_directory(folder));
  setenv("TMPDIR", folder.c_str(), 1);
  const Picture picture = sample_picture(9, 7, 4, 16);
  for (const char* program : {"copy=cp {in} {out} ;; cp {out} {png}", "failing=cp {in} {out} ;; false {out} {png}"}) {
    const auto codec = codec_of(program);
    const auto encoded = codec->encode(picture, 1, 1);
    REQUIRE(encoded.ok());
    const auto decoded = codec->decode(encoded->file, 1);
    CHECK(decoded.ok() == (codec->name() == "copy"));
    if (decoded.ok()) CHECK(same_samples(decoded->picture, picture));
    CHECK(std::filesystem::is_empty(folder));
  }
  before ? setenv("TMPDIR", kept.c_str(), 1) : unsetenv("TMPDIR");
  std::filesystem::remove_all(folder);
}

TEST_CASE("a program that fails says why") {
  const Picture picture = sample_picture(4, 4, 3, 8);
  const auto message = [&](const std::string& program) {
    const auto encoded = codec_of(program)->encode(picture, 1, 1);
    REQUIRE_FALSE(encoded.ok());
    return encoded.error().message;
  };
  const auto contains = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  const std::string failed = message("f=echo first >&2; echo the cause >&2; exit 3; {in} {out} ;; cp {out} {png}");
  CHECK(contains(failed, "exit status 3"));
  CHECK(contains(failed, "the cause"));
  CHECK_FALSE(contains(failed, "first >&2: "));
  CHECK(contains(message("f=kill -9 $$; {in} {out} ;; cp {out} {png}"), "signal 9"));
  CHECK(contains(message("f=true {in} {out} ;; cp {out} {png}"), "wrote no {out}"));
  CHECK(contains(message("f=/nowhere/at-all {in} {out} ;; cp {out} {png}"), "exit status 127"));
  const auto decoded = codec_of("f=cp {in} {out} ;; echo nonsense >{png}; : {out}")->decode(bytes_of("a"), 1);
  REQUIRE_FALSE(decoded.ok());
  CHECK(contains(decoded.error().message, "{png}"));
}

TEST_CASE("templates that lack something are refused") {
  for (const char* wrong : {"=cp {in} {out} ;; cp {out} {png}", "a,b=cp {in} {out} ;; cp {out} {png}",
                            "a=cp {in} {out}", "a=cp {in} x ;; cp {out} {png}", "a=cp x {out} ;; cp {out} {png}",
                            "a=cp {in} {out} ;; cp x {png}", "a=cp {in} {out} ;; cp {out} x", "a ;; b=c"}) {
    CAPTURE(wrong);
    const auto codec = make_codec(wrong);
    REQUIRE_FALSE(codec.ok());
    CHECK(codec.error().code == ErrorCode::invalid_argument);
    CHECK(codec.error().message.find("NAME=ENCODE") != std::string::npos);
  }
}

TEST_CASE("memory of a child is what it takes beyond its parent's") {
  const auto takes = [](size_t bytes) {
    return peak_bytes_of([=] {
      std::vector<char> memory(bytes, 1);
      return memory[bytes / 2] == 1;
    });
  };
  const auto little = takes(1), much = takes(size_t{64} << 20);
  REQUIRE(little.has_value());
  REQUIRE(much.has_value());
  CHECK(*much - *little > double(size_t{48} << 20));
  CHECK_FALSE(peak_bytes_of([] { return false; }).has_value());
  CHECK_FALSE(peak_bytes_of([]() -> bool { throw 1; }).has_value());
  CHECK_FALSE(peak_bytes_of([]() -> bool { std::_Exit(3); }).has_value());
}

TEST_CASE("speeds are of all codecs that work, on each number of threads") {
  const Picture picture = testdata("natural.ppm");
  const auto laq = codec_of("laq-e1"), jpeg = codec_of("jpeg-turbo"),
             copy = codec_of("copy=cp {in} {out} ;; cp {out} {png}"),
             broken = codec_of("broken=false {in} {out} ;; cp {out} {png}");
  const std::vector<SpeedRun> runs = {{laq.get(), 70}, {broken.get(), 0}, {jpeg.get(), 80}, {copy.get(), 0}};
  std::vector<std::string> failures;
  std::vector<double> shares;
  const auto progress = [&](double share) {
    shares.push_back(share);
    return true;
  };
  const std::vector<Speed> speeds =
      compare_speed(runs, picture, "natural", {.rounds = 2, .threads = {1, 2, 1}}, progress, failures);
  REQUIRE(speeds.size() == 6);
  CHECK(speeds[0].codec == "laq-e1");
  CHECK(speeds[1].codec == "jpeg-turbo");
  CHECK(speeds[2].codec == "copy");
  for (size_t i = 0; i < speeds.size(); ++i) {
    CHECK(speeds[i].threads == (i < 3 ? 1 : 2));
    CHECK(speeds[i].image == "natural");
    CHECK(speeds[i].pixels == double(picture.width) * picture.height);
    CHECK(speeds[i].bytes > 0);
    CHECK(speeds[i].encode_seconds > 0);
    CHECK(speeds[i].decode_seconds > 0);
    if (speeds[i].codec != "copy") CHECK(speeds[i].encode_peak_bytes >= 0);
    if (speeds[i].codec != "copy") CHECK(speeds[i].decode_peak_bytes >= 0);
  }
  CHECK(failures.size() == 1);
  CHECK(failures[0].starts_with("broken, natural, speed: "));
  CHECK(std::is_sorted(shares.begin(), shares.end()));
  CHECK(shares.back() == doctest::Approx(1));

  const auto stop = [](double) { return false; };
  CHECK(compare_speed(runs, picture, "natural", {.rounds = 1}, stop, failures).empty());
}

TEST_CASE("the quality near a score is that of the nearest point of the codec") {
  const auto point = [](const char* codec, double q, double score) {
    Point p{codec, q, "a"};
    p.ssimulacra2 = score;
    return p;
  };
  const std::vector<Point> points = {point("x", 10, 40), point("x", 20, 58), point("y", 30, 60), point("x", 40, 70),
                                     point("x", 50, kAbsent)};
  CHECK(quality_near(points, "x", 60, 5) == 20);
  CHECK(quality_near(points, "y", 0, 5) == 30);
  CHECK(quality_near(points, "z", 60, 5) == 5);
}

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
    CHECK(same_samples(original->picture, picture));
    const auto view = codec_of("webp")->decode(exhibit->views[0].file, 1);
    REQUIRE(view.ok());
    CHECK(same_samples(view->picture, round_trip(*jpeg, picture, 50).picture));
  } else {
    const auto original = laq::io::decode_picture(exhibit->original);
    REQUIRE(original.ok());
    CHECK(same_samples(*original, picture));
  }
}
