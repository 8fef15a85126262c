#include "io/notes.h"

#include <algorithm>

#include "io/bytes.h"

namespace laq::io {
namespace {

void append(std::string& text, const char* separator, const std::string& more) {
  if (!text.empty()) text += separator;
  text += more;
}

}  // namespace

void Notes::remark(std::string text) {
  remarks.push_back(std::move(text));
}

void Notes::lose(std::string name) {
  constexpr size_t kMostNames = 16;
  if (not_kept.size() > kMostNames || std::find(not_kept.begin(), not_kept.end(), name) != not_kept.end()) return;
  not_kept.push_back(not_kept.size() < kMostNames ? std::move(name) : "and more");
}

std::string Notes::text() const {
  std::string text, names;
  for (const std::string& remark : remarks) append(text, "; ", remark);
  for (const std::string& name : not_kept) append(names, ", ", name);
  if (!names.empty()) append(text, "; ", "not kept: " + names);
  return text;
}

std::string name_of_chunk(std::string_view id, std::span<const ChunkName> names) {
  const auto known = std::ranges::find(names, id, &ChunkName::id);
  if (known != names.end()) return known->name;
  return "chunk " + printable(id.substr(0, id.find_last_not_of(' ') + 1));
}

}  // namespace laq::io
