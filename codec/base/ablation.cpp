#include "base/ablation.h"

#ifdef LAQ_ABLATION

#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <sstream>
#include <string>

namespace laq {
namespace {

// The names in LAQ_WITHOUT. Those that no encoder has asked for are misspelled, or have no part in what was encoded: a
// comparison would say wrongly that they bring nothing, so the end of the program tells.
class LeftOut {
 public:
  LeftOut() {
    const char* const names = std::getenv("LAQ_WITHOUT");
    std::istringstream list(names != nullptr ? names : "");
    for (std::string name; std::getline(list, name, ',');) is_asked_[name] = false;
  }
  ~LeftOut() {
    for (const auto& [name, is_asked] : is_asked_) {
      if (!is_asked) std::fprintf(stderr, "LAQ_WITHOUT: no tool %s was asked for\n", name.c_str());
    }
  }

  bool contains(std::string_view tool) {
    const std::lock_guard lock(mutex_);
    const auto found = is_asked_.find(tool);
    if (found == is_asked_.end()) return false;
    found->second = true;
    return true;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, bool, std::less<>> is_asked_;
};

}  // namespace

bool is_used(std::string_view tool) {
  static LeftOut left_out;
  return !left_out.contains(tool);
}

}  // namespace laq

#endif
