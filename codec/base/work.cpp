#include "base/work.h"

namespace laq {
namespace {

thread_local WorkListener* listener = nullptr;

}  // namespace

WorkListener::WorkListener(std::function<bool(size_t)> listen) : listen_(std::move(listen)), before_(listener) {
  listener = listen_ ? this : nullptr;
}

WorkListener::~WorkListener() {
  listener = before_;
}

void WorkListener::tell() {
  if (!listen_(std::exchange(waiting_, 0))) throw WorkCancelled();
}

void report_work(size_t samples) {
  if (listener != nullptr) listener->add(samples);
}

}  // namespace laq
