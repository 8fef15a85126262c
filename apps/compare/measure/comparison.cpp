#include "compare/measure/comparison.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "compare/measure/curve_file.h"
#include "compare/measure/journal.h"
#include "compare/measure/measure.h"
#include "compare/measure/series.h"
#include "compare/measure/speed.h"
#include "compare/measure/statistics.h"
#include "compare/measure/visual_comparison.h"
#include "io/file.h"
#include "laq/metrics.hpp"

namespace laq::compare {
namespace {

bool has_image(const Results& results, const std::string& name) {
  return std::any_of(results.images.begin(), results.images.end(), [&](const Image& one) { return one.name == name; });
}

// Adds the curves of a file for the images that are compared; for all of its images if none are compared. A codec whose
// name is taken already gets the file's name behind its own.
std::optional<Error> load_curves(const std::string& path, Results& results) {
  const Result<std::string> text = read_text(path);
  if (!text) return text.error();
  const Result<std::vector<Point>> points = parse_curves(*text);
  if (!points) return Error{points.error().code, path + ": " + points.error().message};
  const bool takes_all = results.images.empty();
  if (takes_all && results.codecs.empty() && !points->empty()) results.kind = points->front().kind;
  const std::string signals = std::string(words_of(results.kind).signal) + "s";
  if (!points->empty() && points->front().kind != results.kind) {
    return Error{ErrorCode::invalid_argument, path + ": its curves are of " + words_of(points->front().kind).signal +
                                                  "s, but " + signals + " are compared"};
  }
  const std::string file = path.substr(path.find_last_of('/') + 1);
  std::map<std::string, std::string> names;  // by the name in the file
  for (Point point : *points) {
    if (!has_image(results, point.image)) {
      if (!takes_all) continue;
      results.images.push_back({point.image, "", {}});
    }
    auto& name = names[point.codec];
    if (name.empty()) {
      name = results.codec_index(point.codec) ? point.codec + " (" + file + ")" : point.codec;
      results.codecs.push_back({name, file, true});
    }
    point.codec = name;
    results.points.push_back(std::move(point));
  }
  if (names.empty())
    return Error{ErrorCode::invalid_argument, path + ": holds none of the " + signals + " that are compared"};
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

// What the steps of one run share.
struct Comparison {
  const ComparisonOptions& options;
  const std::vector<Source>& sources;
  const std::vector<Ladder>& ladders;
  Results& results;
  bool codecs_unchanged = false;  // since the previous run in this folder

  bool is_measured(const std::string& codec) const {
    return std::any_of(ladders.begin(), ladders.end(),
                       [&](const Ladder& ladder) { return ladder.codec->name() == codec; });
  }
  const Source& source_of(const std::string& image) const {
    return *std::find_if(sources.begin(), sources.end(), [&](const auto& one) { return one.name == image; });
  }
  std::vector<const Codec*> codecs() const {
    std::vector<const Codec*> all;
    for (const Ladder& ladder : ladders) all.push_back(ladder.codec);
    return all;
  }
  // The first images, at most `count`.
  std::span<const Image> first_images(int count) const {
    return std::span(results.images).first(std::min(results.images.size(), static_cast<size_t>(count)));
  }
};

std::optional<Error> measure_points(Comparison& comparison) {
  const ComparisonOptions& options = comparison.options;
  Results& results = comparison.results;
  Identities now;
  std::vector<std::string> order;
  for (const Ladder& ladder : comparison.ladders) {
    const std::string name = ladder.codec->name(), version = ladder.codec->version();
    now.codecs[name] = version;
    order.push_back(name);
    results.codecs.push_back({name, version, false});
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
  Result<std::vector<Image>> images =
      run(comparison.sources, comparison.ladders, **journal, run_options, results.failures);
  if (!images) return images.error();
  results.images = std::move(*images);
  if (auto error = (*journal)->sort(order)) return error;
  for (const Point& point : (*journal)->points()) {
    if (has_image(results, point.image) && comparison.is_measured(point.codec)) results.points.push_back(point);
  }
  return std::nullopt;
}

// The speeds that an earlier run has written to `path`; none if a codec has changed since, or the file is damaged.
Result<std::vector<Speed>> earlier_speeds(const Comparison& comparison, const std::string& path) {
  if (!comparison.codecs_unchanged || !io::file_exists(path)) return std::vector<Speed>();
  const Result<std::string> text = read_text(path);
  if (!text) return text.error();
  Result<std::vector<Speed>> parsed = parse_speed(*text);
  return parsed ? std::move(*parsed) : std::vector<Speed>();
}

// All codecs on one image, each at its point nearest to the score; nothing if the image cannot be read.
std::vector<Speed> measure_speeds_of(Comparison& comparison, const std::string& image) {
  const ComparisonOptions& options = comparison.options;
  const Source& source = comparison.source_of(image);
  const Result<Signal> signal = read_signal(source.path, source.kind);
  if (!signal) return {};  // reported when its points were measured
  std::vector<SpeedRun> runs;
  for (const Ladder& ladder : comparison.ladders) {
    const Point* point = nearest_point(comparison.results.points, ladder.codec->name(), image, options.score);
    runs.push_back({ladder.codec, point ? point->q : ladder.qualities[ladder.qualities.size() / 2]});
  }
  const auto progress = [&](double done) {
    options.show("speed of " + image + ": " + std::to_string(static_cast<int>(100 * done)) + " %");
    return !options.is_stopped();
  };
  return compare_speed(runs, *signal, image, {.rounds = options.rounds}, progress, comparison.results.failures);
}

// Speeds on the first images. What an earlier run has measured is used if it is complete for an image.
std::optional<Error> measure_speeds(Comparison& comparison) {
  const ComparisonOptions& options = comparison.options;
  Results& results = comparison.results;
  const std::string path = options.folder + "/speed.csv";
  const Result<std::vector<Speed>> before = earlier_speeds(comparison, path);
  if (!before) return before.error();
  for (const Image& image : comparison.first_images(options.speed_images)) {
    if (options.is_stopped()) break;
    std::vector<Speed> speeds;
    std::set<std::string> known;
    for (const Ladder& ladder : comparison.ladders) {
      for (const Speed& speed : *before) {
        if (speed.image != image.name || speed.codec != ladder.codec->name()) continue;
        speeds.push_back(speed);
        known.insert(speed.codec);
      }
    }
    if (known.size() < comparison.ladders.size()) speeds = measure_speeds_of(comparison, image.name);
    results.speeds.insert(results.speeds.end(), speeds.begin(), speeds.end());
    if (auto error = write_text(path, speed_text(results.speeds))) return error;
  }
  return std::nullopt;
}

// The first pictures, for a look at them.
void make_visual_comparisons(Comparison& comparison) {
  const ComparisonOptions& options = comparison.options;
  Results& results = comparison.results;
  const std::vector<const Codec*> codecs = comparison.codecs();
  // The anchor may be a curve that was loaded, which has no pictures.
  const std::string anchor = comparison.is_measured(results.anchor) ? results.anchor : codecs.front()->name();
  for (const Image& image : comparison.first_images(options.shown_images)) {
    if (options.is_stopped()) return;
    options.show("matching " + image.name);
    const Source& source = comparison.source_of(image.name);
    const Result<Original> original = read_original(source.path, source.name, source.kind);
    if (!original) continue;  // reported when its points were measured
    Result<VisualComparison> made = make_visual_comparison(
        *original, codecs, results.points, {.anchor = anchor, .score = options.score}, results.unmatched);
    if (made) {
      results.visual_comparisons.push_back(std::move(*made));
    } else {
      results.failures.push_back(image.name + ": " + made.error().message);
    }
  }
}

// The first arrays that are series in time.
void make_all_series(Comparison& comparison) {
  const ComparisonOptions& options = comparison.options;
  Results& results = comparison.results;
  for (const Image& image : results.images) {
    if (results.series.size() >= static_cast<size_t>(options.shown_images) || options.is_stopped()) return;
    const Source& source = comparison.source_of(image.name);
    const Result<Signal> signal = read_signal(source.path, source.kind);
    if (!signal || !is_series(std::get<Array>(*signal))) continue;
    options.show("errors over time of " + image.name);
    results.series.push_back(make_series(std::get<Array>(*signal), image.name, comparison.codecs(), results.points,
                                         options.score, results.failures));
  }
}

// Chooses the codec that rates are relative to.
std::optional<Error> set_anchor(const std::string& wanted, Results& results) {
  results.anchor = wanted.empty() ? default_anchor(results.codecs) : wanted;
  if (results.codec_index(results.anchor)) return std::nullopt;
  std::string names;
  for (const CodecEntry& codec : results.codecs) names += (names.empty() ? "" : ", ") + codec.name;
  return Error{ErrorCode::invalid_argument,
               "the anchor " + results.anchor + " is not among the codecs (" + names + ")"};
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
  const std::string signal = words_of(results.kind).signal;
  if (results.points.empty()) {
    const std::string cause = results.failures.empty() ? "there are no points" : results.failures.front();
    return Error{ErrorCode::invalid_argument, "no " + signal + " could be measured: " + cause};
  }
  results.title = options.title.empty() ? "Comparison of " + signal + " codecs" : options.title;
  if (const auto error = set_anchor(options.anchor, results)) return *error;
  if (!sources.empty()) {
    if (const auto error = measure_speeds(comparison)) return *error;
    if (results.kind == SignalKind::array) {
      make_all_series(comparison);
    } else {
      make_visual_comparisons(comparison);
    }
  }
  add_rates(results);
  add_lossless(results);
  return results;
}

}  // namespace laq::compare
