#include "options.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

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

void add_replace_options(CLI::App& verb, io::Replace& replace, const std::string& replaced) {
  const std::string text = "replace OUT whatever it is but IN; without this only " + replaced + " is replaced";
  auto* const force = verb.add_flag_callback(
      "-f,--force", [&replace] { replace = io::Replace::anything; }, text);
  auto* const none = verb.add_flag_callback(
      "--no-overwrite", [&replace] { replace = io::Replace::nothing; }, "fail where OUT exists");
  force->excludes(none);
}

uint64_t pixels_within(uint64_t max_pixels, uint64_t max_bytes) {
  constexpr uint64_t kMostBytesOfPixel = 8;  // four channels of 16 bits
  return std::min(max_pixels, max_bytes / kMostBytesOfPixel);
}

}  // namespace laq::command
