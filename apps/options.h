// Options that several verbs share, and checks of options that take numbers.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "batch/batch.h"
#include "batch/selection.h"
#include "laq/laq.hpp"

namespace laq::command {

// A word of the command line for a message, cut if it is long.
std::string shortened(const std::string& text);
// The first words of a list, and how many more there are.
std::string first_of(const std::vector<std::string>& words);

// The finite number that the whole text is; nothing if it is none.
std::optional<double> parse_number(std::string_view text);

// Parses sizes such as "50000", "50k", "1.5M", "2G", "64Ki", "1Mi" and "1Gi", rounded down; nothing if the text is no
// size, or below 1.
std::optional<double> parse_size(std::string_view text);

// Accepts a finite number within [least, most]; if `open` is set, neither end is accepted.
CLI::Validator real_number(double least, double most = std::numeric_limits<double>::infinity(), bool open = false);

// Accepts a whole number within [least, most].
CLI::Validator whole_number(int64_t least, int64_t most);

// Adds --max-pixels and --max-memory. Without them both values stay as they are.
void add_limits(CLI::App& verb, uint64_t& max_pixels, uint64_t& max_bytes);
// Adds --max-memory alone.
void add_memory_limit(CLI::App& verb, uint64_t& max_bytes);

// Options of the verbs that write a file for each file that they read.
struct FileOptions {
  Selection selection = {};
  BatchOptions batch = {};
  bool is_verbose = false;
};
inline constexpr const char* kFilesGroup = "Files";

// Adds the names of files, which `text` describes, and -o and -r, which say where the outputs go.
void add_file_names(CLI::App& verb, FileOptions& files, const std::string& text);
// Adds --force, --no-overwrite, --keep-timestamps, --dry-run, --quiet and --verbose. The help text says that the verb
// replaces `replaced` without --force.
void add_file_options(CLI::App& verb, FileOptions& files, const std::string& replaced);
// Adds --threads.
void add_threads(CLI::App& verb, int& threads);

// Accepts one of these words, which completion offers.
CLI::Validator one_of(const std::vector<std::string>& words);
// Lets completion offer these words for an option that accepts others too.
void offer(CLI::Option* option, const std::vector<std::string>& words);
// The words that completion offers for an option; empty if there are none.
std::vector<std::string> offered(CLI::Option& option);
// "png, jpg", and back.
std::string listed(const std::vector<std::string>& words);
std::vector<std::string> words_of(const std::string& list);

// Whether the samples of a picture's file may be floating-point numbers, by its format.
bool may_hold_floats(std::span<const std::byte> file);

// The number of pixels that a reader of pictures may allocate within both limits.
uint64_t pixels_within(uint64_t max_pixels, uint64_t max_bytes, bool may_be_floats);

// The picture in a LAQ file or in a file of another format, within these limits; not turned upright. What is odd about
// the file is told on standard error. path: its name in messages.
Result<Picture> decode_any_picture(const std::string& path, std::span<const std::byte> file,
                                   const DecodeOptions& options);

}  // namespace laq::command
