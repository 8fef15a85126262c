// Tensors of a model in the report: a table of all, and histograms and maps of the largest.
#include <algorithm>
#include <cmath>

#include "compare/measure/statistics.h"
#include "compare/report/chart.h"
#include "compare/report/colour_map.h"
#include "compare/report/markup.h"
#include "compare/report/report_parts.h"
#include "compare/report/result_charts.h"
#include "io/picture/picture_file.h"

namespace laq::compare {
namespace {

constexpr size_t kMostRows = 200;  // of the table

std::string shape_text(const std::vector<uint64_t>& shape) {
  std::string text;
  for (const uint64_t side : shape) text.append(text.empty() ? "" : " × ").append(std::to_string(side));
  return text;
}

std::string cell_of(const ComparedTensor::Line& line) {
  std::string text = std::isinf(line.snr) ? "no loss" : decimals(line.snr, 1) + "\u00a0dB";
  if (std::isfinite(line.bits)) text += " <small>at\u00a0" + decimals(line.bits, 2);
  if (std::isfinite(line.gained_bits)) text += std::string(", gains\u00a0") + decimals(line.gained_bits, 2);
  return text + (std::isfinite(line.bits) ? "</small>" : "");
}

std::string tensor_table(const ComparedTensors& compared) {
  std::vector<std::string> titles = {"Tensor", "Shape"};
  for (const Point& point : compared.points) titles.push_back(escape(point.codec));
  std::string rows;
  for (const ComparedTensor& tensor : std::span(compared.tensors).first(std::min(compared.tensors.size(), kMostRows))) {
    rows += "<tr><th scope=\"row\">" + escape(tensor.name) + "</th><td>" + shape_text(tensor.shape) + "</td>";
    for (const ComparedTensor::Line& line : tensor.lines) rows += "<td>" + cell_of(line) + "</td>";
    rows += "</tr>";
  }
  std::string text = table(titles, rows);
  if (compared.tensors.size() > kMostRows)
    text += "<p class=\"quiet\">" + counted(compared.tensors.size() - kMostRows, "tensor") + " more.</p>";
  return text;
}

// "laq-e5 20.3 dB at 3.5, ..."
std::string points_text(const ComparedTensors& compared) {
  std::string text;
  for (const Point& point : compared.points) {
    text += (text.empty() ? "" : ", ") + escape(point.codec) + " ";
    text += (std::isinf(point.snr) ? "no loss" : decimals(point.snr, 1) + "\u00a0dB") + " at " +
            significant(point.bits_per_element(), 3);
  }
  return text;
}

// The map as an image element, and what its colours mean; empty if there is none.
std::string map_figure(const ComparedTensor& tensor) {
  const ComparedTensor::LocalScale& scale = tensor.scale;
  std::vector<double> finite;
  std::ranges::copy_if(scale.decibels, std::back_inserter(finite), [](double value) { return std::isfinite(value); });
  if (finite.empty()) return "";
  std::ranges::sort(finite);
  const double low = percentile(finite, 0.01), high = percentile(finite, 0.99);
  Picture picture{static_cast<uint32_t>(scale.width), static_cast<uint32_t>(scale.height), 3, 8};
  for (const double value : scale.decibels) {
    constexpr Colour kZeros{128, 128, 128};
    const Colour colour = std::isfinite(value) ? heat(high > low ? (value - low) / (high - low) : 0.5) : kZeros;
    for (const uint8_t sample : {colour.red, colour.green, colour.blue})
      picture.samples.push_back(static_cast<std::byte>(sample));
  }
  const auto png = io::encode_picture(picture, io::FileKind::png);
  if (!png) return "";
  return "<figure><img class=\"map\" alt=\"Local scale of " + escape(tensor.name) + "\" width=\"" +
         std::to_string(scale.width) + "\" height=\"" + std::to_string(scale.height) +
         "\" src=\"data:image/png;base64," + base64(*png) + "\"><figcaption class=\"quiet\">Local scale: root mean " +
         "squares of blocks of the matrix of " + counted(scale.rows, "row") + " and " +
         counted(scale.columns, "column") + ", from " + decimals(low, 1) +
         "\u00a0dB of that of the tensor (dark blue) by green to " + decimals(high, 1) +
         "\u00a0dB (yellow); zeros are gray.</figcaption></figure>";
}

std::string tensor_figures(const Results& results, const ComparedTensor& tensor) {
  const std::string svg = draw(values_chart(results, tensor), looks_with_signal(results.codecs));
  if (svg.empty()) return "";
  return "<h4>" + escape(tensor.name) + " <small>" + shape_text(tensor.shape) + "</small></h4><div class=\"pair\">" +
         "<figure>" + svg + "</figure>" + map_figure(tensor) + "</div>";
}

}  // namespace

std::string tensor_section(const Results& results, const std::string& image) {
  const auto found = std::ranges::find(results.tensors, image, &ComparedTensors::image);
  if (found == results.tensors.end() || found->tensors.empty()) return "";
  std::string text =
      "<div class=\"wide\">" + tensor_table(*found) +
      "</div><p class=\"quiet\">Tensors that are coded with loss: SNR, bits per element of each, and the "
      "bits that locality gains over one uniform step with the same error and an ideal entropy coder. "
      "Each codec at its point nearest to one SNR; of the whole model, with bits per element of the "
      "file: " +
      points_text(*found) + ".</p>";
  const auto is_shown = [](const ComparedTensor& tensor) { return !tensor.values.empty(); };
  if (std::ranges::any_of(found->tensors, is_shown))
    text += "<p class=\"quiet\">Of the largest tensors: how often elements of each size occur, before and after.</p>";
  for (const ComparedTensor& tensor : found->tensors)
    if (is_shown(tensor)) text += tensor_figures(results, tensor);
  return "<div class=\"tensors\">" + text + "</div>";
}

}  // namespace laq::compare
