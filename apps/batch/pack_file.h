// laq pack and laq unpack of one file: the weights of a model in laq blocks (docs/blocks.md), in a safetensors file,
// and back to floating-point numbers.
#pragma once

#include <cstdint>
#include <optional>

#include "batch/batch.h"
#include "batch/model_plan.h"

namespace laq::command {

struct PackSettings {
  double bits = 4.25;        // an element
  ModelSettings model = {};  // uniform steps and sensitivity are not for blocks
  int effort = 5;
  uint64_t max_bytes = UINT64_MAX;  // limit on the input file
  bool is_verbose = false;
};

// A failure has been reported by then. May throw std::bad_alloc.
Outcome pack_file(const PackSettings& settings, const Job& job, const Resources& resources);
Outcome unpack_file(uint64_t max_bytes, const Job& job, const Resources& resources);

}  // namespace laq::command
