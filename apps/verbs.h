// The verbs of the command, one file each. add_VERB declares a verb's options; its callback, which CLI11 runs when the
// verb is called, leaves the exit status in `status`, which must outlive the application.
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
void add_metric(CLI::App& laq, int& status);
// command_line: the words as they were given, for the report.
void add_compare(CLI::App& laq, const std::string& command_line, int& status);
void add_convert(CLI::App& laq, int& status);  // the short form, `laq FILE`, which has no name of its own

inline constexpr const char* kConvertVerb = "convert-beside";  // hidden
inline constexpr const char* kHelpVerb = "help";

struct EncodeRequest {
  std::string input;
  std::string output;
  EncodeOptions options = {};
  std::optional<ArrayTarget> array_target = {};  // of arrays
  uint32_t chunk_elements = 0;                   // of arrays, see ArrayEncodeOptions
  std::optional<ElementType> raw_type = {};      // of a file that does not say it
  std::vector<uint64_t> raw_shape = {};
  double bits_per_pixel = 0;        // not 0: a target in bytes, by the size of the picture
  bool strip = false;               // leave out Exif, XMP and resolution
  uint64_t max_bytes = UINT64_MAX;  // of the input's file, and of its samples
  io::Replace replace = io::Replace::same_kind;
  bool quiet = false;
};

struct DecodeRequest {
  std::string input;
  std::string output;
  DecodeOptions options = {};
  std::string format = {};  // png, jpg, ppm, pgm, pam, pnm, npy, wav or raw; empty: as the output's name ends
  std::string region = {};  // of an array, "10:20,:,5:6"; empty: all of it
  bool strip = false;
  io::Replace replace = io::Replace::same_kind;
  bool quiet = false;  // decoding says nothing so far
};

// These return an exit status, after a message where it is not kOk.
int encode_file(const EncodeRequest& request);
int decode_file(const DecodeRequest& request);

// Drops what --strip drops: Exif, XMP and resolution, but not the ICC profile and the orientation, without which the
// picture would look different.
void strip(Metadata& metadata);

}  // namespace laq::command
