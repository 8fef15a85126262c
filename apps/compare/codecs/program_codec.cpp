// A program as a codec: NAME=ENCODE ;; DECODE, two commands for /bin/sh.
//
//   new-jxl=cjxl {in} {out} -d {q} --num_threads={threads} ;; djxl {out} {png}
//
// ENCODE has {in} (a PNG file of the picture), {out} (the file to write) and {q} (the quality; without it the program
// has one point). DECODE has {out}, which may also be called {in}, and {png} (the picture to write: PNG, or another
// format that laq reads). For arrays {in}, and {raw} in place of {png}, are files of the elements alone, little-endian,
// the last side fastest. Both commands may have {sides} (such as "83 83 60": the fastest first, separated by spaces),
// {rank} (the number of sides) and {bits} (of an element); ENCODE may have {error} (the quality times the range).
//
//   sz3=sz3 -f -i {in} -z {out} -{rank} {sides} -M REL {q} ;; sz3 -f -z {out} -o {raw} -{rank} {sides} -M REL 1
//
// For models {in}, and {safetensors} in place of {png}, are safetensors files with the tensors by their names.
//
//   peer=encoder {in} {out} {q} ;; decoder {out} {safetensors}
//
// Both may have {threads}. Paths are quoted; the files lie in a temporary folder that is removed afterwards. NAME
// consists of letters, digits and . _ + - only.
#include <utility>

#include "compare/codecs/codec_families.h"
#include "compare/codecs/model_tensors.h"
#include "compare/codecs/process.h"
#include "compare/codecs/program.h"
#include "io/array/array_file.h"
#include "io/file.h"
#include "io/picture/picture_file.h"

namespace laq::compare {
namespace {

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

// The placeholder of the file that the decoder writes.
const char* result_place(SignalKind kind) {
  static constexpr const char* kPlaces[] = {"{png}", "{raw}", "{safetensors}"};
  return kPlaces[static_cast<size_t>(kind)];
}

// What programs are told of an array, whose file has no header.
void add_form(const Array& array, Places& places) {
  std::string sides;
  for (auto side = array.shape.rbegin(); side != array.shape.rend(); ++side)
    sides.append(sides.empty() ? "" : " ").append(std::to_string(*side));
  places.insert(places.end(), {{"{sides}", sides},
                               {"{rank}", std::to_string(array.shape.size())},
                               {"{bits}", std::to_string(8 * element_bytes(array.type))}});
}

// Writes the file that a program encodes.
std::optional<Error> write_signal(const std::string& path, const Signal& signal) {
  if (const auto* const array = std::get_if<Array>(&signal)) return io::write_file(path, array->data);
  if (const auto* const model = std::get_if<Model>(&signal)) return io::write_file(path, safetensors_of(*model));
  return io::write_picture(path, without_extras(std::get<Picture>(signal)), io::FileKind::png);
}

class ProgramCodec final : public Codec {
 public:
  ProgramCodec(std::string name, SignalKind kind, std::string encode, std::string decode)
      : Codec(std::move(name)), kind_(kind), encode_(std::move(encode)), decode_(std::move(decode)) {}

  std::string version() const override { return encode_ + " ;; " + decode_; }
  std::vector<double> default_qualities() const override {
    if (!has_place(encode_, "{q}") && !has_place(encode_, "{error}")) return {0};
    if (kind_ == SignalKind::model) return {2, 3, 4, 5, 6, 8};
    if (kind_ == SignalKind::array) return {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};
    return {20, 30, 40, 50, 60, 70, 80, 88, 95};
  }
  std::optional<QualityScale> quality_scale() const override { return std::nullopt; }
  bool is_program() const override { return true; }

  Result<Encoded> encode(const Signal& signal, double quality, int threads) const override {
    const TemporaryFolder folder;
    if (folder.error()) return *folder.error();
    const auto* const array = std::get_if<Array>(&signal);
    static constexpr const char* kNames[] = {"in.png", "in.raw", "in.safetensors"};
    const std::string in = folder.file(kNames[signal.index()]), out = folder.file("out");
    if (auto error = write_signal(in, signal)) return *error;
    Places places = {{"{in}", shell_word(in)},
                     {"{out}", shell_word(out)},
                     {"{q}", number_text(quality)},
                     {"{threads}", std::to_string(thread_count(threads))}};
    if (array) {
      add_form(*array, places);
      places.push_back({"{error}", number_text(quality * range_of(io::to_doubles(*array)))});
    }
    const Result<Finished> finished = run_command(fill_places(encode_, places));
    if (!finished) return finished.error();
    Result<std::vector<std::byte>> file = io::read_file(out);
    if (!file) return Error{file.error().code, "the encoder wrote no {out}: " + file.error().message};
    Encoded encoded{std::move(*file), finished->seconds, finished->peak_bytes};
    if (array) {
      const std::vector<std::byte> form = array_form(*array);
      encoded.added_bytes = form.size();
      encoded.file.insert(encoded.file.begin(), form.begin(), form.end());
    }
    return encoded;
  }

  Result<Decoded> decode(std::span<const std::byte> file, int threads) const override {
    const TemporaryFolder folder;
    if (folder.error()) return *folder.error();
    const std::string out = folder.file("out"), result = folder.file("decoded");
    Places places = {{"{in}", shell_word(out)},
                     {"{out}", shell_word(out)},
                     {result_place(kind_), shell_word(result)},
                     {"{threads}", std::to_string(thread_count(threads))}};
    Array array;
    if (kind_ == SignalKind::array) {
      Result<Array> form = take_array_form(file);
      if (!form) return form.error();
      array = std::move(*form);
      add_form(array, places);
    }
    if (auto error = io::write_file(out, file)) return *error;
    const Result<Finished> finished = run_command(fill_places(decode_, places));
    if (!finished) return finished.error();
    Decoded decoded{{}, finished->seconds, finished->peak_bytes};
    if (kind_ == SignalKind::array) {
      Result<std::vector<std::byte>> elements = io::read_file(result);
      if (!elements) return Error{elements.error().code, "the decoder's {raw}: " + elements.error().message};
      if (elements->size() != array.data.size()) {
        return Error{ErrorCode::corrupt, "the decoder's {raw} has " + std::to_string(elements->size()) +
                                             " bytes instead of " + std::to_string(array.data.size())};
      }
      array.data = std::move(*elements);
      decoded.signal = std::move(array);
    } else if (kind_ == SignalKind::model) {
      Result<Signal> model = read_signal(result, kind_);
      if (!model) return Error{model.error().code, "the decoder's {safetensors}: " + model.error().message};
      decoded.signal = std::move(*model);
    } else {
      Result<io::Noted<Picture>> picture = io::read_picture(result);
      if (!picture) return Error{picture.error().code, "the decoder's {png}: " + picture.error().message};
      decoded.signal = Picture(std::move(*picture));
    }
    return decoded;
  }

 private:
  SignalKind kind_;
  std::string encode_, decode_;
};

Error template_error(SignalKind kind, const std::string& message) {
  return {ErrorCode::invalid_argument,
          std::string("a program is given as NAME=ENCODE {in} {out} {q} ;; DECODE {out} ") + result_place(kind) +
              ", but " + message};
}

}  // namespace

Result<std::unique_ptr<Codec>> make_program_codec(const std::string& specification, SignalKind kind) {
  const size_t equals = specification.find('=');
  const size_t separator = specification.find(";;");
  if (equals == std::string::npos) return template_error(kind, "there is no =");
  if (separator == std::string::npos || separator < equals)
    return template_error(kind, "there is no ;; between the commands");
  const std::string name = trimmed(specification.substr(0, equals));
  const std::string encode = trimmed(specification.substr(equals + 1, separator - equals - 1));
  const std::string decode = trimmed(specification.substr(separator + 2));
  static constexpr const char* kNameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";
  if (name.empty() || name.find_first_not_of(kNameLetters) != std::string::npos) {
    return template_error(kind, "the name '" + name + "' is not of letters, digits and . _ + - only");
  }
  if (!has_place(encode, "{in}") || !has_place(encode, "{out}"))
    return template_error(kind, "ENCODE has no {in} or no {out}: " + encode);
  if (!has_place(decode, result_place(kind)) || (!has_place(decode, "{out}") && !has_place(decode, "{in}"))) {
    return template_error(kind, std::string("DECODE has no {out} or no ") + result_place(kind) + ": " + decode);
  }
  return std::unique_ptr<Codec>(std::make_unique<ProgramCodec>(name, kind, encode, decode));
}

}  // namespace laq::compare
