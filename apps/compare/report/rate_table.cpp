#include "compare/report/report_parts.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "compare/codecs/signal.h"
#include "compare/measure/pooled_curves.h"
#include "compare/report/markup.h"
#include "compare/report/palette.h"
#include "compare/report/result_charts.h"
#include "compare/report/scale.h"

namespace laq::compare {
namespace {

constexpr double kStripWidth = 360, kStripHeight = 26;

struct TableRow {
  size_t codec;
  const RateRow* rate;
  std::vector<const ImageRate*> images;
};

std::string th(const std::string& text, const std::string& title) {
  return "<th scope=\"col\" title=\"" + title + "\">" + text + "</th>";
}

std::string td(const std::string& text, const char* type = "") {
  return std::string("<td") + (*type ? std::string(" class=\"") + type + "\"" : "") + ">" + text + "</td>";
}

std::vector<TableRow> rows_of(const Results& results, const Metric& metric, const std::string& image_class) {
  std::vector<TableRow> rows;
  const auto names = images_of_class(results, image_class);
  const std::set<std::string> images(names.begin(), names.end());
  for (const RateRow& rate : results.rates) {
    const auto codec = results.codec_index(rate.codec);
    if (rate.metric != &metric || rate.image_class != image_class || !codec) continue;
    TableRow row{*codec, &rate, {}};
    for (const ImageRate& one : results.image_rates)
      if (one.codec == rate.codec && one.metric == &metric && images.contains(one.image) &&
          has_place(Spacing::percent, one.percent))
        row.images.push_back(&one);
    rows.push_back(std::move(row));
  }
  const auto order = [](double mean) { return std::isfinite(mean) ? mean : INFINITY; };
  std::ranges::stable_sort(rows, {}, [&](const TableRow& row) { return order(row.rate->mean); });
  return rows;
}

Scale strip_scale(const std::vector<TableRow>& rows) {
  double low = -5, high = 5;
  for (const TableRow& row : rows)
    for (const ImageRate* image : row.images) {
      low = std::min(low, image->percent);
      high = std::max(high, image->percent);
    }
  return Scale(Spacing::percent, low, high, 22, kStripWidth - 22);
}

std::string strip_svg(const std::string& type, const std::string& content) {
  return "<svg class=\"chart strip " + type + "\" viewBox=\"0 0 " + coordinate(kStripWidth) + " " +
         coordinate(kStripHeight) + "\" aria-hidden=\"true\">" + content + "</svg>";
}

std::string strip_axis(const Scale& scale) {
  std::string texts;
  for (const double tick : scale.ticks(44))
    texts += "<text text-anchor=\"middle\" x=\"" + coordinate(scale.place(tick)) + "\" y=\"19\">" +
             (tick > 0 ? "+" : "") + decimals(tick, 0) + "%</text>";
  return strip_svg("", texts);
}

std::string vertical(const char* type, double x, double top, double bottom) {
  return path_element(type, move_to(x, top) + "V" + coordinate(bottom));
}

// One dot for each image, a line from the 10th to the 90th percentile, and a stroke at the mean.
std::string strip(const TableRow& row, const Scale& scale) {
  std::string dots, grid;
  for (const double tick : scale.ticks(44)) grid += move_to(scale.place(tick), 0) + "V26";
  for (size_t i = 0; i < row.images.size(); ++i) {
    // Multiples of the golden section, modulo 1, spread the heights evenly for any number of dots.
    const double share = std::fmod(0.5 + 0.618034 * static_cast<double>(i), 1);
    dots += "<circle r=\"2.3\" cx=\"" + coordinate(scale.place(row.images[i]->percent)) + "\" cy=\"" +
            coordinate(5 + 16 * share) + "\"" + data("codec", escape(row.rate->codec)) +
            data("image", escape(row.images[i]->image)) + data("y", attribute(row.images[i]->percent)) + "/>";
  }
  std::string content = path_element("grid", grid) + vertical("axis", scale.place(0), 0, kStripHeight) +
                        "<g class=\"dots\">" + dots + "</g>";
  if (has_place(Spacing::percent, row.rate->percentile_10) && has_place(Spacing::percent, row.rate->percentile_90))
    content += path_element("span", move_to(scale.place(row.rate->percentile_10), 13) + "H" +
                                        coordinate(scale.place(row.rate->percentile_90)));
  if (has_place(Spacing::percent, row.rate->mean)) content += vertical("mean", scale.place(row.rate->mean), 4, 22);
  return strip_svg("c" + std::to_string(row.codec), content);
}

std::string images_text(const RateRow& rate) {
  std::string text = std::to_string(rate.images);
  if (rate.refused > 0) text += " <small>+ " + std::to_string(rate.refused) + " without common scores</small>";
  return text;
}

std::string table_row(const Results& results, const TableRow& row, const Metric& metric, const Scale& scale) {
  const RateRow& rate = *row.rate;
  const bool is_anchor = rate.codec == results.anchor;
  std::string cells = "<th scope=\"row\">" + codec_key(results, row.codec) + "</th>";
  cells += td(signed_percent(rate.mean), "mean");
  for (const double value : {rate.median, rate.percentile_10, rate.percentile_90, rate.best, rate.worst})
    cells += td(signed_percent(value));
  cells += td(images_text(rate));
  cells += td(std::isfinite(rate.lowest_score)
                  ? score_text(metric, rate.lowest_score, 1) + " to " + score_text(metric, rate.highest_score, 1)
                  : "–",
              "overlap");
  cells += td(is_anchor ? "<span class=\"quiet\">the anchor</span>" : strip(row, scale), "spread");
  return "<tr class=\"of" + std::to_string(row.codec) + (is_anchor ? " anchor" : "") + "\">" + cells + "</tr>";
}

}  // namespace

const RateRow* find_rate(const Results& results, const std::string& codec, const Metric& metric,
                         const std::string& image_class) {
  for (const RateRow& rate : results.rates)
    if (rate.codec == codec && rate.metric == &metric && rate.image_class == image_class) return &rate;
  return nullptr;
}

std::string codec_key(const Results& results, size_t codec) {
  const auto looks = looks_of(results.codecs);
  return "<svg class=\"key c" + std::to_string(codec) +
         "\" viewBox=\"0 0 28 12\" aria-hidden=\"true\"><path class=\"line\" d=\"M1 6H27\"/>" +
         "<g class=\"marks\"><path d=\"" + marker_path(looks[codec].marker, 14, 6, 3.4) + "\"/></g></svg>" +
         escape(results.codecs[codec].name);
}

std::string codec_row(const Results& results, size_t codec, const std::vector<std::string>& cells) {
  std::string row =
      "<tr class=\"of" + std::to_string(codec) + "\"><th scope=\"row\">" + codec_key(results, codec) + "</th>";
  for (const std::string& cell : cells) row += td(cell);
  return row + "</tr>";
}

std::string rate_table(const Results& results, const Metric& metric, const std::string& image_class) {
  std::vector<TableRow> rows = rows_of(results, metric, image_class);
  if (rows.empty()) return "";
  const Scale scale = strip_scale(rows);
  std::string table = "<div class=\"wide\"><table class=\"rates\"><thead><tr><th scope=\"col\">Codec</th>";
  const std::string one = words_of(results.kind).signal, all = one + "s";
  table += th("Mean", "of the logarithms of the ratio of bytes") + th("Median", "half of the " + all + " are below") +
           th("10th %", "a tenth of the " + all + " is below") + th("90th %", "a tenth of the " + all + " is above") +
           th("Best", one) + th("Worst", one) + th(capitalized(all), "whose curves overlap") +
           th("Scores", "range of scores where both curves are, mean over the " + all);
  table += "<th scope=\"col\" class=\"spread\"><span class=\"unseen\">One dot for each</span>" + strip_axis(scale) +
           "</th></tr></thead><tbody>";
  for (const TableRow& row : rows) table += table_row(results, row, metric, scale);
  return table + "</tbody></table></div>";
}

}  // namespace laq::compare
