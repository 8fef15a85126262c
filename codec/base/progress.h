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
      : report_(report), total_(std::max<uint64_t>(total, 1)) {}

  // Adds to what is done. False if the caller wants to stop.
  bool advance(uint64_t amount) {
    if (!report_) return true;
    const std::lock_guard lock(mutex_);
    done_ += amount;
    const double share = static_cast<double>(done_) / static_cast<double>(total_);
    if (!cancelled_ && !report_(static_cast<float>(std::min(1.0, share)))) cancelled_ = true;
    return !cancelled_;
  }
  bool cancelled() const { return cancelled_; }

 private:
  const std::function<bool(float)>& report_;
  std::mutex mutex_;
  uint64_t total_, done_ = 0;
  std::atomic<bool> cancelled_{false};  // read without the lock
};

}  // namespace laq
