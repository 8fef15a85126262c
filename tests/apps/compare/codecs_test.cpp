// The codecs that laq compare measures: what each takes and gives back.
#include <cmath>
#include <fstream>
#include <sstream>

#ifdef LAQ_HAVE_LCMS2
#include <lcms2.h>
#endif

#include "io/picture/convert.h"
#include "sample_codecs.h"
#include "sample_pictures.h"

using namespace laq::compare;
using laq::ErrorCode;
using laq::Picture;

namespace {

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

}  // namespace

TEST_CASE("peers that this build lacks are named with packages that apps/try --peers installs") {
  std::string packages;
  for (const char* list : {"/apps/packages", "/apps/compare/packages"}) {
    std::ifstream file(std::string(LAQ_SOURCE_ROOT) + list);
    packages.append(std::istreambuf_iterator<char>(file), {});
  }
  for (const SignalKind kind : {SignalKind::picture, SignalKind::array}) {
    const std::string hint = missing_peers_hint(kind);
    const bool lacks_some = !make_codec(kind == SignalKind::picture ? "j2k" : "zfp", kind).ok();
    if (lacks_some) CHECK(hint.find("apt-get install") != std::string::npos);
    std::istringstream words(hint.substr(std::min(hint.find("install") + 8, hint.size())));
    for (std::string word; words >> word && word.find("-dev") != std::string::npos;)
      CHECK_MESSAGE(packages.find(word.substr(0, word.find(','))) != std::string::npos, word);
  }
}

TEST_CASE("the version of laq names the build, so that a rebuilt encoder is measured anew") {
  const std::string version = codec_of("laq")->version();
  CHECK(version.find(", build ") != std::string::npos);
  CHECK(version == codec_of("laq-psnr", SignalKind::array)->version());
}

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
      CHECK(decoded->picture().width == picture.width);
      CHECK(decoded->picture().height == picture.height);
      CHECK(decoded->picture().channels == 3);
      CHECK(decoded->picture().depth == 8);
    }
    const double coarse = difference(picture, round_trip(*codec, picture, qualities.front()).picture());
    const double fine = difference(picture, round_trip(*codec, picture, qualities.back()).picture());
    CHECK(fine < 0.02);
    CHECK(fine < coarse);
  }
}

TEST_CASE("more threads give the same picture") {
  const Picture picture = testdata("natural.ppm");
  for (const auto& codec : fast_codecs()) {
    CAPTURE(codec->name());
    const Picture one = round_trip(*codec, picture, best_quality(*codec), 1).picture();
    const Picture two = round_trip(*codec, picture, best_quality(*codec), 2).picture();
    CHECK(difference(one, two) < 0.01);  // libaom's may differ a little
  }
}

TEST_CASE("gray stays gray, or has three equal channels") {
  const Picture picture = testdata("natural-gray.pgm");
  for (const auto& codec : fast_codecs()) {
    CAPTURE(codec->name());
    const Picture decoded = round_trip(*codec, picture, best_quality(*codec)).picture();
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
      const Picture decoded = round_trip(*codec, picture, best_quality(*codec)).picture();
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
      const Picture decoded = round_trip(*codec, picture, best_quality(*codec)).picture();
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
      const Picture decoded = round_trip(*codec, picture, best_quality(*codec)).picture();
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
    const Picture decoded = round_trip(*codec, picture, best_quality(*codec)).picture();
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
      const Picture decoded = round_trip(*codec, picture, best_quality(*codec)).picture();
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
