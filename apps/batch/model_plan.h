// What laq encode does with each tensor of a model.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "io/model/importance.h"
#include "io/model/model_file.h"
#include "laq/tensor.hpp"

namespace laq::command {

// Options that are about models. Patterns are those of the shell, for names of tensors.
struct ModelSettings {
  NoiseShape shape = NoiseShape::relative;
  bool is_uniform = false;                                   // one step for each tensor, for comparison
  std::vector<std::string> kept = {};                        // patterns of tensors without loss
  std::vector<std::pair<std::string, double>> bits_of = {};  // patterns, and the bits an element; the last one counts
  std::optional<io::Importance> importance = {};             // by the names of tensors
  std::optional<io::Sensitivity> sensitivity = {};
};

// The tensors as the library takes them, each with its target; they show into `file`, into the model and into the
// settings. The error is a pattern that no tensor has, or importance that is about none.
Result<std::vector<TensorView>> plan_tensors(const ModelSettings& settings, const TensorTarget& target,
                                             std::span<const std::byte> file, const io::ModelFile& model);

}  // namespace laq::command
