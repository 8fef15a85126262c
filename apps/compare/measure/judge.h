// A program of the user's that judges what decoding gives: how far the predictions of a network are from those of the
// original one, or a measure of pictures or arrays that laq does not have.
#pragma once

#include <string>

#include "compare/codecs/signal.h"
#include "laq/laq.hpp"

namespace laq::compare {

class Judge {
 public:
  // A command for /bin/sh with the places {original} and {decoded}, which become the quoted paths of two files: PNG of
  // pictures, NumPy of arrays, safetensors of models. It writes one number to standard output, which is 0 or more, and
  // less where the decoded signal is better. The error is `invalid_argument` if a place is absent.
  static Result<Judge> of(std::string command);

  const std::string& command() const { return command_; }

  // The error is that of a command that fails, or says what it wrote if that is no such number. Several threads may
  // call this at the same time.
  Result<double> loss(const Signal& original, const Signal& decoded) const;

 private:
  explicit Judge(std::string command) : command_(std::move(command)) {}
  std::string command_;
};

}  // namespace laq::compare
