#include "compare/comparison.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>

#include "compare/curve_file.h"
#include "compare/exhibits.h"
#include "compare/journal.h"
#include "compare/progress.h"
#include "compare/rasterize.h"
#include "compare/rate_charts.h"
#include "compare/report.h"
#include "compare/speed.h"
#include "compare/statistics.h"
#include "compare/summary.h"
#include "io/convert.h"
#include "io/file.h"
#include "io/picture_file.h"
#include "laq/metrics.hpp"

namespace laq::compare {
namespace {

// Adds the curves of a file, under names that are free, for the pictures that are compared (all, where none are).
std::optional<Error> load_curves(const std::string& path, Results& results) {
  const Result<std::string> text = read_text(path);
  if (!text) return text.error();
  const Result<std::vector<Point>> points = parse_curves(*text);
  if (!points) return Error{points.error().code, path + ": " + points.error().message};
  const std::string file = path.substr(path.find_last_of('/') + 1);
  std::map<std::string, std::string> names;
  const auto is_compared = [&](const std::string& image) {
    return std::any_of(results.images.begin(), results.images.end(),
                       [&](const Image& one) { return one.name == image; });
  };
  const auto is_taken = [&](const std::string& name) {
    return std::any_of(results.codecs.begin(), results.codecs.end(),
                       [&](const auto& codec) { return codec.name == name; });
  };
  const bool takes_all = results.images.empty();
  for (Point point : *points) {
    if (!is_compared(point.image)) {
      if (!takes_all) continue;
      results.images.push_back({point.image, "", 0, 0});
    }
    auto& name = names[point.codec];
    if (name.empty()) {
      name = is_taken(point.codec) ? point.codec + " (" + file + ")" : point.codec;
      results.codecs.push_back({name, file, true});
    }
    point.codec = name;
    results.points.push_back(std::move(point));
  }
  if (names.empty()) return Error{ErrorCode::invalid_argument, path + ": holds none of the pictures that are compared"};
  return std::nullopt;
}

// Hashes of the files that can be read; the others fail when they are measured.
std::map<std::string, std::string> hashes(const std::vector<PictureSource>& sources) {
  std::map<std::string, std::string> all;
  for (const PictureSource& source : sources) {
    if (const Result<std::vector<std::byte>> file = io::read_file(source.path)) all[source.name] = content_hash(*file);
  }
  return all;
}

// What one run has at hand.
struct Comparison {
  const ComparisonOptions& options;
  const std::vector<PictureSource>& sources;
  const std::vector<Ladder>& ladders;
  Results& results;
  bool codecs_unchanged = false;  // since the run before, in the same folder

  bool is_named(const std::string& name) const {
    return std::any_of(ladders.begin(), ladders.end(),
                       [&](const Ladder& ladder) { return ladder.codec->name() == name; });
  }
  // The picture of an image's name.
  Result<Picture> read(const std::string& name) const {
    const auto source = std::find_if(sources.begin(), sources.end(), [&](const auto& one) { return one.name == name; });
    Result<Picture> picture = io::read_picture(source->path);
    if (!picture) return picture.error();
    return io::upright(*picture);
  }
};

std::optional<Error> measure_points(Comparison& comparison) {
  const ComparisonOptions& options = comparison.options;
  Results& results = comparison.results;
  Identities now;
  std::vector<std::string> order;
  for (const Ladder& ladder : comparison.ladders) {
    now.codecs[ladder.codec->name()] = ladder.codec->version();
    order.push_back(ladder.codec->name());
  }
  now.images = hashes(comparison.sources);
  now.butteraugli = options.butteraugli && has_butteraugli();
  const Result<std::unique_ptr<Journal>> journal = Journal::open(options.folder, now, options.restart);
  if (!journal) return journal.error();
  comparison.codecs_unchanged = (*journal)->codecs_unchanged();

  RunOptions run_options;
  run_options.jobs = options.jobs;
  run_options.butteraugli = options.butteraugli;
  run_options.is_stopped = options.is_stopped;
  run_options.progress = [&](const RunStatus& status) { options.show(progress_text(status)); };
  const Result<std::vector<Image>> images =
      run(comparison.sources, comparison.ladders, **journal, run_options, results.failures);
  if (!images) return images.error();
  results.images = *images;
  if (auto error = (*journal)->sort(order)) return error;
  for (const Point& point : (*journal)->points()) {
    const bool is_compared =
        std::any_of(images->begin(), images->end(), [&](const Image& one) { return one.name == point.image; });
    if (is_compared && comparison.is_named(point.codec)) results.points.push_back(point);
  }
  for (const Ladder& ladder : comparison.ladders)
    results.codecs.push_back({ladder.codec->name(), ladder.codec->version(), false});
  return std::nullopt;
}

// Speeds of the first pictures, from the file of an earlier run where that has all of them and no codec has changed.
std::optional<Error> measure_speeds(Comparison& comparison) {
  const ComparisonOptions& options = comparison.options;
  Results& results = comparison.results;
  const std::string path = options.folder + "/speed.csv";
  std::vector<Speed> before;
  if (comparison.codecs_unchanged && io::file_exists(path)) {
    const Result<std::string> text = read_text(path);
    if (!text) return text.error();
    if (Result<std::vector<Speed>> parsed = parse_speed(*text)) before = std::move(*parsed);
  }
  const size_t count = std::min<size_t>(results.images.size(), static_cast<size_t>(options.speed_pictures));
  for (size_t i = 0; i < count && !options.is_stopped(); ++i) {
    const std::string& image = results.images[i].name;
    std::vector<Speed> known;
    size_t complete = 0;
    for (const Ladder& ladder : comparison.ladders) {
      const size_t size = known.size();
      for (const Speed& speed : before) {
        if (speed.image == image && speed.codec == ladder.codec->name()) known.push_back(speed);
      }
      if (known.size() > size) ++complete;
    }
    if (complete < comparison.ladders.size()) {
      const Result<Picture> picture = comparison.read(image);
      if (!picture) continue;  // has failed before
      std::vector<SpeedRun> runs;
      for (const Ladder& ladder : comparison.ladders) {
        const double middle = ladder.qualities[ladder.qualities.size() / 2];
        std::vector<Point> own;
        for (const Point& point : results.points) {
          if (point.image == image) own.push_back(point);
        }
        runs.push_back({ladder.codec, quality_near(own, ladder.codec->name(), options.score, middle)});
      }
      SpeedOptions speed_options;
      speed_options.rounds = options.rounds;
      known = compare_speed(
          runs, *picture, image, speed_options,
          [&](double done) {
            options.show("speed of " + image + ": " + std::to_string(static_cast<int>(100 * done)) + " %");
            return !options.is_stopped();
          },
          results.failures);
    }
    results.speeds.insert(results.speeds.end(), known.begin(), known.end());
    if (auto error = write_text(path, speed_text(results.speeds))) return error;
  }
  return std::nullopt;
}

void make_exhibits(Comparison& comparison) {
  const ComparisonOptions& options = comparison.options;
  Results& results = comparison.results;
  std::vector<const Codec*> codecs;
  for (const Ladder& ladder : comparison.ladders) codecs.push_back(ladder.codec);
  // The anchor may be a loaded curve, of which there are no pictures.
  const std::string anchor = comparison.is_named(results.anchor) ? results.anchor : codecs.front()->name();
  const size_t count = std::min<size_t>(results.images.size(), static_cast<size_t>(options.shown_pictures));
  for (size_t i = 0; i < count && !options.is_stopped(); ++i) {
    const std::string& image = results.images[i].name;
    options.show("matching " + image);
    const Result<Picture> picture = comparison.read(image);
    if (!picture) continue;
    ExhibitOptions exhibit_options;
    exhibit_options.score = options.score;
    Result<Exhibit> exhibit =
        make_exhibit(*picture, image, codecs, anchor, results.points, exhibit_options, results.unmatched);
    if (exhibit) {
      results.exhibits.push_back(std::move(*exhibit));
    } else {
      results.failures.push_back(image + ": " + exhibit.error().message);
    }
  }
}

// Why nothing could be measured.
std::string first_failure(const Results& results) {
  return results.failures.empty() ? "there are no points" : results.failures.front();
}

std::optional<Error> write_charts(const ComparisonOptions& options, const Results& results) {
  for (const Metric& metric : kMetrics) {
    const std::string chart = rate_chart_svg(results, metric);
    if (chart.empty()) continue;
    const std::string path = options.folder + "/" + metric.column;
    if (options.svg) {
      if (auto error = write_text(path + ".svg", chart)) return error;
    }
    if (options.png) {
      if (auto error = svg_to_png(chart, 1600, path + ".png")) return error;
    }
  }
  return std::nullopt;
}

}  // namespace

Result<Results> compare(const std::vector<PictureSource>& sources, const std::vector<Ladder>& ladders,
                        const ComparisonOptions& options) {
  Results results;
  results.title = options.title;
  results.command = options.command;
  results.lowest_score = options.lowest_score;
  results.highest_score = options.highest_score;
  Comparison comparison{options, sources, ladders, results};
  if (!sources.empty()) {
    if (const auto error = measure_points(comparison)) return *error;
    if (options.is_stopped()) return results;
  }
  for (const std::string& path : options.curve_files) {
    if (const auto error = load_curves(path, results)) return *error;
  }
  if (results.points.empty())
    return Error{ErrorCode::invalid_argument, "no picture could be measured: " + first_failure(results)};
  results.anchor = options.anchor.empty() ? default_anchor(results.codecs) : options.anchor;
  if (!codec_index(results, results.anchor)) {
    std::string names;
    for (const CodecEntry& codec : results.codecs) names += (names.empty() ? "" : ", ") + codec.name;
    return Error{ErrorCode::invalid_argument,
                 "the anchor " + results.anchor + " is not among the codecs (" + names + ")"};
  }
  if (!sources.empty()) {
    if (const auto error = measure_speeds(comparison)) return *error;
    make_exhibits(comparison);
  }
  add_rates(results);
  return results;
}

std::optional<Error> write_results(const ComparisonOptions& options, const Results& results) {
  if (auto error = write_text(options.folder + "/summary.json", summary_json(results))) return error;
  if (auto error = write_text(options.folder + "/report.html", report_html(results))) return error;
  return write_charts(options, results);
}

}  // namespace laq::compare
