#include "compare/report/report_parts.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "compare/codecs/signal.h"
#include "compare/report/chart.h"
#include "compare/report/markup.h"
#include "compare/report/result_charts.h"

namespace laq::compare {
namespace {

constexpr double kWidth = 620, kHeight = 400;

std::string lines_id(const Metric& metric, size_t image) {
  return std::string("lines-") + metric.column + "-" + std::to_string(image);
}

// The rates of one image, the codec with the fewest bytes first.
std::string image_rate_table(const Results& results, const Metric& metric, const std::string& image) {
  std::vector<const ImageRate*> rates;
  for (const ImageRate& rate : results.image_rates)
    if (rate.image == image && rate.metric == &metric && results.codec_index(rate.codec)) rates.push_back(&rate);
  if (rates.empty()) return "";
  const auto order = [](const ImageRate* rate) { return std::isfinite(rate->percent) ? rate->percent : INFINITY; };
  std::stable_sort(rates.begin(), rates.end(), [&](const auto* a, const auto* b) { return order(a) < order(b); });
  std::string rows;
  for (const ImageRate* rate : rates) {
    const std::string refusal = "<span class=\"quiet\">" + escape(rate->refusal) + "</span>";
    rows += codec_row(results, *results.codec_index(rate->codec),
                      {std::isfinite(rate->percent) ? signed_percent(rate->percent) : refusal});
  }
  return table({"Codec", "Bytes against " + escape(results.anchor)}, rows);
}

std::string sides_text(const Image& image) {
  std::string text;
  for (const uint64_t side : image.sides) text.append(text.empty() ? "" : " × ").append(std::to_string(side));
  return text;
}

// The chart of the image's series; empty if it has none.
std::string series_figure(const Results& results, const std::string& image) {
  for (const Series& series : results.series) {
    if (series.image != image) continue;
    const std::string svg = draw(series_chart(results, series), looks_with_signal(results.codecs));
    if (svg.empty()) return "";
    std::string points;
    for (const SeriesErrors& errors : series.errors)
      points.append(points.empty() ? "" : ", ")
          .append(escape(errors.codec) + " " + decimals(errors.point.psnr, 1))
          .append("\u00a0dB at " + significant(errors.point.bits_per_element(), 3));
    return "<div class=\"of-picture\"><figure>" + svg + "</figure><p class=\"quiet\">Root mean squares over " +
           counted(series.times.size(), "window") +
           " of the signal, less its mean, and of the errors, as shares of the range; dotted: the bound that no error "
           "exceeds, where there is one. Each codec at the point nearest to one PSNR, with its bits per element: " +
           points + ".</p></div>";
  }
  return "";
}

// "laq-e5 at 0.52 bits per pixel, zfp ..."
std::string points_text(const ErrorHistogram& histogram) {
  std::string text;
  for (const ErrorHistogram::Line& line : histogram.lines) {
    const Point& point = line.point;
    text += (text.empty() ? "" : ", ") + escape(line.codec) + " at " + significant(point.bits_per_element(), 3);
    if (std::isfinite(point.max_absolute_error))
      text += " with " + significant(point.max_absolute_error, 3) + " at most (" +
              score_text(kArrayMetrics[1], point.max_relative_error) + " of the range)";
  }
  return text;
}

// The chart of how often errors of each size occur; empty if the image has none.
std::string histogram_figure(const Results& results, const std::string& image) {
  const ErrorHistogram* histogram = find_histogram(results, image);
  const std::string svg = histogram ? draw(histogram_chart(results, *histogram), looks_of(results.codecs)) : "";
  if (svg.empty()) return "";
  const std::string caption =
      results.kind == SignalKind::array
          ? "How often errors of each size occur, as shares of the bound that the codec keeps or, where it promises "
            "none, of its greatest error. Each codec at its point nearest to one PSNR; bits per element, and the "
            "greatest error in the unit of the elements: "
          : "How often samples of red, green and blue differ from the original by so many levels. Each codec at about "
            "the same bytes; bits per pixel: ";
  return "<div class=\"of-picture\"><figure>" + svg + "</figure><p class=\"quiet\">" + caption +
         points_text(*histogram) + ".</p></div>";
}

// The chart of power over frequency; empty if the image has none.
std::string spectra_figure(const Results& results, const std::string& image) {
  const Spectra* spectra = find_spectra(results, image);
  const std::string svg = spectra ? draw(spectra_chart(results, *spectra), looks_with_signal(results.codecs)) : "";
  if (svg.empty()) return "";
  const std::string caption =
      results.kind == SignalKind::array
          ? "Power by frequency along the last axis, the mean over lines, of the original and of the error of each "
            "codec at its point nearest to one PSNR. A bound on each element makes noise of about one level; an "
            "encoder for the least mean squared error keeps the error level where the original is above it, and leaves "
            "out the original where it is below (reverse water-filling)."
          : "Power of luma by frequency, the mean over all directions, of the original and of the error of each codec "
            "at about the same score. An encoder for the least mean squared error keeps the error level where the "
            "original is above it, and leaves out the original where it is below (reverse water-filling).";
  return "<div class=\"of-picture\"><figure>" + svg + "</figure><p class=\"quiet\">" + caption + "</p></div>";
}

std::string article(const Results& results, const Curves& curves, const std::vector<const Metric*>& metrics,
                    size_t index, const std::vector<Look>& looks) {
  const Image& image = results.images[index];
  const std::string sides = sides_text(image), separator = sides.empty() || image.image_class.empty() ? "" : ", ";
  std::string text = "<article id=\"p" + std::to_string(index) + "\" data-class=\"" + escape(image.image_class) +
                     "\"><h3>" + escape(image.name) + " <small>" + sides + separator + escape(image.image_class) +
                     "</small></h3>";
  for (const Metric* metric : metrics) {
    Chart chart = rate_chart(results, *metric, curves.of_image(*metric, image.name));
    chart.width = kWidth;
    chart.height = kHeight;
    chart.lines_id = lines_id(*metric, index);
    const std::string svg = draw(chart, looks);
    text += std::string("<div class=\"of-picture\" data-metric=\"") + metric->column + "\"><figure>" +
            (svg.empty() ? "<p class=\"quiet\">Not measured.</p>" : svg) + "</figure>" +
            image_rate_table(results, *metric, image.name) + "</div>";
  }
  return text + series_figure(results, image.name) + histogram_figure(results, image.name) +
         spectra_figure(results, image.name) + tensor_section(results, image.name) + "</article>";
}

std::string file_id(size_t comparison, size_t view) {
  return "file-" + std::to_string(comparison) + "-" + std::to_string(view);
}

nlohmann::json scores_of(const Point& point, const std::vector<const Metric*>& metrics) {
  nlohmann::json scores = nlohmann::json::object();
  for (const Metric* metric : metrics)
    if (std::isfinite(point.*metric->value)) scores[metric->column] = point.*metric->value;
  return scores;
}

nlohmann::json visual_comparison_json(const Results& results, size_t index, const std::vector<const Metric*>& metrics) {
  const VisualComparison& comparison = results.visual_comparisons[index];
  nlohmann::json json = {{"left", comparison.left},       {"top", comparison.top},
                         {"width", comparison.width},     {"height", comparison.height},
                         {"original", file_id(index, 0)}, {"views", nlohmann::json::array()}};
  for (size_t i = 0; i < results.images.size(); ++i)
    if (results.images[i].name == comparison.image) {
      json["picture"] = i;
      json["whole"] = results.images[i].sides;
    }
  for (size_t i = 0; i < comparison.views.size(); ++i) {
    const View& view = comparison.views[i];
    nlohmann::json entry = {{"name", view.codec},
                            {"match", view.match},
                            {"q", view.point.q},
                            {"bytes", view.point.bytes},
                            {"scores", scores_of(view.point, metrics)},
                            {"file", file_id(index, i + 1)}};
    for (const Place& place : view.worst_places) entry["worst"].push_back({place.left, place.top, place.ssim});
    if (view.point.elements > 0) entry["bpp"] = view.point.bits_per_element();
    json["views"].push_back(entry);
  }
  return json;
}

std::string file_element(const std::string& id, const std::string& mime, std::span<const std::byte> file) {
  return "<script type=\"text/plain\" id=\"" + id + "\">data:" + escape(mime) + ";base64," + base64(file) +
         "</script>\n";
}

}  // namespace

std::string image_list(const Results& results, const Curves& curves, const Metric& metric) {
  std::string list;
  for (size_t i = 0; i < results.images.size(); ++i) {
    const Image& image = results.images[i];
    const bool has_chart = !curves.of_image(metric, image.name).curves.empty();
    list +=
        "<li data-class=\"" + escape(image.image_class) + "\"><a href=\"#p" + std::to_string(i) +
        "\"><svg class=\"small\" viewBox=\"42 26 460 340\" aria-hidden=\"true\">" +
        (has_chart ? "<use data-picture=\"" + std::to_string(i) + "\" href=\"#" + lines_id(metric, i) + "\"/>" : "") +
        "</svg>" + escape(image.name) + "</a></li>";
  }
  return "<ol class=\"pictures\">" + list + "</ol>";
}

std::string image_articles(const Results& results, const Curves& curves, const std::vector<const Metric*>& metrics) {
  const auto looks = looks_of(results.codecs);
  std::string text;
  for (size_t i = 0; i < results.images.size(); ++i) text += article(results, curves, metrics, i, looks);
  return text;
}

std::string script_data_json(const Results& results, const std::vector<const Metric*>& metrics) {
  nlohmann::json json;
  json["anchor"] = results.anchor;
  json["metrics"] = nlohmann::json::array();
  for (const Metric* metric : metrics)
    json["metrics"].push_back({{"column", metric->column},
                               {"title", metric->title},
                               {"unit", metric->unit},
                               {"decimals", score_decimals(*metric)},
                               {"logarithmic", metric->is_logarithmic}});
  json["words"] = {{"element", words_of(results.kind).element}, {"megaelements", words_of(results.kind).megaelements}};
  json["codecs"] = nlohmann::json::array();
  for (const CodecEntry& codec : results.codecs) json["codecs"].push_back(codec.name);
  json["pictures"] = nlohmann::json::array();
  for (const Image& image : results.images) json["pictures"].push_back(image.name);
  json["comparisons"] = nlohmann::json::array();
  for (size_t i = 0; i < results.visual_comparisons.size(); ++i)
    json["comparisons"].push_back(visual_comparison_json(results, i, metrics));
  std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  // No end tag and no comment may be within a script element.
  for (size_t at = text.find('<'); at < text.size(); at = text.find('<', at)) text.replace(at, 1, "\\u003c");
  return text;
}

std::string comparison_files(const Results& results) {
  std::string elements;
  for (size_t i = 0; i < results.visual_comparisons.size(); ++i) {
    const VisualComparison& comparison = results.visual_comparisons[i];
    elements += file_element(file_id(i, 0), comparison.mime, comparison.original);
    for (size_t k = 0; k < comparison.views.size(); ++k)
      elements += file_element(file_id(i, k + 1), comparison.mime, comparison.views[k].file);
  }
  return elements;
}

}  // namespace laq::compare
