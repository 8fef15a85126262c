#include "compare/report/chart_names.h"

#include <algorithm>
#include <cmath>

namespace laq::compare {
namespace {

constexpr double kLetter = 7;       // width of a letter in a wide sans-serif of 12 pixels
constexpr double kLineHeight = 14;  // the least distance of two base lines
constexpr double kBaseline = 4;     // from the middle of the letters down

double text_width(const std::string& text) {
  const auto letters = std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
  return kLetter * static_cast<double>(std::min<ptrdiff_t>(letters, 24));
}

struct Box {
  double left, top, right, bottom;
  // The area that both share.
  double overlap(const Box& other) const {
    const double width = std::min(right, other.right) - std::max(left, other.left);
    const double height = std::min(bottom, other.bottom) - std::max(top, other.top);
    return width > 0 && height > 0 ? width * height : 0;
  }
};

}  // namespace

double names_width(const std::vector<ChartSeries>& series) {
  double width = 0;
  for (const auto& one : series) width = std::max(width, text_width(one.name));
  return width;
}

// Pool adjacent violators: names that would touch become a block around the mean of their points.
void place_at_right(std::vector<Name>& names, double x, double top, double bottom) {
  std::sort(names.begin(), names.end(), [](const Name& a, const Name& b) { return a.point_y < b.point_y; });
  struct Block {
    size_t first, count;
    double middle;
    double height() const { return static_cast<double>(count) * kLineHeight; }
  };
  const auto clamped = [&](double middle, double height) {
    return std::clamp(middle, top + height / 2, std::max(top + height / 2, bottom - height / 2));
  };
  std::vector<Block> blocks;
  for (size_t i = 0; i < names.size(); ++i) {
    blocks.push_back({i, 1, clamped(names[i].point_y, kLineHeight)});
    while (blocks.size() > 1) {
      Block& above = blocks[blocks.size() - 2];
      const Block below = blocks.back();
      if (above.middle + above.height() / 2 <= below.middle - below.height() / 2) break;
      const auto a = static_cast<double>(above.count), b = static_cast<double>(below.count);
      above.count += below.count;
      above.middle = clamped((above.middle * a + below.middle * b) / (a + b), above.height());
      blocks.pop_back();
    }
  }
  for (const Block& block : blocks)
    for (size_t k = 0; k < block.count; ++k) {
      Name& name = names[block.first + k];
      name.text_x = x;
      name.text_y = block.middle - block.height() / 2 + (static_cast<double>(k) + 0.5) * kLineHeight + kBaseline;
    }
}

void place_at_points(std::vector<Name>& names, double left, double right, double top, double bottom) {
  std::vector<Box> taken;
  for (const Name& name : names)
    taken.push_back({name.point_x - 5, name.point_y - 5, name.point_x + 5, name.point_y + 5});
  for (Name& name : names) {
    const double width = text_width(name.text), x = name.point_x, y = name.point_y;
    const Box choices[] = {
        {x + 7, y - 7, x + 7 + width, y + 7},          {x - 7 - width, y - 7, x - 7, y + 7},
        {x - width / 2, y - 20, x + width / 2, y - 6}, {x - width / 2, y + 6, x + width / 2, y + 20},
        {x + 4, y - 18, x + 4 + width, y - 4},         {x + 4, y + 4, x + 4 + width, y + 18},
        {x - 4 - width, y - 18, x - 4, y - 4},         {x - 4 - width, y + 4, x - 4, y + 18},
    };
    const Box* best = choices;
    double least = INFINITY;
    for (const Box& choice : choices) {
      const double inside = choice.overlap({left, top, right, bottom});
      double cost = 4 * (width * kLineHeight - inside);
      for (const Box& box : taken) cost += choice.overlap(box);
      if (cost >= least - 1) continue;
      least = cost;
      best = &choice;
    }
    name.text_x = best->left;
    name.text_y = (best->top + best->bottom) / 2 + kBaseline;
    taken.push_back(*best);
  }
}

}  // namespace laq::compare
