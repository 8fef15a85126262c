// Where the names of codecs stand in a chart, so that none covers another.
#pragma once

#include <string>
#include <vector>

#include "compare/report/chart.h"

namespace laq::compare {

struct Name {
  size_t codec;
  std::string text;
  double point_x, point_y;  // that it names
  double text_x, text_y;    // left end of the base line
};

// Room that a column of the names takes.
double names_width(const std::vector<ChartSeries>& series);

// In a column, each as near to the height of its point as the others allow.
void place_at_right(std::vector<Name>& names, double x, double top, double bottom);

// Right of, left of, above or below its point: the first that is free.
void place_at_points(std::vector<Name>& names, double left, double right, double top, double bottom);

}  // namespace laq::compare
