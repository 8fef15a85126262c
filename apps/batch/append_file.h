// Appending to the LAQ file of an array: the file is written anew beside itself and takes its own place at the end, so
// that it is whole whatever happens.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "batch/batch.h"
#include "laq/array.hpp"

namespace laq::command {

struct AppendSettings {
  std::vector<std::string> inputs = {};  // files of arrays, in the order in which they follow
  std::string member = {};               // the array of NPZ files; empty: the only one
  bool is_raw = false;                   // the inputs hold elements of the file's type and nothing else
  ArrayEncodeOptions options = {};       // effort and chunks; the target is that of the file
  uint64_t max_bytes = UINT64_MAX;       // limit on inputs that must be read as a whole
  bool is_verbose = false;
};

// The output of the job is the file that grows. A failure has been reported by then. May throw std::bad_alloc.
Outcome append_file(const AppendSettings& settings, const Job& job, const Resources& resources);

}  // namespace laq::command
