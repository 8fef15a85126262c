// Texts for HTML, SVG and JSON. Numbers do not depend on the locale.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace laq::compare {

// Escapes text and quoted attributes. Whatever is not UTF-8, or not allowed in XML, becomes U+FFFD.
std::string escape(std::string_view text);

// With so many decimals: "0.50". The minus is U+2212; a number that is not finite becomes "–".
std::string decimals(double value, int count);

// With about so many significant digits and no exponent: "0.0123", "12.3", "1230".
std::string significant(double value, int digits);

// A small number by its power of ten: "2e−5".
std::string power_text(double value);

// "−12.3 %", "+4.0 %", "0 %"
std::string signed_percent(double value);

// For attributes that scripts read: seven significant digits in ASCII.
std::string attribute(double value);

// For coordinates: one decimal at most.
std::string coordinate(double value);

// "12 3.5"; and "M12 3.5": the beginning of a path.
std::string at(double x, double y);
std::string move_to(double x, double y);

// A path element of this class.
std::string path_element(const std::string& type, const std::string& commands);

// " data-NAME="VALUE"": an attribute that scripts read.
std::string data(const std::string& name, const std::string& value);

// "1.2 MB", "34.5 kB", "678 bytes"
std::string byte_count(double bytes);

// A table with the titles of its columns, and its rows as HTML.
std::string table(const std::vector<std::string>& titles, const std::string& rows);

// The template with {{name}} replaced by the part of this name.
std::string filled(std::string_view text, const std::map<std::string_view, std::string>& parts);

std::string base64(std::span<const std::byte> bytes);

// The text with a capital first letter.
std::string capitalized(std::string text);

// "1 picture", "24 pictures"
std::string counted(size_t count, const std::string& singular);

}  // namespace laq::compare
