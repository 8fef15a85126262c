// Attachments: what travels with samples beside the metadata that laq looks at (docs/format.md, "Attachments"), and the
// contents of the attachment `text`.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "laq/laq.hpp"

namespace laq::io {

// Their contents; null if there is no attachment of that name.
const std::vector<std::byte>* find_attachment(std::span<const Attachment> attachments, std::string_view name);

inline constexpr size_t kMaxAttachmentBytes = size_t{64} << 20;  // as laq.hpp says

// The attachment with this name holds the attributes of an OpenEXR file.
inline constexpr std::string_view kExrAttributesName = "exrh", kGainMapName = "gain";

// Adds an attachment, unless its contents are empty. False if they are larger than an attachment may be.
bool attach(std::vector<Attachment>& attachments, std::string_view name, std::vector<std::byte> contents);
bool attach(std::vector<Attachment>& attachments, std::string_view name, std::string_view contents);

// What notes call it: "gain map"; "attachment abcd" if laq does not know the name.
std::string describe_attachment(std::string_view name);

struct Text {
  std::string keyword;  // both are UTF-8
  std::string text;
};
// The keyword of texts that come from comments, as PNG has it.
inline constexpr std::string_view kCommentKeyword = "Comment";
inline constexpr size_t kMaxTexts = 10000;  // that readers keep of a file

// The contents of the attachment `text`, and back. Damaged contents give the texts before the damage.
std::vector<std::byte> join_texts(std::span<const Text> texts);
std::vector<Text> split_texts(std::span<const std::byte> contents);

bool is_utf8(std::string_view text);
std::string utf8_of_latin1(std::string_view text);
// Nothing if the text has characters that Latin-1 does not have, or is not UTF-8.
std::optional<std::string> latin1_of_utf8(std::string_view text);

}  // namespace laq::io
