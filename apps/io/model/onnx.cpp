// ONNX: a message of Protocol Buffers, ModelProto, which holds a graph. Tensors are initializers of the graph and of
// graphs within it, and attributes of nodes, such as Constant. Source: onnx/onnx, onnx/onnx.proto.
//
// A tensor whose elements stand in one piece of bytes (raw_data, or packed float_data or double_data) is a tensor here.
// All others stay in the frame: elements as numbers of variable length, texts, sparse tensors, data in other files.
#include <algorithm>
#include <array>
#include <map>

#include "io/model/model_tensors.h"
#include "io/model/protobuf.h"

namespace laq::io {
namespace {

constexpr FileKind kKind = FileKind::onnx;

struct Type {
  const char* name;
  unsigned bits = 0;  // of an element; 0: not in raw_data
  std::optional<ElementType> element = {};
};
// In the order of TensorProto.DataType.
constexpr Type kTypes[] = {{"UNDEFINED"},
                           {"FLOAT", 32, ElementType::float32},
                           {"UINT8", 8, ElementType::uint8},
                           {"INT8", 8, ElementType::int8},
                           {"UINT16", 16, ElementType::uint16},
                           {"INT16", 16, ElementType::int16},
                           {"INT32", 32, ElementType::int32},
                           {"INT64", 64, ElementType::int64},
                           {"STRING"},
                           {"BOOL", 8},
                           {"FLOAT16", 16, ElementType::float16},
                           {"DOUBLE", 64, ElementType::float64},
                           {"UINT32", 32, ElementType::uint32},
                           {"UINT64", 64, ElementType::uint64},
                           {"COMPLEX64", 64},
                           {"COMPLEX128", 128},
                           {"BFLOAT16", 16, ElementType::bfloat16},
                           {"FLOAT8E4M3FN", 8},
                           {"FLOAT8E4M3FNUZ", 8},
                           {"FLOAT8E5M2", 8},
                           {"FLOAT8E5M2FNUZ", 8},
                           {"UINT4", 4},
                           {"INT4", 4},
                           {"FLOAT4E2M1", 4},
                           {"FLOAT8E8M0", 8},
                           {"UINT2", 2},
                           {"INT2", 2}};

// Messages that may hold tensors, and which of their fields do, in one or more steps.
enum class Message : uint8_t { model, graph, node, attribute, function, tensor };
struct Child {
  Message parent;
  uint64_t field;
  Message child;
};
constexpr Child kChildren[] = {
    {Message::model, 7, Message::graph},      {Message::model, 25, Message::function},
    {Message::graph, 1, Message::node},       {Message::graph, 5, Message::tensor},  // initializer
    {Message::node, 5, Message::attribute},   {Message::attribute, 5, Message::tensor},
    {Message::attribute, 6, Message::graph},  {Message::attribute, 10, Message::tensor},
    {Message::attribute, 11, Message::graph}, {Message::function, 7, Message::node}};

// The fields of TensorProto that count here.
enum TensorField : uint64_t {
  kDims = 1,
  kDataType = 2,
  kSegment = 3,
  kFloatData = 4,
  kInt32Data = 5,
  kStringData = 6,
  kInt64Data = 7,
  kName = 8,
  kRawData = 9,
  kDoubleData = 10,
  kUint64Data = 11,
  kExternalData = 13,
  kDataLocation = 14,
};

Error bad_field(const std::string& problem) {
  return bad_model(kKind, problem + " (it may have been cut off)");
}

// What TensorProto says.
struct TensorMessage {
  std::string name;
  std::vector<uint64_t> dims;
  uint64_t type = 0;
  int pieces = 0;  // of bytes of elements
  ProtobufField piece;
  bool has_other_data = false;  // elements that are not in a piece of bytes
  bool is_external = false;
};

// The numbers of a repeated field, which may be packed.
std::optional<Error> add_dims(std::span<const std::byte> file, const ProtobufField& field, TensorMessage& tensor) {
  // More sides than a tensor may have are an error later, and are not collected.
  const auto add = [&](uint64_t side) {
    if (tensor.dims.size() <= kMaxTensorSides) tensor.dims.push_back(side);
  };
  if (field.wire == ProtobufField::varint) add(field.value);
  if (field.wire != ProtobufField::bytes) return std::nullopt;
  for (size_t at = field.begin; at < field.end;) {
    uint64_t value = 0;
    int shift = 0;
    for (bool is_more = true; is_more; shift += 7) {
      if (at == field.end || shift > 63) return bad_field("at byte " + std::to_string(at) + " ends a shape");
      const auto byte = std::to_integer<uint64_t>(file[at++]);
      value |= (byte & 0x7f) << shift;
      is_more = byte >= 0x80;
    }
    add(value);
  }
  return std::nullopt;
}

Result<TensorMessage> parse_tensor(std::span<const std::byte> file, const ProtobufField& message) {
  TensorMessage tensor;
  ProtobufFields fields(file, message);
  while (const std::optional<ProtobufField> field = fields.next()) {
    const bool is_bytes = field->wire == ProtobufField::bytes;
    switch (field->number) {
      case kDims:
        if (std::optional<Error> error = add_dims(file, *field, tensor)) return *std::move(error);
        break;
      case kDataType:
        tensor.type = field->value;
        break;
      case kName:
        tensor.name = text_of(file, *field);
        break;
      case kFloatData:
      case kDoubleData:
      case kRawData:
        tensor.piece = *field;
        is_bytes ? ++tensor.pieces : tensor.has_other_data = true;
        break;
      case kSegment:
      case kInt32Data:
      case kStringData:
      case kInt64Data:
      case kUint64Data:
        tensor.has_other_data = true;
        break;
      case kExternalData:
        tensor.is_external = true;
        break;
      case kDataLocation:
        tensor.is_external = tensor.is_external || field->value == 1;
        break;
      default:
        break;
    }
  }
  if (fields.problem()) return bad_field(*fields.problem());
  return tensor;
}

// Walks through the messages, deepest first, without recursion.
class Walk {
 public:
  Walk(std::span<const std::byte> file, Noted<ModelFile>& model) : file_(file), model_(model) {}

  std::optional<Error> run() {
    levels_.push_back({Message::model, ProtobufFields(file_, 0, file_.size()), {}});
    while (!levels_.empty()) {
      const std::optional<ProtobufField> field = levels_.back().fields.next();
      if (field) {
        if (std::optional<Error> error = visit(*field)) return error;
        continue;
      }
      if (const auto& problem = levels_.back().fields.problem()) return bad_field(*problem);
      levels_.pop_back();
    }
    if (!has_graph_) return bad_model(kKind, "it has no graph");
    note_external();
    return std::nullopt;
  }

 private:
  static constexpr size_t kMaxDepth = 128;  // of messages within each other; a graph within a graph is three deeper
  static constexpr uint64_t kMinAttributeBytes = 256;  // smaller constants take less room in the frame

  struct Level {
    Message message;
    ProtobufFields fields;
    std::string_view name;  // of the node that this level is or stands in: its first output
  };

  std::optional<Error> visit(const ProtobufField& field) {
    const Message parent = levels_.back().message;
    if (parent == Message::model) look_at_model(field);
    const auto* const row = std::ranges::find_if(
        kChildren, [&](const Child& child) { return child.parent == parent && child.field == field.number; });
    if (row == std::end(kChildren) || field.wire != ProtobufField::bytes) return std::nullopt;
    if (row->child == Message::tensor) return add_tensor(field, parent == Message::graph);
    has_graph_ = has_graph_ || row->child == Message::graph;
    if (levels_.size() == kMaxDepth)
      return bad_model(kKind, "at byte " + std::to_string(field.begin) + " its graphs nest too deeply");
    const std::string_view name = row->child == Message::node ? first_output(field) : levels_.back().name;
    levels_.push_back({row->child, ProtobufFields(file_, field), name});
    return std::nullopt;
  }

  // Damage is found when the node itself is gone through.
  std::string_view first_output(const ProtobufField& node) const {
    constexpr uint64_t kOutput = 2;
    ProtobufFields fields(file_, node);
    while (const std::optional<ProtobufField> field = fields.next()) {
      if (field->number == kOutput && field->wire == ProtobufField::bytes) return text_of(file_, *field);
    }
    return {};
  }

  void look_at_model(const ProtobufField& field) {
    static constexpr std::array<const char*, 7> kNames = {
        nullptr, "ir_version", "producer_name", "producer_version", "domain", "model_version", "doc_string"};
    constexpr uint64_t kMetadata = 14, kKey = 1, kValue = 2;
    if (field.number > 0 && field.number < kNames.size()) {
      const bool is_text = field.wire == ProtobufField::bytes;
      add_metadata(model_, kNames[field.number],
                   is_text ? std::string(text_of(file_, field)) : std::to_string(field.value));
    }
    if (field.number != kMetadata || field.wire != ProtobufField::bytes) return;
    std::string_view key, value;
    ProtobufFields fields(file_, field);
    while (const std::optional<ProtobufField> part = fields.next()) {
      if (part->number == kKey) key = text_of(file_, *part);
      if (part->number == kValue) value = text_of(file_, *part);
    }
    add_metadata(model_, std::string(key), std::string(value));
  }

  std::optional<Error> add_tensor(const ProtobufField& field, bool is_initializer) {
    Result<TensorMessage> parsed = parse_tensor(file_, field);
    if (!parsed) return parsed.error();
    external_ += parsed->is_external;
    const uint64_t bytes = parsed->piece.size();
    const bool is_piece = parsed->pieces == 1 && !parsed->has_other_data && !parsed->is_external;
    const bool is_known = parsed->type < std::size(kTypes) && kTypes[parsed->type].bits > 0;
    if (!is_piece || !is_known || (!is_initializer && bytes < kMinAttributeBytes)) return std::nullopt;
    ModelTensor tensor;
    tensor.name = unique(parsed->name.empty() ? std::string(levels_.back().name) : std::move(parsed->name));
    tensor.type_name = kTypes[parsed->type].name;
    tensor.element = kTypes[parsed->type].element;
    tensor.shape = std::move(parsed->dims);
    tensor.offset = parsed->piece.begin;
    tensor.bytes = bytes;
    const std::optional<uint64_t> elements = elements_of(tensor.shape);
    if (!elements || packed_bytes(*elements, kTypes[parsed->type].bits) != bytes) {
      return bad_model(kKind,
                       place_of(tensor) + " has " + std::to_string(bytes) + " bytes, which do not fit its shape");
    }
    if (model_.tensors.size() == kMaxTensors)
      return bad_model(kKind, "it has more than " + std::to_string(kMaxTensors) + " tensors");
    model_.tensors.push_back(std::move(tensor));
    return std::nullopt;
  }

  // Names of graphs within others, and of constants, may repeat.
  std::string unique(std::string name) {
    uint64_t& count = names_[name];
    if (++count == 1) return name;
    std::string tried;
    do tried = name + "#" + std::to_string(count++);
    while (!names_.emplace(tried, 1).second);
    return tried;
  }

  void note_external() {
    if (external_ == 0) return;
    model_.notes.remark("the elements of " + std::to_string(external_) +
                        " of its tensors lie in another file, which has to stay beside it");
  }

  std::span<const std::byte> file_;
  Noted<ModelFile>& model_;
  std::vector<Level> levels_;
  std::map<std::string, uint64_t> names_;  // and how often each was asked for
  uint64_t external_ = 0;
  bool has_graph_ = false;
};

}  // namespace

Result<Noted<ModelFile>> read_onnx(std::span<const std::byte> file) {
  Noted<ModelFile> model;
  model.kind = kKind;
  if (std::optional<Error> error = Walk(file, model).run()) return *std::move(error);
  if (std::optional<Error> error = settle_tensors(kKind, file.size(), model.tensors)) return *std::move(error);
  return model;
}

}  // namespace laq::io
