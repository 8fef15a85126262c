// Decoding of one LAQ file to a picture or an array of another format.
#pragma once

#include <string>

#include "batch/batch.h"
#include "laq/laq.hpp"

namespace laq::command {

// What the decoder is asked for, whatever the file.
struct DecodeSettings {
  DecodeOptions options = {};
  std::string format = {};  // as in --format; empty: as the output's name ends
  std::string region = {};  // the part of an array; empty: all of it
  bool strip = false;
  bool is_verbose = false;
};

Outcome decode_file(const DecodeSettings& settings, const Job& job, const Resources& resources);

// The kind of file that is written for a LAQ file if no name and no option says one.
Result<io::FileKind> natural_kind(const std::string& path, uint64_t max_bytes);

}  // namespace laq::command
