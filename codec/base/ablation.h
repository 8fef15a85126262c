// Ablation: an encoder of a development build leaves out the tools that the environment variable LAQ_WITHOUT names,
// separated by commas, so that a comparison can show what each brings. How to build and use it: docs/contributing.md.
#pragma once

#include <string_view>

namespace laq {

// Whether the encoder may use the tool of this name. Other builds use every tool, and to ask costs nothing.
// Thread-safe.
#ifdef LAQ_ABLATION
bool is_used(std::string_view tool);
#else
constexpr bool is_used(std::string_view /*tool*/) {
  return true;
}
#endif

}  // namespace laq
