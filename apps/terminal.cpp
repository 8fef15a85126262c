#include "terminal.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <mutex>

#include "io/file.h"
#include "io/formats.h"

namespace laq::command {
namespace {

constexpr const char* kClearLine = "\r\033[K";

std::mutex screen;  // guards standard error and status_line
std::string status_line;

// The lock is held.
void print_line(const std::string& text) {
  const bool has_status = !status_line.empty();
  std::fprintf(stderr, "%s%s\n%s", has_status ? kClearLine : "", text.c_str(), status_line.c_str());
}

std::string input_name(const std::string& path) {
  return path == "-" ? "standard input" : path;
}
std::string output_name(const std::string& path) {
  return path == "-" ? "standard output" : path;
}

void print(const std::string& name, const std::string& text) {
  if (!text.empty()) say("laq: " + (name.empty() ? "''" : name) + ": " + text);
}

}  // namespace

int fail_reading(const std::string& path, const Error& error) {
  print(input_name(path), error.message);
  return kFailure;
}
int fail_writing(const std::string& path, const Error& error) {
  print(output_name(path), error.message);
  return kFailure;
}

int fail_reading_laq(const std::string& path, const Error& error, std::span<const std::byte> file) {
  if (error.code != ErrorCode::not_laq || file.empty()) return fail_reading(path, error);
  return fail_reading(path, {error.code, "is " + io::describe_file(file) + ", not a LAQ file"});
}
int fail(const Error& error) {
  say("laq: " + error.message);
  return kFailure;
}

void note_reading(const std::string& path, const io::Notes& notes) {
  print(input_name(path), notes.text());
}
void note_writing(const std::string& path, const io::Notes& notes) {
  print(output_name(path), notes.text());
}

int fail_usage(const std::string& message, const std::string& verb) {
  say("laq: " + message + " (see laq help" + (verb.empty() ? "" : " ") + verb + ")");
  return kUsage;
}

int finish_printing(int status) {
  const bool failed_before = std::ferror(stdout) != 0;  // then its cause is not known any more
  errno = EIO;
  if (std::fflush(stdout) == 0 && !failed_before) return status;
  return fail_writing("-", io::write_error(errno));
}

bool is_on_terminal() {
  return ::isatty(STDERR_FILENO) == 1;
}

void say(const std::string& text) {
  const std::lock_guard lock(screen);
  print_line(text);
}

void show_status(const std::string& line) {
  const std::lock_guard lock(screen);
  if (line == status_line) return;
  std::fprintf(stderr, "%s%s", kClearLine, line.c_str());
  status_line = line;
}

}  // namespace laq::command
