// The journal of a comparison: its folder, where every point is written down as soon as it is measured, so that an
// interrupted run goes on where it was.
//
//   curves.csv   the points
//   run.json     which version of each codec and which content of each file they were measured with
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "compare/measure/results.h"
#include "laq/laq.hpp"

namespace laq::compare {

// What makes a point valid: names of codecs with their versions, names of pictures or arrays with a hash of their
// files.
struct Identities {
  std::map<std::string, std::string> codecs;
  std::map<std::string, std::string> images;
  bool butteraugli = false;  // points without it do not hold
  SignalKind kind = SignalKind::picture;
};

class Journal {
 public:
  // Makes the folder, or takes what it holds, unless `restart`: points of codecs and files that `now` names with other
  // versions or contents are dropped, points of others are kept. Errors name the file; points of another kind are one.
  static Result<std::unique_ptr<Journal>> open(const std::string& folder, const Identities& now, bool restart);

  // Of this run and of those before. Not while other threads append.
  const std::vector<Point>& points() const { return points_; }
  bool has(const std::string& codec, double q, const std::string& image) const;
  // Are all codecs of this run those of the run before?
  bool codecs_unchanged() const { return codecs_unchanged_; }

  // Writes a point down. May be called from several threads at once.
  std::optional<Error> append(const Point& point);

  // Puts the file in order: by codec in the order given (others behind), image and quality.
  std::optional<Error> sort(const std::vector<std::string>& codecs);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::string path_;  // of curves.csv
  SignalKind kind_ = SignalKind::picture;
  bool codecs_unchanged_ = false;
  std::vector<Point> points_;
  std::unique_ptr<std::FILE, Close> file_;
  mutable std::mutex mutex_;
};

// A hash of bytes: 64 bits in hexadecimal (FNV-1a).
std::string content_hash(const std::vector<std::byte>& bytes);

// Files of the folder, one way to write them.
std::optional<Error> write_text(const std::string& path, const std::string& text);
Result<std::string> read_text(const std::string& path);

}  // namespace laq::compare
