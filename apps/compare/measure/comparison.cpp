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
#include "compare/measure/tensors.h"
#include "compare/measure/visual_comparison.h"
#include "io/file.h"
#include "laq/metrics.hpp"

namespace laq::compare {
namespace {

bool has_image(const Results& results, const std::string& name) {
  return std::ranges::find(results.images, name, &Image::name) != results.images.end();
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

class Comparison {
 public:
  Comparison(const std::vector<Source>& sources, const std::vector<Ladder>& ladders, const ComparisonOptions& options)
      : sources_(sources), ladders_(ladders), options_(options) {}

  Result<Results> run() {
    if (!sources_.empty()) results_.kind = sources_.front().kind;
    results_.command = options_.command;
    results_.lowest_score = options_.lowest_score;
    results_.highest_score = options_.highest_score;
    if (!sources_.empty()) {
      if (const auto error = measure_points()) return *error;
      if (options_.is_stopped()) return std::move(results_);
    }
    for (const std::string& path : options_.curve_files) {
      if (const auto error = load_curves(path, results_)) return *error;
    }
    const std::string signal = words_of(results_.kind).signal;
    if (results_.points.empty()) {
      const std::string cause = results_.failures.empty() ? "there are no points" : results_.failures.front();
      return Error{ErrorCode::invalid_argument, "no " + signal + " could be measured: " + cause};
    }
    results_.title = options_.title.empty() ? "Comparison of " + signal + " codecs" : options_.title;
    if (const auto error = set_anchor()) return *error;
    if (!sources_.empty()) {
      if (const auto error = measure_speeds()) return *error;
      switch (results_.kind) {
        case SignalKind::picture:
          make_visual_comparisons();
          break;
        case SignalKind::array:
          measure_array_errors();
          break;
        case SignalKind::model:
          measure_model_tensors();
          break;
      }
    }
    add_rates(results_);
    add_lossless(results_);
    return std::move(results_);
  }

 private:
  std::optional<Error> measure_points() {
    Identities now;
    std::vector<std::string> order;
    for (const Ladder& ladder : ladders_) {
      const std::string name = ladder.codec->name(), version = ladder.codec->version();
      now.codecs[name] = version;
      order.push_back(name);
      results_.codecs.push_back({name, version, false});
    }
    now.images = hashes(sources_);
    now.kind = results_.kind;
    now.butteraugli = results_.kind == SignalKind::picture && options_.measures.butteraugli && has_butteraugli();
    if (options_.measures.judge) now.judge = options_.measures.judge->command();
    const Result<std::unique_ptr<Journal>> journal = Journal::open(options_.folder, now, options_.restart);
    if (!journal) return journal.error();
    codecs_unchanged_ = (*journal)->codecs_unchanged();

    const RunOptions run_options{.jobs = options_.jobs,
                                 .measures = options_.measures,
                                 .progress = [&](const RunStatus& status) { options_.show(progress_text(status)); },
                                 .is_stopped = options_.is_stopped};
    Result<std::vector<Image>> images = compare::run(sources_, ladders_, **journal, run_options, results_.failures);
    if (!images) return images.error();
    results_.images = std::move(*images);
    if (auto error = (*journal)->sort(order)) return error;
    for (const Point& point : (*journal)->points()) {
      if (has_image(results_, point.image) && is_measured(point.codec)) results_.points.push_back(point);
    }
    return std::nullopt;
  }

  // The speeds that an earlier run has written to `path`; none if a codec has changed since, or the file is damaged.
  Result<std::vector<Speed>> earlier_speeds(const std::string& path) const {
    if (!codecs_unchanged_ || !io::file_exists(path)) return std::vector<Speed>();
    const Result<std::string> text = read_text(path);
    if (!text) return text.error();
    Result<std::vector<Speed>> parsed = parse_speed(*text);
    return parsed ? std::move(*parsed) : std::vector<Speed>();
  }

  // All codecs on one image, each at its point nearest to the score; nothing if the image cannot be read.
  std::vector<Speed> measure_speeds_of(const std::string& image) {
    const Source& source = source_of(image);
    const Result<Signal> signal = read_signal(source.path, source.kind);
    if (!signal) return {};  // reported when its points were measured
    std::vector<SpeedRun> runs;
    for (const Ladder& ladder : timed_ladders()) {
      const Point* point = nearest_point(results_.points, ladder.codec->name(), image, options_.score);
      runs.push_back({ladder.codec, point ? point->q : ladder.qualities[ladder.qualities.size() / 2]});
    }
    const auto progress = [&](double done) {
      options_.show("speed of " + image + ": " + std::to_string(static_cast<int>(100 * done)) + " %");
      return !options_.is_stopped();
    };
    return compare_speed(runs, *signal, image, {.rounds = options_.rounds}, progress, results_.failures);
  }

  // Speeds on the first images. What an earlier run has measured is used if it is complete for an image.
  std::optional<Error> measure_speeds() {
    const std::string path = options_.folder + "/speed.csv";
    const Result<std::vector<Speed>> before = earlier_speeds(path);
    if (!before) return before.error();
    for (const Image& image : first_images(options_.speed_images)) {
      if (options_.is_stopped()) break;
      std::vector<Speed> speeds;
      std::set<std::string> known;
      const std::vector<Ladder> timed = timed_ladders();
      for (const Ladder& ladder : timed) {
        for (const Speed& speed : *before) {
          if (speed.image != image.name || speed.codec != ladder.codec->name()) continue;
          speeds.push_back(speed);
          known.insert(speed.codec);
        }
      }
      if (known.size() < timed.size()) speeds = measure_speeds_of(image.name);
      results_.speeds.insert(results_.speeds.end(), speeds.begin(), speeds.end());
      if (auto error = write_text(path, speed_text(results_.speeds))) return error;
    }
    return std::nullopt;
  }

  // The first pictures, for a look at them.
  void make_visual_comparisons() {
    const std::vector<const Codec*> all = codecs();
    // The anchor may be a curve that was loaded, which has no pictures.
    const std::string anchor = is_measured(results_.anchor) ? results_.anchor : all.front()->name();
    for (const Image& image : first_images(options_.shown_images)) {
      if (options_.is_stopped()) return;
      options_.show("matching " + image.name);
      const Source& source = source_of(image.name);
      const Result<Original> original = read_original(source.path, source.name, source.kind);
      if (!original) continue;  // reported when its points were measured
      Result<VisualComparison> made = make_visual_comparison(
          *original, all, results_.points,
          {.anchor = anchor, .score = options_.score, .butteraugli = options_.measures.butteraugli},
          results_.unmatched);
      if (made) {
        results_.visual_comparisons.push_back(std::move(*made));
      } else {
        results_.failures.push_back(image.name + ": " + made.error().message);
      }
    }
  }

  // Errors on the first arrays.
  void measure_array_errors() {
    for (const Image& image : first_images(options_.shown_images)) {
      if (options_.is_stopped()) return;
      const Source& source = source_of(image.name);
      const Result<Signal> signal = read_signal(source.path, source.kind);
      if (!signal) continue;  // reported when its points were measured
      options_.show("errors of " + image.name);
      ArrayErrors errors = measure_errors(std::get<Array>(*signal), image.name, codecs(), results_.points,
                                          options_.score, results_.failures);
      results_.histograms.push_back(std::move(errors.histogram));
      results_.spectra.push_back(std::move(errors.spectra));
      if (errors.series) results_.series.push_back(std::move(*errors.series));
    }
  }

  // Tensors of the first models.
  void measure_model_tensors() {
    for (const Image& image : first_images(options_.shown_images)) {
      if (options_.is_stopped()) return;
      const Source& source = source_of(image.name);
      const Result<Signal> signal = read_signal(source.path, source.kind);
      if (!signal) continue;  // reported when its points were measured
      options_.show("tensors of " + image.name);
      results_.tensors.push_back(measure_tensors(std::get<Model>(*signal), image.name, codecs(), results_.points,
                                                 options_.score, results_.failures));
    }
  }

  // Chooses the codec that rates are relative to.
  std::optional<Error> set_anchor() {
    const Anchor anchor = options_.anchor.empty() ? default_anchor(results_) : Anchor{options_.anchor, ""};
    results_.anchor = anchor.codec;
    results_.anchor_reason = anchor.reason;
    if (results_.codec_index(results_.anchor)) return std::nullopt;
    std::string names;
    for (const CodecEntry& codec : results_.codecs) names += (names.empty() ? "" : ", ") + codec.name;
    return Error{ErrorCode::invalid_argument,
                 "the anchor " + results_.anchor + " is not among the codecs (" + names + ")"};
  }

  bool is_measured(const std::string& codec) const {
    return std::ranges::any_of(ladders_, [&](const Ladder& ladder) { return ladder.codec->name() == codec; });
  }
  const Source& source_of(const std::string& image) const { return *std::ranges::find(sources_, image, &Source::name); }
  std::vector<const Codec*> codecs() const {
    std::vector<const Codec*> all;
    for (const Ladder& ladder : ladders_) all.push_back(ladder.codec);
    return all;
  }
  // Contrasts have no speed, because they make no bytes; their ladders are left out.
  std::vector<Ladder> timed_ladders() const {
    std::vector<Ladder> timed;
    std::ranges::copy_if(ladders_, std::back_inserter(timed),
                         [](const Ladder& ladder) { return ladder.codec->packs_bytes(); });
    return timed;
  }
  // The first images, at most `count`.
  std::span<const Image> first_images(int count) const {
    return std::span(results_.images).first(std::min(results_.images.size(), static_cast<size_t>(count)));
  }

  const std::vector<Source>& sources_;
  const std::vector<Ladder>& ladders_;
  const ComparisonOptions& options_;
  Results results_;
  bool codecs_unchanged_ = false;  // since the previous run in this folder
};

}  // namespace

Result<Results> compare(const std::vector<Source>& sources, const std::vector<Ladder>& ladders,
                        const ComparisonOptions& options) {
  return Comparison(sources, ladders, options).run();
}

}  // namespace laq::compare
