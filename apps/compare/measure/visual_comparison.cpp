#include "compare/measure/visual_comparison.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "compare/codecs/codec_families.h"
#include "compare/measure/luma.h"
#include "compare/measure/match.h"
#include "compare/measure/worst_places.h"
#include "io/formats.h"
#include "io/picture/convert.h"
#include "io/picture/picture_file.h"

namespace laq::compare {
namespace {

struct Window {
  uint32_t left = 0, top = 0, width = 0, height = 0;
};

Picture for_display(const Picture& picture) {
  return io::with_colour(io::with_depth(picture, 8));
}

Picture cut(const Picture& picture, const Window& window) {
  Picture part{window.width, window.height, picture.channels, picture.depth, {}, {.icc = picture.metadata.icc}};
  part.samples.resize(part.row_bytes() * part.height);
  const size_t skipped = size_t{window.left} * picture.channels * picture.sample_bytes();
  for (uint32_t y = 0; y < window.height; ++y) {
    std::memcpy(&part.samples[y * part.row_bytes()], &picture.samples[(window.top + y) * picture.row_bytes() + skipped],
                part.row_bytes());
  }
  return part;
}

constexpr uint32_t kCell = 8;  // side of a cell in pixels; windows begin at cells

// Adds the squared error of red, green and blue to the cell that each pixel lies in. Both pictures are made by
// for_display().
void add_squared_error(const Picture& original, const Picture& decoded, std::vector<double>& cells) {
  const size_t row_of_cells = (original.width + kCell - 1) / kCell;
  for (uint32_t y = 0; y < original.height; ++y) {
    for (uint32_t x = 0; x < original.width; ++x) {
      const std::byte* a = &original.samples[y * original.row_bytes() + size_t{x} * original.channels];
      const std::byte* b = &decoded.samples[y * decoded.row_bytes() + size_t{x} * decoded.channels];
      for (int c = 0; c < 3; ++c) {
        const double error = std::to_integer<int>(a[c]) - std::to_integer<int>(b[c]);
        cells[y / kCell * row_of_cells + x / kCell] += error * error;
      }
    }
  }
}

// The window of at most the wished size that covers the largest sum of cells.
Window fullest_window(const Picture& picture, const std::vector<double>& cells,
                      const VisualComparisonOptions& options) {
  Window window{0, 0, std::min(picture.width, options.max_width), std::min(picture.height, options.max_height)};
  const size_t columns = (picture.width + kCell - 1) / kCell, rows = (picture.height + kCell - 1) / kCell;
  // sum(x, y) adds up the cells above and left of (x, y).
  std::vector<double> sums((columns + 1) * (rows + 1));
  const auto sum = [&](size_t x, size_t y) -> double& { return sums[y * (columns + 1) + x]; };
  for (size_t y = 0; y < rows; ++y) {
    for (size_t x = 0; x < columns; ++x) {
      sum(x + 1, y + 1) = cells[y * columns + x] + sum(x, y + 1) + sum(x + 1, y) - sum(x, y);
    }
  }
  const size_t across = (window.width + kCell - 1) / kCell, down = (window.height + kCell - 1) / kCell;
  double most = -1;
  for (size_t y = 0; y + down <= rows; ++y) {
    for (size_t x = 0; x + across <= columns; ++x) {
      const double inside = sum(x + across, y + down) - sum(x, y + down) - sum(x + across, y) + sum(x, y);
      if (inside <= most) continue;
      most = inside;
      window.left = std::min(static_cast<uint32_t>(x * kCell), picture.width - window.width);
      window.top = std::min(static_cast<uint32_t>(y * kCell), picture.height - window.height);
    }
  }
  return window;
}

// A file without loss that browsers show: WebP, which is smaller, or PNG if this build does not write WebP.
io::FileKind display_kind() {
  return io::format_of(io::FileKind::webp).is_written() ? io::FileKind::webp : io::FileKind::png;
}
const char* display_mime() {
  return display_kind() == io::FileKind::webp ? "image/webp" : "image/png";
}
Result<std::vector<std::byte>> display_file(const Picture& picture) {
  Result<io::Noted<std::vector<std::byte>>> file = io::encode_picture(without_extras(picture), display_kind());
  if (!file) return file.error();
  return std::vector<std::byte>(std::move(*file));
}

const char* name_of(MatchKind kind) {
  return kind == MatchKind::bytes ? "bytes" : "score";
}

// A view without its file, and the whole picture that the file is cut out of, made by for_display().
struct Candidate {
  View view;
  Picture decoded;
};

constexpr size_t kPlaces = 5;  // worst places of a view

// How often samples of red, green and blue differ by so many levels, for the views at equal bytes.
ErrorHistogram histogram_of(const std::string& image, const Picture& original,
                            const std::vector<Candidate>& candidates) {
  constexpr size_t kLevels = 256;
  ErrorHistogram histogram{image, {}, {}};
  size_t used = 0;  // the greatest difference
  for (const Candidate& candidate : candidates) {
    if (candidate.view.match != name_of(MatchKind::bytes)) continue;
    std::vector<double> counts(kLevels);
    for (size_t i = 0; i < original.samples.size(); ++i) {
      if (i % original.channels >= 3) continue;
      const int difference =
          std::to_integer<int>(original.samples[i]) - std::to_integer<int>(candidate.decoded.samples[i]);
      ++counts[std::abs(difference)];
    }
    for (size_t size = 0; size < kLevels; ++size) {
      if (counts[size] > 0) used = std::max(used, size);
      counts[size] /= 3.0 * original.width * original.height;
    }
    histogram.lines.push_back({candidate.view.codec, candidate.view.point, counts});
  }
  for (size_t size = 0; size <= used; ++size) histogram.sizes.push_back(static_cast<double>(size));
  for (ErrorHistogram::Line& line : histogram.lines) line.shares.resize(used + 1);
  return histogram;
}

// The power of luma, and of the errors of luma, by distance from frequency 0; nothing if spectra are not available.
class LumaSpectra {
 public:
  explicit LumaSpectra(const Picture& original) {
    if (spectrum::is_available()) luma_ = luma_of(original);
    height_ = static_cast<int>(original.height);
    width_ = static_cast<int>(original.width);
  }
  std::vector<spectrum::Point> of_original() const { return spectrum_of(luma_); }
  std::vector<spectrum::Point> of_error(const Picture& decoded) const {
    if (luma_.empty()) return {};
    std::vector<double> error = luma_of(decoded);
    for (size_t i = 0; i < error.size(); ++i) error[i] -= luma_[i];
    return spectrum_of(error);
  }

 private:
  std::vector<spectrum::Point> spectrum_of(const std::vector<double>& values) const {
    if (values.empty()) return {};
    return radial_mean(spectrum::spectrum_of_area(values, height_, width_));
  }

  std::vector<double> luma_;  // of the original
  int height_, width_;
};

// Cuts the most different part out of the original and of all candidates, and makes files of them.
Result<VisualComparison> cut_views(const Original& source, std::vector<Candidate>& candidates,
                                   const VisualComparisonOptions& options) {
  const Picture original = for_display(source.picture());
  std::vector<double> cells(size_t{(original.width + kCell - 1) / kCell} * ((original.height + kCell - 1) / kCell));
  for (const Candidate& candidate : candidates) add_squared_error(original, candidate.decoded, cells);
  const Window window = fullest_window(original, cells, options);
  VisualComparison comparison{source.name,    window.left, window.top, window.width, window.height,
                              display_mime(), {},          {},         {},           {}};
  const Picture part = cut(original, window);
  Result<std::vector<std::byte>> file = display_file(part);
  if (!file) return file.error();
  comparison.original = std::move(*file);
  comparison.histogram = histogram_of(source.name, original, candidates);
  for (Candidate& candidate : candidates) {
    const Picture decoded = cut(candidate.decoded, window);
    file = display_file(decoded);
    if (!file) return file.error();
    candidate.view.worst_places = worst_places(part, decoded, kPlaces);
    candidate.view.file = std::move(*file);
    comparison.views.push_back(std::move(candidate.view));
  }
  return comparison;
}

}  // namespace

Result<VisualComparison> make_visual_comparison(const Original& original, const std::vector<const Codec*>& codecs,
                                                const std::vector<Point>& points,
                                                const VisualComparisonOptions& options,
                                                std::vector<std::string>& failures) {
  const std::string& image = original.name;
  const auto is_anchor = [&](const Codec* codec) { return codec->name() == options.anchor; };
  const auto anchor = std::find_if(codecs.begin(), codecs.end(), is_anchor);
  const Point* anchor_point = nearest_point(points, options.anchor, image, options.score);
  if (anchor == codecs.end() || !anchor_point) {
    return Error{ErrorCode::invalid_argument,
                 image + ": no pictures to look at, as the anchor " + options.anchor + " has not been measured on it"};
  }
  Result<Matched> of_anchor = measure_at(**anchor, original, anchor_point->q, options.threads);
  if (!of_anchor) {
    return Error{of_anchor.error().code, options.anchor + ", " + image + ": " + of_anchor.error().message};
  }
  std::vector<Candidate> candidates;
  const LumaSpectra luma_spectra(original.picture());
  Spectra spectra{image, "cycles a pixel", luma_spectra.of_original(), {}};
  // A match has the measures that it was found by, and lacks the others.
  const auto complete = [&](const Codec& codec, Matched& matched) {
    if (const auto error = measure_others(original, matched.decoded.view(), options.butteraugli, matched.point))
      failures.push_back(codec.name() + ", " + image + ": " + error->message);
  };
  const auto add = [&](const Codec& codec, MatchKind kind, const Matched& matched) {
    candidates.push_back({{codec.name(), name_of(kind), matched.point, {}}, for_display(matched.decoded)});
    if (kind == MatchKind::score) spectra.errors.push_back({codec.name(), luma_spectra.of_error(matched.decoded)});
  };
  complete(**anchor, *of_anchor);
  for (const MatchKind kind : {MatchKind::bytes, MatchKind::score}) {
    add(**anchor, kind, *of_anchor);
    const double target = kind == MatchKind::bytes ? of_anchor->point.bytes : of_anchor->point.ssimulacra2;
    for (const Codec* codec : codecs) {
      // A codec without points failed before, and the failure was reported then.
      if (is_anchor(codec) || !nearest_point(points, codec->name(), image, options.score)) continue;
      Result<Matched> matched = match(*codec, original, points, kind, target, options.threads);
      if (matched) {
        complete(*codec, *matched);
        add(*codec, kind, *matched);
      } else {
        failures.push_back(codec->name() + ", " + image + ", equal " + name_of(kind) + ": " + matched.error().message);
      }
    }
  }
  Result<VisualComparison> comparison = cut_views(original, candidates, options);
  if (comparison) comparison->spectra = std::move(spectra);
  return comparison;
}

}  // namespace laq::compare
