// What a call of a module gives to the script that calls it: a status, a message or numbers, and bytes that the numbers
// tell the places of. All of it stays until the next call. There is one thread.
#pragma once

#include <emscripten.h>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <laq/laq.hpp>

// A function that scripts call.
#define LAQ_EXPORT extern "C" EMSCRIPTEN_KEEPALIVE

namespace laq::web {

class Answer {
 public:
  // Forgets the last answer.
  void clear() {
    numbers_.clear();
    kept_.clear();
    message_.clear();
  }

  // Every number of these modules is exact in a double.
  template <class... Numbers>
  void numbers(Numbers... numbers) {
    (numbers_.push_back(static_cast<double>(numbers)), ...);
  }
  // Two numbers, place and size; the bytes are kept.
  void bytes(std::vector<std::byte> bytes) {
    kept_.push_back(std::move(bytes));
    numbers(reinterpret_cast<uintptr_t>(kept_.back().data()), kept_.back().size());
  }

  // The status of a call: 0, or 1 + ErrorCode.
  int succeed() const { return 0; }
  int fail(const Error& error) {
    clear();
    message_ = error.message;
    return 1 + static_cast<int>(error.code);
  }

  const double* data() const { return numbers_.data(); }
  size_t size() const { return numbers_.size(); }
  const char* message() const { return message_.c_str(); }

 private:
  std::vector<double> numbers_;
  std::vector<std::vector<std::byte>> kept_;
  std::string message_;
};

inline Answer answer;

// The work of a call; memory that is exhausted in it is an error like others.
template <class Work>
int answer_with(Work&& work) {
  try {
    answer.clear();
    return work();
  } catch (...) {
    return answer.fail({ErrorCode::out_of_memory, "out of memory"});
  }
}

}  // namespace laq::web
