// laq completion SHELL: prints what makes a shell complete the words of a laq command. Verbs, options and the words
// that an option takes come from the declarations of the options, so there is nothing else to keep up to date.
#pragma once

#include <CLI/CLI.hpp>

namespace laq::command {

// Adds the verb, which help does not list. All other verbs may be added before or after it.
void add_completion(CLI::App& laq, int& status);

}  // namespace laq::command
