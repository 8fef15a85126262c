// The command: finds the verb and runs it, helps, and tells what is wrong with a command line. Exit status 0 for
// success, 1 for failure, 2 for a wrong command line.
#include <fcntl.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "completion.h"
#include "laq/build_info.hpp"

#include "io/file.h"
#include "libraries.h"
#include "options.h"
#include "terminal.h"
#include "verbs.h"

namespace {

using namespace laq::command;

const CLI::App* find_verb(const CLI::App& application, const std::string& name) {
  for (const CLI::App* verb : application.get_subcommands(nullptr)) {
    if (verb->get_name() == name) return verb;
  }
  return nullptr;
}

// Puts the hidden verb that converts in front of `laq [--force] [--verbose] FILE...`. Everything else stays as it is.
void expand_short_form(std::vector<std::string>& arguments, CLI::App& application) {
  for (const std::string& argument : arguments) {
    if (argument == "--force" || argument == "-f" || argument == "--verbose" || argument == "-v" || argument == "--")
      continue;
    const bool is_verb = find_verb(application, argument) != nullptr;
    const bool is_option = argument.size() > 1 && argument[0] == '-' && arguments.front() != "--";
    const bool looks_like_file = argument.find_first_of("./") != std::string::npos || laq::io::file_exists(argument);
    if (!is_verb && !is_option && looks_like_file) arguments.insert(arguments.begin(), kConvertVerb);
    return;
  }
}

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
}

// The help text of the command itself, even if a verb has been called.
std::string overview(const CLI::App& application) {
  return application.get_formatter()->make_help(&application, application.get_name(), CLI::AppFormatMode::Normal);
}

int print_help(const CLI::App& application, const std::string& verb) {
  if (verb.empty() || verb == kHelpVerb) {
    print(overview(application));
    return kOk;
  }
  const CLI::App* known = find_verb(application, verb);
  if (!known) return fail_usage(shortened(verb) + " is not a verb");
  print(known->help("laq"));
  return kOk;
}

// Opens standard input, output and error if they are closed, so that no other file gets their numbers, and with them
// what is printed. Using a stream that was closed still fails.
void open_standard_streams() {
  int descriptor = 0;
  do {
    descriptor = ::open("/dev/null", O_RDONLY);
  } while (descriptor >= 0 && descriptor <= 2);
  if (descriptor > 2) ::close(descriptor);
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

// Help without the lists of options that each option excludes; the message about a wrong command line names them.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string type = option->get_type_name();
    return option->get_type_size() == 0 || type.empty() ? "" : " " + get_label(type);
  }
};

// CLI11's message in one line.
std::string one_line(std::string message) {
  for (char& c : message) {
    if (c == '\n') c = ' ';
  }
  while (!message.empty() && (message.back() == ' ' || message.back() == '.')) message.pop_back();
  return message;
}

// Says which words have no use.
std::string say_unexpected(const std::vector<std::string>& words) {
  std::vector<std::string> unknown;
  std::copy_if(words.begin(), words.end(), std::back_inserter(unknown),
               [](const std::string& word) { return word.size() > 1 && word[0] == '-' && word != "--"; });
  if (!unknown.empty()) return "unknown option" + std::string(unknown.size() > 1 ? "s " : " ") + first_of(unknown);
  return "too many arguments: " + first_of(words);
}

// An option that is given more often than it may be; null if there is none.
const CLI::Option* repeated_option(const CLI::App& verb) {
  for (const CLI::Option* option : verb.parse_order()) {
    if (static_cast<int>(option->count()) > option->get_items_expected_max()) return option;
  }
  return nullptr;
}

// Says what is wrong with the command line, which begins with `first_word`, and returns kUsage.
int fail_parsing(const CLI::App& application, const CLI::ParseError& error, const std::string& first_word) {
  const std::vector<CLI::App*> used = application.get_subcommands();
  const CLI::App* const verb = used.empty() ? nullptr : used.front();
  if (!verb && first_word[0] != '-') return fail_usage(shortened(first_word) + " is neither a verb nor a file");
  const bool has_page = verb && !verb->get_group().empty() && verb->get_name() != kHelpVerb;
  const std::string page = has_page ? verb->get_name() : "";
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError))
    return fail_usage(say_unexpected(application.remaining(true)), page);
  const CLI::Option* const repeated = verb ? repeated_option(*verb) : nullptr;
  if (repeated && error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ArgumentMismatch))
    return fail_usage(
        repeated->get_name() + " is given " + std::to_string(repeated->count()) + " times, it may be once", page);
  return fail_usage(one_line(error.what()), page);
}

constexpr const char* kOverview =
    "Compresses pictures and arrays into LAQ files and back.\n\n"
    "  laq photo.png                      writes photo.laq beside it\n"
    "  laq photo.laq                      writes photo.png beside it\n"
    "  laq encode -q 70 photo.jpg out.laq\n"
    "  laq decode out.laq photo.png";

// Options that stand before any verb.
struct GlobalOptions {
  bool shows_version = false;
  bool is_verbose = false;
};

void print_version(bool is_verbose) {
  print(std::string("laq ") + laq::version() + "\n" + (is_verbose ? laq::build_info() + LAQ_LIBRARIES : ""));
}

void add_verbs(CLI::App& application, const std::string& line, GlobalOptions& options, int& status) {
  application.add_flag("-V,--version", options.shows_version, "tell the version; with -v also of the libraries");
  application.add_flag("-v,--verbose", options.is_verbose, "say more");
  application.footer(
      "laq help VERB tells a verb's options. The input is never written over, and a file that exists is replaced only\n"
      "if it is of the kind that is written, or with --force. No partial file is left behind.");
  application.formatter(std::make_shared<HelpFormatter>());
  application.get_formatter()->label("SUBCOMMAND", "VERB");
  add_encode(application, status);
  add_append(application, status);
  add_decode(application, status);
  add_pack(application, status);
  add_unpack(application, status);
  add_info(application, status);
  add_inspect(application, status);
  add_metric(application, status);
  add_compare(application, line, status);
  add_convert(application, status);
  CLI::App* help = application.add_subcommand(kHelpVerb, "Tell how to use a verb");
  auto verb_name = std::make_shared<std::string>();
  CLI::Option* name = help->add_option("VERB", *verb_name);
  help->callback([&application, verb_name, &status] { status = print_help(application, *verb_name); });
  add_completion(application, status);
  std::vector<std::string> names;
  for (CLI::App* verb : application.get_subcommands(nullptr)) {
    verb->footer("");
    if (verb->get_group().empty()) continue;
    verb->group("Verbs");
    if (verb != help) names.push_back(verb->get_name());
  }
  name->description(listed(names));
  offer(name, names);
  application.require_subcommand(0, 1);
}

// Lets large memory go back to the system as soon as it is freed: the C library would keep some of it for later, in
// places that do not fit what comes next. A stream that is being written has pieces of that size (BytePieces).
void return_large_memory() {
#ifdef __GLIBC__
  constexpr int kLarge = 1 << 18;
  mallopt(M_MMAP_THRESHOLD, kLarge);
#endif
}

}  // namespace

int main(int count, char** words) {
  open_standard_streams();
  return_large_memory();
  static std::array<char, size_t{1} << 16>
      printed;  // large enough for all output, so that flushing it tells why it fails
  std::setvbuf(stdout, printed.data(), _IOFBF, printed.size());
  std::signal(SIGXFSZ, SIG_IGN);  // writing beyond a limit fails and is reported, as on a full disk
  std::vector<std::string> arguments(words + 1, words + count);
  int status = kOk;
  CLI::App application(kOverview, "laq");
  GlobalOptions options;
  add_verbs(application, command_line(words, count), options, status);
  if (arguments.empty()) {
    std::fputs(application.help().c_str(), stderr);
    return kUsage;
  }
  expand_short_form(arguments, application);
  try {
    application.parse(
        std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // CLI11 takes them from the back
    if (application.get_subcommands().empty()) {
      if (!options.shows_version) return fail_usage("a verb or a file is needed");
      print_version(options.is_verbose);
    }
  } catch (const CLI::ParseError& error) {
    if (error.get_name() == "CallForHelp") {
      print(application.help());  // help of the verb, if there is one
    } else {
      return fail_parsing(application, error, arguments.front());
    }
  } catch (const std::bad_alloc&) {
    std::fputs("laq: not enough memory (close other programs, or use fewer threads: -j 1)\n", stderr);
    return kFailure;
  }
  return finish_printing(status);
}
