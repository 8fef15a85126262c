// Where a command writes, and the one rule that keeps what the user has. An output is refused
//   - if it is the input, under whatever name;
//   - if it exists and is of another kind than what is written, or of none that can be told, unless Replace::anything;
//     an empty file may always be replaced, and devices and pipes are written to as they are;
//   - if its name promises another kind: a LAQ file is not called photo.png, and nothing else photo.laq.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

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
  std::string input = {};  // what it is made from; "-" is standard input
  Replace replace = Replace::same_kind;
};

// The rules on names alone: another file than the input, and no promise of another kind.
std::optional<Error> check_name(const Output& output);

// Everything above, and whether the place can be written to: to be asked before any work. Nothing, or why not.
std::optional<Error> check_output(const Output& output);

// Checks once more, and writes the file as a whole, for nobody's eyes who may not read the input (see write_file).
std::optional<Error> write_output(const Output& output, std::span<const std::byte> bytes);

// Refuses outputs that would fall upon each other or upon an input, before the first of them is written.
std::optional<Error> check_outputs_differ(std::span<const Output> outputs);

}  // namespace laq::io
