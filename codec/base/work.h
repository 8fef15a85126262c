// Work: the inner loops of long work report their progress and can be cancelled, without a parameter through all the
// functions between them and the caller. Loops call report_work(); it does nothing unless a WorkListener of the same
// thread listens.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

namespace laq {

// report_work() throws this when the work is cancelled. The owner of the listener catches it.
struct WorkCancelled {};

// Listens for as long as it lives, in its thread, to what that thread reports; the listener before it is deaf
// meanwhile.
class WorkListener {
 public:
  // listen: called with the number of samples since the last call; false cancels. Null: nobody listens.
  explicit WorkListener(std::function<bool(size_t samples)> listen);
  ~WorkListener();
  WorkListener(const WorkListener&) = delete;
  WorkListener& operator=(const WorkListener&) = delete;

  void add(size_t samples) {
    waiting_ += samples;
    if (waiting_ >= kStep) tell();
  }

 private:
  static constexpr size_t kStep = 1 << 13;  // samples between two calls, some milliseconds of the slowest coding

  void tell();

  std::function<bool(size_t)> listen_;
  WorkListener* before_;
  size_t waiting_ = 0;
};

// Tells that so many samples have been coded, by one way of coding. May throw WorkCancelled.
void report_work(size_t samples);

}  // namespace laq
