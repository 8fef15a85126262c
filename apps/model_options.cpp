#include "model_options.h"

#include "options.h"
#include "terminal.h"

namespace laq::command {
namespace {

int read_bits(const std::string& verb, const ModelArguments& arguments, ModelSettings& settings,
              std::optional<double>& bits) {
  for (const std::string& text : arguments.bits) {
    const size_t equals = text.rfind('=');
    const bool has_pattern = equals != std::string::npos;
    const double number = parse_number(has_pattern ? text.substr(equals + 1) : text).value_or(0);
    if (!(number > 0)) {
      return fail_usage("--bits: " + shortened(text) +
                            " is not a number above 0, or a pattern of names and one, as in 4.5 or '*embed*=8'",
                        verb);
    }
    if (has_pattern) {
      settings.bits_of.emplace_back(text.substr(0, equals), number);
    } else {
      bits = number;
    }
  }
  return kOk;
}

}  // namespace

CLI::Option* add_bits(CLI::App& verb, ModelArguments& arguments, const std::string& text) {
  return verb
      .add_option("--bits", arguments.bits,
                  text + "; PATTERN=BITS is for the tensors of a model whose names match, and may be given again")
      ->allow_extra_args(false);
}

std::vector<CLI::Option*> add_model_options(CLI::App& verb, ModelArguments& arguments, ModelSettings& settings) {
  auto* keep = verb.add_option("--keep", settings.kept,
                               "keep the tensors whose names match this pattern of the shell without loss, as is done "
                               "with integers, tensors of fewer than 1024 elements, biases and norms")
                   ->allow_extra_args(false);
  auto* noise = verb.add_option("--noise", arguments.noise,
                                "relative (rows and columns of small weights get less error) or mse (the least mean "
                                "squared error); " +
                                    arguments.noise + " if not given")
                    ->check(one_of({"relative", "mse"}));
  auto* importance =
      verb.add_option("--importance", arguments.importance,
                      "how much each input channel counts: an NPZ file with an array for each tensor, or "
                      "an importance matrix of llama.cpp");
  return {keep, noise, importance};
}

int read_model_arguments(const std::string& verb, const ModelArguments& arguments, ModelSettings& settings,
                         std::optional<double>& bits) {
  settings.shape = arguments.noise == "mse" ? NoiseShape::mse : NoiseShape::relative;
  if (const int status = read_bits(verb, arguments, settings, bits); status != kOk) return status;
  if (!arguments.importance.empty()) {
    Result<io::Importance> importance = io::read_importance(arguments.importance);
    if (!importance) return fail_reading(arguments.importance, importance.error());
    settings.importance = std::move(*importance);
  }
  if (!arguments.sensitivity.empty()) {
    Result<io::Sensitivity> sensitivity = io::read_sensitivity(arguments.sensitivity);
    if (!sensitivity) return fail_reading(arguments.sensitivity, sensitivity.error());
    settings.sensitivity = std::move(*sensitivity);
  }
  return kOk;
}

}  // namespace laq::command
