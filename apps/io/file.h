// Whole files in and out. "-" is standard input or output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "laq/laq.hpp"

namespace laq::io {

// The bytes of a file. Errors read "cannot read: cause (what to do)"; the caller names the file. A file of more than
// max_bytes is refused before it is read, or as soon as it turns out to be longer.
Result<std::vector<std::byte>> read_file(const std::string& path, uint64_t max_bytes = UINT64_MAX);

// The first bytes of a regular file, `count` of them or as many as it has. Fails for pipes, whose bytes would be lost.
Result<std::vector<std::byte>> read_head(const std::string& path, size_t count);

struct WriteOptions {
  bool overwrite = true;  // otherwise an existing file is left alone and is an error
  // The file that the bytes were made from: group and others may do with what is written no more than with that one.
  // Standard input and pipes set no limit.
  std::string made_from = {};
};

// Writes a file so that `path` holds either all of `bytes` or what it held before: to a temporary file beside it that
// takes its place at the end. A file that is replaced keeps its owner and permissions, as far as made_from allows;
// symbolic links are followed. Devices, pipes and "-" are written to directly. Returns nothing, or what went wrong
// ("cannot write: cause (what to do)").
std::optional<Error> write_file(const std::string& path, std::span<const std::byte> bytes,
                                const WriteOptions& options = {});

// What write_file would fail with before it has written a byte: to be asked before long work.
std::optional<Error> check_writable(const std::string& path, bool overwrite = true);

// Says that nothing could be written; cause: as in errno.
Error write_error(int cause);

// Is there something at `path` (not "-") already?
bool file_exists(const std::string& path);

// Do both lead to the same regular file, by whatever names? "-" is standard input as `input`, standard output as
// `output`.
bool is_same_file(const std::string& input, const std::string& output);

}  // namespace laq::io
