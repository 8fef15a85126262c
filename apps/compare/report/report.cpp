#include "compare/report/report.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string_view>

#include "compare/codecs/signal.h"
#include "compare/measure/pooled_curves.h"
#include "compare/report/markup.h"
#include "compare/report/report_assets.h"  // kReportHtml, kReportCss, kReportJs, kReportViewerJs: made by embed.py
#include "compare/report/report_parts.h"
#include "compare/report/result_charts.h"
#include "compare/report/spectrum_chart.h"

namespace laq::compare {
namespace {

using Metrics = std::vector<const Metric*>;

constexpr char kViewerHint[] =
    "<noscript><p class=\"quiet\">The original and decoded pictures are in this page; looking at them needs "
    "JavaScript.</p></noscript>";
constexpr char kLogarithmHint[] = " Rates at equal maximum error are taken over its logarithm.";

std::string quote(const std::string& text) {
  return "\"" + escape(text) + "\"";
}

// "laq-e5", or "laq-e5 and jxl-e7", or "a, b and c".
std::string enumeration(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + escape(names[i]);
  return text;
}

// One sentence: who needs the fewest bytes at equal score.
std::string finding(const Results& results, const Metrics& metrics) {
  const RateRow* best = nullptr;
  for (const CodecEntry& codec : results.codecs) {
    const RateRow* rate = metrics.empty() ? nullptr : find_rate(results, codec.name, *metrics[0], "");
    if (rate && codec.name != results.anchor && std::isfinite(rate->mean) && (!best || rate->mean < best->mean))
      best = rate;
  }
  if (!best) return "";
  const std::string more = best->mean < 0 ? "fewer" : "more";
  std::string text = "At equal " + std::string(metrics[0]->title) + ", <strong>" + escape(best->codec) +
                     "</strong> needs the fewest bytes: <strong>" + decimals(std::abs(best->mean), 1) + "\u00a0% " +
                     more + "</strong> than " + escape(results.anchor) + " in the mean over " +
                     counted(static_cast<size_t>(best->images), words_of(results.kind).signal);
  if (best->images > 1)
    text += ", from " + signed_percent(best->best) + " to " + signed_percent(best->worst) + " on single ones";
  return text + ".";
}

std::string what(const Results& results) {
  std::string text =
      counted(results.codecs.size(), "codec") + " on " + counted(results.images.size(), words_of(results.kind).signal);
  const auto classes = image_classes(results);
  for (size_t i = 0; i < classes.size(); ++i)
    text += (i == 0 ? " (" : ", ") + std::to_string(images_of_class(results, classes[i]).size()) + " " +
            escape(classes[i]) + (i + 1 == classes.size() ? ")" : "");
  const auto loaded =
      std::count_if(results.codecs.begin(), results.codecs.end(), [](const auto& codec) { return codec.loaded; });
  if (loaded > 0)
    text +=
        "; " + std::to_string(loaded) + " of them, with hollow marks, are curves that were loaded, not measured here";
  text += ".";
  if (!results.anchor_reason.empty())
    text += " Bytes are relative to " + escape(results.anchor) + ", " + results.anchor_reason + ".";
  return text;
}

std::string failures(const Results& results) {
  if (results.failures.empty()) return "";
  std::string list;
  for (const auto& failure : results.failures) list += "<li>" + escape(failure) + "</li>";
  return "<section class=\"failures\" aria-labelledby=\"failures\"><h2 id=\"failures\">" +
         counted(results.failures.size(), "failure") + "</h2><ul>" + list + "</ul></section>";
}

std::string metric_tabs(const Metrics& metrics) {
  std::string tabs;
  for (size_t i = 0; i < metrics.size(); ++i) {
    const std::string column = metrics[i]->column;
    tabs += "<button type=\"button\" role=\"tab\" id=\"tab-" + column + "\" data-metric=\"" + column +
            "\" aria-controls=\"curves-" + column + " rates-" + column + "\" aria-selected=\"" +
            (i == 0 ? "true" : "false") + "\"" + (i == 0 ? "" : " tabindex=\"-1\"") + ">" + metrics[i]->title +
            "</button>";
  }
  return tabs;
}

std::string class_choice(const Results& results) {
  const auto classes = image_classes(results);
  if (classes.empty()) return "";
  std::string buttons = "<button type=\"button\" data-choose-class=\"\" aria-pressed=\"true\">All</button>";
  for (const auto& name : classes)
    buttons += "<button type=\"button\" data-choose-class=" + quote(name) + " aria-pressed=\"false\">" + escape(name) +
               "</button>";
  return "<div class=\"group\"><span class=\"label\" id=\"classes-label\">" +
         capitalized(words_of(results.kind).signal) +
         "s</span><div role=\"group\" "
         "aria-labelledby=\"classes-label\">" +
         buttons + "</div></div>";
}

std::string codec_buttons(const Results& results) {
  std::string buttons;
  for (size_t i = 0; i < results.codecs.size(); ++i)
    buttons += "<button type=\"button\" data-toggle=\"" + std::to_string(i) + "\" aria-pressed=\"true\">" +
               codec_key(results, i) + "</button>";
  return buttons;
}

// The content for all images and for each class, of which the page shows one at a time.
std::string for_classes(const Results& results, const std::function<std::string(const std::string&)>& content) {
  std::string text = "<div data-for-class=\"\">" + content("") + "</div>";
  for (const auto& name : image_classes(results))
    text += "<div data-for-class=" + quote(name) + "><h4>" + escape(name) + "</h4>" + content(name) + "</div>";
  return text;
}

std::string panels(const Metrics& metrics, const std::string& id,
                   const std::function<std::string(const Metric&)>& content) {
  std::string text;
  for (const Metric* metric : metrics)
    text += std::string("<div role=\"tabpanel\" data-metric=\"") + metric->column + "\" id=\"" + id + "-" +
            metric->column + "\" aria-labelledby=\"tab-" + metric->column + "\"><h3>" + metric->title + "</h3>" +
            content(*metric) + "</div>";
  return text;
}

std::string pool_caption(const Results& results, const Pool& pool, const std::string& image_class) {
  const size_t all = images_of_class(results, image_class).size();
  const char* signal = words_of(results.kind).signal;
  std::string text =
      "Mean over " + (pool.images.size() == all ? counted(all, signal)
                                                : std::to_string(pool.images.size()) + " of " + counted(all, signal) +
                                                      ", those that every codec has");
  if (!pool.left_out.empty()) text += "; without " + enumeration(pool.left_out) + ", which has none of these";
  return "<p class=\"quiet\">" + text + ".</p>";
}

std::string curve_figures(const Results& results, const Curves& curves, const Metric& metric,
                          const std::string& image_class) {
  const auto looks = looks_of(results.codecs);
  const Pool pool = curves.pool(metric, images_of_class(results, image_class));
  const std::string rate = draw(rate_chart(results, metric, pool), looks);
  const std::string relative = draw(relative_chart(results, metric, pool), looks);
  if (rate.empty()) return std::string("<p class=\"quiet\">No ") + words_of(results.kind).signal + " has a score.</p>";
  return "<div class=\"pair\"><figure>" + rate + "</figure>" +
         (relative.empty() ? "" : "<figure>" + relative + "</figure>") + "</div>" +
         pool_caption(results, pool, image_class);
}

std::string rate_figure(const Results& results, const Metric& metric, const std::string& image_class) {
  const std::string table = rate_table(results, metric, image_class);
  if (table.empty()) return "<p class=\"quiet\">Not computed.</p>";
  std::string range;
  if (metric.value == leading_metric(results.kind).value && std::isfinite(results.lowest_score) &&
      std::isfinite(results.highest_score))
    range = " on scores from " + decimals(results.lowest_score, 0) + " to " + decimals(results.highest_score, 0);
  else
    range = " on all scores that both curves reach";
  return "<p>Difference of bytes to " + escape(results.anchor) + " at equal " + metric.title + "," + range +
         ". Negative: fewer bytes. One dot for each " + words_of(results.kind).signal +
         "; the line goes from the 10th to the 90th percentile, the stroke is the mean.</p>" + table;
}

std::string speed_section(const Results& results, const Metrics& metrics) {
  const std::string table = speed_table(results);
  if (table.empty()) return "";
  std::string text = "<section aria-labelledby=\"speed\"><h2 id=\"speed\">Speed against bytes</h2>";
  for (const Metric* metric : metrics) {
    const std::string charts = speed_charts(results, *metric);
    if (!charts.empty())
      text +=
          std::string("<div data-metric=\"") + metric->column + "\"><h3>" + metric->title + "</h3>" + charts + "</div>";
  }
  text +=
      "<p class=\"quiet\">Right and low is better. The dotted line joins the codecs that no other one beats both in "
      "speed and in bytes. ";
  if (results.speeds.empty())
    text += "Times are those of the curves' points.";
  else
    text +=
        "Times are medians of runs in which the codecs took turns; hollow marks are loaded curves with the times "
        "of their own file, from another machine perhaps.";
  return text + "</p>" + table + "</section>";
}

std::string codec_table(const Results& results) {
  std::string rows;
  for (size_t i = 0; i < results.codecs.size(); ++i)
    rows += "<tr><th scope=\"row\">" + codec_key(results, i) + "</th><td class=\"text\">" +
            escape(results.codecs[i].version) + "</td><td class=\"text\">" +
            (results.codecs[i].loaded ? "loaded" : "measured") + "</td></tr>";
  return "<div class=\"wide\"><table><thead><tr><th scope=\"col\">Codec</th><th scope=\"col\" "
         "class=\"text\">Version</th><th scope=\"col\" class=\"text\">Curve</th></tr></thead><tbody>" +
         rows + "</tbody></table></div>";
}

std::string lossless_table(const Results& results) {
  if (results.lossless.empty()) return "";
  std::string rows;
  for (const LosslessRow& row : results.lossless) {
    const auto codec = results.codec_index(row.codec);
    if (!codec) continue;
    rows += codec_row(results, *codec, {significant(row.bits_per_element, 4), std::to_string(row.images)});
  }
  const Words& words = words_of(results.kind);
  const std::string rate = std::string("Bits per ") + words.element + ", mean";
  return "<div class=\"lossless\"><h3>Without loss</h3>" +
         table({"Codec", rate, capitalized(words.signal) + "s"}, rows) + "</div>";
}

// Why the files that the report looks into have no spectra.
std::string spectra_hint(const Results& results) {
  const bool looks_into_files = !results.visual_comparisons.empty() || !results.spectra.empty();
  if (spectrum::is_available() || !looks_into_files) return "";
  return std::string("<p class=\"quiet\">") + kNoSpectra + "</p>";
}

// The light colours are also those for paper.
std::string style(const Results& results) {
  const auto looks = looks_with_signal(results.codecs);
  return std::string(kReportCss) + chart_style(looks, Scheme::light) +
         "\n@media screen and (prefers-color-scheme:dark){" + chart_style(looks, Scheme::dark) + "}\n";
}

}  // namespace

std::string report_html(const Results& results) {
  const Curves curves(results);
  Metrics metrics;
  for (const Metric& metric : metrics_of(results.kind))
    if (curves.has(metric)) metrics.push_back(&metric);
  const std::string signal = words_of(results.kind).signal;
  const bool has_logarithm = std::any_of(metrics.begin(), metrics.end(), [](auto* one) { return one->is_logarithmic; });
  const auto curve_panel = [&](const Metric& metric) {
    return for_classes(
        results, [&](const std::string& image_class) { return curve_figures(results, curves, metric, image_class); });
  };
  const auto rate_panel = [&](const Metric& metric) {
    return for_classes(results,
                       [&](const std::string& image_class) { return rate_figure(results, metric, image_class); });
  };
  return filled(
      kReportHtml,
      {
          {"title", escape(results.title)},
          {"style", style(results)},
          {"finding", finding(results, metrics)},
          {"what", what(results)},
          {"failures", failures(results)},
          {"metric_tabs", metric_tabs(metrics)},
          {"class_choice", class_choice(results)},
          {"codec_buttons", codec_buttons(results)},
          {"curves", panels(metrics, "curves", curve_panel)},
          {"rates", panels(metrics, "rates", rate_panel)},
          {"lossless", lossless_table(results)},
          {"speed", speed_section(results, metrics)},
          {"one_by_one", capitalized(signal) + " by " + signal},
          {"viewer_hint", results.visual_comparisons.empty() ? "" : kViewerHint},
          {"spectra_hint", spectra_hint(results)},
          {"element", words_of(results.kind).element},
          {"logarithm", has_logarithm ? kLogarithmHint : ""},
          {"picture_list", metrics.empty() ? "" : image_list(results, curves, *metrics[0])},
          {"articles", image_articles(results, curves, metrics)},
          {"codec_table", codec_table(results)},
          {"command", results.command.empty() ? "" : "<pre><code>" + escape(results.command) + "</code></pre>"},
          {"data", script_data_json(results, metrics)},
          {"files", comparison_files(results)},
          {"script", std::string(kReportJs) + kReportViewerJs},
      });
}

}  // namespace laq::compare
