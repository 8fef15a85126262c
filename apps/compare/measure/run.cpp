#include "compare/measure/run.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <thread>

#include "compare/measure/measure.h"

namespace laq::compare {
namespace {

using Clock = std::chrono::steady_clock;

// A point that is still to be measured.
struct Task {
  const Codec* codec;
  double quality;
};

// Counts what is done, and estimates how long the rest takes.
class Estimate {
 public:
  void expect(const Codec& codec, double elements) {
    rest_[codec.name()] += elements;
    ++total_;
  }
  // A point that took `seconds`, or that will not be measured.
  void finish(const Codec& codec, double elements, std::optional<double> seconds) {
    rest_[codec.name()] -= elements;
    ++done_;
    if (!seconds) return;
    Spent& spent = spent_[codec.name()];
    spent.seconds += *seconds;
    spent.elements += elements;
  }
  RunStatus status(int jobs, std::string now) const {
    double seconds = 0, elements = 0;
    for (const auto& [codec, spent] : spent_) {
      seconds += spent.seconds;
      elements += spent.elements;
    }
    double left = 0;
    for (const auto& [codec, rest] : rest_) {
      const auto own =
          spent_.find(codec);  // a codec that has not begun is assumed to be as fast as the mean of the others
      left += rest * (own != spent_.end() ? own->second.seconds / own->second.elements : seconds / elements);
    }
    return {done_, total_, left / jobs, std::move(now)};
  }

 private:
  struct Spent {
    double seconds = 0, elements = 0;
  };
  std::map<std::string, double> rest_;  // elements by codec
  std::map<std::string, Spent> spent_;
  size_t done_ = 0, total_ = 0;
};

class Runner {
 public:
  Runner(const std::vector<Source>& sources, const std::vector<Ladder>& ladders, Journal& journal,
         const RunOptions& options, std::vector<std::string>& failures)
      : sources_(sources), ladders_(ladders), journal_(journal), options_(options), failures_(failures) {}

  Result<std::vector<Image>> run() {
    plan();
    std::atomic<size_t> next = 0;
    const auto work = [&] {
      for (size_t i = next++; i < sources_.size() && !is_stopped(); i = next++) {
        try {
          measure_signal(i);
        } catch (const std::bad_alloc&) {
          const std::lock_guard lock(mutex_);
          failures_.push_back(sources_[i].path + ": out of memory (fewer --jobs need less)");
        }
      }
    };
    std::vector<std::thread> threads;
    for (int i = 1; i < std::min<int>(options_.jobs, static_cast<int>(sources_.size())); ++i)
      threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    if (broken_) return *broken_;
    std::vector<Image> images;
    for (const std::optional<Image>& image : images_) {
      if (image) images.push_back(*image);
    }
    return images;
  }

 private:
  // Reads every file once, because the estimate needs the sizes; a file that cannot be read fails here.
  void plan() {
    images_.resize(sources_.size());
    tasks_.resize(sources_.size());
    elements_.resize(sources_.size());
    for (size_t i = 0; i < sources_.size(); ++i) {
      const Source& source = sources_[i];
      const Result<Signal> signal = read_signal(source.path, source.kind);
      if (!signal) {
        failures_.push_back(source.path + ": " + signal.error().message);
        continue;
      }
      images_[i] = Image{source.name, source.image_class, sides_of(*signal)};
      elements_[i] = elements_of(*signal);
      for (const Ladder& ladder : ladders_) {
        for (const double quality : ladder.qualities) {
          if (journal_.has(ladder.codec->name(), quality, source.name)) continue;
          tasks_[i].push_back({ladder.codec, quality});
          estimate_.expect(*ladder.codec, elements_[i]);
        }
      }
    }
  }

  bool is_stopped() const { return is_broken_ || options_.is_stopped(); }

  void measure_signal(size_t i) {
    if (tasks_[i].empty()) return;
    const Result<Original> original = read_original(sources_[i].path, sources_[i].name, sources_[i].kind);
    if (!original) {
      const std::lock_guard lock(mutex_);
      failures_.push_back(sources_[i].path + ": " + original.error().message);
      for (const Task& task : tasks_[i]) estimate_.finish(*task.codec, elements_[i], std::nullopt);
      return;
    }
    const Codec* failed = nullptr;
    for (const Task& task : tasks_[i]) {
      if (is_stopped()) return;
      if (task.codec == failed) {
        const std::lock_guard lock(mutex_);
        estimate_.finish(*task.codec, elements_[i], std::nullopt);
        continue;
      }
      const auto start = Clock::now();
      const Result<Point> point = measure(*task.codec, *original, task.quality, options_.butteraugli);
      const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
      const std::lock_guard lock(mutex_);
      estimate_.finish(*task.codec, elements_[i], point ? std::optional(seconds) : std::nullopt);
      if (point) {
        if (const auto error = journal_.append(*point)) broken_ = *error, is_broken_ = true;
      } else {
        failed = task.codec;
        failures_.push_back(task.codec->name() + ", " + sources_[i].name + ": " + point.error().message);
      }
      if (options_.progress)
        options_.progress(estimate_.status(options_.jobs, task.codec->name() + ", " + sources_[i].name));
    }
  }

  const std::vector<Source>& sources_;
  const std::vector<Ladder>& ladders_;
  Journal& journal_;
  const RunOptions& options_;
  std::vector<std::string>& failures_;
  // By source.
  std::vector<std::optional<Image>> images_;  // nothing if the source cannot be read
  std::vector<std::vector<Task>> tasks_;
  std::vector<double> elements_;
  Estimate estimate_;
  std::optional<Error> broken_;  // the error of a journal that cannot be written
  std::atomic<bool> is_broken_ = false;
  std::mutex mutex_;
};

}  // namespace

Result<std::vector<Image>> run(const std::vector<Source>& sources, const std::vector<Ladder>& ladders, Journal& journal,
                               const RunOptions& options, std::vector<std::string>& failures) {
  return Runner(sources, ladders, journal, options, failures).run();
}

}  // namespace laq::compare
