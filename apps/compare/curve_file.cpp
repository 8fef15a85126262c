#include "compare/curve_file.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "compare/csv.h"

namespace laq::compare {
namespace {

// A column that holds a number, and how it is printed.
template <class Record>
struct Column {
  const char* name;
  double Record::*value;
  int decimals;  // -1: as many as it has
  bool required;
};

// The first twelve columns, with codec and image, are those that other tools of the field know.
constexpr Column<Point> kPointColumns[] = {
    {"q", &Point::q, -1, true},
    {"image", nullptr, 0, true},
    {"pixels", &Point::pixels, 0, true},
    {"bytes", &Point::bytes, 0, true},
    {"ssimulacra2", &Point::ssimulacra2, 4, false},
    {"butteraugli3", &Point::butteraugli3, 4, false},
    {"psnr_rgb", &Point::psnr_rgb, 4, false},
    {"psnr_y", &Point::psnr_y, 4, false},
    {"psnr_yuv", &Point::psnr_yuv, 4, false},
    {"enc_s", &Point::encode_seconds, 4, false},
    {"dec_s", &Point::decode_seconds, 4, false},
    {"ssim", &Point::ssim, 6, false},
    {"ms_ssim", &Point::ms_ssim, 6, false},
    {"butteraugli_max", &Point::butteraugli_max, 4, false},
};
constexpr Column<Speed> kSpeedColumns[] = {
    {"q", &Speed::q, -1, true},
    {"image", nullptr, 0, true},
    {"threads", nullptr, 0, true},
    {"pixels", &Speed::pixels, 0, true},
    {"bytes", &Speed::bytes, 0, true},
    {"enc_s", &Speed::encode_seconds, 5, false},
    {"dec_s", &Speed::decode_seconds, 5, false},
    {"enc_peak_bytes", &Speed::encode_peak_bytes, 0, false},
    {"dec_peak_bytes", &Speed::decode_peak_bytes, 0, false},
};

std::string number_text(double value, int decimals) {
  char text[64];
  if (decimals < 0) {
    std::snprintf(text, sizeof text, "%.9g", value);
  } else {
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
  }
  return text;
}

void set_text(Point& point, const std::string& column, const std::string& cell) {
  if (column == "codec") point.codec = cell;
  if (column == "image") point.image = cell;
}
void set_text(Speed& speed, const std::string& column, const std::string& cell) {
  if (column == "codec") speed.codec = cell;
  if (column == "image") speed.image = cell;
  if (column == "threads") speed.threads = std::atoi(cell.c_str());
}
std::string text_of(const Point& point, const std::string&) {
  return point.image;
}
std::string text_of(const Speed& speed, const std::string& column) {
  return column == "threads" ? std::to_string(speed.threads) : speed.image;
}

template <class Record, size_t kCount>
std::string header(const Column<Record> (&columns)[kCount]) {
  std::vector<std::string> cells = {"codec"};
  for (const auto& column : columns) cells.push_back(column.name);
  return csv_line(cells);
}

template <class Record, size_t kCount>
std::string line(const Record& record, const Column<Record> (&columns)[kCount]) {
  std::vector<std::string> cells = {record.codec};
  for (const auto& column : columns) {
    cells.push_back(column.value ? number_text(record.*column.value, column.decimals) : text_of(record, column.name));
  }
  return csv_line(cells);
}

template <class Record, size_t kCount>
Result<std::vector<Record>> parse(std::string_view text, const Column<Record> (&columns)[kCount]) {
  const auto records = csv_records(text);
  if (records.empty()) return Error{ErrorCode::corrupt, "it has no line with the names of the columns"};
  const std::vector<std::string>& names = records.front();
  const auto has = [&](const char* name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  if (!has("codec")) return Error{ErrorCode::corrupt, "it has no column codec"};
  for (const auto& column : columns) {
    if (column.required && !has(column.name))
      return Error{ErrorCode::corrupt, std::string("it has no column ") + column.name};
  }
  std::vector<Record> parsed;
  for (size_t i = 1; i < records.size(); ++i) {
    const std::vector<std::string>& cells = records[i];
    if (cells.size() == 1 && cells.front().empty()) continue;
    const std::string place = "line " + std::to_string(i + 1);
    if (cells.size() != names.size()) {
      return Error{ErrorCode::corrupt, place + " has " + std::to_string(cells.size()) + " cells instead of " +
                                           std::to_string(names.size())};
    }
    Record& record = parsed.emplace_back();
    for (size_t c = 0; c < names.size(); ++c) {
      set_text(record, names[c], cells[c]);
      const auto column =
          std::find_if(std::begin(columns), std::end(columns), [&](const auto& one) { return names[c] == one.name; });
      if (column == std::end(columns) || !column->value || (cells[c].empty() && !column->required)) continue;
      char* end = nullptr;
      record.*column->value = std::strtod(cells[c].c_str(), &end);
      if (end == cells[c].c_str() || *end != '\0') {
        return Error{ErrorCode::corrupt, place + ", column " + names[c] + ": " + cells[c] + " is not a number"};
      }
    }
    if (!(record.pixels > 0 && record.bytes > 0))
      return Error{ErrorCode::corrupt, place + ": pixels and bytes must be above 0"};
  }
  return parsed;
}

}  // namespace

std::string curves_header() {
  return header(kPointColumns);
}
std::string curves_line(const Point& point) {
  return line(point, kPointColumns);
}
Result<std::vector<Point>> parse_curves(std::string_view text) {
  return parse(text, kPointColumns);
}

std::string speed_text(const std::vector<Speed>& speeds) {
  std::string text = header(kSpeedColumns);
  for (const Speed& speed : speeds) text += line(speed, kSpeedColumns);
  return text;
}
Result<std::vector<Speed>> parse_speed(std::string_view text) {
  return parse(text, kSpeedColumns);
}

}  // namespace laq::compare
