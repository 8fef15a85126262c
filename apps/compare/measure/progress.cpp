#include "compare/measure/progress.h"

#include <cmath>
#include <cstdio>

namespace laq::compare {
namespace {

std::string duration(double seconds) {
  char text[40];
  if (seconds >= 3600) {
    std::snprintf(text, sizeof text, "%.0f h %02.0f min", std::floor(seconds / 3600),
                  std::floor(std::fmod(seconds, 3600) / 60));
  } else if (seconds >= 60) {
    std::snprintf(text, sizeof text, "%.0f min %02.0f s", std::floor(seconds / 60), std::fmod(seconds, 60));
  } else {
    std::snprintf(text, sizeof text, "%.0f s", seconds);
  }
  return text;
}

}  // namespace

std::string progress_text(const RunStatus& status) {
  constexpr size_t kWidth = 24;
  const size_t full = status.total > 0 ? kWidth * status.done / status.total : kWidth;
  char text[300];
  std::snprintf(text, sizeof text, "[%s%s] %zu of %zu points, %s left; %s", std::string(full, '#').c_str(),
                std::string(kWidth - full, '.').c_str(), status.done, status.total,
                std::isfinite(status.seconds_left) ? duration(status.seconds_left).c_str() : "?", status.now.c_str());
  return text;
}

}  // namespace laq::compare
