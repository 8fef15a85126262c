// Decoding of one LAQ file to a picture, an array or a model of another format.
#pragma once

#include <string>

#include "batch/batch.h"
#include "io/formats.h"
#include "laq/laq.hpp"

namespace laq::command {

// What the decoder is asked for, whatever the file.
struct DecodeSettings {
  DecodeOptions options = {};
  std::string format = {};     // as in --format; empty: as the output's name ends
  std::string region = {};     // the part of an array or a picture; empty: all of it
  int level = 0;               // of an array: every 2^level-th element
  std::string scale = {};      // of a picture: 1/2, 1/4 or 1/8; empty: 1
  bool allow_partial = false;  // pictures of files that are cut off
  std::string tensor = {};     // the tensor to take, as an array; empty: the only one
  bool strip = false;
  bool is_verbose = false;
};

// A failure has been reported by then. May throw std::bad_alloc.
Outcome decode_file(const DecodeSettings& settings, const Job& job, const Resources& resources);

// The format that is asked for, for an output of this name; null if no format has such a name.
const io::FileFormat* wanted_format(const DecodeSettings& settings, const std::string& output);

// The kind of file that is written for a LAQ file if no name and no option says one. The error is that of reading the
// file.
Result<io::FileKind> natural_kind(const std::string& path, uint64_t max_bytes);

}  // namespace laq::command
