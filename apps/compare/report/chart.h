// Charts as SVG: lines and points of codecs between two axes. Colours come from chart_style().
#pragma once

#include <string>
#include <vector>

#include "compare/report/palette.h"
#include "compare/report/scale.h"

namespace laq::compare {

struct ChartPoint {
  double x = 0, y = 0;
  std::string attributes;  // attributes of the SVG element: data-x="..." ...
};

struct ChartSeries {
  size_t codec = 0;
  std::string name;
  std::vector<ChartPoint> points;
  bool has_line = true;
  bool has_marks = true;
  bool is_limit = false;  // a bound of another series, drawn as a thin dotted line without a name
};

enum class Names {
  none,
  at_right,  // in a column right of the plot, with a thin line from the end of the curve
  at_points  // beside the last point
};

struct Chart {
  std::string attributes;   // attributes of the svg element
  std::string description;  // for readers who cannot see the chart
  double width = 560, height = 400;
  Spacing x_spacing = Spacing::logarithmic, y_spacing = Spacing::linear;
  std::string x_title, y_title;
  bool x_reversed = false, y_reversed = false;  // large values at the left, at the bottom
  bool y_percent = false;                       // ticks with a sign
  bool y_has_zero_line = false;
  bool has_front = false;       // joins the points that no other point beats both to the right and downwards
  bool joins_families = false;  // joins the last points of laq-e1, laq-e5 ... in the order of effort
  Names names = Names::at_right;
  std::string lines_id;  // id of the group that holds all lines; may be empty
  std::vector<ChartSeries> series;
};

// Points that the axes cannot show (a logarithm of zero) are left out. The text is empty if none can be shown.
std::string draw(const Chart& chart, const std::vector<Look>& looks);

// The same as an SVG document of its own, with these colours.
std::string draw_standalone(const Chart& chart, const std::vector<Look>& looks, Scheme scheme);

}  // namespace laq::compare
