// Charts as SVG: lines and points of codecs between two axes. Colours come from chart_style().
#pragma once

#include <string>
#include <vector>

#include "compare/report/palette.h"
#include "compare/report/scale.h"

namespace laq::compare {

struct ChartPoint {
  double x = 0, y = 0;
  std::string attributes;  // what the element says of itself: data-x="..." ...
};

struct ChartSeries {
  size_t codec = 0;
  std::string name;
  std::vector<ChartPoint> points;
  bool has_line = true;
  bool has_marks = true;
  bool is_limit = false;  // of another series: a thin dotted line without a name
};

enum class Names {
  none,
  at_right,  // in a column right of the plot, with a lead from the end of the line
  at_points  // beside the last point
};

struct Chart {
  std::string attributes;   // of the svg element
  std::string description;  // for those who cannot see it
  double width = 560, height = 400;
  Spacing x_spacing = Spacing::logarithmic, y_spacing = Spacing::linear;
  std::string x_title, y_title;
  bool x_reversed = false, y_reversed = false;  // large values at the left, at the bottom
  bool y_percent = false;                       // ticks with a sign
  bool y_has_zero_line = false;
  bool has_front = false;       // the points that no other one beats to the right and to the bottom are joined
  bool joins_families = false;  // the last points of laq-e1, laq-e5 ... are joined, in order of x
  Names names = Names::at_right;
  std::string lines_id;  // of the group with all lines; may be empty
  std::vector<ChartSeries> series;
};

// Points without a place (a logarithm of zero) are left out. Empty where none has a place.
std::string draw(const Chart& chart, const std::vector<Look>& looks);

// The same as a document of its own with these colours.
std::string draw_standalone(const Chart& chart, const std::vector<Look>& looks, Scheme scheme);

}  // namespace laq::compare
