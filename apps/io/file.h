// Reads and writes whole files. "-" is standard input or output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "io/byte_sink.h"
#include "io/temporary_file.h"
#include "laq/laq.hpp"

namespace laq::io {

// The error for a file of more than max_bytes.
Error too_large(uint64_t max_bytes);

// The bytes of a file. Errors read "cannot read: cause (what to do)"; the caller names the file. A file of more than
// max_bytes is refused before it is read, or as soon as it turns out to be longer.
Result<std::vector<std::byte>> read_file(const std::string& path, uint64_t max_bytes = UINT64_MAX);

// The bytes of a file of which perhaps only a part is looked at: a regular file is mapped into memory, what else there
// is is read. A mapped file takes no memory of its own; nobody may cut it shorter meanwhile.
class FileView {
 public:
  // Errors: those of read_file(). max_bytes is for what must be read.
  static Result<FileView> open(const std::string& path, uint64_t max_bytes = UINT64_MAX);

  FileView(FileView&& other) noexcept;
  FileView& operator=(FileView&&) = delete;
  ~FileView();

  std::span<const std::byte> bytes() const {
    return mapped_.data() != nullptr ? std::span<const std::byte>(mapped_) : read_;
  }

  // Gives back the memory that a mapped file has taken so far; its bytes are read again when they are looked at. Call
  // it between steps through a large file, so that no more of it stays in memory than a step needs.
  void release() const;

 private:
  FileView() = default;

  std::span<std::byte> mapped_;
  std::vector<std::byte> read_;
};

// The first bytes of a regular file, `count` of them or as many as it has. Fails for pipes, whose bytes would be lost.
Result<std::vector<std::byte>> read_head(const std::string& path, size_t count);

struct WriteOptions {
  bool overwrite = true;  // otherwise an existing file is an error and stays as it is
  // The file that the bytes were made from. Group and others get no permission on the written file that they do not
  // have on this one. Standard input and pipes set no limit.
  std::string made_from = {};
  bool keeps_timestamps = false;  // the times of made_from become those of the written file
};

// Writes a file piece by piece so that `path` holds either all of it or what it held before: the bytes go to a
// temporary file, which takes the place of `path` at the end and is removed if it is never finished. A file that is
// replaced keeps its owner and permissions, as far as made_from allows; symbolic links are followed. What is for a
// device, a pipe or
// "-" stays in memory until it is finished. Errors read "cannot write: cause (what to do)".
class FileWriter : public ByteSink {
 public:
  explicit FileWriter(std::string path, WriteOptions options = {})
      : path_(std::move(path)), options_(std::move(options)) {}

  // To be called first. Returns nothing, or why the file cannot be written.
  std::optional<Error> create();
  bool put(uint64_t place, std::span<const std::byte> bytes) noexcept override;
  // Whether put() has failed, and why.
  bool has_failed() const { return cause_ != 0; }
  Error failure() const;
  // Puts the file into its place. Returns nothing, or the first failure.
  std::optional<Error> finish();
  uint64_t bytes() const { return bytes_; }

 private:
  int create_temporary_file();
  int put_in_place();

  std::string path_;
  WriteOptions options_;
  std::string target_;      // what `path_` leads to; empty: the file stays in memory
  bool is_device_ = false;  // `path_` is a device or a pipe
  TemporaryFile file_;
  MemorySink memory_;
  uint64_t bytes_ = 0;
  int cause_ = 0;  // of the first failure, a value of errno
};

// Writes a file whose bytes are all there, as FileWriter does. Devices, pipes and "-" are written to directly.
std::optional<Error> write_file(const std::string& path, std::span<const std::byte> bytes,
                                const WriteOptions& options = {});

// The error with which write_file would fail before it writes a byte. Ask for it before long work.
std::optional<Error> check_writable(const std::string& path, bool overwrite = true);

// New files of this process get no permission for group and others that one of these files does not give them. Standard
// input and pipes set no limit.
void restrict_new_files(std::span<const std::string> made_from);

// An error that says why nothing could be written. The cause is a value of errno.
Error write_error(int cause);

// Does something exist at `path` (not "-")?
bool file_exists(const std::string& path);

// Do both paths lead to the same regular file? "-" is standard input as `input`, standard output as `output`.
bool is_same_file(const std::string& input, const std::string& output);

}  // namespace laq::io
