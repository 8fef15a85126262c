// Processes: commands that the shell runs, and work that a child process does so that its memory can be measured.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "laq/laq.hpp"

namespace laq::compare {

struct Finished {
  double seconds;
  // The peak of resident memory of the largest process of the command. The kernel counts from the fork on, when the
  // child is about as large as this process: no command seems smaller than ":" would at the same time.
  double peak_bytes;
};

// Runs a command by /bin/sh, without input and output. If it fails, the error has its exit status or signal, and the
// last line that it wrote to standard error.
Result<Finished> run_command(const std::string& command);

// `text` as one word of the shell.
std::string shell_word(const std::string& text);

// Gives free memory back to the system. While it is resident it would hide what a child takes.
void free_unused_memory();

// Does `work` in a child process. Returns how much larger its resident memory became than that of a child that does
// nothing; nothing if `work` returns false or the child ends abnormally. The process must have no other threads: the
// child would have none of them, but would wait for the locks that they held.
std::optional<double> peak_bytes_of(const std::function<bool()>& work);

}  // namespace laq::compare
