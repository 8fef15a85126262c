// Processes: a command that the shell runs, and work that a child does so that its memory can be measured.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "laq/laq.hpp"

namespace laq::compare {

struct Finished {
  double seconds;
  // Resident memory at its highest, of the largest process of the command. The kernel counts from the fork on, when the
  // child is about as large as we are: a command cannot seem smaller than ":" would at the same time.
  double peak_bytes;
};

// Runs a command by /bin/sh with no input and its output thrown away. Where it fails, the error has its exit status or
// signal, and the last line that it wrote to standard error.
Result<Finished> run_command(const std::string& command);

// `text` as one word of the shell.
std::string shell_word(const std::string& text);

// Gives memory that is free but resident back to the system: it would hide what a child takes.
void free_unused_memory();

// Does `work` in a child process, and says how much larger its resident memory became than that of a child that does
// nothing; nothing where the work gives false or the child ends otherwise than it should. Only to be called while the
// process has no other threads, since a child has a copy of none of them but may have to wait for what they held.
std::optional<double> peak_bytes_of(const std::function<bool()>& work);

}  // namespace laq::compare
