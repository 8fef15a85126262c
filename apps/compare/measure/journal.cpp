#include "compare/measure/journal.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <span>
#include <tuple>

#include <nlohmann/json.hpp>

#include "compare/codecs/signal.h"
#include "compare/measure/curve_file.h"
#include "io/file.h"

namespace laq::compare {
namespace {

Error in_file(const std::string& path, const Error& error) {
  return Error{error.code, path + ": " + error.message};
}

using Json = nlohmann::json;

std::string files_key(SignalKind kind) {
  return std::string(words_of(kind).signal) + "s";
}

Json to_json(const Identities& identities) {
  Json json = {{"codecs", identities.codecs}, {files_key(identities.kind), identities.images}};
  if (!identities.judge.empty()) json["judge"] = identities.judge;
  return json;
}

// Parses what an earlier run wrote. If it is damaged nothing is known, and all points are measured again.
Identities from_json(const std::string& text, SignalKind kind) {
  try {
    const Json json = Json::parse(text);
    return {.codecs = json.at("codecs"), .images = json.at(files_key(kind)), .judge = json.value("judge", "")};
  } catch (const Json::exception&) {
    return {};
  }
}

// Does a name stand for the same version or hash as before? A name that `now` does not know counts as unchanged.
bool still_holds(const std::map<std::string, std::string>& before, const std::map<std::string, std::string>& now,
                 const std::string& name) {
  const auto then = before.find(name);
  if (then == before.end()) return false;
  const auto found = now.find(name);
  return found == now.end() || found->second == then->second;
}

}  // namespace

std::optional<Error> write_text(const std::string& path, const std::string& text) {
  if (auto error = io::write_file(path, std::as_bytes(std::span(text)))) return in_file(path, *error);
  return std::nullopt;
}

Result<std::string> read_text(const std::string& path) {
  const Result<std::vector<std::byte>> bytes = io::read_file(path);
  if (!bytes) return in_file(path, bytes.error());
  return std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size());
}

Result<std::unique_ptr<Journal>> Journal::open(const std::string& folder, const Identities& now, bool restart) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) return Error{ErrorCode::invalid_argument, folder + ": cannot make the folder: " + failure.message()};
  auto journal = std::make_unique<Journal>();
  journal->path_ = folder + "/curves.csv";
  journal->kind_ = now.kind;
  const std::string identity_path = folder + "/run.json";
  Identities known = now;
  if (!restart && io::file_exists(journal->path_)) {
    const Result<std::string> text = read_text(journal->path_);
    if (!text) return text.error();
    Identities before;
    if (io::file_exists(identity_path)) {
      const Result<std::string> identities = read_text(identity_path);
      if (!identities) return identities.error();
      before = from_json(*identities, now.kind);
    }
    Result<std::vector<Point>> points = parse_curves(*text);
    if (!points && !text->empty()) {
      return Error{points.error().code,
                   journal->path_ + ": " + points.error().message + " (mend it, or measure again with --restart)"};
    }
    if (points) {
      if (!points->empty() && points->front().kind != now.kind) {
        return Error{ErrorCode::invalid_argument,
                     journal->path_ + ": holds points of " + files_key(points->front().kind) + ", not of " +
                         files_key(now.kind) + " (name another folder, or give --restart)"};
      }
      for (Point& point : *points) {
        const bool is_complete = !now.butteraugli || std::isfinite(point.butteraugli3);
        const bool is_judged = now.judge.empty() || (now.judge == before.judge && std::isfinite(point.loss));
        if (is_complete && is_judged && still_holds(before.codecs, now.codecs, point.codec) &&
            still_holds(before.images, now.images, point.image)) {
          journal->points_.push_back(std::move(point));
        }
      }
    }
    journal->codecs_unchanged_ = std::all_of(now.codecs.begin(), now.codecs.end(), [&](const auto& codec) {
      return still_holds(before.codecs, now.codecs, codec.first);
    });
    known.codecs.merge(before.codecs);
    known.images.merge(before.images);
    if (known.judge.empty()) known.judge = before.judge;
  }
  if (const auto error = journal->write()) return *error;
  if (const auto error = write_text(identity_path, to_json(known).dump(2) + '\n')) return *error;
  journal->file_.open(journal->path_, std::ios::app);
  if (!journal->file_)
    return Error{ErrorCode::invalid_argument, journal->path_ + ": cannot write: " + std::strerror(errno)};
  return journal;
}

bool Journal::has(const std::string& codec, double q, const std::string& image) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(points_.begin(), points_.end(), [&](const Point& point) {
    return point.codec == codec && point.image == image && std::abs(point.q - q) <= 1e-8 * std::abs(q);
  });
}

std::optional<Error> Journal::append(const Point& point) {
  const std::lock_guard lock(mutex_);
  points_.push_back(point);
  if (file_ << curves_line(point) << std::flush) return std::nullopt;
  return Error{ErrorCode::invalid_argument, path_ + ": cannot write: " + std::strerror(errno)};
}

std::optional<Error> Journal::sort(const std::vector<std::string>& codecs) {
  const auto key = [&](const Point& point) {
    const auto place = std::find(codecs.begin(), codecs.end(), point.codec) - codecs.begin();
    return std::tuple(place, std::cref(point.codec).get(), std::cref(point.image).get(), point.q);
  };
  std::stable_sort(points_.begin(), points_.end(), [&](const Point& a, const Point& b) { return key(a) < key(b); });
  return write();
}

std::optional<Error> Journal::write() const {
  std::string text = curves_header(kind_);
  for (const Point& point : points_) text += curves_line(point);
  return write_text(path_, text);
}

}  // namespace laq::compare
