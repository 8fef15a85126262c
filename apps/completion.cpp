#include "completion.h"

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "options.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {
namespace {

// An option as shells see it.
struct ShellOption {
  std::vector<std::string> names;  // "-q", "--quality"
  std::string text;
  bool takes_value = false;
  bool takes_folder = false;
  bool is_repeated = false;
  std::vector<std::string> words = {};  // values to offer; empty: files
};

struct ShellVerb {
  std::string name;  // empty: the command without a verb
  std::string text;
  std::vector<ShellOption> options = {};
  std::vector<std::string> words = {};  // what may follow the verb beside files
};

void add_options(CLI::App& app, ShellVerb& verb) {
  for (CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) {
      ShellOption& added = verb.options.emplace_back();
      for (const std::string& name : option->get_snames()) added.names.push_back("-" + name);
      for (const std::string& name : option->get_lnames()) added.names.push_back("--" + name);
      added.text = option->get_description();
      added.takes_value = option->get_type_size_max() > 0;
      added.takes_folder = option->get_type_name() == "FOLDER";
      added.is_repeated = option->get_items_expected_max() > 1;
      added.words = offered(*option);
    } else {
      verb.words = offered(*option);
    }
  }
}

// The command without a verb, which takes files too, and then all verbs that help lists.
std::vector<ShellVerb> verbs_of(CLI::App& laq) {
  std::vector<ShellVerb> verbs = {{"", ""}};
  add_options(laq, verbs[0]);
  for (CLI::App* app : laq.get_subcommands(nullptr)) {
    if (app->get_group().empty()) continue;
    verbs[0].words.push_back(app->get_name());
    add_options(*app, verbs.emplace_back(ShellVerb{app->get_name(), app->get_description()}));
  }
  return verbs;
}

std::string joined(const std::vector<std::string>& words, const std::string& separator = " ") {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

// The text with `before` in front of each character of `special`.
std::string escaped(const std::string& text, const std::string& special, const std::string& before = "\\") {
  std::string result;
  for (const char c : text) result += (special.find(c) == std::string::npos ? "" : before) + std::string(1, c);
  return result;
}

// In single quotes, for bash and zsh.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

constexpr const char* kOrigin = "# Completion of laq, printed by: laq completion ";

std::string bash_script(const std::vector<ShellVerb>& verbs) {
  std::string values, others;
  for (const ShellVerb& verb : verbs) {
    std::vector<std::string> names;
    for (const ShellOption& option : verb.options) {
      names.insert(names.end(), option.names.begin(), option.names.end());
      if (!option.takes_value) continue;
      std::vector<std::string> patterns;
      for (const std::string& name : option.names) patterns.push_back(quoted(verb.name + " " + name));
      values += "    " + joined(patterns, " | ") + ") is_value=1 ";
      values += option.takes_folder ? "is_folder=1 ;;\n" : "words=" + quoted(joined(option.words)) + " ;;\n";
    }
    others += "    " + quoted(verb.name) + ") options=" + quoted(joined(names)) +
              " words=" + quoted(joined(verb.words)) + " ;;\n";
  }
  return kOrigin + std::string("bash\n") + R"(_laq() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb= words= options= is_value= is_folder=
  ((COMP_CWORD > 1)) && verb=${COMP_WORDS[1]}
  # bash takes --option=value for three words.
  if [[ $word == = ]]; then word=; elif [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
  case "$verb $before" in
)" + values +
         R"(  esac
  [[ $is_value ]] || case $verb in
)" + others +
         R"(  esac
  if [[ $is_folder ]]; then
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -d -- "$word")
  elif [[ -z $is_value && $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
  elif [[ $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    [[ $words == *= ]] && compopt -o nospace
  fi
}
complete -o default -F _laq laq
)";
}

// The specifications of an option for _arguments of zsh.
std::string zsh_option(const ShellOption& option) {
  std::string value;
  if (option.takes_value) {
    const std::string action = option.takes_folder    ? "_files -/"
                               : option.words.empty() ? "_files"
                                                      : "(" + escaped(joined(option.words), ":") + ")";
    value = ":" + std::string(option.takes_folder ? "folder" : "value") + ":" + action;
  }
  const std::string excluded = option.is_repeated ? "*" : "(" + joined(option.names) + ")";
  std::string text;
  for (const std::string& name : option.names) {
    const std::string joint = !option.takes_value ? "" : name[1] == '-' ? "=" : "+";
    text += " \\\n        " + quoted(excluded + name + joint + "[" + escaped(option.text, "[]\\") + "]" + value);
  }
  return text;
}

std::string zsh_script(const std::vector<ShellVerb>& verbs) {
  std::string described, cases;
  for (const ShellVerb& verb : verbs) {
    if (verb.name.empty()) {
      cases += "    *)\n      _arguments -s";
    } else {
      described += "    " + quoted(verb.name + ":" + escaped(verb.text, ":\\")) + "\n";
      cases += "    " + verb.name + ")\n      shift words\n      ((CURRENT--))\n      _arguments -s";
    }
    for (const ShellOption& option : verb.options) cases += zsh_option(option);
    const bool has_words = !verb.name.empty() && !verb.words.empty();
    cases +=
        " \\\n        " + quoted(has_words ? "*:word:(" + joined(verb.words) + ")" : "*:file:_files") + "\n      ;;\n";
  }
  // The command without a verb comes last, as it is what no other case fits.
  const size_t others = cases.find("    *)\n"), first = cases.find("      ;;\n") + 9;
  cases = cases.substr(first) + cases.substr(others, first);
  return "#compdef laq\n" + (kOrigin + std::string("zsh\n")) + "_laq() {\n  local -a verbs=(\n" + described +
         "  )\n  if ((CURRENT == 2)) && [[ $PREFIX != -* ]]; then\n    _describe verb verbs\n    _files\n    return\n"
         "  fi\n  case $words[2] in\n" +
         cases + "  esac\n}\n_laq \"$@\"\n";
}

// In single quotes, for fish.
std::string fish_quoted(const std::string& text) {
  return "'" + escaped(text, "\\'") + "'";
}

std::string fish_script(const std::vector<ShellVerb>& verbs) {
  std::string script = kOrigin + std::string("fish\n");
  for (const ShellVerb& verb : verbs) {
    const std::string condition =
        "complete -c laq -n " +
        (verb.name.empty() ? "__fish_use_subcommand" : "'__fish_seen_subcommand_from " + verb.name + "'");
    if (!verb.name.empty()) {
      script += "complete -c laq -n __fish_use_subcommand -a " + verb.name + " -d " + fish_quoted(verb.text) + "\n";
      if (!verb.words.empty()) script += condition + " -f -a " + fish_quoted(joined(verb.words)) + "\n";
    }
    for (const ShellOption& option : verb.options) {
      script += condition;
      for (const std::string& name : option.names)
        script += name[1] == '-' ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (option.takes_folder) {
        script += " -x -a '(__fish_complete_directories)'";
      } else if (!option.words.empty()) {
        script += " -x -a " + fish_quoted(joined(option.words));
      } else if (option.takes_value) {
        script += " -r";
      }
      script += " -d " + fish_quoted(option.text) + "\n";
    }
  }
  return script;
}

}  // namespace

void add_completion(CLI::App& laq, int& status) {
  CLI::App* verb = laq.add_subcommand("completion", "Print the completion of words for a shell");
  verb->group("");  // not listed
  auto shell = std::make_shared<std::string>();
  verb->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(one_of({"bash", "zsh", "fish"}));
  verb->callback([&laq, shell, &status] {
    const std::vector<ShellVerb> verbs = verbs_of(laq);
    const std::string script = *shell == "bash"  ? bash_script(verbs)
                               : *shell == "zsh" ? zsh_script(verbs)
                                                 : fish_script(verbs);
    std::fputs(script.c_str(), stdout);
    status = kOk;
  });
}

}  // namespace laq::command
