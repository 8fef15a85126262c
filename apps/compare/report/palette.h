// How codecs look: a hue for a family (laq-e1, laq-e5 ...), a dash and a marker for its members.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compare/measure/results.h"

namespace laq::compare {

struct Look {
  size_t hue = 0;
  size_t dash = 0;    // 0: solid
  size_t marker = 0;  // shape
  bool loaded = false;
};

enum class Scheme { light, dark, paper };  // paper: white

// The part of the name before the first hyphen.
std::string family_of(const std::string& codec);

// A codec whose name has a number for its effort: "laq-e5-psnr" is the one of effort 5 in the series "laq-e-psnr".
struct EffortName {
  std::string series;
  int effort;
};
std::optional<EffortName> effort_name(const std::string& codec);

// One look for each codec, in order.
std::vector<Look> looks_of(const std::vector<CodecEntry>& codecs);

// The style sheet of the charts, in which class cN is codec N. It is simple enough for programs that are not browsers,
// which ignore the line widths that a page may set by --line and --thin-line.
std::string chart_style(const std::vector<Look>& looks, Scheme scheme);

// The SVG path of a marker of about this radius.
std::string marker_path(size_t marker, double x, double y, double radius);

}  // namespace laq::compare
