#include "compare/report/palette.h"

#include <algorithm>
#include <array>
#include <regex>

#include "compare/report/markup.h"

namespace laq::compare {
namespace {

struct Colours {
  const char* paper;
  const char* ink;
  const char* quiet;  // text of axes
  const char* rule;   // grid
  // Hues apart for people with any colour vision, after M. Okabe and K. Ito, "Color universal design", 2008; darker
  // (on light) or lighter (on dark) than there, so that text of every hue has a contrast above 4.5.
  std::array<const char*, 8> hues;
};

constexpr Colours kLight = {"#fdfcf9",
                            "#1d1c1a",
                            "#66635c",
                            "#e5e2da",
                            {"#c2410c", "#0a67a8", "#047857", "#a2337c", "#8a6100", "#55524c", "#5b4db5", "#5f6f00"}};
constexpr Colours kDark = {"#161719",
                           "#eceae4",
                           "#a6a299",
                           "#2f3135",
                           {"#ff8f57", "#62b5f2", "#3fcf9f", "#ea8cc4", "#e8b64c", "#bdbab2", "#ac9ff5", "#bfd04f"}};

constexpr std::array<const char*, 4> kDashes = {"", "7 2.5", "2.5 2.5", "9 2.5 2 2.5"};

// A marker of radius 1 around 0 0: where its path begins, and the commands with their numbers.
struct Step {
  const char* command;
  double number;
};
struct Marker {
  double x, y;
  std::vector<Step> steps;
};
const Marker kMarkers[] = {
    {-1, 0, {{"a", 1}, {" ", 1}, {" 0 1 0 ", 2}, {" 0a", 1}, {" ", 1}, {" 0 1 0", -2}, {" ", 0}}},  // disc
    {-0.9, -0.9, {{"h", 1.8}, {"v", 1.8}, {"h", -1.8}}},                                            // square
    {0, -1.2, {{"l", 1.15}, {" ", 2}, {"h", -2.3}}},                                                // triangle
    {0, -1.25, {{"l", 1.25}, {" ", 1.25}, {"l", -1.25}, {" ", 1.25}, {"l", -1.25}, {" ", -1.25}}},  // diamond
    {0, 1.2, {{"l", 1.15}, {" ", -2}, {"h", -2.3}}},  // triangle that stands on its point
};

}  // namespace

std::string family_of(const std::string& codec) {
  return codec.substr(0, codec.find('-'));
}

std::optional<EffortName> effort_name(const std::string& codec) {
  static const std::regex kEffort("-([a-z])([0-9]{1,3})(?=-| |$)");
  std::smatch match;
  if (!std::regex_search(codec, match, kEffort)) return std::nullopt;
  return EffortName{match.prefix().str() + "-" + match[1].str() + match.suffix().str(), std::stoi(match[2])};
}

std::vector<Look> looks_of(const std::vector<CodecEntry>& codecs) {
  std::vector<std::string> families = {"laq"};  // keeps the first hue
  std::vector<size_t> members;
  std::vector<Look> looks;
  for (const CodecEntry& codec : codecs) {
    const std::string family = family_of(codec.name);
    const auto found = std::find(families.begin(), families.end(), family);
    const auto index = static_cast<size_t>(found - families.begin());
    if (found == families.end()) families.push_back(family);
    members.resize(families.size());
    const size_t member = members[index]++;
    looks.push_back(
        {index % kLight.hues.size(), member % kDashes.size(), (index + member) % std::size(kMarkers), codec.loaded});
  }
  return looks;
}

std::string chart_style(const std::vector<Look>& looks, Scheme scheme) {
  Colours colours = scheme == Scheme::dark ? kDark : kLight;
  if (scheme == Scheme::paper) colours.paper = "#fff";
  const std::string paper = colours.paper, ink = colours.ink, quiet = colours.quiet, rule = colours.rule;
  std::string style;
  style += ".chart .paper{fill:" + paper + "}";
  style += ".chart text{fill:" + quiet + ";font-size:12px}";
  style += ".chart .title{fill:" + ink + ";font-weight:600}";
  style += ".chart .grid{stroke:" + rule + ";fill:none;stroke-width:1}";
  style += ".chart .axis{stroke:" + quiet + ";fill:none;stroke-width:1}";
  style += ".chart .front{stroke:" + quiet + ";fill:none;stroke-width:1;stroke-dasharray:2 3}";
  style += ".chart .lead{stroke:currentColor;fill:none;stroke-width:.75;opacity:.45}";
  style +=
      ".line{stroke:currentColor;fill:none;stroke-width:2;stroke-width:var(--line,2);stroke-linejoin:round;stroke-"
      "linecap:round;vector-effect:non-"
      "scaling-stroke}";
  style += ".limit{stroke:currentColor;fill:none;stroke-width:1.5;stroke-dasharray:1.5 3}";
  style += ".family{stroke:currentColor;fill:none;stroke-width:1.5;opacity:.6}";
  style += ".marks{fill:currentColor;stroke:" + paper + ";stroke-width:1}";
  style += ".chart .name{fill:currentColor;stroke:" + paper + ";stroke-width:3px;paint-order:stroke}";
  for (size_t i = 0; i < looks.size(); ++i) {
    const Look& look = looks[i];
    const std::string name = ".c" + std::to_string(i);
    style += name + "{color:" + colours.hues[look.hue] + "}";
    if (look.dash > 0) style += name + " .line{stroke-dasharray:" + kDashes[look.dash] + ";stroke-linecap:butt}";
    if (look.loaded) {
      style += name + " .line{stroke-width:1.2;stroke-width:var(--thin-line,1.2)}";
      style += name + " .marks{fill:" + paper + ";stroke:currentColor;stroke-width:1.2}";
    }
  }
  return style;
}

std::string marker_path(size_t marker, double x, double y, double radius) {
  const Marker& shape = kMarkers[marker];
  std::string path = move_to(x + radius * shape.x, y + radius * shape.y);
  for (const Step& step : shape.steps) path += step.command + coordinate(step.number * radius);
  return path + "z";
}

}  // namespace laq::compare
