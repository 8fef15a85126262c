// What a reader or a writer of files reports beside its result, so that nothing is lost in silence.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace laq::io {

struct Notes {
  std::vector<std::string> remarks;   // oddities: "ends early, after 10 of 20 samples"
  std::vector<std::string> not_kept;  // what the file has and the result has not: "gamma (gAMA)"

  void remark(std::string text);
  // Adds to not_kept, each name once. If there are very many names, the last ones become "and more".
  void lose(std::string name);
  // "ends early, after 10 of 20 samples; not kept: gamma (gAMA), text"; empty if there is nothing to say.
  std::string text() const;
};

// What notes call a kind of chunk, which is a named part of a file.
struct ChunkName {
  std::string_view id;
  const char* name;
};
// The name of a chunk; "chunk abcd" if the list has none.
std::string name_of_chunk(std::string_view id, std::span<const ChunkName> names);

// A result and the notes on it.
template <class T>
struct Noted : T {
  Noted() = default;
  Noted(T value) : T(std::move(value)) {}

  Notes notes;
};

}  // namespace laq::io
