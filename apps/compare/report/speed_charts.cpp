#include "compare/report/report_parts.h"

#include <cmath>
#include <set>

#include "compare/codecs/signal.h"
#include "compare/report/chart.h"
#include "compare/report/markup.h"
#include "compare/report/result_charts.h"

namespace laq::compare {
namespace {

// The speed of one codec with one number of threads, over all its images and qualities.
struct Throughput {
  double encode = kAbsent, decode = kAbsent;            // millions of pixels, or of bytes of arrays, a second
  double encode_peak = kAbsent, decode_peak = kAbsent;  // bytes, the largest
};

struct Sum {
  double volume = 0, seconds = 0;

  void add(double more_volume, double more_seconds) {
    if (!(more_seconds > 0)) return;
    volume += more_volume;
    seconds += more_seconds;
  }
  double millions_a_second() const { return seconds > 0 ? volume / seconds / 1e6 : kAbsent; }
};

// Taken from the speed measurements; for one thread from the points of curves if there are none.
Throughput throughput(const Results& results, const std::string& codec, int threads) {
  Sum encode, decode;
  Throughput speed;
  bool paired = false;
  for (const Speed& run : results.speeds) {
    if (run.codec != codec || run.threads != threads) continue;
    paired = true;
    encode.add(run.volume(), run.encode_seconds);
    decode.add(run.volume(), run.decode_seconds);
    speed.encode_peak = std::fmax(speed.encode_peak, run.encode_peak_bytes);
    speed.decode_peak = std::fmax(speed.decode_peak, run.decode_peak_bytes);
  }
  if (!paired && threads == 1)
    for (const Point& point : results.points)
      if (point.codec == codec) {
        encode.add(point.volume(), point.encode_seconds);
        decode.add(point.volume(), point.decode_seconds);
      }
  speed.encode = encode.millions_a_second();
  speed.decode = decode.millions_a_second();
  return speed;
}

std::set<int> thread_counts(const Results& results) {
  std::set<int> counts = {1};
  for (const Speed& run : results.speeds) counts.insert(run.threads);
  return counts;
}

std::string threads_text(int threads) {
  return threads == 1 ? "one thread" : std::to_string(threads) + " threads";
}

Chart speed_chart(const Results& results, const Metric& metric, int threads, bool encode) {
  const char* kind = encode ? "encode" : "decode";
  Chart chart;
  chart.attributes = data("kind", "speed") + data("of", kind) + data("metric", metric.column) +
                     data("threads", std::to_string(threads)) + " tabindex=\"0\"";
  chart.description = std::string("Bytes at equal ") + metric.title + " against the speed of the " + kind + "r, on " +
                      threads_text(threads);
  chart.height = 360;
  chart.y_spacing = Spacing::percent;
  chart.y_percent = chart.y_has_zero_line = chart.has_front = chart.joins_families = true;
  chart.names = Names::at_points;
  chart.x_title = std::string(words_of(results.kind).megaelements) + " a second, logarithmic";
  chart.y_title =
      std::string(encode ? "Encode" : "Decode") + ", " + threads_text(threads) + ": bytes against " + results.anchor;
  for (size_t codec = 0; codec < results.codecs.size(); ++codec) {
    const std::string& name = results.codecs[codec].name;
    const Throughput speed = throughput(results, name, threads);
    const double x = encode ? speed.encode : speed.decode;
    const RateRow* rate = find_rate(results, name, metric, "");
    const double y = name == results.anchor ? 0 : rate ? rate->mean : kAbsent;
    if (!has_place(Spacing::logarithmic, x) || !has_place(Spacing::percent, y)) continue;
    const std::string attributes = data("codec", escape(name)) + data("x", attribute(x)) + data("y", attribute(y));
    chart.series.push_back({codec, name, {{x, y, attributes}}});
  }
  return chart;
}

}  // namespace

std::string speed_charts(const Results& results, const Metric& metric) {
  const auto looks = looks_of(results.codecs);
  std::string charts;
  for (const int threads : thread_counts(results))
    for (const bool encode : {true, false}) {
      const std::string svg = draw(speed_chart(results, metric, threads, encode), looks);
      if (!svg.empty()) charts += "<figure>" + svg + "</figure>";
    }
  return charts.empty() ? "" : "<div class=\"pair\">" + charts + "</div>";
}

std::string speed_table(const Results& results) {
  std::string rows;
  for (size_t codec = 0; codec < results.codecs.size(); ++codec)
    for (const int threads : thread_counts(results)) {
      const Throughput speed = throughput(results, results.codecs[codec].name, threads);
      if (std::isnan(speed.encode) && std::isnan(speed.decode)) continue;
      rows += codec_row(results, codec,
                        {std::to_string(threads), significant(speed.encode, 3), significant(speed.decode, 3),
                         byte_count(speed.encode_peak), byte_count(speed.decode_peak)});
    }
  if (rows.empty()) return "";
  const std::string unit = words_of(results.kind).speed_unit;
  const std::vector<std::string> titles = {
      "Codec", "Threads", "Encode, " + unit, "Decode, " + unit, "Encode, peak memory", "Decode, peak memory"};
  return "<div class=\"wide\">" + table(titles, rows) + "</div>";
}

}  // namespace laq::compare
