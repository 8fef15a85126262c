#include "batch/ending_signals.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>

#include "io/temporary_file.h"

namespace laq::command {
namespace {

std::atomic<int> handler_pipe = -1;  // where the handler writes the number of the signal

void write_byte(int descriptor, int value) {
  const char byte = static_cast<char>(value);
  [[maybe_unused]] const ssize_t written = ::write(descriptor, &byte, 1);  // a full pipe wakes the reader too
}

void handle(int signal) {
  const int cause = errno;
  write_byte(handler_pipe, signal);
  errno = cause;
}

}  // namespace

EndingSignals::EndingSignals() {
  if (::pipe(pipe_.data()) != 0) return;  // then signals end the program as they always do
  for (const int end : pipe_) {
    ::fcntl(end, F_SETFD, FD_CLOEXEC);
    ::fcntl(end, F_SETFL, O_NONBLOCK);
  }
  handler_pipe = pipe_[1];
  for (size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &before_[i]);
    if (before_[i].sa_handler == SIG_IGN) continue;
    struct sigaction action = {};
    action.sa_handler = handle;
    action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
    ::sigaction(kSignals[i], &action, nullptr);
  }
}

EndingSignals::~EndingSignals() {
  restore();
  handler_pipe = -1;
  for (const int end : pipe_) {
    if (end >= 0) ::close(end);
  }
}

void EndingSignals::restore() {
  if (pipe_[0] < 0) return;
  for (size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
}

int EndingSignals::wait(std::chrono::milliseconds time) {
  pollfd waiting = {pipe_[0], POLLIN, 0};
  char byte = 0;
  if (::poll(&waiting, 1, static_cast<int>(time.count())) <= 0 || ::read(pipe_[0], &byte, 1) != 1) return 0;
  return byte;
}

void EndingSignals::wake() {
  write_byte(pipe_[1], 0);
}

void EndingSignals::end_by(int signal) {
  const auto no_file_is_half_made = io::wait_for_files();
  restore();
  ::raise(signal);
  std::_Exit(128 + signal);  // the signal was caught by whoever started the program
}

}  // namespace laq::command
