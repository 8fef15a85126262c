// Options of several verbs, and what options that take numbers accept.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "io/output.h"

namespace laq::command {

// What was given, for a message: cut if it is long.
std::string shortened(const std::string& text);

// The finite number that all of the text is; nothing if it is none.
std::optional<double> parse_number(std::string_view text);

// "50000", "50k", "1.5M", "2G", "64Ki", "1Mi", "1Gi", rounded down; nothing if it is none of these or below 1.
std::optional<double> parse_size(std::string_view text);

// Refuses everything but a finite number within [least, most] and, where `open` is set, none of the two ends.
CLI::Validator real_number(double least, double most = std::numeric_limits<double>::infinity(), bool open = false);

// Refuses everything but a whole number within [least, most].
CLI::Validator whole_number(int64_t least, int64_t most);

// --max-pixels and --max-memory; without them both stay as they are.
void add_limits(CLI::App& verb, uint64_t& max_pixels, uint64_t& max_bytes);
// The second alone.
void add_memory_limit(CLI::App& verb, uint64_t& max_bytes);

// --force and --no-overwrite. replaced: what the verb replaces without them.
void add_replace_options(CLI::App& verb, io::Replace& replace, const std::string& replaced);

// Pixels that a reader of pictures may allocate within both limits.
uint64_t pixels_within(uint64_t max_pixels, uint64_t max_bytes);

}  // namespace laq::command
