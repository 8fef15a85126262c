// What a run tells people while it lasts.
#pragma once

#include <string>

#include "compare/measure/run.h"

namespace laq::compare {

// A bar, the points that are done, the time that is left, and what was measured last; one line.
std::string progress_text(const RunStatus& status);

}  // namespace laq::compare
