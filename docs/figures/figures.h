// The figures of docs/how-it-works.md and docs/benchmarks.md. Each function writes SVG files into a folder; false,
// after a message, if it cannot.
#pragma once

#include <string>

namespace figures {

bool draw_picture_figures(const std::string& picture_name, const std::string& folder);
bool draw_array_figures(const std::string& folder);
bool draw_efforts(const std::string& folder);

}  // namespace figures
