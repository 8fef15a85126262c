#include "compare/report/report.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "compare/measure/pooled_curves.h"
#include "compare/report/chart.h"
#include "compare/report/markup.h"
#include "compare/report/result_charts.h"
#include "compare/report/scale.h"
#include "compare/report/spectrum_chart.h"
#include "sample_results.h"
#include "test_files.h"

using namespace laq::compare;

namespace {

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

}  // namespace

TEST_CASE("text of strangers is escaped, and what is not UTF-8 is replaced") {
  CHECK(escape("a<b>&\"c'") == "a&lt;b&gt;&amp;&quot;c&#39;");
  CHECK(escape("\u00e9\u2212\U0001F600") == "\u00e9\u2212\U0001F600");
  CHECK(escape("a\xff\x62") == "a\uFFFDb");
  CHECK(escape("\xe2\x82") == "\uFFFD\uFFFD");  // ends too early
  CHECK(escape("\xc0\xbc") == "\uFFFD\uFFFD");  // "<" in two bytes
  CHECK(escape(std::string("\x01\x7f\0", 3)) == "\uFFFD\uFFFD\uFFFD");
}

TEST_CASE("numbers have sensible digits") {
  CHECK(decimals(-1.25, 1) == "\u22121.2");
  CHECK(decimals(-0.001, 2) == "0.00");
  CHECK(decimals(kAbsent, 2) == "–");
  CHECK(significant(0.012345, 3) == "0.0123");
  CHECK(significant(12345, 3) == "12345");
  CHECK(signed_percent(12.34) == "+12.3\u00a0%");
  CHECK(signed_percent(-250.4) == "\u2212250\u00a0%");
  CHECK(byte_count(999) == "999 bytes");
  CHECK(byte_count(41e6) == "41.0\u00a0MB");
  CHECK(attribute(0.1) == "0.1");
  CHECK(coordinate(-0.04) == "0");
}

TEST_CASE("base64 is that of RFC 4648") {
  const auto of = [](const std::string& text) { return base64(std::as_bytes(std::span(text))); };
  CHECK(of("") == "");
  CHECK(of("f") == "Zg==");
  CHECK(of("fo") == "Zm8=");
  CHECK(of("foobar") == "Zm9vYmFy");
}

TEST_CASE("a logarithmic scale marks 1, 2 and 5 where all digits do not fit") {
  const Scale scale(Spacing::logarithmic, 0.1, 10, 0, 300);
  CHECK(scale.place(1) == doctest::Approx(150));
  const std::vector<double> expected = {0.1, 0.2, 0.5, 1, 2, 5, 10};
  const auto ticks = scale.ticks(30);
  REQUIRE(ticks.size() == expected.size());
  for (size_t i = 0; i < ticks.size(); ++i) CHECK(ticks[i] == doctest::Approx(expected[i]));
}

TEST_CASE("ticks of every scale keep their distance and stay within the ends") {
  const Scale scales[] = {
      Scale(Spacing::linear, 12.3, 98.1, 0, 400),      Scale(Spacing::linear, 5, 0.25, 0, 400),
      Scale(Spacing::logarithmic, 0.7, 1.1, 0, 400),   Scale(Spacing::logarithmic, 0.001, 900, 0, 400),
      Scale(Spacing::complement, 0.8, 0.9995, 0, 400), Scale(Spacing::percent, -70, 350, 0, 400),
      Scale(Spacing::percent, -3, 2, 0, 400)};
  for (const Scale& scale : scales) {
    CAPTURE(scale.first());
    const auto ticks = scale.ticks(25);
    CHECK(ticks.size() >= 3);
    for (size_t i = 0; i < ticks.size(); ++i) {
      CHECK(scale.contains(ticks[i]));
      if (i > 0) CHECK(std::abs(scale.place(ticks[i]) - scale.place(ticks[i - 1])) >= 25);
    }
  }
}

TEST_CASE("a picture that one codec lacks is not pooled") {
  const Results results = sample_results();
  const Pool pool = Curves(results).pool(kPictureMetrics[0], images_of_class(results, ""));
  CHECK(pool.images == std::vector<std::string>{"01.png", "02.png", kHostileImage});
  CHECK(pool.left_out.empty());
  REQUIRE(pool.curves.size() == 4);
  const CurvePoint& first = pool.curves[0].points[0];
  double logarithm = 0, score = 0;
  for (const Point& point : results.points)
    if (point.codec == "laq-e5" && point.q == first.q && point.image != "text.png") {
      logarithm += std::log(point.bits_per_element()) / 3;
      score += point.ssimulacra2 / 3;
    }
  CHECK(first.bits_per_element == doctest::Approx(std::exp(logarithm)));
  CHECK(first.score == doctest::Approx(score));
}

TEST_CASE("where no picture is common the codec with the fewest is left out and named") {
  Results results = sample_results();
  std::erase_if(results.points,
                [](const Point& point) { return point.codec == "laq-e9" && point.image != "text.png"; });
  const Pool pool = Curves(results).pool(kPictureMetrics[0], images_of_class(results, ""));
  CHECK(pool.left_out == std::vector<std::string>{"laq-e9"});
  CHECK(pool.images.size() == 3);
}

TEST_CASE("scores that are infinite or absent have no point") {
  Results results = sample_results();
  for (Point& point : results.points)
    if (point.q == 85) point.psnr_yuv = INFINITY;
  const Pool pool = Curves(results).of_image(kPictureMetrics[2], "01.png");
  REQUIRE(pool.curves.size() == 4);
  for (const Curve& curve : pool.curves) CHECK(curve.points.size() == 5);
  CHECK(!Curves(results).has(kPictureMetrics[4]));
}

TEST_CASE("a picture without loss is pooled as one without error, and stays in the pool") {
  Results results = sample_results();
  for (Point& point : results.points)
    if (point.q == 85 && point.codec == "laq-e5" && point.image == "01.png") point.psnr_yuv = INFINITY;
  const Metric& metric = kPictureMetrics[2];
  const Pool pool = Curves(results).pool(metric, images_of_class(results, ""));
  CHECK(pool.images.size() == 3);
  REQUIRE(pool.curves[0].points.size() == 6);
  double squares = 0;
  for (const Point& point : results.points)
    if (point.q == 85 && point.codec == "laq-e5" && point.image != "text.png")
      squares += std::pow(10, -point.psnr_yuv / 10) / 3;
  CHECK(pool.curves[0].points[5].score == doctest::Approx(-10 * std::log10(squares)));
  CHECK(std::isfinite(pool.curves[0].points[5].score));
}

TEST_CASE("a codec that is without loss on all pictures has no curve in decibels, and is named") {
  Results results = sample_results();
  for (Point& point : results.points)
    if (point.codec == "laq-e9") point.psnr_yuv = INFINITY;
  const Pool pool = Curves(results).pool(kPictureMetrics[2], images_of_class(results, ""));
  CHECK(pool.curves.size() == 3);
  CHECK(pool.left_out == std::vector<std::string>{"laq-e9"});
}

TEST_CASE("the rate chart has each point once, with its values") {
  const Results results = sample_results();
  const std::string svg = rate_chart_svg(results, kPictureMetrics[0], "01.png");
  CHECK(count(svg, "data-q=") == 24);
  for (const Point& point : results.points)
    if (point.image == "01.png")
      CHECK(count(svg, "data-codec=\"" + escape(point.codec) + "\" data-image=\"01.png\" data-q=\"" +
                           attribute(point.q) + "\" data-x=\"" + attribute(point.bits_per_element()) + "\" data-y=\"" +
                           attribute(point.ssimulacra2) + "\"") == 1);
}

TEST_CASE("the relative chart says how many bytes more a codec needs, and the anchor nothing") {
  const Results results = sample_results();
  const Chart chart = relative_chart(results, kPictureMetrics[0], Curves(results).pool(kPictureMetrics[0], {"01.png"}));
  REQUIRE(chart.series.size() == 4);
  REQUIRE(chart.series[0].points.size() > 10);
  for (const ChartPoint& point : chart.series[0].points) CHECK(point.y == doctest::Approx(-20).epsilon(0.05));
  for (const ChartPoint& point : chart.series[3].points) CHECK(point.y == doctest::Approx(0));
}

TEST_CASE("the page says what bytes are relative to and why, and shows where errors are") {
  Results results = sample_results();
  results.anchor_reason = "the usual anchor of pictures";
  const std::string page = report_html(results);
  CHECK(count(page, "Bytes are relative to jxl-e7, the usual anchor of pictures.") == 1);
  CHECK(count(page, "How often samples of red, green and blue differ") == 2);
  CHECK(count(page, "\"worst\":[[0,0,0.5],[8,0,0.75]]") == 8);
}

TEST_CASE("the spectra of a file are one chart: a line of the original, and one of each codec's error") {
  const Results results = sample_results();
  const Spectra* spectra = find_spectra(results, "01.png");
  REQUIRE(spectra);
  const Chart chart = spectra_chart(results, *spectra);
  REQUIRE(chart.series.size() == 3);
  CHECK(chart.series[0].codec == results.codecs.size());
  CHECK(chart.series[1].codec == results.codec_index("laq-e5"));
  for (const ChartSeries& series : chart.series) {
    CHECK(series.points.size() == 24);
    for (const ChartPoint& point : series.points) CHECK(std::isfinite(point.y));
  }
  CHECK(chart.series[1].points[0].y == doctest::Approx(10 * std::log10(12)));
  CHECK(!find_spectra(results, "02.png"));
  const std::string page = report_html(results);
  CHECK(count(page, "Power of luma by frequency") == 2);
  CHECK(count(page, "nan") + count(page, "inf\"") == 0);
}

TEST_CASE("without spectra there is no chart of them, and a build without FFTW says so once") {
  Results results = sample_results();
  for (VisualComparison& comparison : results.visual_comparisons) comparison.spectra = {};
  CHECK(spectra_chart_svg(results, results.visual_comparisons[0].spectra).empty());
  const std::string page = report_html(results);
  CHECK(count(page, "Power of luma by frequency") == 0);
  CHECK(count(page, kNoSpectra) == (laq::spectrum::is_available() ? 0 : 1));
}

TEST_CASE("an error of no power has no curve, and neighbours of a high frequency are averaged") {
  std::vector<laq::spectrum::Point> points;
  for (int i = 0; i <= 1000; ++i) points.push_back({i / 2000.0, 0});
  CHECK(spectrum_curve(0, "error", points).points.empty());
  for (auto& point : points) point.power = 100;
  const auto curve = spectrum_curve(0, "error", points).points;
  CHECK(curve.size() < 300);
  CHECK(curve.front().x == 1 / 2000.0);
  for (const ChartPoint& point : curve) CHECK(point.y == doctest::Approx(20));
}

TEST_CASE("a chart without data is no file, not an empty one") {
  CHECK(rate_chart_svg(Results(), kPictureMetrics[0]).empty());
  Results results = sample_results();
  for (Point& point : results.points) point.ms_ssim = kAbsent;
  std::string folder = (std::filesystem::temp_directory_path() / "laq-report-XXXXXX").string();
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  REQUIRE(!write_report(folder, results, {.svg = true}));
  CHECK(std::filesystem::exists(folder + "/ssimulacra2.svg"));
  CHECK(!std::filesystem::exists(folder + "/ms_ssim.svg"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("members of a family are joined in the order of effort, and only with the same options") {
  CHECK(effort_name("laq-e5-psnr")->series == "laq-e-psnr");
  CHECK(effort_name("avif-s10")->effort == 10);
  CHECK(!effort_name("jpeg-turbo-444"));
  CHECK(!effort_name("j2k"));
  Chart chart;
  chart.joins_families = true;
  chart.names = Names::none;
  // From left to right: e9, e1, e5.
  const char* names[] = {"laq-e9", "laq-e1", "laq-e5", "laq-e5-psnr"};
  for (size_t i = 0; i < 4; ++i) chart.series.push_back({i, names[i], {{std::pow(2.0, i), 1, ""}}});
  const std::string svg = draw(chart, std::vector<Look>(4));
  CHECK(count(svg, "class=\"family\"") == 2);
  CHECK(count(svg, "<g class=\"c2 of1\"><path class=\"family\"") == 1);
  CHECK(count(svg, "<g class=\"c0 of2\"><path class=\"family\"") == 1);
}

TEST_CASE("names do not cover each other, however near the ends of the lines are") {
  Chart chart;
  for (size_t i = 0; i < 9; ++i)
    chart.series.push_back(
        {i, "codec-" + std::to_string(i), {{1, 50.0 + 0.01 * static_cast<double>(i), ""}, {2, 90, ""}}});
  const std::string svg = draw(chart, std::vector<Look>(9));
  std::vector<double> heights;
  for (size_t at = svg.find("class=\"name\""); at != std::string::npos; at = svg.find("class=\"name\"", at + 1))
    heights.push_back(std::stod(svg.substr(svg.rfind(" y=\"", at) + 4)));
  REQUIRE(heights.size() == 9);
  std::sort(heights.begin(), heights.end());
  for (size_t i = 1; i < heights.size(); ++i) CHECK(heights[i] - heights[i - 1] >= 13.9);
}

TEST_CASE("a page of nothing is still a page") {
  const std::string page = report_html({});
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(page.find("{{") == std::string::npos);
}

TEST_CASE("the page holds no markup of strangers, loads nothing, and has each picture once") {
  const Results results = sample_results();
  const std::string page = report_html(results);
  CHECK(count(page, "<script>alert(1)") == 0);
  CHECK(count(page, "<img src=x") == 0);
  CHECK(count(page, "<i>codec") == 0);
  CHECK(count(page, "1 failure") == 1);
  CHECK(count(page, "default-src 'none'") == 1);
  CHECK(count(page, "http://") + count(page, "https://") == 0);
  for (const VisualComparison& comparison : results.visual_comparisons)
    for (const View& view : comparison.views) CHECK(count(page, base64(view.file)) >= 1);
  CHECK(count(page, "data:image/png;base64,") == 10);
}

TEST_CASE("a chart is drawn as PNG where librsvg is there, else the error says what is missing") {
  const std::string file =
      (std::filesystem::temp_directory_path() / ("laq-chart-" + std::to_string(getpid()) + ".png")).string();
  const auto error = svg_to_png(rate_chart_svg(sample_results(), kPictureMetrics[0]), 300, file);
  if (error && error->code == laq::ErrorCode::unsupported) {
    CHECK(error->message.find("librsvg") != std::string::npos);
    return;
  }
  REQUIRE(!error);
  std::ifstream stream(file, std::ios::binary);
  std::vector<char> bytes((std::istreambuf_iterator<char>(stream)), {});
  const auto picture = laq::io::decode_png(std::as_bytes(std::span(bytes)), 1 << 20);
  REQUIRE(picture.ok());
  CHECK(picture->width == 300);
  CHECK(std::adjacent_find(picture->samples.begin(), picture->samples.end(), std::not_equal_to<>()) !=
        picture->samples.end());
  std::remove(file.c_str());
  CHECK(svg_to_png("no chart", 300, file).has_value());
  CHECK(svg_to_png("<svg/>", 0, file).has_value());
}
