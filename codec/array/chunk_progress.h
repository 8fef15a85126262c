// The progress of a call that codes or decodes chunks, counted in elements: also of those of chunks that are not done
// yet, as their loops report (base/work.h).
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>

#include "base/work.h"

namespace laq::array {

class ChunkProgress {
 public:
  // progress: see ArrayEncodeOptions; may be null. passes: about how often an element is coded until its chunk is done;
  // beyond that, progress advances ever more slowly.
  ChunkProgress(const std::function<bool(float)>& progress, uint64_t elements, double passes)
      : progress_(progress), elements_(elements), passes_(passes) {}

  // Calls work() for a chunk of so many elements. False if the caller cancels; then work() has been left, or its result
  // is of no use. May be called from several threads at once.
  template <class Work>
  bool run(uint64_t elements, Work&& work) {
    if (!progress_) {
      work();
      return true;
    }
    uint64_t told = 0, reported = 0;
    try {
      const WorkListener listener([&](size_t samples) {
        reported += samples;
        const uint64_t now = share_of(elements, reported);
        return tell(now - std::exchange(told, now));
      });
      work();
    } catch (const WorkCancelled&) {
      return false;
    }
    return tell(elements - told);
  }

 private:
  // The elements of a chunk that count as done after so many reports: proportional up to a point, then approaching all
  // of them.
  uint64_t share_of(uint64_t elements, uint64_t reported) const;
  // Adds done elements and tells the caller; false if that cancels, or has done so in any thread. Then the caller is
  // not called again.
  bool tell(uint64_t elements);

  const std::function<bool(float)>& progress_;
  uint64_t elements_;
  double passes_;
  std::mutex mutex_;
  uint64_t done_ = 0;
  bool is_cancelled_ = false;
};

}  // namespace laq::array
