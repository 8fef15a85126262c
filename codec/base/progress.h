// Progress: how much of the work of a call is done, for its caller, who may cancel.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>

namespace laq {

// Reports progress from all threads, one at a time, and remembers that the caller wants to stop.
class Progress {
 public:
  // report: may be empty; must outlive this.
  Progress(const std::function<bool(float)>& report, uint64_t total)
      : report_(report), total_(static_cast<float>(total)) {}

  // Adds to what is done. False if the caller wants to stop.
  bool advance(uint64_t amount) {
    if (!report_) return true;
    const std::lock_guard lock(mutex_);
    done_ += static_cast<float>(amount);
    if (!cancelled_ && !report_(std::min(1.0f, done_ / total_))) cancelled_ = true;
    return !cancelled_;
  }
  bool cancelled() const { return cancelled_; }

 private:
  const std::function<bool(float)>& report_;
  std::mutex mutex_;
  float total_;
  float done_ = 0;
  std::atomic<bool> cancelled_{false};  // read without the lock
};

}  // namespace laq
