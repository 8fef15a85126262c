// What is compared: a picture, an array of numbers, such as a field or audio, or a model.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "io/model/model_file.h"
#include "laq/array.hpp"
#include "laq/laq.hpp"

namespace laq::compare {

enum class SignalKind : uint8_t { picture, array, model };
inline constexpr SignalKind kSignalKinds[] = {SignalKind::picture, SignalKind::array, SignalKind::model};

// The bytes of a file of a model, and the tensors in them.
struct Model {
  std::vector<std::byte> file;
  io::ModelFile contents;
};

using Signal = std::variant<Picture, Array, Model>;  // in the order of SignalKind

SignalKind kind_of(const Signal& signal);

// Pixels of a picture, elements of an array or of all tensors of a model; bytes of its samples or elements, or of the
// file; width and height, or the shape, nothing for a model.
double elements_of(const Signal& signal);
double raw_bytes_of(const Signal& signal);
std::vector<uint64_t> sides_of(const Signal& signal);

// The greatest finite value less the least one; 0 if no value is finite.
double range_of(std::span<const double> values);

// Reads a picture, which is turned upright, an array or a model. Errors are those of reading.
Result<Signal> read_signal(const std::string& path, SignalKind kind);

// The words for a kind of signal, in texts and in files.
struct Words {
  const char* signal;           // "picture"; the plural has an s
  const char* one_signal;       // "a picture"
  const char* element;          // "pixel"
  const char* megaelements;     // the unit of speeds: "megapixels"
  const char* speed_unit;       // "MP/s"
  const char* column;           // in curves.csv and summary.json: "image"
  const char* elements_column;  // "pixels"
};
const Words& words_of(SignalKind kind);

}  // namespace laq::compare
