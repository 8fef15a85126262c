#include "compare/measure/pooled_curves.h"

#include <algorithm>
#include <cmath>

namespace laq::compare {
namespace {

// One codec: its points by image and quality, and the qualities that are pooled.
struct Candidate {
  size_t codec;
  std::map<std::string, std::map<double, const Point*>> images;
  std::vector<double> qualities;
};

// Keeps the qualities that most images have, and the images that have all of these.
void keep_complete(Candidate& candidate) {
  std::map<double, size_t> uses;
  for (const auto& [image, points] : candidate.images)
    for (const auto& [q, point] : points) ++uses[q];
  for (const auto& [q, count] : uses)
    if (2 * count >= candidate.images.size()) candidate.qualities.push_back(q);
  std::erase_if(candidate.images, [&](const auto& entry) {
    return std::ranges::any_of(candidate.qualities, [&](double q) { return !entry.second.contains(q); });
  });
}

std::vector<std::string> common_images(const std::vector<Candidate>& candidates,
                                       const std::vector<std::string>& images) {
  std::vector<std::string> common;
  std::ranges::copy_if(images, std::back_inserter(common), [&](const std::string& image) {
    return std::ranges::all_of(candidates, [&](const Candidate& one) { return one.images.contains(image); });
  });
  return common;
}

Curve mean_curve(const Candidate& candidate, const Metric& metric, const std::vector<std::string>& images) {
  Curve curve{candidate.codec, {}};
  for (const double q : candidate.qualities) {
    CurvePoint mean{q, 0, 0};
    for (const auto& image : images) {
      const Point& point = *candidate.images.at(image).at(q);
      mean.bits_per_element += std::log(point.bits_per_element());
      mean.score += metric.pooled(point.*metric.value);
      if (metric.absolute_value && images.size() == 1) mean.absolute = point.*metric.absolute_value;
    }
    const auto count = static_cast<double>(images.size());
    mean.bits_per_element = std::exp(mean.bits_per_element / count);
    mean.score = metric.value_of_pooled(mean.score / count);
    if (std::isfinite(metric.score(mean.score))) curve.points.push_back(mean);
  }
  std::ranges::sort(curve.points, {}, &CurvePoint::bits_per_element);
  return curve;
}

}  // namespace

Curves::Curves(const Results& results) : results_(results) {
  for (const Point& point : results.points) points_[point.codec][point.image].push_back(&point);
}

bool Curves::has(const Metric& metric) const {
  return std::ranges::any_of(results_.points, [&](const Point& one) { return std::isfinite(metric.score(one)); });
}

Pool Curves::pool(const Metric& metric, const std::vector<std::string>& images) const {
  std::vector<Candidate> candidates;
  Pool pool;
  for (size_t codec = 0; codec < results_.codecs.size(); ++codec) {
    const auto& name = results_.codecs[codec].name;
    Candidate candidate{codec, {}, {}};
    if (const auto found = points_.find(name); found != points_.end())
      for (const auto& image : images)
        if (const auto points = found->second.find(image); points != found->second.end())
          for (const Point* point : points->second)
            if (std::isfinite(metric.pooled(point->*metric.value)) && point->bits_per_element() > 0)
              candidate.images[image][point->q] = point;
    keep_complete(candidate);
    if (candidate.images.empty())
      pool.left_out.push_back(name);
    else
      candidates.push_back(std::move(candidate));
  }
  while (!candidates.empty() && (pool.images = common_images(candidates, images)).empty()) {
    const auto fewest = std::ranges::min_element(candidates, {}, [](const auto& one) { return one.images.size(); });
    pool.left_out.push_back(results_.codecs[fewest->codec].name);
    candidates.erase(fewest);
  }
  for (const Candidate& candidate : candidates) {
    Curve curve = mean_curve(candidate, metric, pool.images);
    if (curve.points.empty())
      pool.left_out.push_back(results_.codecs[candidate.codec].name);
    else
      pool.curves.push_back(std::move(curve));
  }
  return pool;
}

std::vector<std::string> images_of_class(const Results& results, const std::string& image_class) {
  std::vector<std::string> names;
  for (const Image& image : results.images)
    if (image_class.empty() || image.image_class == image_class) names.push_back(image.name);
  return names;
}

std::vector<std::string> image_classes(const Results& results) {
  std::vector<std::string> classes;
  for (const Image& image : results.images)
    if (!image.image_class.empty() && std::find(classes.begin(), classes.end(), image.image_class) == classes.end())
      classes.push_back(image.image_class);
  if (classes.size() < 2) classes.clear();
  return classes;
}

}  // namespace laq::compare
