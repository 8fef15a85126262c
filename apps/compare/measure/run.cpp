#include "compare/measure/run.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <thread>

#include "compare/codecs/codec_families.h"

namespace laq::compare {
namespace {

// A point that is still to be measured.
struct Task {
  const Codec* codec;
  double quality;
};

// What is still to be measured of a source.
struct Work {
  const Source* source;
  double elements;
  std::vector<Task> tasks;
};

// Counts what is done, and estimates how long the rest takes.
class Estimate {
 public:
  void expect(const Codec& codec, double elements) {
    codecs_[codec.name()].rest += elements;
    ++total_;
  }
  // A point that took `seconds`, or that will not be measured.
  void finish(const Codec& codec, double elements, std::optional<double> seconds) {
    Share& share = codecs_[codec.name()];
    share.rest -= elements;
    ++done_;
    if (!seconds) return;
    share.seconds += *seconds;
    share.elements += elements;
  }
  RunStatus status(int jobs, std::string now) const {
    double seconds = 0, elements = 0, left = 0;
    for (const auto& [codec, share] : codecs_) {
      seconds += share.seconds;
      elements += share.elements;
    }
    for (const auto& [codec, share] : codecs_) {
      // A codec that has not begun is assumed to be as fast as the mean of the others.
      left += share.rest * (share.elements > 0 ? share.seconds / share.elements : seconds / elements);
    }
    return {done_, total_, left / jobs, std::move(now)};
  }

 private:
  struct Share {
    double rest = 0;                   // elements that are still to be measured
    double seconds = 0, elements = 0;  // spent so far
  };
  std::map<std::string, Share> codecs_;
  size_t done_ = 0, total_ = 0;
};

class Runner {
 public:
  Runner(const std::vector<Ladder>& ladders, Journal& journal, const RunOptions& options,
         std::vector<std::string>& failures)
      : ladders_(ladders), journal_(journal), options_(options), failures_(failures) {}

  Result<std::vector<Image>> run(const std::vector<Source>& sources) {
    for (const Source& source : sources) plan(source);
    std::atomic<size_t> next = 0;
    const auto work = [&] {
      for (size_t i = next++; i < works_.size() && !is_stopped(); i = next++) {
        try {
          measure_signal(works_[i]);
        } catch (const std::bad_alloc&) {
          const std::lock_guard lock(mutex_);
          failures_.push_back(works_[i].source->path + ": out of memory (fewer --jobs need less)");
        }
      }
    };
    std::vector<std::thread> threads;
    for (int i = 1; i < std::min<int>(options_.jobs, static_cast<int>(works_.size())); ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
    if (broken_) return *broken_;
    return images_;
  }

 private:
  // Reads every file once, because the estimate needs the sizes; a file that cannot be read fails here.
  void plan(const Source& source) {
    const Result<Signal> signal = read_signal(source.path, source.kind);
    if (!signal) {
      failures_.push_back(source.path + ": " + signal.error().message);
      return;
    }
    images_.push_back({source.name, source.image_class, sides_of(*signal)});
    Work& work = works_.emplace_back(Work{&source, elements_of(*signal), {}});
    for (const Ladder& ladder : ladders_) {
      for (const double quality : ladder.qualities) {
        if (journal_.has(ladder.codec->name(), quality, source.name)) continue;
        work.tasks.push_back({ladder.codec, quality});
        estimate_.expect(*ladder.codec, work.elements);
      }
    }
  }

  bool is_stopped() const { return is_broken_ || options_.is_stopped(); }

  void measure_signal(const Work& work) {
    if (work.tasks.empty()) return;
    const Source& source = *work.source;
    const Result<Original> original = read_original(source.path, source.name, source.kind);
    if (!original) {
      const std::lock_guard lock(mutex_);
      failures_.push_back(source.path + ": " + original.error().message);
      for (const Task& task : work.tasks) estimate_.finish(*task.codec, work.elements, std::nullopt);
      return;
    }
    const Codec* failed = nullptr;
    for (const Task& task : work.tasks) {
      if (is_stopped()) return;
      if (task.codec == failed) {
        const std::lock_guard lock(mutex_);
        estimate_.finish(*task.codec, work.elements, std::nullopt);
        continue;
      }
      const Stopwatch stopwatch;
      const Result<Point> point = measure(*task.codec, *original, task.quality, options_.measures);
      const double seconds = stopwatch.seconds();
      const std::lock_guard lock(mutex_);
      estimate_.finish(*task.codec, work.elements, point ? std::optional(seconds) : std::nullopt);
      const std::string now = task.codec->name() + ", " + source.name;
      if (point) {
        if (const auto error = journal_.append(*point)) broken_ = *error, is_broken_ = true;
      } else {
        failed = task.codec;
        failures_.push_back(now + ": " + point.error().message);
      }
      if (options_.progress) options_.progress(estimate_.status(options_.jobs, now));
    }
  }

  const std::vector<Ladder>& ladders_;
  Journal& journal_;
  const RunOptions& options_;
  std::vector<std::string>& failures_;
  std::vector<Image> images_;  // of the sources that can be read
  std::vector<Work> works_;    // of the same sources
  Estimate estimate_;
  std::optional<Error> broken_;  // the error of a journal that cannot be written
  std::atomic<bool> is_broken_ = false;
  std::mutex mutex_;
};

std::string duration(double seconds) {
  char text[40];
  if (seconds >= 3600) {
    std::snprintf(text, sizeof text, "%.0f h %02.0f min", std::floor(seconds / 3600),
                  std::floor(std::fmod(seconds, 3600) / 60));
  } else if (seconds >= 60) {
    std::snprintf(text, sizeof text, "%.0f min %02.0f s", std::floor(seconds / 60), std::fmod(seconds, 60));
  } else {
    std::snprintf(text, sizeof text, "%.0f s", seconds);
  }
  return text;
}

}  // namespace

std::string progress_text(const RunStatus& status) {
  constexpr size_t kWidth = 24;
  const size_t full = status.total > 0 ? kWidth * status.done / status.total : kWidth;
  char text[300];
  std::snprintf(text, sizeof text, "[%s%s] %zu of %zu points, %s left; %s", std::string(full, '#').c_str(),
                std::string(kWidth - full, '.').c_str(), status.done, status.total,
                std::isfinite(status.seconds_left) ? duration(status.seconds_left).c_str() : "?", status.now.c_str());
  return text;
}

Result<std::vector<Image>> run(const std::vector<Source>& sources, const std::vector<Ladder>& ladders, Journal& journal,
                               const RunOptions& options, std::vector<std::string>& failures) {
  return Runner(ladders, journal, options, failures).run(sources);
}

}  // namespace laq::compare
