#include "io/output.h"

#include <unistd.h>

#include <filesystem>
#include <map>
#include <system_error>

#include "io/file.h"
#include "io/formats.h"

namespace laq::io {
namespace {

Error refused(const std::string& why) {
  return {ErrorCode::invalid_argument, why};
}

// A file of bare elements can be recognised by its name only.
bool is_of_kind(std::span<const std::byte> head, const Output& output) {
  const FileKind found = recognise_kind(head);
  if (output.kind == FileKind::raw) return found == FileKind::unknown && extension_of(output.path) == "raw";
  return is_same_content(found, output.kind);
}

std::optional<Error> check_what_is_there(const Output& output) {
  if (output.replace != Replace::same_kind || output.path == "-") return std::nullopt;
  std::error_code failure;
  if (!std::filesystem::is_regular_file(output.path, failure)) return std::nullopt;
  const Result<std::vector<std::byte>> head = read_head(output.path, kHeadBytes);
  if (!head) return refused("exists already, and what it holds cannot be read (name another file, or give --force)");
  if (head->empty() || is_of_kind(*head, output)) return std::nullopt;
  return refused("exists already and is " + describe_file(*head) + ", not " + format_of(output.kind).name +
                 " file (name another file, or give --force to replace it)");
}

std::string folder_of(const Output& output) {
  return (std::filesystem::path(output.path).parent_path() / "").string();
}

// A path that is the same for all names of a file, even if the file does not exist yet.
std::string place_of(const std::string& path) {
  std::error_code failure;
  const std::filesystem::path place = std::filesystem::weakly_canonical(std::filesystem::absolute(path), failure);
  return failure ? path : place.string();
}

// Checks all rules and makes the folders that the path needs.
std::optional<Error> prepare(const Output& output) {
  if (auto error = check_output(output)) return error;
  if (!output.makes_folders) return std::nullopt;
  std::error_code failure;
  std::filesystem::create_directories(folder_of(output), failure);
  if (failure) return write_error(failure.value());
  return std::nullopt;
}

WriteOptions write_options(const Output& output) {
  return {.overwrite = output.replace != Replace::nothing,
          .made_from = output.input,
          .keeps_timestamps = output.keeps_timestamps};
}

}  // namespace

std::optional<Error> check_name(const Output& output) {
  const std::string extension = extension_of(output.path), usual = format_of(output.kind).usual_extension();
  if (is_same_file(output.input, output.path)) {
    return refused("is the input, which is never written over (name another file" +
                   ("." + extension == usual ? "" : ", such as " + with_extension(output.path, usual)) + ")");
  }
  if (output.kind == FileKind::laq ? !is_foreign_extension(extension) : extension != "laq") return std::nullopt;
  return refused(std::string("is not the name of ") + format_of(output.kind).name +
                 " file, which is what is written (name it " + with_extension(output.path, usual) +
                 (file_exists(output.path) ? "; several files at once: laq encode -o FOLDER IN...)"
                                           : ")"));  // the shell may have expanded *.png
}

std::optional<Error> check_output(const Output& output) {
  if (auto error = check_name(output)) return error;
  if (output.path == "-" && output.replace != Replace::anything && ::isatty(STDOUT_FILENO) == 1)
    return refused("is a terminal, which cannot show " + std::string(format_of(output.kind).name) +
                   " file (name a file, or pipe it into a program; -f writes to the terminal)");
  if (auto error = check_what_is_there(output)) return error;
  if (output.makes_folders && !file_exists(folder_of(output))) return std::nullopt;
  return check_writable(output.path, output.replace != Replace::nothing);
}

std::optional<Error> write_output(const Output& output, std::span<const std::byte> bytes) {
  if (auto error = prepare(output)) return error;
  return write_file(output.path, bytes, write_options(output));
}

Result<std::unique_ptr<FileWriter>> open_output(const Output& output) {
  if (auto error = prepare(output)) return *error;
  auto writer = std::make_unique<FileWriter>(output.path, write_options(output));
  if (auto error = writer->create()) return *error;
  return writer;
}

std::optional<Error> check_outputs_differ(std::span<const Output> outputs) {
  std::map<std::string, std::string> inputs, writers;  // by canonical path
  for (const Output& output : outputs) inputs[place_of(output.input)] = output.input;
  for (const Output& output : outputs) {
    const std::string place = place_of(output.path);
    const auto [writer, is_first] = writers.emplace(place, output.input);
    if (!is_first && place_of(writer->second) == place_of(output.input)) {
      return refused(output.input + ": is given twice (name each file once)");
    }
    if (!is_first) {
      return refused(output.path + ": would be written for both " + writer->second + " and " + output.input +
                     " (name them one by one: laq encode IN OUT, laq decode IN OUT)");
    }
    if (const auto input = inputs.find(place); input != inputs.end() && input->second != output.input) {
      return refused(output.path + ": would be written for " + output.input +
                     " and is an input too (take one of them)");
    }
  }
  return std::nullopt;
}

}  // namespace laq::io
