// The command: finds the verb and runs it. Exit status 0 for success, 1 for failure, 2 for a wrong command line.
#include <cstdio>
#include <string>
#include <vector>

#include "io/file.h"
#include "terminal.h"
#include "verbs.h"

namespace {

using namespace laq::command;

CLI::App* find_verb(CLI::App& application, const std::string& name) {
  for (CLI::App* verb : application.get_subcommands(nullptr)) {
    if (verb->get_name() == name) return verb;
  }
  return nullptr;
}

// `laq [--force] FILE...` is short for the hidden verb that converts. Leaves everything else as it is.
void expand_short_form(std::vector<std::string>& arguments, CLI::App& application) {
  for (const std::string& argument : arguments) {
    if (argument == "--force" || argument == "-f" || argument == "--") continue;
    const bool is_verb = find_verb(application, argument) != nullptr;
    const bool is_option = argument.size() > 1 && argument[0] == '-' && arguments.front() != "--";
    const bool looks_like_file = argument.find_first_of("./") != std::string::npos || laq::io::file_exists(argument);
    if (!is_verb && !is_option && looks_like_file) arguments.insert(arguments.begin(), kConvertVerb);
    return;
  }
}

int print_help(CLI::App& application, const std::string& verb) {
  if (verb.empty()) {
    std::fputs(application.help().c_str(), stdout);
    return kOk;
  }
  CLI::App* known = find_verb(application, verb);
  if (!known) return fail_usage(verb + " is not a verb");
  std::fputs(known->help("laq").c_str(), stdout);
  return kOk;
}

// CLI11's message in one line.
std::string one_line(std::string message) {
  for (char& c : message) {
    if (c == '\n') c = ' ';
  }
  while (!message.empty() && (message.back() == ' ' || message.back() == '.')) message.pop_back();
  return message;
}

// The words of the command line as one line for a shell.
std::string command_line(char** words, int count) {
  std::string line = "laq";
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const bool is_plain = !word.empty() && word.find_first_not_of(
                                               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                               "0123456789_-+=.,:/@%") == std::string::npos;
    line += ' ';
    if (is_plain) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

}  // namespace

int main(int count, char** words) {
  std::vector<std::string> arguments(words + 1, words + count);
  int status = kOk;
  CLI::App application(
      "Compresses pictures into LAQ files and back.\n\n"
      "  laq photo.png                      writes photo.laq beside it\n"
      "  laq photo.laq                      writes photo.png beside it\n"
      "  laq encode -q 70 photo.jpg out.laq\n"
      "  laq decode out.laq photo.png",
      "laq");
  application.set_version_flag("--version", std::string("laq ") + laq::version());
  application.footer("laq help VERB tells a verb's options. Neither encode nor decode leave a partial file behind.");
  add_encode(application, status);
  add_decode(application, status);
  add_info(application, status);
  add_metric(application, status);
  add_compare(application, command_line(words, count), status);
  add_convert(application, status);
  application.get_formatter()->label("SUBCOMMAND", "VERB");
  std::string help_verb;
  CLI::App* help = application.add_subcommand("help", "Tell how to use a verb");
  help->add_option("VERB", help_verb, "encode, decode, info, metric, compare");
  help->callback([&] { status = print_help(application, help_verb); });

  for (CLI::App* verb : application.get_subcommands(nullptr)) {
    verb->footer("");
    if (verb->get_name() != kConvertVerb) verb->group("Verbs");
  }
  if (arguments.empty()) {
    std::fputs(application.help().c_str(), stderr);
    return kUsage;
  }
  application.require_subcommand(0, 1);
  expand_short_form(arguments, application);
  try {
    application.parse(
        std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // CLI11 takes them from the back
    if (application.get_subcommands().empty()) return fail_usage("a verb or a file is needed");
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return application.exit(error);  // --help, --version
    const auto used = application.get_subcommands();
    const bool is_unknown = used.empty() && arguments.front().front() != '-';
    if (is_unknown) return fail_usage(arguments.front() + " is neither a verb nor a file");
    return fail_usage(one_line(error.what()),
                      used.empty() || used.front()->get_name() == kConvertVerb ? "" : used.front()->get_name());
  } catch (const std::bad_alloc&) {
    std::fputs("laq: not enough memory (close other programs, or use fewer threads: -j 1)\n", stderr);
    return kFailure;
  }
  return status;
}
