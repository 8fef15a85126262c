#include "compare/measure/statistics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "laq/metrics.hpp"

namespace laq::compare {
namespace {

using Curve = std::vector<RatePoint>;

// The points that have a score of the metric, by codec and image.
std::map<std::string, std::map<std::string, Curve>> curves_of(const std::vector<Point>& points, const Metric& metric) {
  std::map<std::string, std::map<std::string, Curve>> curves;
  for (const Point& point : points) {
    const double score = metric.score(point);
    if (std::isfinite(score)) curves[point.codec][point.image].push_back({point.bits_per_element(), score});
  }
  return curves;
}

// A curve of one point as a short level line, whose difference to another curve is the one at its score; of scores that
// are logarithms, for which a length is short.
Curve widened(const Curve& curve, const Metric& metric) {
  constexpr double kHalfWidth = 1e-3;
  if (curve.size() != 1 || !(metric.is_decibel() || metric.is_logarithmic)) return curve;
  const auto [rate, score] = curve.front();
  return {{rate, score - kHalfWidth}, {rate, score + kHalfWidth}};
}

// One image's rate.
struct Rate {
  std::string image;
  double log_rate;
  double lowest_score, highest_score;
};

RateRow pooled(const std::string& codec, const Metric& metric, const std::string& image_class,
               const std::vector<const Rate*>& rates, int refused) {
  RateRow row{codec, &metric, image_class, static_cast<int>(rates.size()), refused};
  if (rates.empty()) return row;
  const auto percent = [](double log_rate) { return 100 * std::expm1(log_rate); };
  const auto n = static_cast<double>(rates.size());
  double log_sum = 0, lowest = 0, highest = 0;
  std::vector<double> sorted;
  for (const Rate* rate : rates) {
    log_sum += rate->log_rate;
    lowest += rate->lowest_score;
    highest += rate->highest_score;
    sorted.push_back(percent(rate->log_rate));
  }
  std::sort(sorted.begin(), sorted.end());
  row.mean = percent(log_sum / n);
  row.median = percentile(sorted, 0.5);
  row.percentile_10 = percentile(sorted, 0.1);
  row.percentile_90 = percentile(sorted, 0.9);
  row.best = sorted.front();
  row.worst = sorted.back();
  row.lowest_score = metric.value_at(lowest / n);
  row.highest_score = metric.value_at(highest / n);
  return row;
}

// On how many images the scores of a codec meet those of each other codec, within the range of the rates.
class Meetings {
 public:
  explicit Meetings(const Results& results) {
    const Metric& metric = leading_metric(results.kind);
    for (const Point& point : results.points) {
      const double score = point.*metric.value;
      if (!std::isfinite(score)) continue;
      Interval& interval = intervals_[point.image][point.codec];
      interval.low = std::max(std::min(interval.low, score), results.lowest_score);
      interval.high = std::min(std::max(interval.high, score), results.highest_score);
    }
  }
  int of(const std::string& codec) const {
    int count = 0;
    for (const auto& [image, codecs] : intervals_) {
      const auto own = codecs.find(codec);
      if (own == codecs.end()) continue;
      for (const auto& [name, other] : codecs)
        count += name != codec && std::max(own->second.low, other.low) < std::min(own->second.high, other.high);
    }
    return count;
  }

 private:
  struct Interval {
    double low = HUGE_VAL, high = -HUGE_VAL;
  };
  std::map<std::string, std::map<std::string, Interval>> intervals_;  // by image and codec
};

}  // namespace

double percentile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

Anchor default_anchor(const Results& results) {
  if (results.codec_index("jxl-e7")) return {"jxl-e7", "the usual anchor of pictures"};
  const Meetings meetings(results);
  std::vector<std::string> codecs;
  for (const CodecEntry& codec : results.codecs) codecs.push_back(codec.name);
  std::stable_partition(codecs.begin(), codecs.end(), [](const std::string& name) { return !name.starts_with("laq"); });
  const std::string best = *std::ranges::max_element(codecs, {}, [&](const auto& name) { return meetings.of(name); });
  if (best.starts_with("laq") && best != codecs.front())
    return {best, "no peer's scores meet those of the other codecs as often"};
  return {best, best.starts_with("laq") ? "there is no peer" : "the first peer whose scores meet those of the others"};
}

void add_rates(Results& results) {
  results.rates.clear();
  results.image_rates.clear();
  std::map<std::string, std::string> class_of;
  std::set<std::string> classes;
  for (const Image& image : results.images) {
    class_of[image.name] = image.image_class;
    classes.insert(image.image_class);
  }
  for (const Metric& metric : metrics_of(results.kind)) {
    const auto curves = curves_of(results.points, metric);
    const auto anchors = curves.find(results.anchor);
    if (anchors == curves.end()) continue;
    ScoreRange range{.higher_is_better = metric.higher_is_better};
    if (metric.value == leading_metric(results.kind).value) {
      range.lowest = results.lowest_score;
      range.highest = results.highest_score;
    }
    for (const CodecEntry& codec : results.codecs) {
      const auto found = curves.find(codec.name);
      if (found == curves.end()) continue;
      std::vector<Rate> rates;
      std::vector<std::string> refused;
      for (const auto& [image, curve] : found->second) {
        const auto anchor = anchors->second.find(image);
        if (anchor == anchors->second.end()) continue;  // not measured: nothing to compare
        const auto difference = bjontegaard(widened(anchor->second, metric), widened(curve, metric), range);
        ImageRate& one = results.image_rates.emplace_back(ImageRate{codec.name, image, &metric});
        if (difference) {
          one.percent = 100 * std::expm1(difference->log_rate);
          rates.push_back({image, difference->log_rate, difference->lowest_score, difference->highest_score});
        } else {
          one.refusal = difference.error().message;
          refused.push_back(image);
        }
      }
      const auto add_row = [&](const std::string& image_class, auto&& counts) {
        std::vector<const Rate*> chosen;
        for (const Rate& rate : rates) {
          if (counts(rate.image)) chosen.push_back(&rate);
        }
        const auto left_out = static_cast<int>(std::count_if(refused.begin(), refused.end(), counts));
        if (chosen.empty() && left_out == 0) return;
        results.rates.push_back(pooled(codec.name, metric, image_class, chosen, left_out));
      };
      add_row("", [](const std::string&) { return true; });
      if (classes.size() < 2) continue;
      for (const std::string& image_class : classes)
        add_row(image_class, [&](const std::string& image) { return class_of[image] == image_class; });
    }
  }
}

void add_lossless(Results& results) {
  results.lossless.clear();
  std::map<std::string, std::map<std::string, double>> rates;  // codec, image
  for (const Point& point : results.points) {
    if (point.q != 0 || point.*leading_metric(point.kind).value != HUGE_VAL) continue;
    rates[point.codec][point.image] = point.bits_per_element();
  }
  const auto all_have = [&](const std::string& image) {
    return std::ranges::all_of(rates, [&](const auto& codec) { return codec.second.contains(image); });
  };
  for (const CodecEntry& codec : results.codecs) {
    const auto found = rates.find(codec.name);
    if (found == rates.end()) continue;
    double sum = 0;
    int images = 0;
    for (const auto& [image, rate] : found->second) {
      if (!all_have(image)) continue;
      sum += rate;
      ++images;
    }
    results.lossless.push_back({codec.name, images, images > 0 ? sum / images : kAbsent});
  }
}

}  // namespace laq::compare
