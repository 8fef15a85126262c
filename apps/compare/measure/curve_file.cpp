#include "compare/measure/curve_file.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <type_traits>

#include "compare/codecs/signal.h"
#include "compare/measure/csv.h"

namespace laq::compare {
namespace {

// A column, and how its number is printed. Columns of text have no number.
template <class Record>
struct Column {
  const char* name;
  double Record::*value;
  int decimals;  // -1: nine significant digits
  bool required;
};

// Files of other programs have the columns up to dec_s.
constexpr Column<Point> kPointColumns[] = {
    {"q", &Point::q, -1, true},
    {"image", nullptr, 0, true},
    {"pixels", &Point::elements, 0, true},
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
constexpr Column<Point> kArrayPointColumns[] = {
    {"q", &Point::q, -1, true},
    {"array", nullptr, 0, true},
    {"elements", &Point::elements, 0, true},
    {"raw_bytes", &Point::raw_bytes, 0, true},
    {"bytes", &Point::bytes, 0, true},
    {"psnr", &Point::psnr, 4, false},
    {"max_error", &Point::max_error, -1, false},
    {"enc_s", &Point::encode_seconds, 6, false},
    {"dec_s", &Point::decode_seconds, 6, false},
};
constexpr Column<Speed> kSpeedColumns[] = {
    {"q", &Speed::q, -1, true},
    {"image", nullptr, 0, true},
    {"threads", nullptr, 0, true},
    {"pixels", &Speed::elements, 0, true},
    {"bytes", &Speed::bytes, 0, true},
    {"enc_s", &Speed::encode_seconds, 5, false},
    {"dec_s", &Speed::decode_seconds, 5, false},
    {"enc_peak_bytes", &Speed::encode_peak_bytes, 0, false},
    {"dec_peak_bytes", &Speed::decode_peak_bytes, 0, false},
};

constexpr Column<Speed> kArraySpeedColumns[] = {
    {"q", &Speed::q, -1, true},
    {"array", nullptr, 0, true},
    {"threads", nullptr, 0, true},
    {"elements", &Speed::elements, 0, true},
    {"raw_bytes", &Speed::raw_bytes, 0, true},
    {"bytes", &Speed::bytes, 0, true},
    {"enc_s", &Speed::encode_seconds, 6, false},
    {"dec_s", &Speed::decode_seconds, 6, false},
    {"enc_peak_bytes", &Speed::encode_peak_bytes, 0, false},
    {"dec_peak_bytes", &Speed::decode_peak_bytes, 0, false},
};

template <class Record>
using Columns = std::span<const Column<Record>>;

template <class Record>
Columns<Record> columns_of(SignalKind kind) {
  const bool is_array = kind == SignalKind::array;
  if constexpr (std::is_same_v<Record, Point>) {
    return is_array ? Columns<Point>(kArrayPointColumns) : Columns<Point>(kPointColumns);
  } else {
    return is_array ? Columns<Speed>(kArraySpeedColumns) : Columns<Speed>(kSpeedColumns);
  }
}

std::string number_text(double value, int decimals) {
  char text[64];
  if (decimals < 0) {
    std::snprintf(text, sizeof text, "%.9g", value);
  } else {
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
  }
  return text;
}

// The columns that hold no number, or a whole one.
void set_text(Measurement& measurement, const std::string& column, const std::string& cell) {
  if (column == "codec") measurement.codec = cell;
  if (column == words_of(measurement.kind).column) measurement.image = cell;
}
void set_text(Speed& speed, const std::string& column, const std::string& cell) {
  set_text(static_cast<Measurement&>(speed), column, cell);
  if (column == "threads") speed.threads = std::atoi(cell.c_str());
}
std::string text_of(const Point& point, const std::string&) {
  return point.image;
}
std::string text_of(const Speed& speed, const std::string& column) {
  return column == "threads" ? std::to_string(speed.threads) : speed.image;
}

template <class Record>
std::string header(SignalKind kind) {
  std::vector<std::string> cells = {"codec"};
  for (const auto& column : columns_of<Record>(kind)) cells.push_back(column.name);
  return csv_line(cells);
}

template <class Record>
std::string line(const Record& record) {
  std::vector<std::string> cells = {record.codec};
  for (const auto& column : columns_of<Record>(record.kind)) {
    cells.push_back(column.value ? number_text(record.*column.value, column.decimals) : text_of(record, column.name));
  }
  return csv_line(cells);
}

template <class Record>
Result<std::vector<Record>> parse(std::string_view text) {
  const auto records = csv_records(text);
  if (records.empty()) return Error{ErrorCode::corrupt, "it has no line with the names of the columns"};
  const std::vector<std::string>& names = records.front();
  const auto has = [&](const char* name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  if (!has("codec")) return Error{ErrorCode::corrupt, "it has no column codec"};
  const SignalKind kind = has(words_of(SignalKind::array).column) ? SignalKind::array : SignalKind::picture;
  const Columns<Record> columns = columns_of<Record>(kind);
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
    record.kind = kind;
    for (size_t c = 0; c < names.size(); ++c) {
      set_text(record, names[c], cells[c]);
      const auto column =
          std::find_if(columns.begin(), columns.end(), [&](const auto& one) { return names[c] == one.name; });
      if (column == columns.end() || !column->value || (cells[c].empty() && !column->required)) continue;
      char* end = nullptr;
      record.*column->value = std::strtod(cells[c].c_str(), &end);
      if (end == cells[c].c_str() || *end != '\0') {
        return Error{ErrorCode::corrupt, place + ", column " + names[c] + ": " + cells[c] + " is not a number"};
      }
    }
    if (!(record.elements > 0 && record.bytes > 0))
      return Error{ErrorCode::corrupt, place + ": " + words_of(kind).elements_column + " and bytes must be above 0"};
  }
  return parsed;
}

}  // namespace

std::string curves_header(SignalKind kind) {
  return header<Point>(kind);
}
std::string curves_line(const Point& point) {
  return line(point);
}
Result<std::vector<Point>> parse_curves(std::string_view text) {
  return parse<Point>(text);
}

std::string speed_text(const std::vector<Speed>& speeds) {
  std::string text = header<Speed>(speeds.empty() ? SignalKind::picture : speeds.front().kind);
  for (const Speed& speed : speeds) text += line(speed);
  return text;
}
Result<std::vector<Speed>> parse_speed(std::string_view text) {
  return parse<Speed>(text);
}

}  // namespace laq::compare
