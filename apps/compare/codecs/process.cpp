#include "compare/codecs/process.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "compare/codecs/codec_families.h"

extern char** environ;

namespace laq::compare {
namespace {

constexpr double kBytesPerMaxrss = 1024;  // ru_maxrss is in KiB; getrusage(2)

using File = Handle<std::FILE, std::fclose>;

Error system_error(const char* call, int number) {
  return {ErrorCode::unsupported, std::string("cannot start a process: ") + call + ": " + std::strerror(number)};
}

// Reads until the other end is closed, and returns the last line that is not empty, cut to 500 characters.
std::string last_line(std::FILE* file) {
  std::string line, last;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
    if (c != '\n' && c != '\r') {
      if (line.size() < 500) line += static_cast<char>(c);
    } else if (!line.empty()) {
      last = std::exchange(line, {});
    }
  }
  return line.empty() ? last : line;
}

bool wait_for(pid_t child, int& status, rusage& usage) {
  while (wait4(child, &status, 0, &usage) < 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

// The peak of resident memory of a child that does `work`, including what it has from this process.
std::optional<double> whole_peak_bytes_of(const std::function<bool()>& work) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) return std::nullopt;
  if (child == 0) {
    bool done = false;
    try {
      done = work();
    } catch (...) {
    }
    _exit(done ? 0 : 1);  // buffers and objects of the parent must not be flushed or destroyed twice
  }
  int status = 0;
  rusage usage{};
  if (!wait_for(child, status, usage) || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return static_cast<double>(usage.ru_maxrss) * kBytesPerMaxrss;
}

}  // namespace

std::string shell_word(const std::string& text) {
  std::string word = text;
  for (size_t at = word.find('\''); at < word.size(); at = word.find('\'', at + 4)) word.replace(at, 1, "'\\''");
  return "'" + word + "'";
}

Result<Finished> run_command(const std::string& command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return system_error("pipe", errno);
  const File from_child(fdopen(ends[0], "r"));
  File to_us(fdopen(ends[1], "w"));
  if (!from_child || !to_us) return system_error("fdopen", errno);
  const File nothing(std::fopen("/dev/null", "r+e"));
  if (!nothing) return system_error("open /dev/null", errno);
  const int nothing_descriptor = fileno(nothing.get());
  std::string shell = "/bin/sh", option = "-c", text = command;
  char* arguments[] = {shell.data(), option.data(), text.data(), nullptr};
  const Stopwatch stopwatch;
  const pid_t child = fork();
  if (child < 0) return system_error("fork", errno);
  if (child == 0) {
    // There may be other threads: nothing but system calls from here on.
    if (dup2(nothing_descriptor, STDIN_FILENO) >= 0 && dup2(nothing_descriptor, STDOUT_FILENO) >= 0 &&
        dup2(ends[1], STDERR_FILENO) >= 0) {
      execve(arguments[0], arguments, environ);
    }
    _exit(127);
  }
  to_us.reset();
  const std::string said = last_line(from_child.get());
  int status = 0;
  rusage usage{};
  if (!wait_for(child, status, usage)) return system_error("wait4", errno);
  const double seconds = stopwatch.seconds();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    return Finished{seconds, static_cast<double>(usage.ru_maxrss) * kBytesPerMaxrss};
  }
  const std::string end = WIFSIGNALED(status) ? "was ended by signal " + std::to_string(WTERMSIG(status))
                                              : "ended with exit status " + std::to_string(WEXITSTATUS(status));
  return Error{ErrorCode::unsupported, "the command " + end + (said.empty() ? "" : ": " + said) + " (" + command + ")"};
}

void free_unused_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

std::optional<double> peak_bytes_of(const std::function<bool()>& work) {
  free_unused_memory();
  const std::optional<double> idle = whole_peak_bytes_of([] { return true; });
  const std::optional<double> busy = whole_peak_bytes_of(work);
  if (!idle || !busy) return std::nullopt;
  return std::max(0.0, *busy - *idle);
}

}  // namespace laq::compare
