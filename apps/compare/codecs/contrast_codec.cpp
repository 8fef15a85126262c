// Formats of models with a fixed rate, of which model_contrasts.h computes what decoding gives. In place of packed
// bytes a file is the model as decoding gives it, of which only as many bytes count as the packed ones would be.
#include <algorithm>
#include <cmath>

#include "compare/codecs/codec_families.h"
#include "compare/codecs/model_contrasts.h"
#include "compare/codecs/model_tensors.h"
#include "io/array/array_file.h"

namespace laq::compare {
namespace {

class ContrastCodec final : public Codec {
 public:
  explicit ContrastCodec(std::string_view family) : Codec(std::string(family)) {
    for (const ModelContrast& contrast : model_contrasts())
      if (contrast.family == family) contrasts_.push_back(&contrast);
  }

  std::string version() const override { return "the same computation as in " + version_of_build(); }
  std::vector<double> default_qualities() const override {
    std::vector<double> bits;
    for (const ModelContrast* contrast : contrasts_) bits.push_back(contrast->bits);
    return bits;
  }
  std::optional<QualityScale> quality_scale() const override { return std::nullopt; }
  bool packs_bytes() const override { return false; }

  Result<Encoded> encode(const Signal& signal, double quality, int) const override {
    const auto contrast = std::ranges::find(contrasts_, quality, &ModelContrast::bits);
    if (contrast == contrasts_.end()) return unknown(quality);
    Model model = std::get<Model>(signal);
    Encoded encoded;
    const Result<std::vector<std::byte>> kept = kept_part(model);
    if (!kept) return kept.error();
    auto counted = static_cast<double>(kept->size());
    for (const io::ModelTensor& tensor : model.contents.tensors) {
      if (!is_coded_with_loss(tensor)) continue;
      const std::vector<double> numbers = numbers_of(model, tensor);
      if (!std::ranges::all_of(numbers, [](double number) { return std::isfinite(static_cast<float>(number)); })) {
        return Error{ErrorCode::invalid_argument,
                     "tensor " + tensor.name + " has elements that are not finite, which " + name() + " cannot hold"};
      }
      std::vector<float> values(numbers.begin(), numbers.end());
      (*contrast)->quantize_dequantize(values);
      set_numbers(std::vector<double>(values.begin(), values.end()), tensor, model);
      counted += std::ceil(quality * static_cast<double>(values.size()) / 8);
      encoded.tensors.push_back({tensor.name, quality});
    }
    encoded.file = std::move(model.file);
    encoded.added_bytes = encoded.file.size() - std::min(encoded.file.size(), static_cast<size_t>(counted));
    return encoded;
  }

  Result<Decoded> decode(std::span<const std::byte> file, int) const override {
    Result<Model> model = parse_model({file.begin(), file.end()});
    if (!model) return model.error();
    return Decoded{std::move(*model)};
  }

 private:
  Error unknown(double quality) const {
    std::string known;
    for (const double bits : default_qualities()) known += (known.empty() ? "" : ", ") + number_text(bits);
    return {ErrorCode::invalid_argument, number_text(quality) + " bits an element are not among " + known};
  }

  std::vector<const ModelContrast*> contrasts_;
};

}  // namespace

std::unique_ptr<Codec> make_contrast(std::string_view family) {
  return std::make_unique<ContrastCodec>(family);
}

}  // namespace laq::compare
