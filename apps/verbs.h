// The verbs of the command, one file each. add_VERB declares the options of a verb. When the verb is called, CLI11 runs
// its callback, which sets `status` to the exit status; `status` must outlive the application.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "io/output.h"
#include "laq/array.hpp"
#include "laq/laq.hpp"

namespace laq::command {

void add_encode(CLI::App& laq, int& status);
void add_decode(CLI::App& laq, int& status);
void add_info(CLI::App& laq, int& status);
void add_inspect(CLI::App& laq, int& status);
void add_metric(CLI::App& laq, int& status);
// The report shows the command line.
void add_compare(CLI::App& laq, const std::string& command_line, int& status);
void add_convert(CLI::App& laq, int& status);  // the short form, `laq FILE`, which has no name of its own

inline constexpr const char* kConvertVerb = "convert-beside";  // hidden
inline constexpr const char* kHelpVerb = "help";

struct EncodeRequest {
  std::string input;
  std::string output;
  EncodeOptions options = {};
  std::optional<ArrayTarget> array_target = {};  // for arrays
  uint32_t chunk_elements = 0;                   // for arrays, see ArrayEncodeOptions
  std::optional<ElementType> raw_type = {};      // the type of the elements in a file without a header
  std::vector<uint64_t> raw_shape = {};
  std::string member = {};  // the array of an NPZ file; empty: the only one
  double bits_per_pixel = 0;        // if not 0, the target size in bits per pixel
  bool strip = false;               // see strip()
  uint64_t max_bytes = UINT64_MAX;  // limit on the input file, and on its samples
  io::Replace replace = io::Replace::same_kind;
  bool quiet = false;
};

struct DecodeRequest {
  std::string input;
  std::string output;
  DecodeOptions options = {};
  std::string format = {};  // "png", an extension of io/formats.h; empty: as the output's name ends
  std::string region = {};  // the part of an array, "10:20,:,5:6"; empty: all of it
  bool strip = false;
  io::Replace replace = io::Replace::same_kind;
  bool quiet = false;  // decoding prints nothing anyway
};

// Return an exit status, after a message if it is not kOk.
int encode_file(const EncodeRequest& request);
int decode_file(const DecodeRequest& request);

// Does what --strip asks for: removes all but ICC profile, code points, light levels and orientation, without which the
// picture would look different.
void strip(Metadata& metadata);

}  // namespace laq::command
