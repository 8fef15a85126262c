#include "batch/summary.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "batch/batch.h"

namespace laq::command {
namespace {

std::string number_text(double value, int decimals) {
  std::array<char, 48> text;
  const int size = std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return {text.data(), static_cast<size_t>(std::clamp(size, 0, 47))};
}

std::string size_text(uint64_t bytes) {
  static constexpr std::array kUnits = {"kB", "MB", "GB", "TB"};
  if (bytes < 1000) return std::to_string(bytes) + " bytes";
  double value = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  for (; value >= 999.95 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  return number_text(value, 1) + " " + kUnits[unit];
}

// "0.4 s", "41 s", "1:23 min", "2:03:04 h"
std::string duration_text(double seconds) {
  if (seconds < 9.95) return number_text(seconds, 1) + " s";
  const auto whole = static_cast<uint64_t>(std::llround(seconds));
  if (whole < 60) return std::to_string(whole) + " s";
  const auto two_digits = [](uint64_t value) { return (value < 10 ? ":0" : ":") + std::to_string(value); };
  if (whole < 3600) return std::to_string(whole / 60) + two_digits(whole % 60) + " min";
  return std::to_string(whole / 3600) + two_digits(whole / 60 % 60) + two_digits(whole % 60) + " h";
}

std::string counted_files(size_t count) {
  return std::to_string(count) + (count == 1 ? " file" : " files");
}

// What follows the number of files that were written.
std::string others_text(const Tally& tally) {
  std::string text;
  if (tally.kept > 0) text += ", " + std::to_string(tally.kept) + " kept as they are";
  if (tally.skipped + tally.of_other_kinds > 0) {
    text += ", " + std::to_string(tally.skipped + tally.of_other_kinds) + " skipped (";
    if (tally.skipped > 0) text += std::to_string(tally.skipped) + " already there";
    if (tally.skipped > 0 && tally.of_other_kinds > 0) text += ", ";
    if (tally.of_other_kinds > 0) text += std::to_string(tally.of_other_kinds) + " of other kinds";
    text += ")";
  }
  if (tally.failed > 0) text += ", " + std::to_string(tally.failed) + " failed";
  return text;
}

}  // namespace

void Tally::add(const Outcome& outcome, double its_weight) {
  written += outcome.fate == Fate::written;
  kept += outcome.fate == Fate::kept;
  skipped += outcome.fate == Fate::skipped;
  failed += outcome.fate == Fate::failed;
  if (outcome.status != kOk) status = outcome.status;
  bytes_before += outcome.bytes_before;
  bytes_after += outcome.bytes_after;
  weight_done += its_weight;
}

std::string files_text(size_t done, size_t all) {
  return std::to_string(done) + "/" + counted_files(all);
}

std::string progress_line(const Tally& tally, size_t all, std::chrono::duration<double> elapsed) {
  constexpr int kBar = 30;
  const double share = tally.weight > 0 ? std::clamp(tally.weight_done / tally.weight, 0.0, 1.0) : 0;
  std::string line = all > 1 ? files_text(tally.done(), all) + ", " : "";
  line += std::to_string(static_cast<int>(100 * share)) + " %, ";
  // A first guess of the time would be off by a multiple.
  line += share > 0.02 ? duration_text(elapsed.count() * (1 - share) / share) + " left"
                       : duration_text(elapsed.count()) + " so far";
  const auto filled = static_cast<size_t>(kBar * share);
  return line + " [" + std::string(filled, '#') + std::string(kBar - filled, ' ') + "]";
}

std::string last_line(const Tally& tally, std::chrono::duration<double> elapsed) {
  std::string line = counted_files(tally.written);
  if (tally.bytes_before > 0) {
    line += ": " + size_text(tally.bytes_before) + " -> " + size_text(tally.bytes_after) + " (" +
            number_text(100.0 * static_cast<double>(tally.bytes_after) / static_cast<double>(tally.bytes_before), 0) +
            " %)";
  }
  return line + others_text(tally) + ", " + duration_text(elapsed.count());
}

std::string plan_line(const Tally& tally) {
  return counted_files(tally.written) + " would be written" + others_text(tally);
}

}  // namespace laq::command
