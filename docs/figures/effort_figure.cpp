// Bits against time by effort, from a table of measurements: a line of FOLDER/array-efforts.csv has a class of arrays,
// an effort, the bytes as a ratio to those of effort 5, and the microseconds of user time that an element takes.
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "figures.h"
#include "svg.h"

namespace figures {
namespace {

constexpr double kLeft = 70, kTop = 30, kPlotWidth = 480, kPlotHeight = 300;
constexpr double kLeastTime = 0.01, kMostTime = 10, kLeastRatio = 0.98, kMostRatio = 1.5;  // what the axes show

struct Measurement {
  int effort;
  double ratio, microseconds;
};

double x_of(double microseconds) {
  return kLeft + kPlotWidth * std::log(microseconds / kLeastTime) / std::log(kMostTime / kLeastTime);
}
double y_of(double ratio) {
  return kTop + kPlotHeight * (kMostRatio - ratio) / (kMostRatio - kLeastRatio);
}

void draw_axes(Svg& svg) {
  for (const double time : {0.01, 0.1, 1.0, 10.0}) {
    svg.line(x_of(time), kTop, x_of(time), kTop + kPlotHeight, "#dddddd");
    svg.label(x_of(time), kTop + kPlotHeight + 18, Svg::number(time), 12, "middle");
  }
  for (const double ratio : {1.0, 1.1, 1.2, 1.3, 1.4, 1.5}) {
    svg.line(kLeft, y_of(ratio), kLeft + kPlotWidth, y_of(ratio), "#dddddd");
    svg.label(kLeft - 8, y_of(ratio) + 4, Svg::number(ratio), 12, "end");
  }
  svg.label(kLeft + kPlotWidth / 2, kTop + kPlotHeight + 38, "microseconds an element, one thread", 13, "middle");
  svg.label(kLeft, kTop - 12, "bytes, as a ratio to effort 5");
}

}  // namespace

bool draw_efforts(const std::string& folder) {
  const std::string name = folder + "/array-efforts.csv";
  std::ifstream table(name);
  std::map<std::string, std::vector<Measurement>> classes;
  std::string line;
  std::getline(table, line);  // names of the columns
  while (std::getline(table, line)) {
    std::istringstream words(line);
    std::string of_class, effort, ratio, microseconds;
    std::getline(words, of_class, ',');
    std::getline(words, effort, ',');
    std::getline(words, ratio, ',');
    std::getline(words, microseconds, ',');
    classes[of_class].push_back({std::stoi(effort), std::stod(ratio), std::stod(microseconds)});
  }
  if (classes.empty()) {
    std::fprintf(stderr, "draw-figures: cannot read %s\n", name.c_str());
    return false;
  }
  Svg svg(790, 390);
  draw_axes(svg);
  constexpr std::array kColours = {"#1b6ca8", "#2a9d8f", "#8ab17d", "#e9a23b", "#d1495b", "#7b2d8e", "#555555"};
  double y = kTop + 16;
  size_t number = 0;
  for (const auto& [of_class, measurements] : classes) {
    const std::string colour = kColours[number++ % kColours.size()];
    std::vector<std::pair<double, double>> points;
    for (const Measurement& m : measurements) {
      if (m.ratio > kMostRatio) continue;  // above the figure
      points.emplace_back(x_of(m.microseconds), y_of(m.ratio));
      svg.circle(points.back().first, points.back().second, 3, colour);
    }
    svg.curve(points, colour);
    svg.line(kLeft + kPlotWidth + 16, y - 4, kLeft + kPlotWidth + 36, y - 4, colour, 2);
    svg.label(kLeft + kPlotWidth + 42, y, of_class, 12);
    y += 20;
  }
  return svg.save(folder + "/array-efforts.svg");
}

}  // namespace figures
