#include "io/array/npy_header.h"

#include <algorithm>
#include <charconv>

#include "io/bytes.h"

namespace laq::io {
namespace {

// Reads a text of Python from its beginning.
class PythonReader {
 public:
  explicit PythonReader(std::string_view text) : rest_(text) {}

  bool is_at_end() {
    skip_blanks();
    return rest_.empty();
  }

  // Takes the character if it is the next one after blanks.
  bool take(char c) {
    skip_blanks();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Takes a string, and returns its contents; backslashes stay. Nothing if something else comes next.
  std::optional<std::string_view> string() {
    skip_blanks();
    const size_t quote = rest_.find_first_not_of("ub");  // u'text' and b'text' are strings too
    if (quote > 1 || quote >= rest_.size() || (rest_[quote] != '\'' && rest_[quote] != '"')) return std::nullopt;
    const size_t end = end_of_string(quote);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view contents = rest_.substr(quote + 1, end - quote - 1);
    rest_.remove_prefix(end + 1);
    return contents;
  }

  // Takes a value of any type: all up to a comma or closing bracket that is neither in a string nor within brackets.
  // Empty if the text ends within it.
  std::string_view value() {
    skip_blanks();
    size_t depth = 0;
    for (size_t at = 0; at < rest_.size(); ++at) {
      const char c = rest_[at];
      if (depth == 0 && std::string_view(",)]}").find(c) != std::string_view::npos) return take_value(at);
      if (c == '\'' || c == '"') {
        at = end_of_string(at);
        if (at == std::string_view::npos) return {};
      }
      depth += c == '(' || c == '[' || c == '{' ? 1 : 0;
      depth -= c == ')' || c == ']' || c == '}' ? 1 : 0;
    }
    return depth == 0 ? take_value(rest_.size()) : std::string_view();
  }

  // Takes a number that is not negative; nothing if none is next, or if it is 2^64 or more.
  std::optional<uint64_t> number() {
    skip_blanks();
    uint64_t number = 0;
    const auto [next, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error != std::errc()) return std::nullopt;
    rest_.remove_prefix(static_cast<size_t>(next - rest_.data()));
    if (rest_.starts_with('L')) rest_.remove_prefix(1);
    return number;
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }

  // The end of the string that begins at `quote`.
  size_t end_of_string(size_t quote) const {
    size_t at = quote + 1;
    while (at < rest_.size() && rest_[at] != rest_[quote]) at += rest_[at] == '\\' ? 2 : 1;
    return at < rest_.size() ? at : std::string_view::npos;
  }

  std::string_view take_value(size_t size) {
    std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    value.remove_suffix(value.size() - (value.find_last_not_of(" \t\r\n") + 1));  // npos + 1 is 0
    return value;
  }

  std::string_view rest_;
};

}  // namespace

Result<NpyHeader> parse_npy_header(std::string_view header) {
  const auto wrong = [](const char* what) { return Error{ErrorCode::corrupt, what}; };
  PythonReader reader(header);
  NpyHeader found;
  if (!reader.take('{')) return wrong("its header is not a dictionary");
  while (!reader.take('}')) {
    const std::optional<std::string_view> key = reader.string();
    if (!key || !reader.take(':')) return wrong("its header is not a dictionary");
    const std::string_view value = reader.value();
    if (value.empty()) return wrong("an entry of its header has no value");
    if (*key == "descr") found.descr = value;
    if (*key == "fortran_order") found.fortran_order = value;
    if (*key == "shape") found.shape = value;
    if (reader.take(',')) continue;
    if (reader.take('}')) break;
    return wrong("its header lacks a comma");
  }
  if (!reader.is_at_end()) return wrong("something follows the dictionary of its header");
  if (found.descr.empty() || found.fortran_order.empty() || found.shape.empty())
    return wrong("its header has no descr, fortran_order or shape");
  return found;
}

std::optional<std::string_view> python_string(std::string_view value) {
  PythonReader reader(value);
  const std::optional<std::string_view> text = reader.string();
  return text && reader.is_at_end() ? text : std::nullopt;
}

Result<std::vector<uint64_t>> python_tuple(std::string_view value) {
  const auto wrong = [](const char* what) { return Error{ErrorCode::corrupt, what}; };
  PythonReader reader(value);
  if (!reader.take('(')) return wrong("is not a tuple");
  std::vector<uint64_t> numbers;
  while (!reader.take(')')) {
    const std::optional<uint64_t> number = reader.number();
    if (!number) return wrong("has a side that is not a number");
    numbers.push_back(*number);
    if (reader.take(',')) continue;
    if (reader.take(')')) break;
    return wrong("lacks a comma");
  }
  if (!reader.is_at_end()) return wrong("is not a tuple");
  return numbers;
}

std::string npy_field_names(std::string_view value) {
  constexpr size_t kMostNames = 8;
  PythonReader reader(value);
  std::string names;
  if (!reader.take('[')) return names;
  for (size_t count = 0; count < kMostNames + 1; ++count) {
    PythonReader field(reader.value());
    if (!field.take('(')) break;
    if (field.take('(')) {  // a title stands before the name
      field.string();
      field.take(',');
    }
    const std::optional<std::string_view> name = field.string();
    if (!name) break;
    names += (names.empty() ? "" : ", ") + (count < kMostNames ? quoted_name(*name) : "and more");
    if (!reader.take(',')) break;
  }
  return names;
}

}  // namespace laq::io
