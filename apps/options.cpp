#include "options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <sstream>

#include "io/formats.h"
#include "io/picture/picture_file.h"
#include "laq/jpeg.hpp"
#include "terminal.h"

namespace laq::command {
namespace {

std::string_view without_plus(std::string_view text) {
  return text.size() > 1 && text[0] == '+' && text[1] != '-' ? text.substr(1) : text;
}

// Takes a finite number off the front of the text; nothing if there is none. Reads "0.5" in every locale.
std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  text = without_plus(text);
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(rest - text.data()));
  return value;
}

struct Unit {
  std::string_view name;
  double size;
};
constexpr std::array kUnits = {Unit{"", 1},    Unit{"k", 1e3},     Unit{"K", 1e3},     Unit{"M", 1e6},
                               Unit{"G", 1e9}, Unit{"Ki", 0x1p10}, Unit{"Mi", 0x1p20}, Unit{"Gi", 0x1p30}};

std::string number_text(double value) {
  std::array<char, 32> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string range_text(double least, double most, bool open) {
  const std::string low = number_text(least), high = number_text(most);
  if (std::isinf(least) && std::isinf(most)) return "a finite number";
  if (std::isinf(most)) return "a finite number " + (open ? "above " + low : "from " + low + " up");
  return "a number " + (open ? "above " + low + " and below " + high : "from " + low + " to " + high);
}

// Accepts a size, and replaces it by the whole number that it stands for.
CLI::Validator size_of_something() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        const std::optional<double> size = parse_size(text);
        if (!size) return shortened(text) + " is not a size such as 50000, 64M or 2Gi";
        text = std::to_string(*size < 0x1p64 ? static_cast<uint64_t>(*size) : UINT64_MAX);
        return {};
      },
      "");
}

}  // namespace

std::string shortened(const std::string& text) {
  if (text.empty()) return "''";
  constexpr size_t kMost = 40;
  return text.size() <= kMost ? text : text.substr(0, kMost - 3) + "...";
}

std::string first_of(const std::vector<std::string>& words) {
  constexpr size_t kMost = 3;
  std::string text;
  for (size_t i = 0; i < std::min(words.size(), kMost); ++i) text += (i == 0 ? "" : ", ") + shortened(words[i]);
  return words.size() <= kMost ? text : text + " and " + std::to_string(words.size() - kMost) + " more";
}

std::optional<double> parse_number(std::string_view text) {
  const std::optional<double> value = take_number(text);
  return text.empty() ? value : std::nullopt;
}

std::optional<double> parse_size(std::string_view text) {
  const std::optional<double> value = take_number(text);
  if (!text.empty() && text.back() == 'B') text.remove_suffix(1);
  const auto* const unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == text; });
  if (!value || unit == kUnits.end()) return std::nullopt;
  const double size = std::floor(*value * unit->size);
  return size >= 1 && std::isfinite(size) ? std::optional(size) : std::nullopt;
}

CLI::Validator real_number(double least, double most, bool open) {
  return CLI::Validator(
      [=](std::string& text) -> std::string {
        const std::optional<double> value = parse_number(text);
        if (value && (open ? *value > least && *value < most : *value >= least && *value <= most)) return {};
        return shortened(text) + " is not " + range_text(least, most, open);
      },
      "");
}

CLI::Validator whole_number(int64_t least, int64_t most) {
  return CLI::Validator(
      [=](std::string& text) -> std::string {
        int64_t value = 0;
        const std::string_view digits = without_plus(text);
        const char* const end = digits.data() + digits.size();
        const auto [rest, error] = std::from_chars(digits.data(), end, value);
        if (error == std::errc() && rest == end && value >= least && value <= most) {
          text = std::to_string(value);  // CLI11 would take a leading zero for a sign of octal digits
          return {};
        }
        return shortened(text) + " is not a whole number from " + std::to_string(least) + " to " + std::to_string(most);
      },
      "");
}

void add_limits(CLI::App& verb, uint64_t& max_pixels, uint64_t& max_bytes) {
  verb.add_option("--max-pixels", max_pixels,
                  "refuse pictures, or arrays, with more pixels or elements: 100M for example")
      ->transform(size_of_something());
  add_memory_limit(verb, max_bytes);
}

void add_memory_limit(CLI::App& verb, uint64_t& max_bytes) {
  verb.add_option("--max-memory", max_bytes,
                  "refuse what needs more bytes: 64M (million) or 2Gi (1024 cubed) for example")
      ->transform(size_of_something());
}

void add_threads(CLI::App& verb, int& threads) {
  verb.add_option("-j,--threads", threads, "threads, of all files together; 0, if not given, is one per processor")
      ->transform(whole_number(0, 1024));
}

void add_file_names(CLI::App& verb, FileOptions& files, const std::string& text) {
  Selection& selection = files.selection;
  verb.add_option("FILES", selection.names, "IN OUT, or with -o IN...: " + text)->required();
  verb.add_option("-o,--out", selection.folder, "write a file for every IN to this folder, which is made if need be")
      ->type_name("FOLDER")
      ->group(kFilesGroup);
  verb.add_flag("-r,--recursive", selection.is_recursive,
                "take the files of folders too, and keep their structure; other kinds of files are skipped")
      ->group(kFilesGroup);
}

void add_file_options(CLI::App& verb, FileOptions& files, const std::string& replaced) {
  io::Replace& replace = files.selection.replace;
  auto* const force = verb.add_flag_callback(
      "-f,--force", [&replace] { replace = io::Replace::anything; },
      "replace OUT, whatever it is, unless it is IN; without this only " + replaced + " is replaced");
  auto* const none = verb.add_flag_callback(
      "--no-overwrite", [&replace] { replace = io::Replace::nothing; },
      "fail where OUT exists; with -o skip what exists");
  force->excludes(none);
  const std::vector<CLI::Option*> options = {
      force, none, verb.add_flag("--keep-timestamps", files.selection.keeps_timestamps, "OUT gets the times of IN"),
      verb.add_flag("--dry-run", files.batch.is_dry_run, "only say what would be written")};
  for (CLI::Option* option : options) option->group(kFilesGroup);
  auto* const quiet = verb.add_flag("--quiet", files.batch.is_quiet, "no progress and no last line");
  verb.add_flag("-v,--verbose", files.is_verbose, "say the time and the choices for each file")->excludes(quiet);
}

CLI::Validator one_of(const std::vector<std::string>& words) {
  CLI::Validator validator(
      [words](std::string& text) -> std::string {
        if (std::ranges::find(words, text) != words.end()) return {};
        return shortened(text) + " is none of " + listed(words);
      },
      "");
  return validator.name(listed(words));
}

void offer(CLI::Option* option, const std::vector<std::string>& words) {
  option->check(CLI::Validator([](std::string&) { return std::string(); }, "").name(listed(words)));
}

std::vector<std::string> offered(CLI::Option& option) {
  try {
    return words_of(option.get_validator(0)->get_name());
  } catch (const CLI::OptionNotFound&) {
    return {};
  }
}

std::string listed(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) list += (list.empty() ? "" : ", ") + word;
  return list;
}

std::vector<std::string> words_of(const std::string& list) {
  std::vector<std::string> words;
  std::istringstream stream(list);
  for (std::string word; stream >> word;) {
    if (word.back() == ',') word.pop_back();
    words.push_back(word);
  }
  return words;
}

bool may_hold_floats(std::span<const std::byte> file) {
  return (io::format_of(io::recognise_kind(file)).holds & io::holds_floats) != 0;
}

uint64_t pixels_within(uint64_t max_pixels, uint64_t max_bytes, bool may_be_floats) {
  constexpr uint64_t kMostOfIntegers = 4 * sizeof(uint16_t), kMostOfFloats = 4 * sizeof(float);  // bytes of a pixel
  return std::min(max_pixels, max_bytes / (may_be_floats ? kMostOfFloats : kMostOfIntegers));
}

Result<Picture> decode_any_picture(const std::string& path, std::span<const std::byte> file,
                                   const DecodeOptions& options) {
  if (holds_jpeg(file)) {
    const Result<std::vector<std::byte>> jpeg = decode_jpeg(file, options);
    return jpeg ? decode_any_picture(path, *jpeg, options) : jpeg.error();
  }
  Result<Picture> picture = decode(file, options);
  if (picture || picture.error().code != ErrorCode::not_laq) return picture;
  const uint64_t most_pixels = pixels_within(options.max_pixels, options.max_bytes, may_hold_floats(file));
  Result<io::Noted<Picture>> foreign = io::decode_picture(file, most_pixels);
  if (!foreign) return foreign.error();
  note_reading(path, foreign->notes);
  return Picture(std::move(*foreign));
}

}  // namespace laq::command
