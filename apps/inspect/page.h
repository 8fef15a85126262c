// The page of laq inspect: figures with a sentence each, in sections; one HTML file that needs nothing else, and each
// picture as a PNG file beside it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compare/report/chart.h"
#include "laq/laq.hpp"

namespace laq::command {

struct Figure {
  std::string name;  // of the file of the picture, without folder and extension
  std::string title;
  std::string shows;   // a sentence for people: what is to be seen
  std::string key;     // HTML: what colours mean
  Picture picture;     // 8 bits, gray or RGB
  std::string markup;  // HTML in place of a picture, which has no file then
};

struct FigureSection {
  std::string title;
  std::vector<Figure> figures;
  bool has_three_columns = false;
};

struct Page {
  std::string title;
  std::string summary;               // one sentence
  std::vector<std::string> remarks;  // what is missing, and why
  std::vector<FigureSection> sections;
  std::vector<compare::Look> looks;  // of the series of charts, whose class is their number
};

inline constexpr char kPageName[] = "inspect.html";
// What the page begins with, by which a folder of laq inspect is known.
inline constexpr char kPageMark[] = "<!DOCTYPE html>\n<!-- laq inspect -->";

// The names of all files that write_page() writes.
std::vector<std::string> files_of(const Page& page);

// An error names the file.
std::optional<Error> write_page(const std::string& folder, const Page& page);

// Keys, as HTML: a bar of colours between two values, or a colour for each name.
struct KeyColour {
  std::string css;  // "rgb(1,2,3)"
  std::string name;
};
std::string bar_key(const std::string& low, const std::string& high, const std::vector<std::string>& css_colours);
std::string colour_key(const std::vector<KeyColour>& colours);

}  // namespace laq::command
