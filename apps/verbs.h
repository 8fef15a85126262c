// The verbs of the command, one file each. add_VERB declares the options of a verb. When the verb is called, CLI11 runs
// its callback, which sets `status` to the exit status; `status` must outlive the application.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "terminal.h"

namespace laq::command {

void add_encode(CLI::App& laq, int& status);
void add_append(CLI::App& laq, int& status);
void add_decode(CLI::App& laq, int& status);
void add_pack(CLI::App& laq, int& status);
void add_unpack(CLI::App& laq, int& status);
void add_info(CLI::App& laq, int& status);
void add_inspect(CLI::App& laq, int& status);
void add_metric(CLI::App& laq, int& status);
// The report shows the command line.
void add_compare(CLI::App& laq, const std::string& command_line, int& status);
void add_convert(CLI::App& laq, int& status);  // the short form, `laq FILE`, which has no name of its own

inline constexpr const char* kConvertVerb = "convert-beside";  // hidden
inline constexpr const char* kHelpVerb = "help";

}  // namespace laq::command
