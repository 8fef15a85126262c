// laq compare without its codecs: files of curves, the journal, the run, and the statistics.
#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "compare/measure/comparison.h"
#include "compare/measure/curve_file.h"
#include "compare/measure/journal.h"
#include "compare/measure/run.h"
#include "compare/measure/sources.h"
#include "compare/measure/statistics.h"
#include "compare/report/report.h"
#include "io/picture/picture_file.h"
#include "laq/metrics.hpp"
#include "test_files.h"

using namespace laq;
using namespace laq::compare;

namespace {

// A codec that is known by heart: a file of `quality` hundreds of bytes, samples that lie apart by 64 / quality.
class PlainCodec : public Codec {
 public:
  explicit PlainCodec(const std::string& name, double factor = 1) : Codec(name), factor_(factor) {}
  std::string version() const override { return version_text; }
  std::vector<double> default_qualities() const override { return {1, 2, 4, 8}; }
  std::optional<QualityScale> quality_scale() const override { return QualityScale{1, 64, 0}; }

  Result<Encoded> encode(const Signal& signal, double quality, int) const override {
    const auto& picture = std::get<Picture>(signal);
    ++encodes;
    if (quality == fails_at) return Error{ErrorCode::unsupported, "cannot do that"};
    Encoded encoded;
    encoded.file.resize(static_cast<size_t>(factor_ * 100 * quality) + picture.samples.size() + 16);
    const uint32_t numbers[4] = {picture.width, picture.height, static_cast<uint32_t>(picture.channels),
                                 static_cast<uint32_t>(64 / quality)};
    std::memcpy(encoded.file.data(), numbers, sizeof numbers);
    std::copy(picture.samples.begin(), picture.samples.end(), encoded.file.begin() + 16);
    return encoded;
  }
  Result<Decoded> decode(std::span<const std::byte> file, int) const override {
    uint32_t numbers[4];
    std::memcpy(numbers, file.data(), sizeof numbers);
    Picture picture = {numbers[0], numbers[1], static_cast<int>(numbers[2]), 8, {}, {}};
    for (size_t i = 0; i < picture.row_bytes() * numbers[1]; ++i) {
      const auto sample = std::to_integer<uint32_t>(file[16 + i]);
      picture.samples.push_back(static_cast<std::byte>(sample / numbers[3] * numbers[3]));
    }
    return Decoded{std::move(picture)};
  }

  std::string version_text = "1";
  double fails_at = 0;
  mutable std::atomic<int> encodes = 0;

 private:
  double factor_;
};

// A folder that goes with its test, with two pictures in folders of their own.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "laq-compare-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
    for (const char* picture : {"bright/a.ppm", "dark/b.ppm"}) {
      std::filesystem::create_directories((path / picture).parent_path());
      const std::string source = std::string(LAQ_SOURCE_ROOT) + "/testdata/natural.ppm";
      std::filesystem::copy_file(source, path / picture);
    }
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).string(); }
};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Point point_of(const std::string& codec, const std::string& image, double q, double bytes, double score) {
  Point point;
  point.codec = codec;
  point.image = image;
  point.q = q;
  point.elements = 1000;
  point.bytes = bytes;
  point.ssimulacra2 = score;
  return point;
}

// Results of two codecs on pictures: `test` needs `factors` times the bytes of `anchor`.
Results results_of(const std::vector<double>& factors) {
  Results results;
  results.anchor = "anchor";
  results.codecs = {{"anchor", "1", false}, {"test", "1", false}};
  for (size_t i = 0; i < factors.size(); ++i) {
    const std::string image = std::string("p") + static_cast<char>('0' + i);
    results.images.push_back({image, i % 2 ? "odd" : "even", {10, 100}});
    for (int q = 1; q <= 5; ++q) {
      results.points.push_back(point_of("anchor", image, q, 100 * q * q, 40 + 10 * q));
      results.points.push_back(point_of("test", image, q, factors[i] * 100 * q * q, 40 + 10 * q));
    }
  }
  return results;
}

const RateRow* row_of(const Results& results, const std::string& codec, const std::string& image_class) {
  for (const RateRow& row : results.rates) {
    if (row.codec == codec && row.image_class == image_class) return &row;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("cells with commas, quotation marks and line ends come back from a line") {
  const std::vector<std::string> cells = {"plain", "", "a,b", "say \"so\"", "two\nlines"};
  const auto records = csv_records(csv_line(cells) + csv_line({"next"}));
  REQUIRE(records.size() == 2);
  CHECK(records[0] == cells);
  CHECK(records[1] == std::vector<std::string>{"next"});
}

TEST_CASE("points come back from their lines, but for a last line that was cut") {
  Point point = point_of("a codec, with comma", "x.png", 0.0123456789, 12345, 71.25);
  point.psnr_rgb = INFINITY;
  point.ms_ssim = 0.987654;
  const std::string text = curves_header() + curves_line(point) + curves_line(point);
  CHECK(text.starts_with("codec,q,image,pixels,bytes,ssimulacra2,butteraugli3,psnr_rgb,psnr_y,psnr_yuv,enc_s,dec_s,"));
  const auto parsed = parse_curves(text.substr(0, text.size() - 3));
  REQUIRE(parsed.ok());
  REQUIRE(parsed->size() == 1);
  const Point& again = parsed->front();
  CHECK(again.codec == point.codec);
  CHECK(again.q == doctest::Approx(point.q).epsilon(1e-8));
  CHECK(again.bytes == 12345);
  CHECK(again.ssimulacra2 == 71.25);
  CHECK(std::isnan(again.butteraugli3));
  CHECK(std::isinf(again.psnr_rgb));
  CHECK(again.ms_ssim == doctest::Approx(0.987654));
}

TEST_CASE("columns are found by name; what is missing or no number is said with its place") {
  const auto few = parse_curves("image,bytes,note,codec,pixels,q\nx.png,10,hello,c,100,3\n");
  REQUIRE(few.ok());
  CHECK(few->front().image == "x.png");
  CHECK(std::isnan(few->front().ssimulacra2));
  const auto message = [](const char* text) {
    const auto parsed = parse_curves(text);
    REQUIRE_FALSE(parsed.ok());
    return parsed.error().message;
  };
  CHECK(message("") == "it has no line with the names of the columns");
  CHECK(message("codec,q,image,pixels\n") == "it has no column bytes");
  CHECK(message("codec,q,image,pixels,bytes\nc,1,x,100,many\n") == "line 2, column bytes: many is not a number");
  CHECK(message("codec,q,image,pixels,bytes\nc,1,x,100\n") == "line 2 has 4 cells instead of 5");
  CHECK(message("codec,q,image,pixels,bytes\nc,1,x,0,5\n") == "line 2: pixels and bytes must be above 0");
}

TEST_CASE("speeds come back from their file") {
  Speed speed;
  speed.codec = "c";
  speed.image = "x.png";
  speed.threads = 2;
  speed.q = 55;
  speed.elements = 1e6;
  speed.bytes = 5000;
  speed.encode_seconds = 0.25;
  speed.decode_peak_bytes = 1e6;
  const auto parsed = parse_speed(speed_text({speed}));
  REQUIRE(parsed.ok());
  CHECK(parsed->front().threads == 2);
  CHECK(parsed->front().encode_seconds == 0.25);
  CHECK(parsed->front().decode_peak_bytes == 1e6);
  CHECK(std::isnan(parsed->front().decode_seconds));
}

TEST_CASE("pictures of folders are found, with the folder as their class and unique names") {
  const Folder folder;
  std::ofstream(folder / "dark/notes.txt") << "no picture";
  std::filesystem::copy_file(folder / "dark/b.ppm", folder / "dark/a.ppm");
  const auto found = find_sources({folder / "bright", folder / "dark"});
  REQUIRE(found.ok());
  REQUIRE(found->size() == 3);
  CHECK((*found)[0].name == "bright/a.ppm");
  CHECK((*found)[0].image_class == "bright");
  CHECK((*found)[1].name == "dark/a.ppm");
  CHECK((*found)[2].name == "b.ppm");
  CHECK_FALSE(find_sources({folder / "none.ppm"}).ok());
  CHECK_FALSE(find_sources({folder / "dark/b.ppm", folder / "dark/b.ppm"}).ok());
  std::filesystem::create_directories(folder / "empty");
  CHECK_FALSE(find_sources({folder / "empty"}).ok());
}

TEST_CASE("folders below a folder are searched; a class is the path below it, and what is hidden is left out") {
  const Folder folder;
  for (const char* path : {"dark/deep/er/c.ppm", "dark/.hidden/d.ppm", "dark/.e.ppm", "out/report.ppm"}) {
    std::filesystem::create_directories((folder.path / path).parent_path());
    std::filesystem::copy_file(folder / "dark/b.ppm", folder / path);
  }
  std::filesystem::copy_file(folder / "dark/b.ppm", folder / "dark/deep/without-ending");
  const auto names = [&](const std::string& root) {
    const auto found = find_sources({root}, folder / "out");
    REQUIRE_MESSAGE(found.ok(), found.error().message);
    std::vector<std::string> names;
    for (const Source& source : *found) names.push_back(source.image_class + ": " + source.name);
    return names;
  };
  CHECK(names(folder.path.string()) ==
        std::vector<std::string>{"bright: a.ppm", "dark: b.ppm", "dark/deep/er: c.ppm", "dark/deep: without-ending"});
  const std::vector<std::string> of_dark = {"dark: b.ppm", "deep/er: c.ppm", "deep: without-ending"};
  CHECK(names(folder / "dark") == of_dark);
  CHECK(names(folder / "dark/") == of_dark);
}

TEST_CASE("files of the same name in the same class have their path as their name") {
  const Folder folder;
  for (const char* path : {"bright/same/x.ppm", "dark/same/x.ppm"}) {
    std::filesystem::create_directories((folder.path / path).parent_path());
    std::filesystem::copy_file(folder / "dark/b.ppm", folder / path);
  }
  const auto found = find_sources({folder / "bright", folder / "dark"});
  REQUIRE(found.ok());
  REQUIRE(found->size() == 4);
  CHECK((*found)[1].image_class == "same");
  CHECK((*found)[1].name == folder / "bright/same/x.ppm");
  CHECK((*found)[3].name == folder / "dark/same/x.ppm");
  CHECK_FALSE(find_sources({folder / "dark", folder / "dark/b.ppm"}).ok());
}

TEST_CASE("a run measures every point once; the next one goes on where the file was cut") {
  const Folder folder;
  const PlainCodec plain("plain"), other("other");
  const std::vector<Ladder> ladders = {{&plain, {1, 2, 4}}, {&other, {8}}};
  const auto sources = find_sources({folder / "bright/a.ppm", folder / "dark/b.ppm"}).value();
  const Identities now = {{{"plain", "1"}, {"other", "1"}}, {{"a.ppm", "hash a"}, {"b.ppm", "hash b"}}};
  const auto measured = [&](const Identities& identities, bool restart, int jobs, std::vector<std::string>& failures) {
    const auto journal = Journal::open(folder / "out", identities, restart);
    REQUIRE_MESSAGE(journal.ok(), journal.error().message);
    plain.encodes = other.encodes = 0;
    RunOptions options;
    options.jobs = jobs;
    size_t last = 0;
    options.progress = [&](const RunStatus& status) {
      CHECK(status.done == last + 1);
      CHECK(status.seconds_left >= 0);
      last = status.done;
    };
    const auto images = run(sources, ladders, **journal, options, failures);
    REQUIRE(images.ok());
    CHECK(images->size() == 2);
    CHECK((*journal)->sort({"plain", "other"}) == std::nullopt);
    return (*journal)->points();
  };
  std::vector<std::string> failures;
  const auto first = measured(now, false, 2, failures);
  CHECK(failures.empty());
  CHECK(first.size() == 8);
  CHECK(plain.encodes == 6);
  CHECK(first[0].codec == "plain");
  CHECK(first[0].ssimulacra2 < first[2].ssimulacra2);
  // Nothing is left to do.
  measured(now, false, 1, failures);
  CHECK(plain.encodes + other.encodes == 0);
  // The last line is cut: one point is measured again.
  const std::string text = content(folder / "out/curves.csv");
  std::ofstream(folder / "out/curves.csv", std::ios::trunc) << text.substr(0, text.size() - 10);
  CHECK(measured(now, false, 1, failures).size() == 8);
  CHECK(plain.encodes + other.encodes == 1);
  // Another version of a codec, another content of a picture, and --restart.
  Identities changed = now;
  changed.codecs["plain"] = "2";
  CHECK(measured(changed, false, 1, failures).size() == 8);
  CHECK(plain.encodes == 6);
  CHECK(other.encodes == 0);
  // A judge has not seen the points yet.
  Identities judged = changed;
  judged.judge = "echo 1 # {original} {decoded}";
  CHECK(measured(judged, false, 1, failures).size() == 8);
  CHECK(plain.encodes + other.encodes == 8);
  changed.images["b.ppm"] = "hash c";
  measured(changed, false, 1, failures);
  CHECK(plain.encodes + other.encodes == 4);
  measured(changed, true, 1, failures);
  CHECK(plain.encodes + other.encodes == 8);
}

TEST_CASE("progress tells points and the time that is left") {
  CHECK(progress_text({6, 24, 59, "c, p.png"}) == "[######..................] 6 of 24 points, 59 s left; c, p.png");
  CHECK(progress_text({0, 10, NAN, ""}).find("? left") != std::string::npos);
  CHECK(progress_text({1, 2, 125, ""}).find("2 min 05 s left") != std::string::npos);
  CHECK(progress_text({1, 2, 7260, ""}).find("2 h 01 min left") != std::string::npos);
}

TEST_CASE("a codec or a picture that fails is named, and the rest goes on") {
  const Folder folder;
  PlainCodec good("good"), bad("bad");
  bad.fails_at = 2;
  std::ofstream(folder / "dark/broken.ppm") << "P6\n4 4\n255\nshort";
  const auto sources = find_sources({folder / "dark"}).value();
  const auto journal = Journal::open(folder / "out", {}, false);
  REQUIRE(journal.ok());
  std::vector<std::string> failures;
  const auto images = run(sources, {{&bad, {1, 2, 4}}, {&good, {1, 2}}}, **journal, {}, failures);
  REQUIRE(images.ok());
  CHECK(images->size() == 1);
  REQUIRE(failures.size() == 2);
  CHECK(failures[0].find("broken.ppm") != std::string::npos);
  CHECK(failures[1] == "bad, b.ppm: encode: cannot do that");
  CHECK((*journal)->points().size() == 3);
}

TEST_CASE("a run that is stopped keeps its points") {
  const Folder folder;
  const PlainCodec plain("plain");
  const auto sources = find_sources({folder / "dark"}).value();
  const auto journal = Journal::open(folder / "out", {}, false);
  RunOptions options;
  options.is_stopped = [&] { return plain.encodes >= 2; };
  std::vector<std::string> failures;
  REQUIRE(run(sources, {{&plain, {1, 2, 4, 8}}}, **journal, options, failures).ok());
  CHECK(parse_curves(content(folder / "out/curves.csv"))->size() == 2);
}

TEST_CASE("a journal that cannot be read or written says which file") {
  const Folder folder;
  std::filesystem::create_directories(folder / "out");
  std::ofstream(folder / "out/curves.csv") << "codec,q,image,pixels,bytes\nc,one,x,100,5\n";
  const auto damaged = Journal::open(folder / "out", {}, false);
  REQUIRE_FALSE(damaged.ok());
  CHECK(damaged.error().message.find("out/curves.csv: line 2, column q") != std::string::npos);
  CHECK(damaged.error().message.find("--restart") != std::string::npos);
  CHECK(Journal::open(folder / "out", {}, true).ok());
  std::ofstream(folder / "file") << "x";
  CHECK_FALSE(Journal::open(folder / "file/out", {}, false).ok());
}

TEST_CASE("rates are means of logarithms, with median, percentiles and extremes of the pictures") {
  const std::vector<double> factors = {0.5, 0.8, 1, 1.25, 2};
  Results results = results_of(factors);
  add_rates(results);
  const RateRow* row = row_of(results, "test", "");
  REQUIRE(row != nullptr);
  CHECK(row->images == 5);
  CHECK(row->mean == doctest::Approx(0).epsilon(1e-9));  // of logarithms that cancel out
  CHECK(row->median == doctest::Approx(0));
  CHECK(row->best == doctest::Approx(-50));
  CHECK(row->worst == doctest::Approx(100));
  CHECK(row->percentile_10 == doctest::Approx(-50 + 0.4 * 30));
  CHECK(row->percentile_90 == doctest::Approx(25 + 0.6 * 75));
  CHECK(row->lowest_score == 50);
  CHECK(row->highest_score == 90);
  const RateRow* even = row_of(results, "test", "even");
  REQUIRE(even != nullptr);
  CHECK(even->images == 3);
  CHECK(even->mean == doctest::Approx(0).epsilon(1e-9));
  CHECK(row_of(results, "test", "odd")->mean == doctest::Approx(0).epsilon(1e-9));
  CHECK(row_of(results, "anchor", "")->worst == doctest::Approx(0));
  CHECK(results.image_rates.size() == 10);
  CHECK(percentile({3}, 0.9) == 3);
}

TEST_CASE("pictures without common scores are counted and named, not left out") {
  Results results = results_of({0.5, 0.5});
  for (Point& point : results.points) {
    if (point.codec == "test" && point.image == "p1") point.ssimulacra2 -= 200;
  }
  add_rates(results);
  CHECK(row_of(results, "test", "")->images == 1);
  CHECK(row_of(results, "test", "")->refused == 1);
  int refusals = 0;
  for (const ImageRate& rate : results.image_rates) refusals += !rate.refusal.empty();
  CHECK(refusals == 1);
  // A range beyond all scores refuses all.
  results.lowest_score = 95;
  add_rates(results);
  CHECK(row_of(results, "test", "")->images == 0);
  CHECK(std::isnan(row_of(results, "test", "")->mean));
}

TEST_CASE("the anchor is jxl-e7, or the peer whose scores meet those of the others most often, or else laq") {
  // Each codec has the scores from 10 to `highest` on two pictures.
  const auto anchor_of = [](const std::vector<std::pair<std::string, double>>& codecs) {
    Results results;
    for (const auto& [name, highest] : codecs) {
      results.codecs.push_back({name, "1", false});
      for (const char* image : {"x", "y"})
        for (const double score : {10.0, highest}) results.points.push_back(point_of(name, image, score, 100, score));
    }
    results.lowest_score = 40;
    return default_anchor(results);
  };
  CHECK(anchor_of({{"laq-e5", 90}, {"webp-m6", 90}, {"jxl-e7", 10}}).codec == "jxl-e7");
  CHECK(anchor_of({{"laq-e5", 90}, {"webp-m6", 90}, {"j2k", 90}}).codec == "webp-m6");
  CHECK(anchor_of({{"laq-e5", 90}, {"webp-m6", 30}, {"j2k", 90}}).codec == "j2k");  // webp stays below the range
  const Anchor own = anchor_of({{"laq-e5", 90}, {"laq-e7", 90}, {"webp-m6", 30}});
  CHECK(own.codec == "laq-e5");
  CHECK(own.reason == "no peer's scores meet those of the other codecs as often");
  CHECK(anchor_of({{"laq-e5", 90}, {"laq-e7", 90}}).codec == "laq-e5");
}

TEST_CASE("the summary holds rates, codecs and failures as JSON, and as a table") {
  Results results = results_of({0.5, 2});
  results.failures = {"bad, x.png: \"broken\" \xff"};
  add_rates(results);
  const auto json = nlohmann::json::parse(summary_json(results));
  CHECK(json["anchor"] == "anchor");
  CHECK(json["codecs"].size() == 2);
  CHECK(json["ssimulacra2_range"][0].is_null());
  CHECK(json["failures"][0].get<std::string>().starts_with("bad, x.png"));
  bool found = false;
  for (const auto& rate : json["rates"]) {
    if (rate["codec"] != "test" || !rate["class"].is_null()) continue;
    found = true;
    CHECK(rate["worst"].get<double>() == doctest::Approx(100));
    CHECK(rate["images"] == 2);
  }
  CHECK(found);
  const std::string table = summary_table(results);
  CHECK(table.find("Bytes against anchor at equal SSIMULACRA 2, percent") == 0);
  CHECK(table.find("+100.00") != std::string::npos);
}

TEST_CASE("rates of curve files equal those of an implementation with SciPy's PchipInterpolator") {
  // ../shared/tools/bdrate.py on ../shared/anchors/kodak.csv against jxl-e7, SciPy 1.10.1.
  const std::string file = std::string(LAQ_SOURCE_ROOT) + "/../shared/anchors/kodak.csv";
  if (!std::filesystem::exists(file)) {
    MESSAGE("skipped: there is no ../shared");
    return;
  }
  ComparisonOptions options;
  options.curve_files = {file};
  options.lowest_score = 40;
  options.highest_score = 92;
  const auto results = compare::compare({}, {}, options);
  REQUIRE(results.ok());
  CHECK(results->images.size() == 24);
  CHECK(std::abs(row_of(*results, "jpeg-turbo", "")->mean - 36.23812) < 0.001);
  CHECK(std::abs(row_of(*results, "avif-s6-iq", "")->mean - -14.16291) < 0.001);
}
