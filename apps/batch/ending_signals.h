// Signals that end a program: SIGHUP, SIGINT, SIGQUIT and SIGTERM, as far as they are not ignored.
#pragma once

#include <signal.h>

#include <array>
#include <chrono>

namespace laq::command {

// Catches these signals while it exists; there is one object at a time. The second signal ends the program at once.
class EndingSignals {
 public:
  EndingSignals();
  ~EndingSignals();
  EndingSignals(const EndingSignals&) = delete;
  EndingSignals& operator=(const EndingSignals&) = delete;

  // Waits until a signal comes, wake() is called or the time is over. Returns the signal, or 0.
  int wait(std::chrono::milliseconds time);
  // Ends the present or the next wait(). Any thread may call it.
  void wake();
  // Ends the program by this signal, as if it had not been caught.
  [[noreturn]] void end_by(int signal);

 private:
  static constexpr std::array kSignals = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
  void restore();

  std::array<struct sigaction, kSignals.size()> before_ = {};
  std::array<int, 2> pipe_ = {-1, -1};
};

}  // namespace laq::command
