// Batch: many files, each read by one verb and written to a place of its own. encode, decode and the short form all run
// their files here, also a single one: on several threads, with progress, and with a last line that counts them.
//
// A thread that is free takes the next file. Small files get one thread each and run side by side; a file gets more
// threads as far as its share of the work that is left is larger. Files wait while the samples of those that are open
// would not fit into half of the memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "io/output.h"
#include "terminal.h"

namespace laq::command {

// One file to read and what is written for it. Sizes are 0 if they are not known, as for standard input.
struct Job {
  io::Output output = {};    // names the input too; of FileKind::unknown if its name says no format that is written
  uint64_t input_bytes = 0;  // size of the input file
  uint64_t open_bytes = 0;   // estimate of the memory that the job takes
  bool is_named = true;      // by the command line, and not found in a folder
  std::string copy = {};     // where --skip-larger copies the input to; empty: nowhere
  std::string member = {};   // the array of an NPZ archive that is read; empty: the only one
};

enum class Fate : uint8_t { written, kept, skipped, failed };

// What became of a job.
struct Outcome {
  Fate fate = Fate::failed;
  int status = kFailure;  // exit status if it were the only one
  uint64_t bytes_before = 0;
  uint64_t bytes_after = 0;
};
inline Outcome failed(int status) {
  return {Fate::failed, status};
}
inline Outcome written(uint64_t bytes_before, uint64_t bytes_after) {
  return {Fate::written, kOk, bytes_before, bytes_after};
}

// What a job may use while it runs, and where it tells how far it is (0..1). The result is always true.
struct Resources {
  int threads = 1;
  std::function<bool(float)> progress = {};
};

// Runs one job. A failure has been reported by then. May throw std::bad_alloc.
using RunJob = std::function<Outcome(const Job& job, const Resources& resources)>;

// The jobs, and what is known of files for which there is none.
struct Plan {
  int status = kOk;  // otherwise nothing may be written; this has been reported
  std::vector<Job> jobs = {};
  bool is_many = false;       // the last line is shown also where nobody looks at standard error
  size_t failed = 0;          // files that could not be read; this has been reported
  size_t of_other_kinds = 0;  // files of folders that the verb does not read
};

struct BatchOptions {
  int threads = 0;          // for all files together; 0: one per processor
  bool is_quiet = false;    // no progress and no last line
  bool is_dry_run = false;  // only says what would be written
};

// Runs all jobs. A signal that ends programs (SIGINT and the like) ends this one within a moment; no partial file is
// left. Returns an exit status: that of the only job, or kFailure if any failed.
int run_batch(Plan plan, const RunJob& run, const BatchOptions& options);

}  // namespace laq::command
