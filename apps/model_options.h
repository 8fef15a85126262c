// Options about the tensors of models, which laq encode and laq pack share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "batch/model_plan.h"

namespace laq::command {

// The options as they are given, before they become settings.
struct ModelArguments {
  std::vector<std::string> bits;  // "4.5", or "PATTERN=4.5"
  std::string noise = "relative";
  std::string importance;   // name of a file
  std::string sensitivity;  // name of a file
};

// Adds --bits, whose meaning without a pattern is `text`.
CLI::Option* add_bits(CLI::App& verb, ModelArguments& arguments, const std::string& text);
// Adds --keep, --noise and --importance.
std::vector<CLI::Option*> add_model_options(CLI::App& verb, ModelArguments& arguments, ModelSettings& settings);

// Fills the settings, and reads the files that are named. bits: what --bits was given without a pattern, if it was.
// Returns an exit status, after a message if it is not kOk.
int read_model_arguments(const std::string& verb, const ModelArguments& arguments, ModelSettings& settings,
                         std::optional<double>& bits);

}  // namespace laq::command
