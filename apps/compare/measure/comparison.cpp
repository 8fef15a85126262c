#include "compare/measure/comparison.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>

#include "compare/measure/curve_file.h"
#include "compare/measure/exhibits.h"
#include "compare/measure/journal.h"
#include "compare/measure/progress.h"
#include "compare/measure/series.h"
#include "compare/measure/speed.h"
#include "compare/measure/statistics.h"
#include "io/file.h"
#include "laq/metrics.hpp"

namespace laq::compare {
namespace {

// Adds the curves of a file, under names that are free, for the images that are compared (all, where none are).
std::optional<Error> load_curves(const std::string& path, Results& results) {
  const Result<std::string> text = read_text(path);
  if (!text) return text.error();
  const Result<std::vector<Point>> points = parse_curves(*text);
  if (!points) return Error{points.error().code, path + ": " + points.error().message};
  const bool takes_all = results.images.empty();
  if (takes_all && results.codecs.empty() && !points->empty()) results.kind = points->front().kind;
  if (!points->empty() && points->front().kind != results.kind) {
    return Error{ErrorCode::invalid_argument, path + ": its curves are of " + words_of(points->front().kind).signal +
                                                  "s, but " + words_of(results.kind).signal + "s are compared"};
  }
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
  for (Point point : *points) {
    if (!is_compared(point.image)) {
      if (!takes_all) continue;
      results.images.push_back({point.image, "", {}});
    }
    auto& name = names[point.codec];
    if (name.empty()) {
      name = is_taken(point.codec) ? point.codec + " (" + file + ")" : point.codec;
      results.codecs.push_back({name, file, true});
    }
    point.codec = name;
    results.points.push_back(std::move(point));
  }
  if (names.empty())
    return Error{ErrorCode::invalid_argument,
                 path + ": holds none of the " + words_of(results.kind).signal + "s that are compared"};
  return std::nullopt;
}

// Hashes of the files that can be read; the others fail when they are measured.
std::map<std::string, std::string> hashes(const std::vector<Source>& sources) {
  std::map<std::string, std::string> all;
  for (const Source& source : sources) {
    if (const Result<std::vector<std::byte>> file = io::read_file(source.path)) all[source.name] = content_hash(*file);
  }
  return all;
}

// What one run has at hand.
struct Comparison {
  const ComparisonOptions& options;
  const std::vector<Source>& sources;
  const std::vector<Ladder>& ladders;
  Results& results;
  bool codecs_unchanged = false;  // since the run before, in the same folder

  bool is_named(const std::string& name) const {
    return std::any_of(ladders.begin(), ladders.end(),
                       [&](const Ladder& ladder) { return ladder.codec->name() == name; });
  }
  // The signal of an image's name.
  Result<Signal> read(const std::string& name) const {
    const auto source = std::find_if(sources.begin(), sources.end(), [&](const auto& one) { return one.name == name; });
    return read_signal(source->path, source->kind);
  }
  std::vector<const Codec*> codecs() const {
    std::vector<const Codec*> all;
    for (const Ladder& ladder : ladders) all.push_back(ladder.codec);
    return all;
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
  now.kind = results.kind;
  now.butteraugli = results.kind == SignalKind::picture && options.butteraugli && has_butteraugli();
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

// Speeds of the first images, from the file of an earlier run where that has all of them and no codec has changed.
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
  const size_t count = std::min<size_t>(results.images.size(), static_cast<size_t>(options.speed_images));
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
      const Result<Signal> signal = comparison.read(image);
      if (!signal) continue;  // has failed before
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
          runs, *signal, image, speed_options,
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
  const std::vector<const Codec*> codecs = comparison.codecs();
  // The anchor may be a loaded curve, of which there are no pictures.
  const std::string anchor = comparison.is_named(results.anchor) ? results.anchor : codecs.front()->name();
  const size_t count = std::min<size_t>(results.images.size(), static_cast<size_t>(options.shown_images));
  for (size_t i = 0; i < count && !options.is_stopped(); ++i) {
    const std::string& image = results.images[i].name;
    options.show("matching " + image);
    const Result<Signal> picture = comparison.read(image);
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

// The first arrays that are series.
void make_series(Comparison& comparison) {
  const ComparisonOptions& options = comparison.options;
  Results& results = comparison.results;
  for (const Image& image : results.images) {
    if (results.series.size() >= static_cast<size_t>(options.shown_images) || options.is_stopped()) return;
    const Result<Signal> signal = comparison.read(image.name);
    if (!signal || !is_series(std::get<Array>(*signal))) continue;
    options.show("errors over time of " + image.name);
    results.series.push_back(make_series(std::get<Array>(*signal), image.name, comparison.codecs(), results.points,
                                         options.score, results.failures));
  }
}

// Why nothing could be measured.
std::string first_failure(const Results& results) {
  return results.failures.empty() ? "there are no points" : results.failures.front();
}

}  // namespace

Result<Results> compare(const std::vector<Source>& sources, const std::vector<Ladder>& ladders,
                        const ComparisonOptions& options) {
  Results results;
  if (!sources.empty()) results.kind = sources.front().kind;
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
    return Error{ErrorCode::invalid_argument,
                 std::string("no ") + words_of(results.kind).signal + " could be measured: " + first_failure(results)};
  results.title = !options.title.empty() ? options.title
                                         : std::string("Comparison of ") + words_of(results.kind).signal + " codecs";
  results.anchor = options.anchor.empty() ? default_anchor(results.codecs) : options.anchor;
  if (!results.codec_index(results.anchor)) {
    std::string names;
    for (const CodecEntry& codec : results.codecs) names += (names.empty() ? "" : ", ") + codec.name;
    return Error{ErrorCode::invalid_argument,
                 "the anchor " + results.anchor + " is not among the codecs (" + names + ")"};
  }
  if (!sources.empty()) {
    if (const auto error = measure_speeds(comparison)) return *error;
    if (results.kind == SignalKind::array) {
      make_series(comparison);
    } else {
      make_exhibits(comparison);
    }
  }
  add_rates(results);
  add_lossless(results);
  return results;
}

}  // namespace laq::compare
