#include "compare/report/chart.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "compare/report/chart_names.h"
#include "compare/report/markup.h"

namespace laq::compare {
namespace {

struct Plot {
  Scale x, y;
  double left, right, top, bottom;
};

std::vector<ChartSeries> placeable_series(const Chart& chart) {
  std::vector<ChartSeries> series = chart.series;
  for (ChartSeries& one : series)
    std::erase_if(one.points, [&](const ChartPoint& point) {
      return !has_place(chart.x_spacing, point.x) || !has_place(chart.y_spacing, point.y);
    });
  std::erase_if(series, [](const ChartSeries& one) { return one.points.empty(); });
  return series;
}

Plot plot_of(const Chart& chart, const std::vector<ChartSeries>& series) {
  const ChartPoint& any = series[0].points[0];
  std::pair x{any.x, any.x}, y{any.y, any.y};
  if (chart.y_has_zero_line) y = std::minmax({any.y, 0.0});
  for (const auto& one : series)
    for (const auto& point : one.points) {
      x = std::minmax({x.first, x.second, point.x});
      y = std::minmax({y.first, y.second, point.y});
    }
  x = padded(chart.x_spacing, x.first, x.second);
  y = padded(chart.y_spacing, y.first, y.second);
  const double left = 42, top = 30, bottom = chart.height - 40;
  const double right = chart.width - (chart.names == Names::at_right ? names_width(series) + 28 : 12);
  if (chart.x_reversed) std::swap(x.first, x.second);
  if (chart.y_reversed) std::swap(y.first, y.second);
  const Scale x_scale(chart.x_spacing, x.first, x.second, left, right);
  const Scale y_scale(chart.y_spacing, y.first, y.second, bottom, top);
  return {x_scale, y_scale, left, right, top, bottom};
}

// On an axis with growing steps each tick has the digits that it needs; otherwise all ticks have the same number of
// digits.
std::string tick_text(Spacing spacing, double tick, const std::vector<double>& ticks, bool percent) {
  constexpr double kSmall = 1e-3;  // longer numbers do not fit beside the axis
  if (spacing == Spacing::logarithmic && tick < kSmall * (1 - 1e-9)) return power_text(tick);
  const bool has_own_digits = spacing == Spacing::logarithmic || spacing == Spacing::complement;
  const int digits = Scale::tick_decimals(has_own_digits ? std::span(&tick, 1) : std::span(ticks));
  if (!percent) return decimals(tick, digits);
  return (tick > 0 ? "+" : "") + decimals(tick, digits) + "%";
}

std::string text_element(double x, double y, const std::string& anchor, const std::string& text,
                         const std::string& type = "") {
  return "<text x=\"" + coordinate(x) + "\" y=\"" + coordinate(y) + "\"" +
         (anchor.empty() ? "" : " text-anchor=\"" + anchor + "\"") + (type.empty() ? "" : " class=\"" + type + "\"") +
         ">" + escape(text) + "</text>";
}

// As many ticks as their texts have room for.
std::vector<double> x_ticks_of(const Chart& chart, const Plot& plot) {
  constexpr double kLetter = 6, kGap = 4;
  for (double distance = 30;; distance += 15) {
    std::vector<double> ticks = plot.x.ticks(distance);
    bool fits = true;
    for (size_t i = 1; i < ticks.size(); ++i) {
      const std::string text = tick_text(chart.x_spacing, ticks[i], ticks, false);
      const double room = std::abs(plot.x.place(ticks[i]) - plot.x.place(ticks[i - 1]));
      fits = fits && room >= kLetter * static_cast<double>(text.size()) + kGap;
    }
    if (fits || distance > plot.right - plot.left) return ticks;
  }
}

std::string draw_axes(const Chart& chart, const Plot& plot) {
  std::string grid, axis, texts;
  const auto x_ticks = x_ticks_of(chart, plot), y_ticks = plot.y.ticks(26);
  for (const double tick : x_ticks) {
    const double x = plot.x.place(tick);
    grid += move_to(x, plot.top) + "V" + coordinate(plot.bottom);
    texts += text_element(x, plot.bottom + 16, "middle", tick_text(chart.x_spacing, tick, x_ticks, false));
  }
  for (const double tick : y_ticks) {
    const double y = plot.y.place(tick);
    grid += move_to(plot.left, y) + "H" + coordinate(plot.right);
    texts += text_element(plot.left - 6, y + 4, "end", tick_text(chart.y_spacing, tick, y_ticks, chart.y_percent));
  }
  axis += move_to(plot.left, plot.bottom) + "H" + coordinate(plot.right);
  if (chart.y_has_zero_line && plot.y.contains(0))
    axis += move_to(plot.left, plot.y.place(0)) + "H" + coordinate(plot.right);
  texts += text_element(2, 16, "", chart.y_title, "title");
  texts += text_element(plot.right, chart.height - 6, "end", chart.x_title, "title");
  return path_element("grid", grid) + path_element("axis", axis) + texts;
}

std::string class_of(size_t codec) {
  return "c" + std::to_string(codec);
}

std::string group_of(size_t codec, const std::string& content) {
  return "<g class=\"" + class_of(codec) + "\">" + content + "</g>";
}

std::string draw_lines(const Chart& chart, const std::vector<ChartSeries>& series) {
  std::string lines = "<g" + (chart.lines_id.empty() ? "" : " id=\"" + chart.lines_id + "\"") + ">";
  for (const auto& one : series) {
    if (!one.has_line) continue;
    std::string path;
    for (const auto& point : one.points) path += (path.empty() ? "M" : "L") + at(point.x, point.y);
    lines += group_of(one.codec, path_element(one.is_limit ? "limit" : "line", path));
  }
  return lines + "</g>";
}

std::string draw_family_lines(const std::vector<ChartSeries>& series) {
  std::map<std::string, std::map<int, const ChartSeries*>> families;  // members by effort
  for (const auto& one : series)
    if (const auto name = effort_name(one.name)) families[name->series][name->effort] = &one;
  std::string lines;
  for (const auto& family : families) {
    const ChartSeries* before = nullptr;
    for (const auto& member : family.second) {
      const ChartSeries* one = member.second;
      if (before) {
        const ChartPoint &a = before->points.back(), &b = one->points.back();
        lines += "<g class=\"" + class_of(one->codec) + " of" + std::to_string(before->codec) + "\">" +
                 path_element("family", move_to(a.x, a.y) + "L" + at(b.x, b.y)) + "</g>";
      }
      before = one;
    }
  }
  return lines;
}

std::string draw_points(const std::vector<ChartSeries>& series, const std::vector<Look>& looks, double radius) {
  std::string groups;
  for (const auto& one : series) {
    std::string marks = std::string("<g class=\"") + (one.has_marks ? "marks" : "places") + "\">";
    for (const auto& point : one.points) {
      if (!one.has_marks && point.attributes.empty()) continue;
      const std::string shape = one.has_marks ? marker_path(looks[one.codec].marker, point.x, point.y, radius)
                                              : move_to(point.x, point.y) + "h0";
      marks += "<path d=\"" + shape + "\"" + point.attributes + "/>";
    }
    groups += group_of(one.codec, marks + "</g>");
  }
  return groups;
}

// The Pareto front: from right to left, the points that are lower than all points to the right of them, joined by
// steps.
std::string draw_front(const Plot& plot, const std::vector<ChartSeries>& series) {
  std::vector<ChartPoint> places;
  for (const auto& one : series) places.insert(places.end(), one.points.begin(), one.points.end());
  std::sort(places.begin(), places.end(), [](const ChartPoint& a, const ChartPoint& b) { return a.x > b.x; });
  std::string path;
  double lowest = plot.top;
  for (const ChartPoint& place : places) {
    if (place.y <= lowest) continue;
    path += (path.empty() ? move_to(place.x, plot.top) : "H" + coordinate(place.x)) + "V" + coordinate(place.y);
    lowest = place.y;
  }
  return path.empty() ? "" : path_element("front", path + "H" + coordinate(plot.left));
}

std::vector<Name> names_of(const Chart& chart, const Plot& plot, const std::vector<ChartSeries>& series) {
  std::vector<Name> names;
  for (const auto& one : series) {
    if (one.is_limit) continue;
    const ChartPoint& end = one.points.back();
    names.push_back({one.codec, one.name, end.x, end.y, 0, 0});
  }
  if (chart.names == Names::at_right)
    place_at_right(names, plot.right + 26, plot.top, plot.bottom);
  else
    place_at_points(names, plot.left, plot.right, plot.top, plot.bottom);
  return names;
}

// In a column each name follows its marker, because the ends of curves may be crowded. A line leads from the curve to
// the name only if it is short.
std::string draw_names(const Chart& chart, const Plot& plot, const std::vector<ChartSeries>& series,
                       const std::vector<Look>& looks) {
  std::string groups;
  for (const Name& name : names_of(chart, plot, series)) {
    std::string group;
    if (chart.names == Names::at_right) {
      const double x = name.text_x - 9, y = name.text_y - 4;
      if (std::abs(y - name.point_y) < 24 && x - name.point_x < 60)
        group += path_element("lead", move_to(name.point_x + 4, name.point_y) + "L" + at(x - 5, y));
      group += "<g class=\"marks\"><path d=\"" + marker_path(looks[name.codec].marker, x, y, 3) + "\"/></g>";
    }
    groups += group_of(name.codec, group + text_element(name.text_x, name.text_y, "", name.text, "name"));
  }
  return groups;
}

std::string draw_as(const Chart& chart, const std::vector<Look>& looks, const std::string& opening,
                    const std::string& background) {
  std::vector<ChartSeries> series = placeable_series(chart);
  if (series.empty()) return "";
  const Plot plot = plot_of(chart, series);
  // From here on points are at the places where they are drawn.
  for (ChartSeries& one : series)
    for (ChartPoint& point : one.points) point = {plot.x.place(point.x), plot.y.place(point.y), point.attributes};
  std::string svg = "<svg " + opening + " class=\"chart\" viewBox=\"0 0 " + coordinate(chart.width) + " " +
                    coordinate(chart.height) + "\" role=\"img\" aria-label=\"" + escape(chart.description) + "\"" +
                    chart.attributes + ">" + background;
  svg += draw_axes(chart, plot);
  if (chart.has_front) svg += draw_front(plot, series);
  if (chart.joins_families) svg += draw_family_lines(series);
  svg += draw_lines(chart, series);
  svg += draw_points(series, looks, chart.has_front ? 4.5 : 3);
  if (chart.names != Names::none) svg += draw_names(chart, plot, series, looks);
  return svg + "</svg>";
}

}  // namespace

std::string draw(const Chart& chart, const std::vector<Look>& looks) {
  return draw_as(chart, looks, "", "");
}

std::string draw_standalone(const Chart& chart, const std::vector<Look>& looks, Scheme scheme) {
  const std::string size = "width=\"" + coordinate(chart.width) + "\" height=\"" + coordinate(chart.height) + "\"";
  const std::string svg = draw_as(
      chart, looks, "xmlns=\"http://www.w3.org/2000/svg\" font-family=\"sans-serif\" " + size,
      "<style>" + chart_style(looks, scheme) + "</style><rect class=\"paper\" width=\"100%\" height=\"100%\"/>");
  return svg.empty() ? "" : svg + "\n";
}

}  // namespace laq::compare
