// The files that a command line names, and what is written for each of them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "batch/batch.h"
#include "io/file_kind.h"
#include "io/output.h"

namespace laq::command {

// Options that say which files are read and how theirs are written.
struct Selection {
  std::vector<std::string> names;  // IN OUT, if there is no folder
  std::string folder;              // where outputs go
  bool is_recursive = false;       // take the files of folders
  bool is_beside = false;          // all names are inputs, whose outputs go beside them
  io::Replace replace = io::Replace::same_kind;
  bool keeps_timestamps = false;
  bool splits_archives = false;     // an NPZ archive of several arrays becomes a folder with a file for each
  uint64_t max_bytes = UINT64_MAX;  // limit on the archives that are looked into
};

// A file that was named, or found in a folder.
struct FoundFile {
  std::string path;
  std::string name;  // below the folder in which it was found; without folders if it was named
  bool is_named = true;
  io::FileKind kind = io::FileKind::unknown;  // by its content
  uint64_t bytes = 0;
};

// What a verb writes for a file.
struct Ending {
  io::FileKind kind;
  std::string extension;  // ".laq"
};

// The ending for a file; nothing if the verb does not read files of its kind, which are skipped in folders; an Error if
// the file cannot be read.
using EndingOf = std::function<Result<std::optional<Ending>>(const FoundFile&)>;

// The jobs of a verb. If IN OUT are named, `single` is the kind of OUT. Outputs that would overwrite each other or an
// input are refused, all of them.
Plan make_plan(const std::string& verb, const Selection& selection, io::FileKind single, const EndingOf& ending_of);

}  // namespace laq::command
