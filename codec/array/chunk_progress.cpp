#include "array/chunk_progress.h"

namespace laq::array {

uint64_t ChunkProgress::share_of(uint64_t elements, uint64_t reported) const {
  constexpr double kKnown = 0.9;  // of the passes: until then the share grows in proportion
  const double passes = static_cast<double>(reported) / (passes_ * static_cast<double>(elements));
  const double beyond = passes - kKnown;
  const double share = beyond <= 0 ? passes : kKnown + (1 - kKnown) * (beyond / (beyond + 1));
  return static_cast<uint64_t>(share * static_cast<double>(elements));
}

bool ChunkProgress::tell(uint64_t elements) {
  const std::lock_guard lock(mutex_);
  if (is_cancelled_) return false;
  done_ += elements;
  is_cancelled_ = !progress_(static_cast<float>(static_cast<double>(done_) / static_cast<double>(elements_)));
  return !is_cancelled_;
}

}  // namespace laq::array
