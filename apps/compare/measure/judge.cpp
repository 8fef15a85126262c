#include "compare/measure/judge.h"

#include <cmath>
#include <cstdlib>
#include <optional>

#include "compare/codecs/model_tensors.h"
#include "compare/codecs/process.h"
#include "compare/codecs/program.h"
#include "io/array/npy.h"
#include "io/file.h"
#include "io/picture/picture_file.h"

namespace laq::compare {
namespace {

std::optional<Error> write_signal(const std::string& path, const Signal& signal) {
  if (const auto* const array = std::get_if<Array>(&signal)) return io::write_file(path, io::write_npy(*array));
  if (const auto* const model = std::get_if<Model>(&signal)) return io::write_file(path, safetensors_of(*model));
  return io::write_picture(path, std::get<Picture>(signal), io::FileKind::png);
}

}  // namespace

Result<Judge> Judge::of(std::string command) {
  for (const char* place : {"{original}", "{decoded}"})
    if (!has_place(command, place))
      return Error{ErrorCode::invalid_argument,
                   std::string("a judge is given as 'PROGRAM {original} {decoded}', but there is no ") + place};
  return Judge(std::move(command));
}

Result<double> Judge::loss(const Signal& original, const Signal& decoded) const {
  const TemporaryFolder folder;
  if (folder.error()) return *folder.error();
  static constexpr const char* kEndings[] = {".png", ".npy", ".safetensors"};
  const std::string ending = kEndings[original.index()];
  const std::string before = folder.file("original") + ending, after = folder.file("decoded") + ending;
  const std::string verdict = folder.file("verdict");
  if (auto error = write_signal(before, original)) return *error;
  if (auto error = write_signal(after, decoded)) return *error;
  const Places places = {{"{original}", shell_word(before)}, {"{decoded}", shell_word(after)}};
  const Result<Finished> finished = run_command("{ " + fill_places(command_, places) + "\n} > " + shell_word(verdict));
  if (!finished) return finished.error();
  const Result<std::vector<std::byte>> said = io::read_file(verdict);
  if (!said) return said.error();
  const std::string text(reinterpret_cast<const char*>(said->data()), said->size());
  char* end = nullptr;
  const double loss = std::strtod(text.c_str(), &end);
  if (end == text.c_str() ||
      text.find_first_not_of(" \t\r\n", static_cast<size_t>(end - text.c_str())) != std::string::npos ||
      !std::isfinite(loss) || loss < 0) {
    constexpr size_t kShown = 80;
    return Error{ErrorCode::invalid_argument,
                 "it must write one number of 0 or more, but wrote '" + text.substr(0, kShown) + "'"};
  }
  return loss;
}

}  // namespace laq::compare
