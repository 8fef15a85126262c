// What a batch of files has come to, and the lines that tell it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace laq::command {

struct Outcome;

struct Tally {
  size_t written = 0;
  size_t kept = 0;     // left as they were, as LAQ would not have been smaller
  size_t skipped = 0;  // their outputs exist already
  size_t of_other_kinds = 0;
  size_t failed = 0;
  int status = 0;  // of the last file that failed
  uint64_t bytes_before = 0, bytes_after = 0;
  double weight = 0, weight_done = 0;  // of the work, in any unit

  void add(const Outcome& outcome, double its_weight);
  size_t done() const { return written + kept + skipped + failed; }
};

// "37/1000 files", "0/1 file"
std::string files_text(size_t done, size_t all);
// "37/1000 files, 12 %, 1:23 left [###       ]"; without the number of files if there is one.
std::string progress_line(const Tally& tally, size_t all, std::chrono::duration<double> elapsed);
// "997 files: 52.1 MB -> 20.4 MB (39 %), 3 skipped (1 already there, 2 of other kinds), 2 failed, 41 s"
std::string last_line(const Tally& tally, std::chrono::duration<double> elapsed);
// The same of files that would be written.
std::string plan_line(const Tally& tally);

}  // namespace laq::command
