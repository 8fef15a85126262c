// The journal of a comparison: files in its folder that get every point as soon as it is measured, so that an
// interrupted run can continue.
//
//   curves.csv   the points
// run.json     the versions of codecs and the hashes of files that they were measured with
#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "compare/measure/results.h"
#include "laq/laq.hpp"

namespace laq::compare {

// What a point depends on: versions of codecs by name, hashes of files by the names of pictures or arrays, and the
// judge.
struct Identities {
  std::map<std::string, std::string> codecs;
  std::map<std::string, std::string> images;
  bool butteraugli = false;  // points without Butteraugli are measured again
  std::string judge = {};    // the command; points without a loss of this judge are measured again
  SignalKind kind = SignalKind::picture;
};

class Journal {
 public:
  // Makes the folder if it does not exist, and reads the points that it holds unless `restart` is set. Points of a
  // codec or file that `now` names with another version or hash are dropped, all others are kept. It is an error if the
  // folder holds points of another kind. Errors name the file.
  static Result<std::unique_ptr<Journal>> open(const std::string& folder, const Identities& now, bool restart);

  // The points of this run and of earlier ones. Must not be called while other threads append.
  const std::vector<Point>& points() const { return points_; }
  bool has(const std::string& codec, double q, const std::string& image) const;
  // Do all codecs of this run have the versions of the previous run?
  bool codecs_unchanged() const { return codecs_unchanged_; }

  // Adds a point to the file. Several threads may call this at the same time.
  std::optional<Error> append(const Point& point);

  // Sorts the file by codec (in the given order, others at the end), image and quality.
  std::optional<Error> sort(const std::vector<std::string>& codecs);

 private:
  // Writes all points to the file anew.
  std::optional<Error> write() const;

  std::string path_;  // of curves.csv
  SignalKind kind_ = SignalKind::picture;
  bool codecs_unchanged_ = false;
  std::vector<Point> points_;
  std::ofstream file_;
  mutable std::mutex mutex_;
};

// Write and read text files. Errors name the file.
std::optional<Error> write_text(const std::string& path, const std::string& text);
Result<std::string> read_text(const std::string& path);

}  // namespace laq::compare
