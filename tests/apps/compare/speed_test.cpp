// The speed and memory of codecs, as laq compare takes them.
#include <algorithm>
#include <cstdlib>

#include "compare/codecs/process.h"
#include "compare/measure/measure.h"
#include "compare/measure/speed.h"
#include "sample_codecs.h"

using namespace laq::compare;
using laq::Picture;

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
    CHECK(speeds[i].elements == double(picture.width) * picture.height);
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

TEST_CASE("the nearest point to a score is of the codec and the image") {
  const auto point = [](const char* codec, double q, double score) {
    Point p{Measurement{codec, "a", q}};
    p.ssimulacra2 = score;
    return p;
  };
  const std::vector<Point> points = {point("x", 10, 40), point("x", 20, 58), point("y", 30, 60), point("x", 40, 70),
                                     point("x", 50, kAbsent)};
  CHECK(nearest_point(points, "x", "a", 60)->q == 20);
  CHECK(nearest_point(points, "y", "a", 0)->q == 30);
  CHECK(nearest_point(points, "z", "a", 60) == nullptr);
  CHECK(nearest_point(points, "x", "b", 60) == nullptr);
}
