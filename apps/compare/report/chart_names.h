// The places of the names of codecs in a chart: no name covers another.
#pragma once

#include <string>
#include <vector>

#include "compare/report/chart.h"

namespace laq::compare {

struct Name {
  size_t codec;
  std::string text;
  double point_x, point_y;  // the point that it names
  double text_x, text_y;    // left end of the text's base line
};

// The width of a column with all names.
double names_width(const std::vector<ChartSeries>& series);

// Places the names in a column, each as near to the height of its point as the others permit.
void place_at_right(std::vector<Name>& names, double x, double top, double bottom);

// Places each name beside its point, where it covers the least.
void place_at_points(std::vector<Name>& names, double left, double right, double top, double bottom);

}  // namespace laq::compare
