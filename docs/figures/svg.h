// Svg: a figure that is built up shape by shape and saved as a file; and rasters, which stand in it as PNG.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "compare/report/colour_map.h"

namespace figures {

using laq::compare::Colour;
using laq::compare::gray;
using laq::compare::heat;
using laq::compare::signed_heat;

class Svg {
 public:
  Svg(int width, int height) {
    text_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + std::to_string(width) + "\" height=\"" +
            std::to_string(height) + "\" viewBox=\"0 0 " + std::to_string(width) + " " + std::to_string(height) +
            "\" font-family=\"sans-serif\">\n";
    rectangle(0, 0, width, height, "#ffffff");
  }

  void rectangle(double x, double y, double width, double height, const std::string& fill) {
    text_ += "<rect" + attribute("x", x) + attribute("y", y) + attribute("width", width) + attribute("height", height) +
             " fill=\"" + fill + "\"/>\n";
  }
  // anchor: start, middle or end.
  void label(double x, double y, const std::string& words, int size = 13, const char* anchor = "start") {
    text_ += "<text" + attribute("x", x) + attribute("y", y) + attribute("font-size", size) + " text-anchor=\"" +
             anchor + "\" fill=\"#222222\">" + words + "</text>\n";
  }
  void line(double x0, double y0, double x1, double y1, const std::string& stroke, double width = 1) {
    path("M" + number(x0) + " " + number(y0) + "L" + number(x1) + " " + number(y1), stroke, width);
  }
  void circle(double x, double y, double radius, const std::string& fill) {
    text_ +=
        "<circle" + attribute("cx", x) + attribute("cy", y) + attribute("r", radius) + " fill=\"" + fill + "\"/>\n";
  }
  void path(const std::string& data, const std::string& stroke, double width) {
    text_ +=
        "<path d=\"" + data + "\" fill=\"none\" stroke=\"" + stroke + "\"" + attribute("stroke-width", width) + "/>\n";
  }
  void curve(const std::vector<std::pair<double, double>>& points, const std::string& stroke, double width = 1.5) {
    std::string data;
    for (const auto& [x, y] : points) data += (data.empty() ? "M" : "L") + number(x) + " " + number(y);
    path(data, stroke, width);
  }
  // A raster of columns x rows cells, each `cell` units wide; pixel(column, row) is its colour. scale: pixels a cell.
  void raster(double x, double y, int columns, int rows, double cell, int scale,
              const std::function<Colour(int, int)>& pixel) {
    text_ += "<image" + attribute("x", x) + attribute("y", y) + attribute("width", columns * cell) +
             attribute("height", rows * cell) + " href=\"data:image/png;base64," +
             base64(png(columns * scale, rows * scale, [&](int i, int j) { return pixel(i / scale, j / scale); })) +
             "\"/>\n";
  }

  bool save(const std::string& name) {
    std::ofstream out(name, std::ios::binary);
    out << text_ << "</svg>\n";
    out.close();
    if (!out.good()) std::fprintf(stderr, "draw-figures: cannot write %s\n", name.c_str());
    return out.good();
  }

  static std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", value);
    std::string result = text;
    while (result.back() == '0') result.pop_back();
    if (result.back() == '.') result.pop_back();
    return result;
  }

 private:
  static std::string attribute(const char* name, double value) {
    return std::string(" ") + name + "=\"" + number(value) + "\"";
  }

  static std::string png(int width, int height, const std::function<Colour(int, int)>& pixel) {
    std::string rows;
    for (int y = 0; y < height; ++y) {
      rows += '\0';  // no filter
      for (int x = 0; x < width; ++x) {
        const Colour colour = pixel(x, y);
        for (const uint8_t part : {colour.red, colour.green, colour.blue}) rows += static_cast<char>(part);
      }
    }
    uLongf size = compressBound(static_cast<uLong>(rows.size()));
    std::string packed(size, '\0');
    compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(rows.data()),
              static_cast<uLong>(rows.size()), 9);
    packed.resize(size);
    const std::string header = word(width) + word(height) + std::string("\x08\x02\0\0\0", 5);
    return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) + chunk("IDAT", packed) + chunk("IEND", "");
  }
  static std::string word(uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    return bytes;
  }
  static std::string chunk(const std::string& name, const std::string& content) {
    const std::string bytes = name + content;
    const uLong sum = crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
    return word(static_cast<uint32_t>(content.size())) + bytes + word(static_cast<uint32_t>(sum));
  }
  static std::string base64(const std::string& bytes) {
    constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string result;
    for (size_t i = 0; i < bytes.size(); i += 3) {
      uint32_t three = 0;
      for (size_t k = 0; k < 3; ++k)
        three = three << 8 | (i + k < bytes.size() ? static_cast<uint8_t>(bytes[i + k]) : 0);
      for (size_t k = 0; k < 4; ++k) {
        result += i + k <= bytes.size() ? kDigits[three >> (18 - 6 * k) & 63] : '=';
      }
    }
    return result;
  }

  std::string text_;
};

}  // namespace figures
