// How the command line is explained, and what is wrong with one.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace laq::command {

// Help without the lists of options that an option excludes, which a wrong command line is told anyway.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override;
};

// Says what is wrong, in the order of the command line, and returns kUsage. first_word: of the line.
int fail_parsing(const CLI::App& application, const CLI::ParseError& error, const std::string& first_word);

}  // namespace laq::command
