// Encoding of one file: a picture, an array, a sound or a model to a LAQ file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "batch/array_parts.h"
#include "batch/batch.h"
#include "batch/model_plan.h"
#include "laq/array.hpp"
#include "laq/laq.hpp"

namespace laq::command {

// What the encoder is asked for, whatever the file.
struct EncodeSettings {
  EncodeOptions options = {};                    // of pictures; effort and max_pixels of arrays too
  bool is_about_pictures = false;                // an option was given that only pictures can follow
  std::optional<ArrayTarget> array_target = {};  // for arrays; without loss if there is none
  ArrayParts array_parts = {};                   // with bounds of their own
  ModelSettings model = {};                      // for models, whose target is array_target too
  std::optional<Picture> mask = {};              // of qualities: gray of 8 bits, of the size of the pictures
  bool keeps_jpeg = false;                       // JPEG files are kept exactly
  bool is_about_models = false;                  // an option was given that only models can follow
  bool is_tensor = false;                        // an array is coded as a tensor of a model
  uint32_t chunk_elements = 0;                   // for arrays, see ArrayEncodeOptions
  std::optional<ElementType> raw_type = {};      // the type of the elements in a file without a header
  std::vector<uint64_t> raw_shape = {};
  std::string member = {};          // the array of an NPZ file; empty: the only one
  double bits_per_pixel = 0;        // if not 0, the target size in bits per pixel
  bool strip = false;               // see strip()
  uint64_t max_bytes = UINT64_MAX;  // limit on the input file, and on its samples
  bool is_verified = false;         // decode each LAQ file before it is written, and compare
  bool skips_larger = false;        // keep the input where the LAQ file is not smaller
  bool is_verbose = false;
};

// A failure has been reported by then. May throw std::bad_alloc.
Outcome encode_file(const EncodeSettings& settings, const Job& job, const Resources& resources);

}  // namespace laq::command
