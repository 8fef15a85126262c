#include "terminal.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "io/file.h"
#include "io/formats.h"

namespace laq::command {
namespace {

using namespace std::chrono_literals;

std::string input_name(const std::string& path) {
  return path == "-" ? "standard input" : path;
}
std::string output_name(const std::string& path) {
  return path == "-" ? "standard output" : path;
}

void print(const std::string& name, const std::string& text) {
  if (!text.empty()) std::fprintf(stderr, "laq: %s: %s\n", name.empty() ? "''" : name.c_str(), text.c_str());
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
  std::fprintf(stderr, "laq: %s\n", error.message.c_str());
  return kFailure;
}

void note_reading(const std::string& path, const io::Notes& notes) {
  print(input_name(path), notes.text());
}
void note_writing(const std::string& path, const io::Notes& notes) {
  print(output_name(path), notes.text());
}

int fail_usage(const std::string& message, const std::string& verb) {
  std::fprintf(stderr, "laq: %s (see laq help%s%s)\n", message.c_str(), verb.empty() ? "" : " ", verb.c_str());
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

Progress::Progress(bool quiet) : visible_(!quiet && is_on_terminal()), next_(std::chrono::steady_clock::now() + 1s) {}

Progress::~Progress() {
  if (shown_) std::fprintf(stderr, "\r      \r");
}

std::function<bool(float)> Progress::callback() {
  if (!visible_) return {};
  return [this](float share) {
    show(share);
    return true;
  };
}

void Progress::show(float share) {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + 100ms;
  shown_ = true;
  std::fprintf(stderr, "\r%4d %%", static_cast<int>(100 * share));
}

}  // namespace laq::command
