// laq compare on arrays: their measures, their run from files to report, and what is shown of them.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>

#include "compare/measure/comparison.h"
#include "compare/measure/curve_file.h"
#include "compare/measure/journal.h"
#include "compare/measure/measure.h"
#include "compare/measure/pooled_curves.h"
#include "compare/measure/series.h"
#include "compare/measure/sources.h"
#include "compare/measure/statistics.h"
#include "compare/report/chart.h"
#include "compare/report/markup.h"
#include "compare/report/report.h"
#include "compare/report/result_charts.h"
#include "io/array/array_file.h"
#include "io/array/npy.h"
#include "io/file.h"
#include "sample_arrays.h"
#include "sample_codecs.h"

using namespace laq;
using namespace laq::compare;

namespace {

// A folder that goes with its test, with two arrays, one of them a series, and a picture.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "laq-arrays-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
    for (const char* folder : {"fields", "series", "pictures"}) std::filesystem::create_directories(path / folder);
    write("fields/field.npy", wave_array(ElementType::float32, {30, 40}));
    write("series/series.npy", wave_array(ElementType::float32, {3000}));
    std::filesystem::copy_file(LAQ_SOURCE_ROOT "/testdata/natural.ppm", path / "pictures/a.ppm");
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).string(); }
  void write(const char* name, const Array& array) const {
    REQUIRE_FALSE(io::write_file(*this / name, io::write_npy(array)));
  }
};

Point array_point(const std::string& codec, const std::string& image, double q, double bytes, double max_error) {
  Point point{Measurement{codec, image, q, SignalKind::array, 1000, 4000, bytes}};
  point.max_relative_error = max_error;
  point.psnr = -20 * std::log10(max_error) + 5;
  return point;
}

// `test` needs half the bytes of `anchor` at the same error, one decade of which costs a hundred bytes more.
Results array_results() {
  Results results;
  results.kind = SignalKind::array;
  results.anchor = "anchor";
  results.codecs = {{"anchor", "1", false}, {"test", "1", false}};
  results.images = {{"x.npy", "fields", {10, 100}}};
  for (int digits = 1; digits <= 6; ++digits) {
    const double error = std::pow(10, -digits);
    results.points.push_back(array_point("anchor", "x.npy", error, 100 * (1 + digits), error));
    results.points.push_back(array_point("test", "x.npy", error, 50 * (1 + digits), error));
  }
  results.points.push_back(array_point("anchor", "x.npy", 0, 2000, 0));
  return results;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("arrays are read packed, whatever their order") {
  const Folder folder;
  std::string header = "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }";
  std::string file("\x93NUMPY\x01\0", 8);
  file += std::string{static_cast<char>(header.size()), '\0'} + header;
  for (const char element : {0, 3, 1, 4, 2, 5}) file += std::string{element, '\0'};
  REQUIRE_FALSE(io::write_file(folder / "order.npy", std::as_bytes(std::span(file))));
  const auto array = io::read_array(folder / "order.npy");
  REQUIRE(array.ok());
  CHECK(array->shape == std::vector<uint64_t>{2, 3});
  CHECK(io::to_doubles(*array) == std::vector<double>{0, 1, 2, 3, 4, 5});
  CHECK_FALSE(io::read_array(folder / "none.npy").ok());
  CHECK_FALSE(io::read_array(folder / "pictures/a.ppm").ok());
}

TEST_CASE("errors are those of finite elements, as shares of their range") {
  const auto at = [](std::vector<float> values) {
    return array_of<float>(ElementType::float32, {values.size()}, [&](size_t i) { return values[i]; });
  };
  const float inf = INFINITY;
  const auto error = array_error(at({0, 10, -10, 4, NAN}), at({0, 10, -8, 4, NAN}));
  REQUIRE(error.ok());
  CHECK(error->max_relative_error == doctest::Approx(0.1));
  CHECK(error->psnr == doctest::Approx(10 * std::log10(400.0 * 4 / 4)));
  CHECK(array_error(at({1, 2}), at({1, 2}))->psnr == INFINITY);
  CHECK(array_error(at({1, 2}), at({1, 2}))->max_relative_error == 0);
  CHECK(array_error(at({1, 2}), at({1, NAN}))->max_relative_error == INFINITY);
  CHECK(array_error(at({3, 3}), at({3, 3}))->max_relative_error == 0);  // no range
  CHECK_FALSE(array_error(at({1, inf}), at({1, 2})).ok());
  CHECK_FALSE(array_error(at({1, 2}), at({1, 2, 3})).ok());
  CHECK_FALSE(array_error(at({1, 2}), wave_array(ElementType::float64, {2})).ok());
  CHECK(error->max_absolute_error == doctest::Approx(2));
  CHECK(error->snr == doctest::Approx(10 * std::log10((10 * 10 + 10 * 10 + 4 * 4) / 4.0)));
  CHECK(range_of(std::vector<double>{}) == 0);
  CHECK(range_of(std::vector<double>{NAN, 2, -1, HUGE_VAL}) == 3);
}

TEST_CASE("levels are root mean squares over windows of all channels") {
  const std::vector<double> values = {1, 1, 2, 2, 5, 1, 1, 2, 2, 5};
  CHECK(local_levels(values, 5, 3) == std::vector<double>{1, 2, 5});
  CHECK(local_levels(values, 5, 100).size() == 5);
  CHECK(local_levels(values, 10, 1)[0] == doctest::Approx(std::sqrt(7)));
}

TEST_CASE("files of arrays are found by name or content; pictures among them are an error that names both") {
  const Folder folder;
  std::filesystem::copy_file(folder / "series/series.npy", folder / "fields/no-ending");
  const auto found = find_sources({folder / "fields", folder / "series/series.npy"});
  REQUIRE(found.ok());
  REQUIRE(found->size() == 3);
  CHECK((*found)[0].name == "field.npy");
  CHECK((*found)[0].image_class == "fields");
  for (const Source& source : *found) CHECK(source.kind == SignalKind::array);
  REQUIRE_FALSE(io::write_file(folder / "fields/broken.NPY", std::vector<std::byte>(20)));
  const auto broken = find_sources({folder / "fields"});
  REQUIRE(broken.ok());
  CHECK((*broken)[0].name == "broken.NPY");
  CHECK((*broken)[0].kind == SignalKind::array);
  const auto mixed = find_sources({folder / "fields", folder / "pictures"});
  REQUIRE_FALSE(mixed.ok());
  CHECK(contains(mixed.error().message, "a.ppm: is a picture, while "));
  CHECK(contains(mixed.error().message, "broken.NPY is an array"));
}

TEST_CASE("points and speeds of arrays have columns of their own") {
  Point point = array_point("c", "x.npy", 1e-5, 123, 9.87e-6);
  point.max_absolute_error = 0.025;
  const std::string text = curves_header(SignalKind::array) + curves_line(point);
  CHECK(
      text.starts_with("codec,q,array,elements,raw_bytes,bytes,psnr,max_relative_error,enc_s,dec_s,snr,max_absolute_"
                       "error,loss\nc,1e-05,x.npy,1000,4000,123,"));
  const auto again = parse_curves(text);
  REQUIRE(again.ok());
  CHECK(again->front().kind == SignalKind::array);
  CHECK(again->front().image == "x.npy");
  CHECK(again->front().max_relative_error == doctest::Approx(9.87e-6));
  CHECK(again->front().max_absolute_error == 0.025);
  CHECK(again->front().volume() == 4000);
  const auto older = parse_curves("codec,q,array,elements,raw_bytes,bytes,max_error\nc,1,x,100,400,5,0.5\n");
  REQUIRE(older.ok());
  CHECK(older->front().max_relative_error == 0.5);
  CHECK(parse_curves("codec,q,array,elements,bytes\nc,1,x,100,5\n").error().message == "it has no column raw_bytes");
  CHECK(parse_curves("codec,q,array,elements,raw_bytes,bytes\nc,1,x,0,0,5\n").error().message ==
        "line 2: elements and bytes must be above 0");
  const Speed speed{{"c", "x.npy", 1e-3, SignalKind::array, 10, 40, 5}, 2};
  const auto speeds = parse_speed(speed_text({speed}));
  REQUIRE(speeds.ok());
  CHECK(speeds->front().volume() == 40);
  CHECK(speeds->front().threads == 2);
}

TEST_CASE("a folder with points of pictures takes none of arrays, but anew") {
  const Folder folder;
  Identities arrays;
  arrays.kind = SignalKind::array;
  {
    const auto journal = Journal::open(folder / "out", {}, false);
    REQUIRE(journal.ok());
    const Point point{Measurement{"c", "a.ppm", 1, SignalKind::picture, 1, kAbsent, 1}};
    REQUIRE_FALSE((*journal)->append(point));
  }
  const auto refused = Journal::open(folder / "out", arrays, false);
  REQUIRE_FALSE(refused.ok());
  CHECK(contains(refused.error().message, "out/curves.csv: holds points of pictures, not of arrays"));
  CHECK(Journal::open(folder / "out", arrays, true).ok());
}

TEST_CASE("rates at equal maximum error are taken over its logarithm") {
  Results results = array_results();
  add_rates(results);
  add_lossless(results);
  int found = 0;
  for (const RateRow& row : results.rates) {
    if (row.codec != "test") continue;
    ++found;
    CHECK(row.mean == doctest::Approx(-50));
    if (row.metric->value != &Point::max_relative_error) continue;
    CHECK(row.lowest_score == doctest::Approx(1e-6));
    CHECK(row.highest_score == doctest::Approx(0.1));
  }
  CHECK(found == 2);
  REQUIRE(results.lossless.size() == 1);
  CHECK(results.lossless[0].codec == "anchor");
  CHECK(results.lossless[0].bits_per_element == 16);
}

TEST_CASE("pooled maximum errors are means, and qualities without any error have no place") {
  Results results = array_results();
  results.images.push_back({"y.npy", "fields", {1000}});
  for (Point point : std::vector<Point>(results.points)) {
    point.image = "y.npy";
    point.max_relative_error /= 100;
    results.points.push_back(point);
  }
  const Metric& metric = kArrayMetrics[1];
  const Pool pool = Curves(results).pool(metric, {"x.npy", "y.npy"});
  REQUIRE(pool.curves.size() == 2);
  REQUIRE(pool.curves[0].points.size() == 6);
  CHECK(pool.curves[0].points[0].score == doctest::Approx((1e-1 + 1e-3) / 2));
  CHECK(std::isnan(pool.curves[0].points[0].absolute));
  const Chart chart = relative_chart(results, metric, pool);
  REQUIRE(chart.series.size() == 2);
  REQUIRE(chart.series[1].points.size() > 10);
  for (const ChartPoint& point : chart.series[1].points) {
    CHECK(point.y == doctest::Approx(-50));
    CHECK(point.x < 0.1);
  }
  CHECK(contains(rate_chart_svg(results, metric), "bits per element"));
}

TEST_CASE("small numbers of an axis are written as powers of ten") {
  CHECK(power_text(2e-5) == "2e\u22125");
  CHECK(power_text(1e-12) == "1e\u221212");
  CHECK(contains(rate_chart_svg(array_results(), kArrayMetrics[1]), ">1e\u22125</text>"));
}

TEST_CASE("labels along an axis do not touch") {
  Chart chart;
  chart.x_spacing = Spacing::linear;
  chart.series.push_back({0, "c", {{0, 1, ""}, {150000, 2, ""}}});
  const std::string svg = draw(chart, std::vector<Look>(1));
  CHECK(contains(svg, ">0</text>"));
  CHECK_FALSE(contains(svg, ">10000</text>"));
  CHECK(contains(svg, "00000</text>"));
}

TEST_CASE("a series shows levels of the signal and of each codec's error, with the bound it keeps") {
  Array array = wave_array(ElementType::float32, {2, 4800});
  CHECK_FALSE(is_series(array));
  array.signal.sample_rate = 2400;
  CHECK(is_series(array));
  CHECK(is_series(wave_array(ElementType::float32, {7})));
  CHECK_FALSE(is_series(wave_array(ElementType::float32, {0})));
  const auto laq = codec_of("laq", SignalKind::array), psnr = codec_of("laq-psnr", SignalKind::array),
             broken = codec_of("broken=false {in} {out} ;; cp {out} {raw}", SignalKind::array),
             absent = codec_of("absent=cp {in} {out} ;; cp {out} {raw}", SignalKind::array);
  const std::vector<Point> points = {array_point("laq", "x", 1e-2, 10, 1e-2), array_point("laq", "x", 1e-3, 20, 1e-3),
                                     array_point("laq-psnr", "x", 60, 20, 2e-3),
                                     array_point("broken", "x", 1, 20, 1e-3), array_point("absent", "y", 1, 20, 1e-3)};
  std::vector<std::string> failures;
  const ArrayErrors errors =
      measure_errors(array, "x", {laq.get(), psnr.get(), broken.get(), absent.get()}, points, 60, failures);
  REQUIRE(errors.series);
  const Series& series = *errors.series;
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].starts_with("broken, x, errors: "));
  CHECK(series.in_seconds);
  CHECK(errors.spectra.unit == "hertz");
  if (laq::spectrum::is_available()) {
    REQUIRE(!errors.spectra.original.empty());
    CHECK(errors.spectra.original.back().frequency == doctest::Approx(1200));
  }
  CHECK(series.times.size() == series.signal.size());
  CHECK(series.times.back() < 2);
  REQUIRE(series.errors.size() == 2);
  CHECK(series.errors[0].bound == 1e-3);
  CHECK(std::isnan(series.errors[1].bound));
  for (const double level : series.errors[0].levels) CHECK(level <= 1e-3);
  for (const double level : series.signal) CHECK(level > 0.1);

  Results results;
  results.kind = SignalKind::array;
  results.codecs = {{"laq", "1", false}, {"laq-psnr", "1", false}};
  const std::string svg = series_chart_svg(results, series);
  CHECK(contains(svg, ">signal</text>"));
  CHECK(contains(svg, ">seconds</text>"));
  CHECK(contains(svg, "class=\"limit\""));
}

TEST_CASE("the histogram of errors is that of shares of the bound, and has no line without loss") {
  const Array array = wave_array(ElementType::float32, {40, 50});
  const auto laq = codec_of("laq", SignalKind::array),
             lossless = codec_of("copy=cp {in} {out} ;; cp {out} {raw}", SignalKind::array);
  const std::vector<Point> points = {array_point("laq", "x", 1e-2, 10, 1e-2), array_point("copy", "x", 1, 10, 1e-2)};
  std::vector<std::string> failures;
  std::vector<Point> exact = points;
  exact[1].max_absolute_error = 0;
  const ArrayErrors errors = measure_errors(array, "x", {laq.get(), lossless.get()}, exact, 40, failures);
  CHECK(failures.empty());
  CHECK_FALSE(errors.series);
  REQUIRE(errors.histogram.lines.size() == 1);
  const auto& shares = errors.histogram.lines[0].shares;
  REQUIRE(shares.size() == errors.histogram.sizes.size());
  double sum = 0, outer = 0;
  for (size_t i = 0; i < shares.size(); ++i) {
    sum += shares[i];
    if (std::abs(errors.histogram.sizes[i]) > 0.5) outer += shares[i];
  }
  CHECK(sum == doctest::Approx(1));
  CHECK(outer > 0.1);  // the bound is used
  Results results = array_results();
  results.codecs[0].name = "laq";
  CHECK(contains(histogram_chart_svg(results, errors.histogram), "error / bound"));

  CHECK(errors.spectra.unit == "cycles an element");
  REQUIRE(errors.spectra.errors.size() == 2);
  const std::string svg = spectra_chart_svg(results, errors.spectra);
  CHECK(contains(svg, ">original</text>") == laq::spectrum::is_available());
  CHECK(contains(svg, ">laq</text>") == laq::spectrum::is_available());
  CHECK_FALSE(contains(svg, ">copy</text>"));  // no error, no power
}

TEST_CASE("a comparison of arrays goes from files to a report and a summary in their words") {
  const Folder folder;
  const auto laq = codec_of("laq", SignalKind::array), psnr = codec_of("laq-psnr", SignalKind::array);
  const std::vector<Ladder> ladders = {{laq.get(), {1e-1, 1e-2, 1e-3, 0}}, {psnr.get(), {30, 50, 70}}};
  ComparisonOptions options;
  options.folder = folder / "out";
  options.rounds = 1;
  const auto sources = find_sources({folder / "fields", folder / "series"});
  REQUIRE(sources.ok());
  const auto results = compare::compare(*sources, ladders, options);
  REQUIRE_MESSAGE(results.ok(), results.error().message);
  CHECK(results->failures.empty());
  CHECK(results->title == "Comparison of array codecs");
  CHECK(results->points.size() == 14);
  CHECK(results->series.size() == 1);
  CHECK(results->speeds.size() >= 4);
  CHECK(results->lossless.size() == 1);
  REQUIRE_FALSE(write_report(options.folder, *results, {.svg = true}));
  CHECK(std::filesystem::exists(folder / "out/max_relative_error.svg"));
  CHECK(std::filesystem::exists(folder / "out/series-1.svg"));
  CHECK(std::filesystem::exists(folder / "out/errors-2.svg"));
  CHECK(read_text(folder / "out/curves.csv").value().starts_with("codec,q,array,elements,raw_bytes,"));

  const auto json = nlohmann::json::parse(summary_json(*results));
  CHECK(json["arrays"][0]["shape"] == nlohmann::json{30, 40});
  CHECK(json["array_rates"].size() == 12);
  CHECK(json["lossless"][0]["arrays"] == 2);
  CHECK(json["codecs"][0].contains("encode_megabytes_per_second"));
  CHECK(contains(summary_table(*results), "Without loss"));
  CHECK(contains(summary_table(*results), "encode, MB/s"));

  const std::string page = report_html(*results);
  CHECK(page.find("{{") == std::string::npos);
  for (const char* text : {"Array by array", "bits per element", "megabytes a second", "Without loss", "2 arrays",
                           "of the signal, less its mean", "30 × 40"})
    CHECK_MESSAGE(contains(page, text), text);
  for (const char* text : {"picture</", "pictures</", "bits per pixel", "MP/s"})
    CHECK_MESSAGE(!contains(page, text), text);

  // The curves alone, and beside pictures.
  options.curve_files = {folder / "out/curves.csv"};
  const auto alone = compare::compare({}, {}, options);
  REQUIRE(alone.ok());
  CHECK(alone->kind == SignalKind::array);
  const auto codec = codec_of("jpeg-turbo");
  options.folder = folder / "other";
  const auto mixed = compare::compare(find_sources({folder / "pictures"}).value(), {{codec.get(), {50}}}, options);
  REQUIRE_FALSE(mixed.ok());
  CHECK(contains(mixed.error().message, "its curves are of arrays, but pictures are compared"));
}
