#include "compare/report/markup.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>

namespace laq::compare {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";  // U+FFFD

// The length of the UTF-8 sequence at the beginning of a text; 0 if it is invalid (RFC 3629, section 4).
size_t sequence_length(std::string_view text) {
  const auto at = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = at(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                        : lead >= 0xE0 && lead <= 0xEF ? 3
                        : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                       : 0;
  if (length == 0 || text.size() < length) return 0;
  uint32_t code = lead & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
    code = code << 6 | (at(i) & 0x3F);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  const bool not_xml = code == 0xFFFE || code == 0xFFFF;
  return code < kSmallest[length] || code > 0x10FFFF || surrogate || not_xml ? 0 : length;
}

std::string plain(double value, std::chars_format format, int precision) {
  char text[400];
  const auto end = std::to_chars(text, text + sizeof text, value, format, precision);
  return {text, end.ptr};
}

std::string with_minus(std::string text) {
  if (text.starts_with('-')) text.replace(0, 1, "\u2212");
  return text;
}

}  // namespace

std::string escape(std::string_view text) {
  static const std::map<char, const char*> kEntities = {
      {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
  std::string safe;
  while (!text.empty()) {
    const size_t length = sequence_length(text);
    const char first = text[0];
    const bool is_control = (first >= 0 && first < ' ' && first != '\t' && first != '\n') || first == 0x7F;
    const auto entity = kEntities.find(first);
    if (length == 0 || is_control)
      safe += kReplacement;
    else if (entity != kEntities.end())
      safe += entity->second;
    else
      safe += text.substr(0, length);
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return safe;
}

std::string decimals(double value, int count) {
  if (!std::isfinite(value)) return "–";
  const double unit = std::pow(10, -count);
  if (std::abs(value) < unit / 2) value = 0;  // no "-0.0"
  return with_minus(plain(value, std::chars_format::fixed, count));
}

std::string significant(double value, int digits) {
  if (!std::isfinite(value) || value == 0) return decimals(value, 0);
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  return decimals(value, std::clamp(digits - 1 - magnitude, 0, 12));
}

std::string power_text(double value) {
  const std::string text = plain(value, std::chars_format::scientific, 0);  // "2e-05"
  const size_t e = text.find('e');
  if (e == std::string::npos) return decimals(value, 0);  // not finite
  return with_minus(text.substr(0, e)) + "e" + with_minus(std::to_string(std::atoi(text.c_str() + e + 1)));
}

std::string signed_percent(double value) {
  if (!std::isfinite(value)) return "–";
  if (value == 0) return "0\u00a0%";
  const std::string text = decimals(value, std::abs(value) < 99.95 ? 1 : 0);
  return (value > 0 ? "+" : "") + text + "\u00a0%";
}

std::string attribute(double value) {
  return plain(value, std::chars_format::general, 7);
}

std::string coordinate(double value) {
  std::string text = plain(std::round(value * 10) / 10, std::chars_format::fixed, 1);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text == "-0" ? "0" : text;
}

std::string at(double x, double y) {
  return coordinate(x) + " " + coordinate(y);
}

std::string move_to(double x, double y) {
  return "M" + at(x, y);
}

std::string path_element(const std::string& type, const std::string& commands) {
  return "<path class=\"" + type + "\" d=\"" + commands + "\"/>";
}

std::string data(const std::string& name, const std::string& value) {
  return " data-" + name + "=\"" + value + "\"";
}

std::string byte_count(double bytes) {
  if (!std::isfinite(bytes)) return "–";
  if (bytes < 1000) return decimals(bytes, 0) + " bytes";
  const char* units[] = {"kB", "MB", "GB"};
  size_t unit = 0;
  for (bytes /= 1000; bytes >= 999.5 && unit < 2; ++unit) bytes /= 1000;
  return significant(bytes, 3) + "\u00a0" + units[unit];
}

std::string table(const std::vector<std::string>& titles, const std::string& rows) {
  std::string head;
  for (const std::string& title : titles) head += "<th scope=\"col\">" + title + "</th>";
  return "<table><thead><tr>" + head + "</tr></thead><tbody>" + rows + "</tbody></table>";
}

std::string filled(std::string_view text, const std::map<std::string_view, std::string>& parts) {
  std::string page;
  while (true) {
    const size_t open = text.find("{{"), close = text.find("}}", open);
    page += text.substr(0, open);
    if (open == std::string_view::npos) return page;
    page += parts.at(text.substr(open + 2, close - open - 2));
    text.remove_prefix(close + 2);
  }
}

std::string base64(std::span<const std::byte> bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t count = std::min<size_t>(3, bytes.size() - i);
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) group = group << 8 | (k < count ? std::to_integer<uint32_t>(bytes[i + k]) : 0);
    for (size_t k = 0; k < 4; ++k) text += k <= count ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

std::string capitalized(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string counted(size_t count, const std::string& singular) {
  return std::to_string(count) + " " + singular + (count == 1 ? "" : "s");
}

}  // namespace laq::compare
