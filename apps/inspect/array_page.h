// The page of an array: slices, errors, and the chunks with their recipes.
#pragma once

#include "inspect/page.h"
#include "laq/inspect.hpp"

namespace laq::command {

// original: of the type and shape of the decoded array; null if it is not known. file_bytes: of the whole file.
Page array_page(const ArrayTrace& trace, const Array& decoded, const Array* original, size_t file_bytes);

}  // namespace laq::command
