// What the command says to people: messages and progress on standard error.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "io/notes.h"
#include "laq/laq.hpp"

namespace laq::command {

// Exit statuses.
inline constexpr int kOk = 0;
inline constexpr int kFailure = 1;
inline constexpr int kUsage = 2;

// Prints "laq: FILE: message", one line, and returns kFailure. path: "-" is called by its name, standard input or
// output.
int fail_reading(const std::string& path, const Error& error);
int fail_writing(const std::string& path, const Error& error);
// fail_reading() for a file that was taken for a LAQ file; says what it is if it is none.
int fail_reading_laq(const std::string& path, const Error& error, std::span<const std::byte> file);
// The same as these if the message names the file.
int fail(const Error& error);
// Print "laq: FILE: notes", one line, if there are any. Not even --quiet hides them, because they tell of losses.
void note_reading(const std::string& path, const io::Notes& notes);
void note_writing(const std::string& path, const io::Notes& notes);
// Prints "laq: message (see laq help VERB)" and returns kUsage.
int fail_usage(const std::string& message, const std::string& verb = "");

// Sends off what was printed to standard output. Returns `status`, or kFailure after a message where that fails.
int finish_printing(int status);

// Is somebody looking at standard error?
bool is_on_terminal();

// A line with the share of the work that is done, from one second on; gone at the end of its scope. Silent unless on a
// terminal.
class Progress {
 public:
  explicit Progress(bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  // Empty where nothing is to be shown. Refers to this object.
  std::function<bool(float)> callback();

 private:
  void show(float share);

  bool visible_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace laq::command
