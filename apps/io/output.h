// The output of a command, and the rule that protects the files of the user. An output is refused
//   - if it is the input, under whatever name;
//   - if it exists and is not of the kind that is written, unless Replace::anything; an empty file may always be
//     replaced, and devices and pipes are written to directly;
//   - if it is a terminal, unless Replace::anything;
//   - if its extension belongs to another kind: a LAQ file is not called photo.png, and nothing else is called
//   photo.laq.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "io/file.h"
#include "io/file_kind.h"
#include "laq/laq.hpp"

namespace laq::io {

enum class Replace : uint8_t {
  same_kind,
  anything,
  nothing,
};

struct Output {
  std::string path;  // "-" is standard output
  FileKind kind = FileKind::laq;
  std::string input = {};  // the file that it is made from; "-" is standard input
  Replace replace = Replace::same_kind;
  bool makes_folders = false;     // that the path names and are not there
  bool keeps_timestamps = false;  // the times of the input become those of the output
};

// Checks the rules on names alone: not the input, and not the extension of another kind.
std::optional<Error> check_name(const Output& output);

// Checks all rules, and whether the place can be written to. Call it before any work. Returns nothing, or why the
// output is refused.
std::optional<Error> check_output(const Output& output);

// Checks once more and gives what writes the file, after its create(). Nobody who may not read the input may read the
// output (see FileWriter). The output is not there before the writer's finish().
Result<std::unique_ptr<FileWriter>> open_output(const Output& output);

// The same for a file whose bytes are all there.
std::optional<Error> write_output(const Output& output, std::span<const std::byte> bytes);

// Refuses outputs that would overwrite each other or an input, before the first of them is written.
std::optional<Error> check_outputs_differ(std::span<const Output> outputs);

}  // namespace laq::io
