// Safetensors: eight bytes with the length of a header, the header, which is a JSON object, and the tensors' bytes. An
// entry of the header is a tensor, {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]} with offsets that count
// from the end of the header, or "__metadata__", an object of texts. Source: huggingface/safetensors, README.
#include <algorithm>
#include <array>

#include "io/bytes.h"
#include "io/model/json_events.h"
#include "io/model/model_tensors.h"

namespace laq::io {
namespace {

constexpr size_t kLengthBytes = 8;
constexpr uint64_t kMaxHeaderBytes = 100'000'000;  // the limit of the library that defines the format

struct Type {
  std::string_view name;
  unsigned bits;
  std::optional<ElementType> element = {};
};
constexpr Type kTypes[] = {
    {"F64", 64, ElementType::float64},
    {"F32", 32, ElementType::float32},
    {"F16", 16, ElementType::float16},
    {"BF16", 16, ElementType::bfloat16},
    {"I64", 64, ElementType::int64},
    {"I32", 32, ElementType::int32},
    {"I16", 16, ElementType::int16},
    {"I8", 8, ElementType::int8},
    {"U64", 64, ElementType::uint64},
    {"U32", 32, ElementType::uint32},
    {"U16", 16, ElementType::uint16},
    {"U8", 8, ElementType::uint8},
    {"BOOL", 8},
    {"C64", 64},
    {"F8_E4M3", 8},
    {"F8_E5M2", 8},
    {"F8_E8M0", 8},
    {"F8_E4M3FNUZ", 8},
    {"F8_E5M2FNUZ", 8},
    {"F6_E2M3", 6},
    {"F6_E3M2", 6},
    {"F4", 4},
};

// Collects the entries of a header.
class HeaderEvents : public JsonEvents {
 public:
  HeaderEvents(uint64_t data_offset, ModelFile& model) : data_offset_(data_offset), model_(model) {}

  bool start_object(size_t) override {
    if (depth_ == 1) {
      tensor_ = {};
      offsets_.clear();
      has_shape_ = false;
      is_metadata_ = key_ == "__metadata__";
      tensor_.name = std::move(key_);
    } else if (depth_ > 1 && is_known_field()) {
      return other_value("an object");
    }
    return enter();
  }
  bool end_object() override {
    --depth_;
    return depth_ != 1 || is_metadata_ || finish_tensor();
  }
  bool start_array(size_t) override {
    if (depth_ < 2 || is_metadata_) return other_value("a list");
    if (depth_ > 2 && is_known_field()) return other_value("a list");
    has_shape_ = has_shape_ || key_ == "shape";
    return enter();
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool key(string_t& text) override {
    if (depth_ <= 2) key_ = std::move(text);
    return true;
  }
  bool string(string_t& text) override {
    if (depth_ == 2 && is_metadata_) {
      add_metadata(model_, std::move(key_), std::move(text));
      return true;
    }
    if (depth_ != 2 || key_ != "dtype") return other_value("a text");
    tensor_.type_name = std::move(text);
    return true;
  }
  bool number_unsigned(number_unsigned_t number) override {
    if (depth_ != 3 || (key_ != "shape" && key_ != "data_offsets")) return other_value("a number");
    std::vector<uint64_t>& list = key_ == "shape" ? tensor_.shape : offsets_;
    if (list.size() == kMaxTensorSides) return refuse(entry() + " has more than 32 sides");
    list.push_back(number);
    return true;
  }

 private:
  static constexpr int kMaxDepth = 32;

  bool enter() { return ++depth_ <= kMaxDepth || refuse(entry() + " nests more than 32 lists and objects"); }
  bool is_known_field() const { return is_metadata_ || key_ == "dtype" || key_ == "shape" || key_ == "data_offsets"; }
  // Other fields of a tensor may hold what they like.
  bool other_value(const char* kind) override {
    if (depth_ == 0) return refuse("it is " + std::string(kind) + " and not an object");
    if (depth_ == 1) return refuse("entry " + quoted_name(key_) + " is " + kind + " and not an object");
    return !is_known_field() || refuse(entry() + " has " + kind + " in its field " + quoted_name(key_));
  }
  std::string entry() const { return "tensor " + quoted_name(tensor_.name); }

  bool finish_tensor() {
    const auto* const type = std::ranges::find(kTypes, tensor_.type_name, &Type::name);
    if (tensor_.type_name.empty()) return refuse(entry() + " has no dtype");
    if (type == std::end(kTypes)) return refuse(entry() + " has the unknown dtype " + quoted_name(tensor_.type_name));
    if (!has_shape_) return refuse(entry() + " has no shape");
    if (offsets_.size() != 2 || offsets_[0] > offsets_[1] || offsets_[1] > UINT64_MAX / 2)
      return refuse(entry() + " has no good data_offsets");
    tensor_.element = type->element;
    tensor_.offset = data_offset_ + offsets_[0];
    tensor_.bytes = offsets_[1] - offsets_[0];
    const std::optional<uint64_t> elements = elements_of(tensor_.shape);
    if (!elements || packed_bytes(*elements, type->bits) != tensor_.bytes) {
      return refuse(place_of(tensor_) + " has " + std::to_string(tensor_.bytes) + " bytes, which do not fit its shape");
    }
    if (model_.tensors.size() == kMaxTensors)
      return refuse("it has more than " + std::to_string(kMaxTensors) + " tensors");
    model_.tensors.push_back(std::move(tensor_));
    return true;
  }

  uint64_t data_offset_;
  ModelFile& model_;
  int depth_ = 0;
  std::string key_;  // of the entry, and within it of the field
  bool is_metadata_ = false, has_shape_ = false;
  ModelTensor tensor_;
  std::vector<uint64_t> offsets_;
};

}  // namespace

Result<Noted<ModelFile>> read_safetensors(std::span<const std::byte> file) {
  constexpr FileKind kKind = FileKind::safetensors;
  const uint64_t length = little_endian(file, 0, kLengthBytes);
  if (length > kMaxHeaderBytes) {
    return Error{ErrorCode::limit_exceeded, "has a header of " + std::to_string(length) + " bytes, at most " +
                                                std::to_string(kMaxHeaderBytes) + " are read"};
  }
  if (file.size() < kLengthBytes || length > file.size() - kLengthBytes)
    return bad_model(kKind, "it ends within its header of " + std::to_string(length) + " bytes");
  Noted<ModelFile> model;
  model.kind = kKind;
  HeaderEvents header(kLengthBytes + length, model);
  if (!header.parse(text_of(file.subspan(kLengthBytes, length))))
    return bad_model(kKind, "in its header, " + header.problem());
  if (std::optional<Error> error = settle_tensors(kKind, file.size(), model.tensors)) return *std::move(error);
  return model;
}

}  // namespace laq::io
