#include "batch/batch.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <mutex>
#include <new>
#include <optional>
#include <system_error>
#include <thread>

#include "batch/ending_signals.h"
#include "batch/summary.h"
#include "io/file.h"
#include "io/formats.h"

namespace laq::command {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

int number_of_threads(int wanted) {
  return wanted > 0 ? wanted : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

uint64_t half_of_the_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES), bytes = ::sysconf(_SC_PAGESIZE);
  return pages > 0 && bytes > 0 ? static_cast<uint64_t>(pages) * static_cast<uint64_t>(bytes) / 2 : UINT64_MAX;
}

double weight_of(const Job& job) {
  return std::max(1.0, static_cast<double>(job.input_bytes));
}

// Files are sorted by their memory in units of 64 MiB, the largest first; otherwise a large one at the end would leave
// threads idle.
void put_large_ones_first(std::vector<Job>& jobs) {
  std::ranges::stable_sort(jobs, std::greater(), [](const Job& job) { return job.open_bytes >> 26; });
}

// In a folder, an output that exists and must not be replaced is skipped; elsewhere it is a failure.
bool is_skipped(const io::Output& output) {
  return output.replace == io::Replace::nothing && output.makes_folders && io::file_exists(output.path);
}

class Batch {
 public:
  Batch(const Plan& plan, const RunJob& run, int threads)
      : plan_(plan), run_(run), free_threads_(threads), shares_(std::min<size_t>(threads, plan.jobs.size())) {
    for (const Job& job : plan.jobs) weight_left_ += weight_of(job);
    tally_.weight = weight_left_;
  }

  // Runs all jobs; draws how far they are if `is_shown`. Does not return if a signal ends the program.
  Tally run_all(bool is_shown);

 private:
  struct Share {
    std::atomic<double> weight = 0;
    std::atomic<float> done = 0;
  };

  void work(size_t worker);
  // Waits until there are a thread and memory for the next job. Returns the job and its number of threads; null if
  // there are no more jobs.
  std::pair<const Job*, int> take();
  int threads_for_next() const;
  // `share` has been the job's.
  void give_back(const Job& job, int threads, const Outcome& outcome, Share& share);
  Tally tally();
  // Shows how far the work is until it is done or a signal comes.
  void watch(EndingSignals& signals, bool is_shown);

  const Plan& plan_;
  const RunJob& run_;
  const uint64_t memory_ = half_of_the_memory();
  std::mutex mutex_;  // guards what follows, up to shares_
  std::condition_variable given_back_;
  size_t next_ = 0;
  int free_threads_;
  uint64_t open_bytes_ = 0;  // estimate of what the running jobs take
  double weight_left_ = 0;   // of jobs that no thread has taken
  Tally tally_;
  std::vector<Share> shares_;  // one a worker
  std::atomic<size_t> workers_ = 0;
};

int Batch::threads_for_next() const {
  // The jobs that would run beside it: all that are left, as far as the memory reaches.
  const double weight = weight_of(plan_.jobs[next_]);
  double beside = 0;
  uint64_t bytes = open_bytes_;
  for (size_t i = next_; i < plan_.jobs.size() && beside < weight * free_threads_; ++i) {
    bytes += plan_.jobs[i].open_bytes;
    if (i > next_ && bytes > memory_) break;
    beside += weight_of(plan_.jobs[i]);
  }
  return std::clamp(static_cast<int>(free_threads_ * weight / beside), 1, free_threads_);
}

std::pair<const Job*, int> Batch::take() {
  std::unique_lock lock(mutex_);
  given_back_.wait(lock, [&] {
    if (next_ == plan_.jobs.size()) return true;
    return free_threads_ > 0 && (open_bytes_ == 0 || open_bytes_ + plan_.jobs[next_].open_bytes <= memory_);
  });
  if (next_ == plan_.jobs.size()) return {nullptr, 0};
  const int threads = threads_for_next();
  const Job& job = plan_.jobs[next_++];
  free_threads_ -= threads;
  open_bytes_ += job.open_bytes;
  return {&job, threads};
}

void Batch::give_back(const Job& job, int threads, const Outcome& outcome, Share& share) {
  const std::lock_guard lock(mutex_);
  share.done = 0;
  share.weight = 0;
  free_threads_ += threads;
  open_bytes_ -= job.open_bytes;
  tally_.add(outcome, weight_of(job));
  given_back_.notify_all();
}

void Batch::work(size_t worker) {
  Share& share = shares_[worker];
  for (;;) {
    const auto [job, threads] = take();
    if (job == nullptr) return;
    share.weight = weight_of(*job);
    Outcome outcome = {Fate::skipped, kOk};
    const Resources resources = {threads, [&share](float done) {
                                   share.done = done;
                                   return true;
                                 }};
    try {
      if (!is_skipped(job->output)) outcome = run_(*job, resources);
    } catch (const std::bad_alloc&) {
      outcome = failed(fail_reading(job->output.input, {ErrorCode::out_of_memory,
                                                        "not enough memory (close other programs, or use fewer "
                                                        "threads: -j 1)"}));
    }
    give_back(*job, threads, outcome, share);
  }
}

Tally Batch::tally() {
  const std::lock_guard lock(mutex_);
  Tally now = tally_;
  for (const Share& share : shares_) now.weight_done += share.weight * static_cast<double>(share.done);
  return now;
}

void Batch::watch(EndingSignals& signals, bool is_shown) {
  const auto start = Clock::now();
  auto next = start + 500ms;  // short work shows nothing
  while (workers_ > 0) {
    const int signal = signals.wait(100ms);
    const auto now = Clock::now();
    if (signal != 0) {
      show_status("");
      if (is_shown) say("laq: interrupted after " + files_text(tally().done(), plan_.jobs.size()));
      signals.end_by(signal);
    }
    if (!is_shown || now < next) continue;
    next = now + 100ms;
    show_status(progress_line(tally(), plan_.jobs.size(), now - start));
  }
  show_status("");
}

Tally Batch::run_all(bool is_shown) {
  std::optional<EndingSignals> signals(std::in_place);
  std::vector<std::thread> pool;
  workers_ = shares_.size();
  const auto run = [&](size_t worker) {
    work(worker);
    if (--workers_ == 0 && signals) signals->wake();
  };
  try {
    while (pool.size() < shares_.size()) pool.emplace_back(run, pool.size());
  } catch (const std::system_error&) {  // the system has no more threads
    workers_ -= shares_.size() - pool.size();
    if (pool.empty()) {
      signals.reset();  // nobody would watch for them
      work(0);
      return tally();
    }
  }
  watch(*signals, is_shown);
  for (std::thread& thread : pool) thread.join();
  return tally();
}

std::optional<Error> check_before_work(const io::Output& output) {
  if (output.kind != io::FileKind::unknown) return io::check_output(output);
  const std::optional<Error> error = io::check_name(output);
  return error ? error : io::not_writable(output.path);
}

// Says what run_batch() would do.
Tally show_plan(const Plan& plan) {
  Tally tally;
  for (const Job& job : plan.jobs) {
    const io::Output& output = job.output;
    if (is_skipped(output)) {
      tally.add({Fate::skipped, kOk}, 0);
      std::printf("%s: skipped, %s exists already\n", output.input.c_str(), output.path.c_str());
    } else if (const auto error = check_before_work(output)) {
      tally.add(failed(fail_writing(output.path, *error)), 0);
    } else {
      tally.add(written(0, 0), 0);
      std::printf("%s -> %s\n", output.input.c_str(), output.path.c_str());
    }
  }
  return tally;
}

}  // namespace

int run_batch(Plan plan, const RunJob& run, const BatchOptions& options) {
  const bool is_shown = !options.is_quiet && (is_on_terminal() || plan.is_many);
  const auto start = Clock::now();
  Tally tally;
  if (options.is_dry_run) {
    tally = show_plan(plan);
  } else {
    put_large_ones_first(plan.jobs);
    tally = Batch(plan, run, number_of_threads(options.threads)).run_all(is_shown && is_on_terminal());
  }
  const std::chrono::duration<double> seconds = Clock::now() - start;
  tally.failed += plan.failed;
  tally.of_other_kinds = plan.of_other_kinds;
  if (is_shown) say(options.is_dry_run ? plan_line(tally) : last_line(tally, seconds));
  if (!plan.is_many && plan.failed == 0) return tally.status;
  return tally.failed > 0 ? kFailure : kOk;
}

}  // namespace laq::command
