#include "io/model/importance.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "io/array/array_file.h"
#include "io/array/npz.h"
#include "io/bytes.h"
#include "io/file.h"
#include "io/file_kind.h"
#include "io/model/byte_cursor.h"
#include "io/model/json_events.h"
#include "io/model/model_file.h"

namespace laq::io {
namespace {

Error corrupt(const std::string& what) {
  return {ErrorCode::corrupt, what};
}

bool is_weight(double value) {
  return std::isfinite(value) && value >= 0;
}

// An error if a number is no weight, or a name stands there twice.
template <class Map>
std::optional<Error> add(Map& map, const std::string& name, typename Map::mapped_type weights) {
  bool is_good = true;
  if constexpr (requires { weights.begin(); }) {
    is_good = std::ranges::all_of(weights, is_weight);
  } else {
    is_good = is_weight(weights);
  }
  if (!is_good) return corrupt(quoted_name(name) + " has a number that is negative, infinite or NaN");
  if (!map.emplace(name, std::move(weights)).second) return corrupt("it has " + quoted_name(name) + " twice");
  return std::nullopt;
}

// Calls use(name, numbers) for every array of an NPZ file, up to the first error.
template <class Use>
std::optional<Error> for_each_member(std::span<const std::byte> file, Use&& use) {
  const Result<std::vector<NpzMember>> members = parse_npz(file);
  if (!members) return members.error();
  for (const NpzMember& member : *members) {
    if (!member.is_array) continue;
    const Result<Noted<FileArray>> array = read_member(member);
    if (!array) return array.error();
    const std::vector<double> numbers =
        to_doubles({array->view.type, array->view.shape, packed_elements(array->view), {}, {}});
    if (std::optional<Error> error = use(member.name, numbers)) return error;
  }
  return std::nullopt;
}

Result<Importance> parse_npz_importance(std::span<const std::byte> file) {
  Importance importance;
  const auto add_member = [&](const std::string& name, const std::vector<double>& numbers) {
    return add(importance, name, std::vector<float>(numbers.begin(), numbers.end()));
  };
  if (std::optional<Error> error = for_each_member(file, add_member)) return *std::move(error);
  return importance;
}

std::vector<float> floats_of(std::span<const std::byte> bytes) {
  std::vector<float> floats(bytes.size() / sizeof(float));
  if (!floats.empty()) std::memcpy(floats.data(), bytes.data(), floats.size() * sizeof(float));
  return floats;
}

// Sums of squared inputs, one row for each expert of a mixture, become means. A row without inputs says nothing, and
// gets 1 as llama.cpp has it.
void divide_by_counts(std::span<const float> counts, std::vector<float>& sums) {
  const size_t row = counts.empty() ? 0 : sums.size() / counts.size();
  for (size_t i = 0; i < row * counts.size(); ++i) sums[i] = counts[i / row] > 0 ? sums[i] / counts[i / row] : 1;
}

Result<Importance> parse_gguf_imatrix(std::span<const std::byte> file) {
  constexpr std::string_view kSums = ".in_sum2", kCounts = ".counts";
  const Result<Noted<ModelFile>> model = parse_model(file);
  if (!model) return model.error();
  const auto type = std::ranges::find(model->metadata, "general.type", &std::pair<std::string, std::string>::first);
  if (type == model->metadata.end() || type->second != "imatrix")
    return Error{ErrorCode::unsupported, "is a GGUF file, but no importance matrix (general.type is not imatrix)"};
  std::map<std::string_view, const ModelTensor*> tensors;
  for (const ModelTensor& tensor : model->tensors) tensors[tensor.name] = &tensor;
  Importance importance;
  for (const auto& [name, tensor] : tensors) {
    if (!name.ends_with(kSums)) continue;
    const std::string weight(name.substr(0, name.size() - kSums.size()));
    const auto counts = tensors.find(weight + std::string(kCounts));
    if (counts == tensors.end()) return corrupt("it has no counts of " + quoted_name(weight));
    if (tensor->element != ElementType::float32 || counts->second->element != ElementType::float32)
      return corrupt("the sums and counts of " + quoted_name(weight) + " are not all float32");
    std::vector<float> means = floats_of(tensor->of(file));
    const std::vector<float> divisors = floats_of(counts->second->of(file));
    if (divisors.empty() || means.size() % divisors.size() != 0)
      return corrupt("the counts of " + quoted_name(weight) + " do not fit its sums");
    divide_by_counts(divisors, means);
    if (std::optional<Error> error = add(importance, weight, std::move(means))) return *std::move(error);
  }
  return importance;
}

// A number of entries. Of each: the length of a name and the name, a number of calls, a number of values, and the
// values, which are sums over the calls. All numbers have four bytes. What follows tells where the data came from.
Result<Importance> parse_old_imatrix(std::span<const std::byte> file) {
  ByteCursor cursor(file);
  Importance importance;
  const uint64_t entries = cursor.number(4);
  for (uint64_t i = 0; i < entries; ++i) {
    const std::string name(text_of(cursor.take(cursor.number(4))));
    const uint64_t calls = cursor.number(4);
    std::vector<float> values = floats_of(cursor.take(cursor.number(4) * sizeof(float)));
    if (cursor.has_failed()) {
      return corrupt("is no NPZ file and no importance matrix of llama.cpp, or was cut off in entry " +
                     std::to_string(i + 1) + " of " + std::to_string(entries));
    }
    if (values.empty()) return corrupt("the importance of " + quoted_name(name) + " has no values");
    if (calls > 0) {
      for (float& value : values) value /= static_cast<float>(calls);
    }
    if (std::optional<Error> error = add(importance, name, std::move(values))) return *std::move(error);
  }
  return importance;
}

// Numbers by name, as an object of JSON.
class NumberEvents : public JsonEvents {
 public:
  Sensitivity numbers;

  bool start_object(size_t) override { return ++depth_ == 1 || other_value("an object"); }
  bool key(string_t& text) override {
    name_ = std::move(text);
    return true;
  }
  bool number_integer(number_integer_t number) override { return number_float(static_cast<double>(number), {}); }
  bool number_unsigned(number_unsigned_t number) override { return number_float(static_cast<double>(number), {}); }
  bool number_float(number_float_t number, const string_t&) override {
    if (depth_ == 0) return other_value("a number");
    const std::optional<Error> error = add(numbers, name_, number);
    return !error || refuse(error->message);
  }

 private:
  bool other_value(const char* kind) override {
    return refuse(depth_ == 0 ? "it is " + std::string(kind) + " and no object"
                              : quoted_name(name_) + " is " + kind + " and no number");
  }

  int depth_ = 0;
  std::string name_;
};

Result<Sensitivity> parse_object(std::string_view text) {
  NumberEvents events;
  if (!events.parse(text)) return corrupt("is no list of numbers by name: " + events.problem());
  return std::move(events.numbers);
}

Result<Sensitivity> parse_npz_sensitivity(std::span<const std::byte> file) {
  Sensitivity sensitivity;
  const auto add_member = [&](const std::string& name, const std::vector<double>& numbers) {
    if (numbers.size() == 1) return add(sensitivity, name, numbers[0]);
    return std::optional(corrupt(quoted_name(name) + " is not one number"));
  };
  if (std::optional<Error> error = for_each_member(file, add_member)) return *std::move(error);
  return sensitivity;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\"";
  const size_t first = text.find_first_not_of(kBlanks);
  return first == std::string_view::npos ? "" : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<double> parse_number(std::string_view text) {
  const std::string number(text);
  char* end = nullptr;
  const double value = std::strtod(number.c_str(), &end);
  if (number.empty() || end != number.c_str() + number.size()) return std::nullopt;
  return value;
}

Result<Sensitivity> parse_lines(std::string_view text) {
  Sensitivity sensitivity;
  for (size_t line = 1; !text.empty(); ++line) {
    const std::string_view row = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(row.size() + 1, text.size()));
    if (trimmed(row).empty()) continue;
    const size_t comma = row.rfind(',');  // names may have commas too
    const std::optional<double> value =
        comma == std::string_view::npos ? std::nullopt : parse_number(trimmed(row.substr(comma + 1)));
    if (!value && line == 1 && comma != std::string_view::npos) continue;  // a heading
    if (!value) return corrupt("line " + std::to_string(line) + " is not 'name,number'");
    if (std::optional<Error> error = add(sensitivity, std::string(trimmed(row.substr(0, comma))), *value))
      return *std::move(error);
  }
  return sensitivity;
}

template <class Parse>
auto parse_file(const std::string& path, Parse&& parse) -> decltype(parse({})) {
  const Result<std::vector<std::byte>> file = read_file(path);
  if (!file) return file.error();
  return parse(*file);
}

}  // namespace

Result<Importance> parse_importance(std::span<const std::byte> file) {
  const FileKind kind = recognise_kind(file);
  Result<Importance> importance = kind == FileKind::npz    ? parse_npz_importance(file)
                                  : kind == FileKind::gguf ? parse_gguf_imatrix(file)
                                                           : parse_old_imatrix(file);
  if (importance && importance->empty()) return corrupt("tells the importance of no tensor");
  return importance;
}

Result<Importance> read_importance(const std::string& path) {
  return parse_file(path, parse_importance);
}

Result<Sensitivity> parse_sensitivity(std::span<const std::byte> file) {
  const std::string_view text = text_of(file);
  const size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_object = first != std::string_view::npos && text[first] == '{';
  Result<Sensitivity> sensitivity = is_npz(file) ? parse_npz_sensitivity(file)
                                    : is_object  ? parse_object(text)
                                                 : parse_lines(text);
  if (sensitivity && sensitivity->empty()) return corrupt("tells the sensitivity of no tensor");
  return sensitivity;
}

Result<Sensitivity> read_sensitivity(const std::string& path) {
  return parse_file(path, parse_sensitivity);
}

}  // namespace laq::io
