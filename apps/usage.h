// The help texts, and messages about wrong command lines.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace laq::command {

// Help without the lists of options that each option excludes; the message about a wrong command line names them.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override;
};

// Says what is wrong with the command line, which begins with `first_word`, and returns kUsage.
int fail_parsing(const CLI::App& application, const CLI::ParseError& error, const std::string& first_word);

}  // namespace laq::command
