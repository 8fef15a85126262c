#include "compare/report/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "compare/codecs/signal.h"

namespace laq::compare {
namespace {

using Json = nlohmann::ordered_json;  // writes numbers that are not finite as null

// Sums over all points of a codec.
struct Throughput {
  double volume = 0, encode_seconds = 0, decode_seconds = 0;

  double encode_millions_a_second() const { return volume / 1e6 / encode_seconds; }
  double decode_millions_a_second() const { return volume / 1e6 / decode_seconds; }
};

std::map<std::string, Throughput> throughputs(const Results& results) {
  std::map<std::string, Throughput> all;
  for (const Point& point : results.points) {
    if (!std::isfinite(point.encode_seconds) || !std::isfinite(point.decode_seconds)) continue;
    Throughput& one = all[point.codec];
    one.volume += point.volume();
    one.encode_seconds += point.encode_seconds;
    one.decode_seconds += point.decode_seconds;
  }
  return all;
}

Json rate_json(const RateRow& rate, const Words& words) {
  return {{"codec", rate.codec},
          {"metric", rate.metric->column},
          {"class", rate.image_class.empty() ? Json(nullptr) : Json(rate.image_class)},
          {std::string(words.column) + "s", rate.images},
          {"refused", rate.refused},
          {"mean", rate.mean},
          {"median", rate.median},
          {"percentile_10", rate.percentile_10},
          {"percentile_90", rate.percentile_90},
          {"best", rate.best},
          {"worst", rate.worst},
          {"lowest_score", rate.lowest_score},
          {"highest_score", rate.highest_score}};
}

Json image_rate_json(const ImageRate& rate, const Words& words) {
  Json json = {
      {"codec", rate.codec}, {words.column, rate.image}, {"metric", rate.metric->column}, {"percent", rate.percent}};
  if (!rate.refusal.empty()) json["refusal"] = rate.refusal;
  return json;
}

Json speed_json(const Speed& speed, const Words& words) {
  return {{"codec", speed.codec},
          {words.column, speed.image},
          {"q", speed.q},
          {"threads", speed.threads},
          {words.elements_column, speed.elements},
          {"bytes", speed.bytes},
          {"encode_seconds", speed.encode_seconds},
          {"decode_seconds", speed.decode_seconds},
          {"encode_peak_bytes", speed.encode_peak_bytes},
          {"decode_peak_bytes", speed.decode_peak_bytes}};
}

Json image_json(const Image& image, SignalKind kind) {
  Json json = {{"name", image.name}, {"class", image.image_class}};
  if (kind == SignalKind::array) {
    json["shape"] = image.sides;
  } else if (kind == SignalKind::picture) {
    json["width"] = image.sides.empty() ? 0 : image.sides[0];
    json["height"] = image.sides.empty() ? 0 : image.sides[1];
  }
  return json;
}

Json lossless_json(const LosslessRow& row, const Words& words) {
  return {
      {"codec", row.codec}, {std::string(words.column) + "s", row.images}, {"bits_per_element", row.bits_per_element}};
}

template <class Record, class ToJson>
Json list(const std::vector<Record>& records, const ToJson& to_json) {
  Json json = Json::array();
  for (const Record& record : records) json.push_back(to_json(record));
  return json;
}

Json tensors_json(const ComparedTensors& compared) {
  return {{"model", compared.image}, {"tensors", list(compared.tensors, [](const ComparedTensor& tensor) -> Json {
                                        return {
                                            {"name", tensor.name},
                                            {"shape", tensor.shape},
                                            {"codecs", list(tensor.lines, [](const ComparedTensor::Line& line) -> Json {
                                               return {{"codec", line.codec},
                                                       {"snr", line.snr},
                                                       {"bits", line.bits},
                                                       {"gained_bits", line.gained_bits}};
                                             })}};
                                      })}};
}

std::string line(const char* format, auto... values) {
  char text[400];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string percent_cell(double value) {
  return std::isfinite(value) ? line("%+8.2f", value) : "       -";
}

}  // namespace

std::string summary_json(const Results& results) {
  const auto speeds = throughputs(results);
  const Words& words = words_of(results.kind);
  const std::string column = words.column;
  Json json;
  json["title"] = results.title;
  json["command"] = results.command;
  json["anchor"] = results.anchor;
  json[std::string(leading_metric(results.kind).column) + "_range"] = {results.lowest_score, results.highest_score};
  json["codecs"] = list(results.codecs, [&](const CodecEntry& codec) {
    Json one = {{"name", codec.name}, {"version", codec.version}, {"loaded", codec.loaded}};
    if (const auto found = speeds.find(codec.name); found != speeds.end()) {
      const std::string unit = std::string(words.megaelements) + "_per_second";
      one["encode_" + unit] = found->second.encode_millions_a_second();
      one["decode_" + unit] = found->second.decode_millions_a_second();
    }
    return one;
  });
  json[column + "s"] = list(results.images, [&](const Image& image) { return image_json(image, results.kind); });
  json["rates"] = list(results.rates, [&](const RateRow& rate) { return rate_json(rate, words); });
  json[column + "_rates"] =
      list(results.image_rates, [&](const ImageRate& rate) { return image_rate_json(rate, words); });
  if (!results.tensors.empty()) json["tensors"] = list(results.tensors, tensors_json);
  if (!results.lossless.empty())
    json["lossless"] = list(results.lossless, [&](const LosslessRow& row) { return lossless_json(row, words); });
  json["speeds"] = list(results.speeds, [&](const Speed& speed) { return speed_json(speed, words); });
  json["failures"] = results.failures;
  json["unmatched"] = results.unmatched;
  // Names of files may be any bytes.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string summary_table(const Results& results) {
  const Words& words = words_of(results.kind);
  const std::string files = std::string(words.signal) + "s";
  std::string text;
  for (const char* column : {"ssimulacra2", "butteraugli3", "psnr_yuv", "psnr", "max_relative_error", "snr", "loss"}) {
    if (std::string_view(column) == "snr" && results.kind != SignalKind::model) continue;
    std::optional<std::string> image_class;  // the class of the previous line
    std::vector<const RateRow*> rows;
    for (const RateRow& rate : results.rates) {
      if (std::string(rate.metric->column) == column) rows.push_back(&rate);
    }
    std::ranges::stable_sort(rows, {}, &RateRow::image_class);
    for (const RateRow* row : rows) {
      if (row->image_class != image_class) {
        image_class = row->image_class;
        text += line("\nBytes against %s at equal %s%s%s, percent\n", results.anchor.c_str(), row->metric->title,
                     image_class->empty() ? "" : ", ", image_class->c_str());
        text += line("%-20s %8s %8s %8s %8s %8s %8s %8s\n", "", "mean", "median", "10th", "90th", "best", "worst",
                     files.c_str());
      }
      text += line("%-20s ", row->codec.c_str());
      for (const double value : {row->mean, row->median, row->percentile_10, row->percentile_90, row->best, row->worst})
        text += percent_cell(value) + ' ';
      text += row->refused > 0 ? line("%3d (%d without common scores)\n", row->images, row->refused)
                               : line("%8d\n", row->images);
    }
  }
  if (!results.lossless.empty()) text += line("\n%-20s %14s %8s\n", "Without loss", "bits/element", files.c_str());
  for (const LosslessRow& row : results.lossless)
    text += line("%-20s %14.3f %8d\n", row.codec.c_str(), row.bits_per_element, row.images);
  const auto speeds = throughputs(results);
  const std::string unit = words.speed_unit;
  if (!speeds.empty())
    text += line("\n%-20s %14s %14s\n", "One thread", ("encode, " + unit).c_str(), ("decode, " + unit).c_str());
  for (const CodecEntry& codec : results.codecs) {
    const auto found = speeds.find(codec.name);
    if (found == speeds.end()) continue;
    text += line("%-20s %14.2f %14.1f\n", codec.name.c_str(), found->second.encode_millions_a_second(),
                 found->second.decode_millions_a_second());
  }
  return text.empty() ? text : text.substr(1);
}

}  // namespace laq::compare
