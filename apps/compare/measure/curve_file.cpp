#include "compare/measure/curve_file.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <type_traits>
#include <variant>

#include "compare/codecs/signal.h"

namespace laq::compare {
namespace {

// A column: where its value is kept, and how a number is printed.
template <class Record>
struct Column {
  const char* name;
  std::variant<double Record::*, int Record::*, std::string Record::*> value;
  int decimals = 0;  // of a double; -1: nine significant digits
  bool required = true;
};

// Files of other programs have the columns up to dec_s.
constexpr Column<Point> kPointColumns[] = {
    {"codec", &Point::codec},
    {"q", &Point::q, -1},
    {"image", &Point::image},
    {"pixels", &Point::elements},
    {"bytes", &Point::bytes},
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
    {"loss", &Point::loss, -1, false},
};
constexpr Column<Point> kArrayPointColumns[] = {
    {"codec", &Point::codec},
    {"q", &Point::q, -1},
    {"array", &Point::image},
    {"elements", &Point::elements},
    {"raw_bytes", &Point::raw_bytes},
    {"bytes", &Point::bytes},
    {"psnr", &Point::psnr, 4, false},
    {"max_relative_error", &Point::max_relative_error, -1, false},
    {"enc_s", &Point::encode_seconds, 6, false},
    {"dec_s", &Point::decode_seconds, 6, false},
    {"snr", &Point::snr, 4, false},
    {"max_absolute_error", &Point::max_absolute_error, -1, false},
    {"loss", &Point::loss, -1, false},
};
constexpr Column<Point> kModelPointColumns[] = {
    {"codec", &Point::codec},
    {"q", &Point::q, -1},
    {"model", &Point::image},
    {"elements", &Point::elements},
    {"raw_bytes", &Point::raw_bytes},
    {"bytes", &Point::bytes},
    {"snr", &Point::snr, 4, false},
    {"enc_s", &Point::encode_seconds, 6, false},
    {"dec_s", &Point::decode_seconds, 6, false},
    {"max_absolute_error", &Point::max_absolute_error, -1, false},
    {"loss", &Point::loss, -1, false},
};
constexpr Column<Speed> kSpeedColumns[] = {
    {"codec", &Speed::codec},
    {"q", &Speed::q, -1},
    {"image", &Speed::image},
    {"threads", &Speed::threads},
    {"pixels", &Speed::elements},
    {"bytes", &Speed::bytes},
    {"enc_s", &Speed::encode_seconds, 5, false},
    {"dec_s", &Speed::decode_seconds, 5, false},
    {"enc_peak_bytes", &Speed::encode_peak_bytes, 0, false},
    {"dec_peak_bytes", &Speed::decode_peak_bytes, 0, false},
};

constexpr std::array<Column<Speed>, 11> columns_in_bytes(const char* signal) {
  return {{{"codec", &Speed::codec},
           {"q", &Speed::q, -1},
           {signal, &Speed::image},
           {"threads", &Speed::threads},
           {"elements", &Speed::elements},
           {"raw_bytes", &Speed::raw_bytes},
           {"bytes", &Speed::bytes},
           {"enc_s", &Speed::encode_seconds, 6, false},
           {"dec_s", &Speed::decode_seconds, 6, false},
           {"enc_peak_bytes", &Speed::encode_peak_bytes, 0, false},
           {"dec_peak_bytes", &Speed::decode_peak_bytes, 0, false}}};
}
constexpr std::array kArraySpeedColumns = columns_in_bytes("array"), kModelSpeedColumns = columns_in_bytes("model");

template <class Record>
using Columns = std::span<const Column<Record>>;

template <class Record>
Columns<Record> columns_of(SignalKind kind) {
  if constexpr (std::is_same_v<Record, Point>) {
    if (kind == SignalKind::model) return kModelPointColumns;
    return kind == SignalKind::array ? Columns<Point>(kArrayPointColumns) : Columns<Point>(kPointColumns);
  } else {
    if (kind == SignalKind::model) return kModelSpeedColumns;
    return kind == SignalKind::array ? Columns<Speed>(kArraySpeedColumns) : Columns<Speed>(kSpeedColumns);
  }
}

// The kind whose column the names have.
SignalKind kind_of(const std::vector<std::string>& names) {
  for (const SignalKind kind : {SignalKind::array, SignalKind::model})
    if (std::ranges::find(names, words_of(kind).column) != names.end()) return kind;
  return SignalKind::picture;
}

template <class Record>
std::string text_of(const Record& record, const Column<Record>& column) {
  if (const auto* text = std::get_if<std::string Record::*>(&column.value)) return record.**text;
  if (const auto* whole = std::get_if<int Record::*>(&column.value)) return std::to_string(record.**whole);
  const double value = record.*std::get<double Record::*>(column.value);
  char text[64];
  std::snprintf(text, sizeof text, column.decimals < 0 ? "%.*g" : "%.*f", column.decimals < 0 ? 9 : column.decimals,
                value);
  return text;
}

// Returns false if the cell is not a number, but should be.
template <class Record>
bool set(Record& record, const Column<Record>& column, const std::string& cell) {
  if (cell.empty() && !column.required) return true;
  char* end = nullptr;
  const double number = std::strtod(cell.c_str(), &end);
  if (const auto* text = std::get_if<std::string Record::*>(&column.value)) {
    record.** text = cell;
    return true;
  }
  if (const auto* whole = std::get_if<int Record::*>(&column.value)) {
    record.** whole = std::atoi(cell.c_str());
  } else {
    record.*std::get<double Record::*>(column.value) = number;
  }
  return end != cell.c_str() && *end == '\0';
}

template <class Record>
std::string header(SignalKind kind) {
  std::vector<std::string> cells;
  for (const auto& column : columns_of<Record>(kind)) cells.push_back(column.name);
  return csv_line(cells);
}

template <class Record>
std::string line(const Record& record) {
  std::vector<std::string> cells;
  for (const auto& column : columns_of<Record>(record.kind)) cells.push_back(text_of(record, column));
  return csv_line(cells);
}

template <class Record>
Result<std::vector<Record>> parse(std::string_view text) {
  const auto records = csv_records(text);
  if (records.empty()) return Error{ErrorCode::corrupt, "it has no line with the names of the columns"};
  std::vector<std::string> names = records.front();
  std::ranges::replace(names, std::string("max_error"), std::string("max_relative_error"));  // in older files
  const auto has = [&](const char* name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  const SignalKind kind = kind_of(names);
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
      const auto column = std::ranges::find(columns, names[c], &Column<Record>::name);
      if (column != columns.end() && !set(record, *column, cells[c])) {
        return Error{ErrorCode::corrupt, place + ", column " + names[c] + ": " + cells[c] + " is not a number"};
      }
    }
    if (!(record.elements > 0 && record.bytes > 0))
      return Error{ErrorCode::corrupt, place + ": " + words_of(kind).elements_column + " and bytes must be above 0"};
  }
  return parsed;
}

}  // namespace

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (!line.empty()) line += ',';
    if (cell.find_first_of(",\"\r\n") == std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + '\n';
}

std::vector<std::vector<std::string>> csv_records(std::string_view text) {
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> record;
  std::string cell;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
        cell += text[++i];
      } else if (c == '"') {
        quoted = false;
      } else {
        cell += c;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',' || c == '\n') {
      record.push_back(std::move(cell));
      cell.clear();
      if (c == '\n') records.push_back(std::move(record)), record.clear();
    } else if (c != '\r') {
      cell += c;
    }
  }
  return records;
}

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
