// The line that shows the progress of a run.
#pragma once

#include <string>

#include "compare/measure/run.h"

namespace laq::compare {

// A bar, the number of points that are done, the time that is left, and what was measured last.
std::string progress_text(const RunStatus& status);

}  // namespace laq::compare
