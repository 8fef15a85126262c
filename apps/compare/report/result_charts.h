// The charts of rate and distortion: score against bits per pixel or element, and bytes against the anchor's at equal
// score. The chart of a series: levels of the signal and of errors, and bounds on the error, over time. Histograms and
// spectra of errors.
#pragma once

#include <string>
#include <vector>

#include "compare/measure/pooled_curves.h"
#include "compare/measure/results.h"
#include "compare/report/chart.h"

namespace laq::compare {

// The number of decimals with which a score is shown; -1: a number of significant digits instead.
int score_decimals(const Metric& metric);

// The text of a score, with `fewer` digits less than score_decimals() asks for.
std::string score_text(const Metric& metric, double score, int fewer = 0);

// Score against bits per element. Each point has the attributes data-codec, data-image (empty if several images were
// pooled), data-q, data-x (bits per element) and data-y (score).
Chart rate_chart(const Results& results, const Metric& metric, const Pool& pool);

// Bytes relative to the anchor's, in percent, over the score: Bjontegaard's difference of the pooled curves within
// short ranges of score. For the leading metric these stay within the range of the rates. The chart has no series if
// the anchor has no curve.
Chart relative_chart(const Results& results, const Metric& metric, const Pool& pool);

// The rate chart of an image, or of all images pooled if `image` is empty, as an SVG document for papers. The text is
// empty if no point has a score of the metric.
std::string rate_chart_svg(const Results& results, const Metric& metric, const std::string& image = "");

// The looks of the codecs, and after them the look of the signal.
std::vector<Look> looks_with_signal(const std::vector<CodecEntry>& codecs);

// The chart is to be drawn with looks_with_signal().
Chart series_chart(const Results& results, const Series& series);

// Power over frequency of the original and of the errors of each codec. The chart is to be drawn with
// looks_with_signal().
Chart spectra_chart(const Results& results, const Spectra& spectra);
std::string spectra_chart_svg(const Results& results, const Spectra& spectra);

// Shares of the elements of a tensor over their size, before and after. The chart is to be drawn with
// looks_with_signal().
Chart values_chart(const Results& results, const ComparedTensor& tensor);
std::string values_chart_svg(const Results& results, const ComparedTensor& tensor);

// Shares of samples or elements over the size of the error, for each codec.
Chart histogram_chart(const Results& results, const ErrorHistogram& histogram);
std::string histogram_chart_svg(const Results& results, const ErrorHistogram& histogram);

// The histogram and the spectra of an image; null if it has none.
const ErrorHistogram* find_histogram(const Results& results, const std::string& image);
const Spectra* find_spectra(const Results& results, const std::string& image);

// The chart as an SVG document for papers.
std::string series_chart_svg(const Results& results, const Series& series);

}  // namespace laq::compare
