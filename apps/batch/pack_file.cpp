#include "batch/pack_file.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "io/array/array_file.h"
#include "io/file.h"
#include "io/model/model_file.h"
#include "io/model/safetensors_writer.h"
#include "io/output.h"
#include "laq/blocks.hpp"
#include "terminal.h"

namespace laq::command {
namespace {

using io::NamedTensor;

constexpr std::string_view kSuffix = ".laq_blocks";  // of the name of a tensor that holds blocks
constexpr std::string_view kPrefix = "laq_blocks.";  // of the name of its metadata
constexpr int kVersion = 1;

std::vector<float> floats_of(const TensorView& view) {
  Array array{view.type, view.shape, {}};
  const auto* const bytes = static_cast<const std::byte*>(view.data);
  array.data.assign(bytes, bytes + static_cast<size_t>(io::element_count(view.shape)) * element_bytes(view.type));
  const std::vector<double> values = io::to_doubles(array);
  return {values.begin(), values.end()};
}

// Signal and error of what was packed.
struct Reached {
  double power = 0, error = 0, elements = 0, bytes = 0;
};

std::string metadata_of(const TensorView& view, const BlockFormat& format) {
  const nlohmann::ordered_json json = {{"version", kVersion},
                                       {"dtype", io::safetensors_type(view.type)},
                                       {"shape", view.shape},
                                       {"rows", format.rows},
                                       {"columns", format.columns},
                                       {"width", format.width},
                                       {"rows_apart", format.rows_apart},
                                       {"is_rotated", format.is_rotated},
                                       {"exponent", format.exponent}};
  return json.dump();
}

Result<BlockTensor> pack_tensor(const TensorView& view, const PackSettings& settings, int threads, Reached& reached) {
  const std::vector<float> elements = floats_of(view);
  const uint64_t rows = view.shape.empty() ? 1 : view.shape.front(), columns = rows == 0 ? 0 : elements.size() / rows;
  BlockOptions options;
  options.bits = view.target->value;
  options.effort = settings.effort;
  options.threads = threads;
  options.shaping = settings.model.shape == NoiseShape::relative ? 0.5 : 0;
  // Importance is by input channel; the columns of one are neighbours.
  std::vector<float> importance;
  if (!view.importance.empty()) {
    if (columns % view.importance.size() != 0) {
      return Error{ErrorCode::invalid_argument, "importance has " + std::to_string(view.importance.size()) +
                                                    " values, which do not divide rows of " + std::to_string(columns)};
    }
    for (const float of_channel : view.importance)
      importance.insert(importance.end(), columns / view.importance.size(), std::max(of_channel, 1e-12F));
    options.importance = importance;
  }
  Result<BlockTensor> blocks = quantize_blocks(elements, rows, columns, options);
  if (!blocks) return blocks.error();
  const Result<BlockView> packed = view_blocks(blocks->format, blocks->bytes);
  if (!packed) return packed.error();
  const Result<std::vector<float>> again = dequantize_blocks(*packed, {threads});
  if (!again) return again.error();
  for (size_t i = 0; i < elements.size(); ++i) {
    reached.power += double{elements[i]} * elements[i];
    reached.error += std::pow(double{(*again)[i]} - elements[i], 2);
  }
  reached.elements += static_cast<double>(elements.size());
  reached.bytes += static_cast<double>(blocks->bytes.size());
  return blocks;
}

Error in_tensor(const std::string& name, const Error& error) {
  return {error.code, "tensor " + name + ": " + error.message};
}

Outcome fail_input(const Job& job, const Error& error) {
  return failed(fail_reading(job.output.input, error));
}

Outcome write(const Job& job, uint64_t before, std::span<const std::byte> file) {
  if (const auto error = io::write_output(job.output, file)) return failed(fail_writing(job.output.path, *error));
  return written(before, file.size());
}

void say_reached(const Job& job, const Reached& reached, size_t tensors) {
  std::array<char, 120> text;
  std::snprintf(text.data(), text.size(), "%zu of its tensors in blocks, %.3f bits per element, SNR %.2f dB", tensors,
                8 * reached.bytes / reached.elements, 10 * std::log10(reached.power / reached.error));
  say(job.output.input + " -> " + job.output.path + ": " + text.data());
}

}  // namespace

Outcome pack_file(const PackSettings& settings, const Job& job, const Resources& resources) {
  if (const auto error = io::check_output(job.output)) return failed(fail_writing(job.output.path, *error));
  const Result<std::vector<std::byte>> source = io::read_file(job.output.input, settings.max_bytes);
  if (!source) return fail_input(job, source.error());
  const Result<io::Noted<io::ModelFile>> model = io::parse_model(*source);
  if (!model) return fail_input(job, model.error());
  note_reading(job.output.input, model->notes);
  const TensorTarget target{TensorTargetKind::bits, settings.bits};
  const Result<std::vector<TensorView>> views = plan_tensors(settings.model, target, *source, *model);
  if (!views) return fail_input(job, views.error());

  std::vector<NamedTensor> tensors;
  std::map<std::string, std::string> metadata(model->metadata.begin(), model->metadata.end());
  Reached reached;
  size_t packed = 0;
  for (size_t i = 0; i < views->size(); ++i) {
    const TensorView& view = (*views)[i];
    if (view.target->kind == TensorTargetKind::lossless) {
      const std::span<const std::byte> bytes = model->tensors[i].of(*source);
      const bool is_known = model->tensors[i].element || model->kind == io::FileKind::safetensors;
      if (!is_known)
        return fail_input(job, in_tensor(view.name, {ErrorCode::unsupported,
                                                     "safetensors has no name for its type " + view.type_name}));
      tensors.push_back({view.name,
                         model->tensors[i].element ? io::safetensors_type(view.type) : view.type_name,
                         model->tensors[i].shape,
                         {bytes.begin(), bytes.end()}});
      continue;
    }
    Result<BlockTensor> blocks = pack_tensor(view, settings, resources.threads, reached);
    if (!blocks) return fail_input(job, in_tensor(view.name, blocks.error()));
    metadata[std::string(kPrefix) + view.name] = metadata_of(view, blocks->format);
    tensors.push_back({view.name + std::string(kSuffix), "U8", {blocks->bytes.size()}, std::move(blocks->bytes)});
    ++packed;
    resources.progress(static_cast<float>(i + 1) / static_cast<float>(views->size()));
  }
  if (settings.is_verbose && packed > 0) say_reached(job, reached, packed);
  return write(job, source->size(), io::write_safetensors(tensors, metadata));
}

namespace {

// A tensor's blocks as the elements that they stand for.
Result<NamedTensor> unpack_tensor(const std::string& name, std::span<const std::byte> bytes, const std::string& text,
                                  int threads) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const Error damaged{ErrorCode::corrupt, "its metadata " + std::string(kPrefix) + name + " is damaged"};
  BlockFormat format;
  NamedTensor tensor{name, {}, {}, {}};
  try {
    if (json.at("version").get<int>() != kVersion)
      return Error{ErrorCode::unsupported,
                   "its blocks have version " + json.at("version").dump() + ", this one reads 1"};
    tensor.type_name = json.at("dtype").get<std::string>();
    tensor.shape = json.at("shape").get<std::vector<uint64_t>>();
    format = {json.at("rows").get<uint64_t>(),   json.at("columns").get<uint64_t>(), json.at("width").get<int>(),
              json.at("rows_apart").get<bool>(), json.at("is_rotated").get<bool>(),  json.at("exponent").get<int>()};
  } catch (const nlohmann::json::exception&) {
    return damaged;
  }
  Array array;
  bool is_type = false;
  for (int type = 0; type <= static_cast<int>(kLastElementType) && !is_type; ++type) {
    array.type = static_cast<ElementType>(type);
    is_type = tensor.type_name == io::safetensors_type(array.type);
  }
  const Result<BlockView> view = view_blocks(format, bytes);
  if (!view) return view.error();
  const double claimed = io::element_count(tensor.shape);
  if (!is_type || claimed != static_cast<double>(format.rows) * static_cast<double>(format.columns)) return damaged;
  const Result<std::vector<float>> elements = dequantize_blocks(*view, {threads});
  if (!elements) return elements.error();
  io::set_elements(std::vector<double>(elements->begin(), elements->end()), array);
  tensor.bytes = std::move(array.data);
  return tensor;
}

}  // namespace

Outcome unpack_file(uint64_t max_bytes, const Job& job, const Resources& resources) {
  if (const auto error = io::check_output(job.output)) return failed(fail_writing(job.output.path, *error));
  const Result<std::vector<std::byte>> source = io::read_file(job.output.input, max_bytes);
  if (!source) return fail_input(job, source.error());
  const Result<io::Noted<io::ModelFile>> model = io::parse_model(*source);
  if (!model) return fail_input(job, model.error());
  std::map<std::string, std::string> metadata(model->metadata.begin(), model->metadata.end());
  std::vector<NamedTensor> tensors;
  for (const io::ModelTensor& tensor : model->tensors) {
    const std::span<const std::byte> bytes = tensor.of(*source);
    const std::string name =
        tensor.name.ends_with(kSuffix) ? tensor.name.substr(0, tensor.name.size() - kSuffix.size()) : "";
    const auto text = metadata.find(std::string(kPrefix) + name);
    if (name.empty() || text == metadata.end()) {
      tensors.push_back({tensor.name, tensor.type_name, tensor.shape, {bytes.begin(), bytes.end()}});
      continue;
    }
    Result<NamedTensor> unpacked = unpack_tensor(name, bytes, text->second, resources.threads);
    if (!unpacked) return fail_input(job, in_tensor(name, unpacked.error()));
    tensors.push_back(std::move(*unpacked));
    metadata.erase(text);
  }
  return write(job, source->size(), io::write_safetensors(tensors, metadata));
}

}  // namespace laq::command
