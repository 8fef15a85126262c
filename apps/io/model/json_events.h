// The events of a JSON text while it is parsed. A class that derives from this one takes those that it knows; every
// other one ends the parsing.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace laq::io {

class JsonEvents : public nlohmann::json_sax<nlohmann::json> {
 public:
  // Whether the whole text was parsed, and nothing in it refused; otherwise problem() says why, in words that follow
  // "its header: " or the like.
  bool parse(std::string_view text) {
    return nlohmann::json::sax_parse(text.data(), text.data() + text.size(), this) && problem_.empty();
  }
  const std::string& problem() const { return problem_; }

  bool null() override { return other_value("null"); }
  bool boolean(bool) override { return other_value("a truth value"); }
  bool number_integer(number_integer_t) override { return other_value("a negative number"); }
  bool number_unsigned(number_unsigned_t) override { return other_value("a number"); }
  bool number_float(number_float_t, const string_t&) override { return other_value("a fraction"); }
  bool string(string_t&) override { return other_value("a text"); }
  bool binary(binary_t&) override { return other_value("bytes"); }
  bool start_object(size_t) override { return other_value("an object"); }
  bool end_object() override { return true; }
  bool start_array(size_t) override { return other_value("a list"); }
  bool end_array() override { return true; }
  bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return refuse("it is no JSON at its character " + std::to_string(position));
  }

 protected:
  // A value that the class does not take. `kind` names it for a message: "a fraction".
  virtual bool other_value(const char* kind) = 0;

  // Remembers the first problem. Returns false, which ends the parsing.
  bool refuse(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
  }

 private:
  std::string problem_;
};

}  // namespace laq::io
