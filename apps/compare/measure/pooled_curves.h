// Rate-distortion curves of one image, or pooled over several images, for charts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compare/measure/results.h"

namespace laq::compare {

struct CurvePoint {
  double q = 0;
  double bits_per_element = 0;  // geometric mean over the images
  double score = 0;             // mean over the images, as Metric::pooled() says
  double absolute = kAbsent;    // of one image, the value of Metric::absolute_value
};

struct Curve {
  size_t codec = 0;  // place in Results::codecs
  std::vector<CurvePoint> points;
};

struct Pool {
  std::vector<Curve> curves;
  std::vector<std::string> images;    // the images that were pooled
  std::vector<std::string> left_out;  // codecs without these images, left out so that the others have some in common
};

// The points of all curves. Refers to the results.
class Curves {
 public:
  explicit Curves(const Results& results);

  // For each codec the mean over those of `images` that all codecs have, at each quality that most of its images have;
  // a quality at which all images are without loss has no point in decibels. If no image is common to all codecs, those
  // with the fewest images are left out until one is.
  Pool pool(const Metric& metric, const std::vector<std::string>& images) const;
  Pool of_image(const Metric& metric, const std::string& image) const { return pool(metric, {image}); }

  // Has any point a finite score?
  bool has(const Metric& metric) const;

 private:
  const Results& results_;
  std::map<std::string, std::map<std::string, std::vector<const Point*>>> points_;  // codec, image
};

// Names of the images of a class, or of all images for an empty class.
std::vector<std::string> images_of_class(const Results& results, const std::string& image_class);

// The classes in the order of the images; empty if there is only one.
std::vector<std::string> image_classes(const Results& results);

}  // namespace laq::compare
