// Rate-distortion curves of one image, and pooled curves of several: what the charts draw.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compare/measure/results.h"

namespace laq::compare {

struct CurvePoint {
  double q = 0;
  double bits_per_element = 0;  // geometric mean over the images
  double score = 0;             // mean, geometric where the metric is logarithmic
};

struct Curve {
  size_t codec = 0;  // place in Results::codecs
  std::vector<CurvePoint> points;
};

struct Pool {
  std::vector<Curve> curves;
  std::vector<std::string> images;    // that were pooled
  std::vector<std::string> left_out;  // codecs that have none of them, or without which more images are common
};

// The points by codec and image. Refers to the results.
class Curves {
 public:
  explicit Curves(const Results& results);

  // At each quality of a codec (that most of its images have) the mean over those of `images` that all codecs have.
  // Where no image is common to all, the codecs with the fewest are left out until there is one.
  Pool pool(const Metric& metric, const std::vector<std::string>& images) const;
  Pool of_image(const Metric& metric, const std::string& image) const { return pool(metric, {image}); }

  // Is there any finite score?
  bool has(const Metric& metric) const;

 private:
  const Results& results_;
  std::map<std::string, std::map<std::string, std::vector<const Point*>>> points_;  // codec, image
};

// Names of the images of a class, of all where it is empty.
std::vector<std::string> images_of_class(const Results& results, const std::string& image_class);

// The classes of the images in their order; empty where all are of one.
std::vector<std::string> image_classes(const Results& results);

}  // namespace laq::compare
