#include "usage.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "options.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {
namespace {

// CLI11's message in one line.
std::string one_line(std::string message) {
  for (char& c : message) {
    if (c == '\n') c = ' ';
  }
  while (!message.empty() && (message.back() == ' ' || message.back() == '.')) message.pop_back();
  return message;
}

// The first words of a list, and how many more there are.
std::string list(const std::vector<std::string>& words) {
  constexpr size_t kMost = 3;
  std::string text;
  for (size_t i = 0; i < std::min(words.size(), kMost); ++i) text += (i == 0 ? "" : ", ") + shortened(words[i]);
  return words.size() <= kMost ? text : text + " and " + std::to_string(words.size() - kMost) + " more";
}

// Says which words the verb (null if there is none) has no use for.
std::string say_unexpected(const std::vector<std::string>& words, const CLI::App* verb) {
  std::vector<std::string> unknown;
  std::copy_if(words.begin(), words.end(), std::back_inserter(unknown),
               [](const std::string& word) { return word.size() > 1 && word[0] == '-' && word != "--"; });
  if (!unknown.empty()) return "unknown option" + std::string(unknown.size() > 1 ? "s " : " ") + list(unknown);
  if (verb && (verb->get_name() == "encode" || verb->get_name() == "decode")) {
    return verb->get_name() + " takes one IN and one OUT, too many are " + list(words) +
           " (several files: laq FILE...)";
  }
  return "too many arguments: " + list(words);
}

// An option that is given more often than it may be; null if there is none.
const CLI::Option* repeated_option(const CLI::App& verb) {
  for (const CLI::Option* option : verb.parse_order()) {
    if (static_cast<int>(option->count()) > option->get_items_expected_max()) return option;
  }
  return nullptr;
}

}  // namespace

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  const std::string type = option->get_type_name();
  return option->get_type_size() == 0 || type.empty() ? "" : " " + get_label(type);
}

int fail_parsing(const CLI::App& application, const CLI::ParseError& error, const std::string& first_word) {
  const std::vector<CLI::App*> used = application.get_subcommands();
  const CLI::App* const verb = used.empty() ? nullptr : used.front();
  if (!verb && first_word[0] != '-') return fail_usage(shortened(first_word) + " is neither a verb nor a file");
  const bool has_page = verb && verb->get_name() != kConvertVerb && verb->get_name() != kHelpVerb;
  const std::string page = has_page ? verb->get_name() : "";
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError))
    return fail_usage(say_unexpected(application.remaining(true), verb), page);
  const CLI::Option* const repeated = verb ? repeated_option(*verb) : nullptr;
  if (repeated && error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ArgumentMismatch))
    return fail_usage(
        repeated->get_name() + " is given " + std::to_string(repeated->count()) + " times, it may be once", page);
  return fail_usage(one_line(error.what()), page);
}

}  // namespace laq::command
