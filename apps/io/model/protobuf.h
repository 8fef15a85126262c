// Fields of a message of Protocol Buffers, read from their wire format without a description of the message. Source:
// protobuf.dev, "Encoding".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/bytes.h"

namespace laq::io {

struct ProtobufField {
  // The encodings of a value. Groups have two more, which are not read.
  enum Wire : uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

  uint64_t number = 0;
  Wire wire = varint;
  uint64_t value = 0;         // of a varint
  size_t begin = 0, end = 0;  // the content, in the file

  size_t size() const { return end - begin; }
};

// Goes over the fields of the message that stands in the bytes `begin` to `end` of a file.
class ProtobufFields {
 public:
  ProtobufFields(std::span<const std::byte> file, size_t begin, size_t end) : file_(file), at_(begin), end_(end) {}
  ProtobufFields(std::span<const std::byte> file, const ProtobufField& message)
      : ProtobufFields(file, message.begin, message.end) {}

  // The next field; nothing at the end, or if the bytes are no field: then problem() says what is wrong and where.
  std::optional<ProtobufField> next() {
    if (at_ == end_ || problem_) return std::nullopt;
    const size_t begin = at_;
    const std::optional<uint64_t> tag = take_varint();
    if (!tag || *tag >> 3 == 0 || *tag >> 32 != 0) return fail("no field", begin);
    ProtobufField field{*tag >> 3, static_cast<ProtobufField::Wire>(*tag & 7), 0, at_, at_};
    uint64_t size = 0;
    if (field.wire == ProtobufField::varint || field.wire == ProtobufField::bytes) {
      const std::optional<uint64_t> value = take_varint();
      if (!value) return fail("no number", field.begin);
      if (field.wire == ProtobufField::varint) {
        field.value = *value;
        field.end = at_;
        return field;
      }
      size = *value;
    } else if (field.wire == ProtobufField::fixed64) {
      size = 8;
    } else if (field.wire == ProtobufField::fixed32) {
      size = 4;
    } else {
      return fail("a field of the unknown wire type " + std::to_string(*tag & 7), begin);
    }
    if (size > end_ - at_) return fail("a field that ends outside of its message", begin);
    field.begin = at_;
    field.end = at_ += static_cast<size_t>(size);
    return field;
  }

  // "at byte 12 stands no number"
  const std::optional<std::string>& problem() const { return problem_; }

 private:
  std::optional<uint64_t> take_varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 70 && at_ < end_; shift += 7) {
      const auto byte = std::to_integer<uint64_t>(file_[at_++]);
      value |= (byte & 0x7f) << (shift & 63);
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }
  std::nullopt_t fail(const std::string& what, size_t at) {
    problem_ = "at byte " + std::to_string(at) + " stands " + what;
    return std::nullopt;
  }

  std::span<const std::byte> file_;
  size_t at_, end_;
  std::optional<std::string> problem_;
};

inline std::string_view text_of(std::span<const std::byte> file, const ProtobufField& field) {
  return text_of(file.subspan(field.begin, field.size()));
}

}  // namespace laq::io
