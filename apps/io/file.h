// Whole files in and out. "-" is standard input or output.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "laq/laq.hpp"

namespace laq::io {

// The bytes of a file. Errors read "cannot read: cause (what to do)"; the caller names the file.
Result<std::vector<std::byte>> read_file(const std::string& path);

// Writes a file so that `path` holds either all of `bytes` or what it held before: to a temporary file beside it, then
// renamed. Devices, pipes and "-" are written to directly. Returns nothing, or what went wrong ("cannot write: cause
// (what to do)"). With overwrite = false an existing file is left alone and is an error.
std::optional<Error> write_file(const std::string& path, std::span<const std::byte> bytes, bool overwrite = true);

// What write_file would fail with before it has written a byte, as far as that can be known: to be asked before long
// work.
std::optional<Error> check_writable(const std::string& path, bool overwrite = true);

// Is there something at `path` (not "-") already?
bool file_exists(const std::string& path);

}  // namespace laq::io
