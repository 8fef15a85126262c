#include "terminal.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "io/file.h"
#include "io/file_kind.h"

namespace laq::command {
namespace {

using namespace std::chrono_literals;

int fail_naming(const std::string& name, const Error& error) {
  std::fprintf(stderr, "laq: %s: %s\n", name.empty() ? "''" : name.c_str(), error.message.c_str());
  return kFailure;
}

}  // namespace

int fail_reading(const std::string& path, const Error& error) {
  return fail_naming(path == "-" ? "standard input" : path, error);
}
int fail_writing(const std::string& path, const Error& error) {
  return fail_naming(path == "-" ? "standard output" : path, error);
}
int fail_reading_laq(const std::string& path, const Error& error, std::span<const std::byte> file) {
  if (error.code != ErrorCode::not_laq || file.empty()) return fail_reading(path, error);
  return fail_reading(path, {error.code, "is " + io::describe_file(file) + ", not a LAQ file"});
}
int fail(const Error& error) {
  std::fprintf(stderr, "laq: %s\n", error.message.c_str());
  return kFailure;
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
