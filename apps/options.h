// Options that several verbs share, and checks of options that take numbers.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "io/output.h"

namespace laq::command {

// A word of the command line for a message, cut if it is long.
std::string shortened(const std::string& text);

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

// Adds --force and --no-overwrite. The help text says that the verb replaces `replaced` without them.
void add_replace_options(CLI::App& verb, io::Replace& replace, const std::string& replaced);

// The number of pixels that a reader of pictures may allocate within both limits.
uint64_t pixels_within(uint64_t max_pixels, uint64_t max_bytes);

}  // namespace laq::command
