// Messages and progress on standard error. Threads may call these functions at the same time; lines stay whole.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::command {

// Exit statuses.
inline constexpr int kOk = 0;
inline constexpr int kFailure = 1;
inline constexpr int kUsage = 2;

// Prints the line "laq: FILE: message" and returns kFailure. The path "-" is printed as standard input or output.
int fail_reading(const std::string& path, const Error& error);
int fail_writing(const std::string& path, const Error& error);
// The same for a file that should be a LAQ file; says what it is if it is none.
int fail_reading_laq(const std::string& path, const Error& error, std::span<const std::byte> file);
// The same for a message that names the file.
int fail(const Error& error);
// Print the line "laq: FILE: notes" if there are any. Even --quiet does not hide them, because they report losses.
void note_reading(const std::string& path, const io::Notes& notes);
void note_writing(const std::string& path, const io::Notes& notes);
// Prints "laq: message (see laq help VERB)" and returns kUsage.
int fail_usage(const std::string& message, const std::string& verb = "");

// Flushes standard output. Returns `status`, or kFailure after a message if that fails.
int finish_printing(int status);

// Is somebody looking at standard error?
bool is_on_terminal();

// Prints a line of text as it is.
void say(const std::string& text);

// The line at the bottom of a terminal that tells how far the work is; messages appear above it. An empty line takes it
// away.
void show_status(const std::string& line);

}  // namespace laq::command
