// Rasters: numbers on a grid of pixels, and the maps that show them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compare/report/colour_map.h"
#include "inspect/page.h"
#include "laq/laq.hpp"

namespace laq::command {

using compare::Colour;
using compare::gray;
using compare::heat;
using compare::signed_heat;

struct Raster {
  int width = 0, height = 0;
  std::vector<double> values;  // packed row by row

  Raster() = default;
  Raster(int columns, int rows) : width(columns), height(rows), values(static_cast<size_t>(columns) * rows) {}
  double& at(int x, int y) { return values[static_cast<size_t>(y) * width + x]; }
  double at(int x, int y) const { return values[static_cast<size_t>(y) * width + x]; }
};

// The means of the finite numbers of across x down pixels, fewer at the right and lower end.
Raster shrunk(const Raster& raster, int across, int down);

// The finite value that this share of the finite values lies below; 0 if there is none.
double percentile(const std::vector<double>& values, double share);

// An RGB picture of 8 bits whose pixels have one colour.
Picture blank_picture(int width, int height, const Colour& colour = {0, 0, 0});
void set_pixel(Picture& picture, int x, int y, const Colour& colour);
Colour pixel_of(const Picture& picture, int x, int y);

// Each pixel `factor` times as wide and high.
Picture enlarged(const Picture& picture, int factor);

// The whole factor that makes the longer side at most `most` when it is divided, or multiplied.
int shrinking_factor(uint64_t longer_side, uint64_t most);
int enlarging_factor(uint64_t longer_side, uint64_t most);

// A colour as CSS has it.
std::string css(const Colour& colour);

// What the ends of a scale stand for, and what they are called.
struct MapScale {
  double low, high;
  std::string low_name, high_name;
};

// A figure of numbers from low to high, or around 0 from -high to high. Numbers that are not finite are drawn in gray.
Figure heat_map(const std::string& name, const std::string& title, const std::string& shows, const Raster& raster,
                const MapScale& scale);
Figure signed_map(const std::string& name, const std::string& title, const std::string& shows, const Raster& raster,
                  const MapScale& scale);

}  // namespace laq::command
