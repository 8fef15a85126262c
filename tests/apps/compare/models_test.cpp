// laq compare on models: their codecs, their measures, and their run from files to report.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "compare/codecs/model_tensors.h"
#include "compare/measure/comparison.h"
#include "compare/measure/curve_file.h"
#include "compare/measure/judge.h"
#include "compare/measure/model_error.h"
#include "compare/measure/sources.h"
#include "compare/measure/tensors.h"
#include "compare/report/report.h"
#include "io/array/npy.h"
#include "io/file.h"
#include "sample_arrays.h"
#include "sample_codecs.h"
#include "sample_models.h"

using namespace laq;
using namespace laq::compare;

namespace {

constexpr double kElements = 40 * 64 + 16 * 8 * 9 + 2 + 1;

Model model_of(std::vector<std::byte> file) {
  Result<Model> model = parse_model(std::move(file));
  REQUIRE(model.ok());
  return std::move(*model);
}

// A folder that goes with its test, with a model, one without an ending, and an array.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "laq-models-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
    std::filesystem::create_directories(path / "nets");
    REQUIRE_FALSE(io::write_file(*this / "nets/small.safetensors", small_model()));
    REQUIRE_FALSE(io::write_file(*this / "no-ending", small_model()));
    REQUIRE_FALSE(io::write_file(*this / "x.npy", io::write_npy(wave_array(ElementType::float32, {50}))));
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).string(); }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string message_of(const Result<ModelError>& error) {
  return error ? "" : error.error().message;
}

}  // namespace

TEST_CASE("files of models are found by name or content, and not compared with others") {
  const Folder folder;
  const auto found = find_sources({folder / "nets", folder / "no-ending"});
  REQUIRE(found.ok());
  REQUIRE(found->size() == 2);
  for (const Source& source : *found) CHECK(source.kind == SignalKind::model);
  const auto mixed = find_sources({folder / "nets", folder / "x.npy"});
  REQUIRE_FALSE(mixed.ok());
  CHECK(contains(mixed.error().message, "x.npy: is an array, while "));
  CHECK(contains(mixed.error().message, "is a model; compare them apart"));
}

TEST_CASE("every codec of models keeps what is not coded with loss, and takes the bits that it is told") {
  const Signal signal = model_of(small_model());
  CHECK(elements_of(signal) == kElements);
  for (const std::string& specification : default_codecs(SignalKind::model)) {
    CAPTURE(specification);
    const auto codec = codec_of(specification, SignalKind::model);
    CHECK(codec->name() == specification);
    double before = 0;
    for (const double quality : codec->default_qualities()) {
      CAPTURE(quality);
      const auto encoded = codec->encode(signal, quality, 1);
      REQUIRE_MESSAGE(encoded.ok(), encoded.error().message);
      const auto decoded = codec->decode(encoded->file, 1);
      REQUIRE_MESSAGE(decoded.ok(), decoded.error().message);
      const auto error = model_error(std::get<Model>(signal), decoded->model());
      REQUIRE_MESSAGE(error.ok(), error.error().message);
      CHECK(error->snr() > before);
      before = quality == 0 ? 0 : error->snr();
      CHECK(std::isinf(error->snr()) == (quality == 0));
      double squared_error = 0;
      for (const TensorError& tensor : error->tensors) squared_error += tensor.squared_error;
      CHECK(squared_error == error->squared_error);  // the bias is as it was
      REQUIRE(encoded->tensors.size() == 2);
      CHECK(encoded->tensors[0].name == "matrix");
      if (quality > 0) CHECK(encoded->tensors[0].bits <= quality + 1e-9);
      if (!codec->packs_bytes()) {
        const double kept = static_cast<double>(kept_part(std::get<Model>(signal))->size());
        CHECK(encoded->counted_bytes() == kept + quality * (kElements - 3) / 8);
      }
    }
  }
}

TEST_CASE("laq tells what locality gains, and its contrast gains nothing") {
  const Signal signal = model_of(small_model());
  const auto gain = [&](const char* specification) {
    const auto encoded = codec_of(specification, SignalKind::model)->encode(signal, 4, 1);
    REQUIRE(encoded.ok());
    REQUIRE(encoded->tensors.size() == 2);
    return encoded->tensors[0].uniform_bits.value() - encoded->tensors[0].bits;
  };
  CHECK(gain("laq-e5-mse") > gain("laq-e5-uniform") + 0.2);
}

TEST_CASE("unknown codecs and qualities of models are errors that name the known ones") {
  const auto codec = make_codec("Q5_0", SignalKind::model);
  REQUIRE_FALSE(codec.ok());
  for (const char* known : {"laq[-eN][-mse][-uniform]", "laq-blocks[-eN]", "Q4_K", "NVFP4"})
    CHECK_MESSAGE(contains(codec.error().message, known), known);
  CHECK_FALSE(make_codec("laq-e5-psnr", SignalKind::model).ok());
  const auto encoded = codec_of("uniform", SignalKind::model)->encode(model_of(small_model()), 7, 1);
  REQUIRE_FALSE(encoded.ok());
  CHECK(encoded.error().message == "7 bits an element are not among 3, 4, 5, 6, 8");
}

TEST_CASE("formats of a fixed rate refuse elements that are not finite") {
  std::vector<float> matrix = weights(40, 64);
  matrix[5] = NAN;
  const Signal signal = model_of(small_model(matrix));
  const auto encoded = codec_of("Q4_0", SignalKind::model)->encode(signal, 4.5, 1);
  REQUIRE_FALSE(encoded.ok());
  CHECK(encoded.error().message == "tensor matrix has elements that are not finite, which Q4_0 cannot hold");
  const auto laq = codec_of("laq-e1", SignalKind::model);
  const auto coded = laq->encode(signal, 4, 1);
  REQUIRE(coded.ok());
  const auto error = model_error(std::get<Model>(signal), laq->decode(coded->file, 1)->model());
  REQUIRE_MESSAGE(error.ok(), error.error().message);
  CHECK(error->snr() > 10);
}

TEST_CASE("the error of a model is that of all its tensors, which are found by their names") {
  const Model model = model_of(small_model());
  CHECK(model_error(model, model)->snr() == INFINITY);
  std::vector<float> matrix = weights(40, 64);
  matrix[3] += 2;
  const auto error = model_error(model, model_of(small_model(matrix, 3.5F)));
  REQUIRE(error.ok());
  CHECK(error->squared_error == doctest::Approx(4 + 9));
  CHECK(error->max_absolute_error == 3);
  REQUIRE(error->tensors.size() == 2);
  CHECK(error->tensors[0].squared_error == doctest::Approx(4));
  CHECK(error->tensors[1].snr() == INFINITY);
  CHECK(error->snr() ==
        doctest::Approx(10 * std::log10((error->tensors[0].power + error->tensors[1].power) / (4 + 9))));

  CHECK(contains(message_of(model_error(model, model_of(small_model(weights(40, 64), 0.5F, "abcd")))),
                 "tensor steps has changed"));
  CHECK(contains(message_of(model_error(model, model_of(small_model(weights(40, 64), NAN)))),
                 "tensor bias has elements"));
  const Model other =
      model_of(io::safetensors_file(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "1234"));
  CHECK(message_of(model_error(model, other)) == "tensor matrix is absent");
}

TEST_CASE("points and speeds of models have columns of their own") {
  Point point{Measurement{"c", "a.gguf", 4.5, SignalKind::model, 1000, 4000, 563}};
  point.snr = 21.5;
  const auto again = parse_curves(curves_header(SignalKind::model) + curves_line(point));
  REQUIRE(again.ok());
  CHECK(curves_header(SignalKind::model) ==
        "codec,q,model,elements,raw_bytes,bytes,snr,enc_s,dec_s,max_absolute_error,loss\n");
  CHECK(again->front().kind == SignalKind::model);
  CHECK(again->front().snr == 21.5);
  CHECK(std::isnan(again->front().encode_seconds));
  CHECK(again->front().volume() == 4000);
  const Speed speed{{"c", "a.gguf", 4, SignalKind::model, 10, 40, 5}, 2};
  const auto speeds = parse_speed(speed_text({speed}));
  REQUIRE(speeds.ok());
  CHECK(speeds->front().kind == SignalKind::model);
}

TEST_CASE("the map of local scales shows the matrix that is nearest to a square, in decibels of the whole") {
  std::vector<double> numbers(64 * 32 * 9, 1.0);
  for (size_t i = 0; i < numbers.size() / 2; ++i) numbers[i] = 0;
  const auto scale = local_scale(numbers, std::vector<uint64_t>{64, 32, 3, 3});
  CHECK(scale.rows == 64);
  CHECK(scale.columns == 288);
  CHECK(scale.width == 96);
  REQUIRE(scale.decibels.size() == 96 * 64);
  CHECK(scale.decibels.front() == -INFINITY);
  CHECK(scale.decibels.back() == doctest::Approx(10 * std::log10(2)));
  CHECK(local_scale(numbers, std::vector<uint64_t>{3, 3, 32, 64}).rows == 9 * 32);
  CHECK(local_scale({}, std::vector<uint64_t>{0}).decibels.empty());
}

TEST_CASE("a program is given a safetensors file, and gives one back") {
  const auto codec = make_codec("copy=cp {in} {out} ;; cp {out} {safetensors}", SignalKind::model);
  REQUIRE(codec.ok());
  const auto onnx = io::onnx_file(io::field(5, io::onnx_tensor("w", {2}, 1, float_bytes({1, 2}))));
  for (const Signal& signal : {Signal(model_of(small_model())), Signal(model_of(onnx))}) {
    const auto encoded = (*codec)->encode(signal, 0, 1);
    REQUIRE_MESSAGE(encoded.ok(), encoded.error().message);
    const auto decoded = (*codec)->decode(encoded->file, 1);
    REQUIRE_MESSAGE(decoded.ok(), decoded.error().message);
    CHECK(model_error(std::get<Model>(signal), decoded->model())->squared_error == 0);
  }
  CHECK_FALSE(make_codec("copy=cp {in} {out} ;; cp {out} {png}", SignalKind::model).ok());
}

TEST_CASE("a judge is given both signals as files, and writes one number that is not negative") {
  const auto loss = [](const std::string& program, const Signal& original, const Signal& decoded) {
    const Result<Judge> judge = Judge::of(program + " # {original} {decoded}");
    REQUIRE(judge.ok());
    return judge->loss(original, decoded);
  };
  const Signal model = model_of(small_model()), other = model_of(small_model(weights(40, 64), 0.75F));
  const Signal array = wave_array(ElementType::float32, {50}), picture = testdata("natural.ppm");
  const std::string differs = "cmp -s {original} {decoded} && echo 0 || echo 2.5e-1";
  CHECK(loss(differs, model, model).value() == 0);
  CHECK(loss(differs, model, other).value() == 0.25);
  CHECK(loss("head -c 6 {decoded} | tail -c 5 | grep -q NUMPY && echo 1", array, array).value() == 1);
  CHECK(loss("head -c 4 {decoded} | tail -c 3 | grep -q PNG && echo 2", picture, picture).value() == 2);
  for (const char* program : {"echo good", "echo 1 2", "echo -1", "echo nan", "true"})
    CHECK_MESSAGE(contains(loss(program, model, model).error().message, "one number of 0 or more"), program);
  CHECK(contains(loss("echo no GPU >&2; false", model, model).error().message, "no GPU"));
  CHECK(contains(Judge::of("evaluate {original}").error().message, "no {decoded}"));
}

TEST_CASE("a comparison of models goes from files to a report with tables and maps of their tensors") {
  const Folder folder;
  std::vector<std::unique_ptr<Codec>> codecs;
  std::vector<Ladder> ladders;
  for (const char* specification : {"laq-e1-mse", "laq-e1-uniform", "Q4_0"}) {
    codecs.push_back(codec_of(specification, SignalKind::model));
    ladders.push_back(
        {codecs.back().get(), specification[0] == 'Q' ? std::vector<double>{4.5} : std::vector<double>{3, 4, 5, 6, 0}});
  }
  ComparisonOptions options;
  options.folder = folder / "out";
  options.rounds = 1;
  options.score = default_score(SignalKind::model);
  options.anchor = "laq-e1-uniform";
  options.measures.judge = Judge::of("cmp -s {original} {decoded} && echo 0 || echo 0.5").value();
  const auto results = compare::compare(find_sources({folder / "nets"}).value(), ladders, options);
  REQUIRE_MESSAGE(results.ok(), results.error().message);
  CHECK(results->failures.empty());
  CHECK(results->points.size() == 11);
  CHECK(results->lossless.size() == 2);
  for (const Speed& speed : results->speeds) CHECK(speed.codec != "Q4_0");
  for (const Point& point : results->points) {
    CHECK(std::isnan(point.encode_seconds) == (point.codec == "Q4_0"));
    CHECK(point.loss == (std::isfinite(point.snr) ? 0.5 : 0));
  }
  REQUIRE(results->rates.size() == 6);  // of two metrics
  CHECK(results->rates[0].mean < 0);
  CHECK(std::isfinite(results->rates[2].mean));  // of one point
  REQUIRE(results->tensors.size() == 1);
  REQUIRE(results->tensors[0].tensors.size() == 2);
  const ComparedTensor& matrix = results->tensors[0].tensors[0];
  REQUIRE(matrix.lines.size() == 3);
  CHECK(std::isfinite(matrix.lines[0].gained_bits));
  CHECK(matrix.lines[2].bits == 4.5);
  CHECK(std::isnan(matrix.lines[2].gained_bits));

  REQUIRE_FALSE(write_report(options.folder, *results, {.svg = true}));
  CHECK(std::filesystem::exists(folder / "out/snr.svg"));
  CHECK(std::filesystem::exists(folder / "out/tensor-2.svg"));
  const auto json = nlohmann::json::parse(summary_json(*results));
  CHECK(json["models"][0] == nlohmann::json{{"name", "small.safetensors"}, {"class", "nets"}});
  CHECK(json["tensors"][0]["tensors"][1]["shape"] == nlohmann::json{16, 8, 3, 3});
  CHECK(json["tensors"][0]["tensors"][0]["codecs"][2]["gained_bits"].is_null());
  CHECK(contains(summary_table(*results), "at equal SNR"));
  const std::string page = report_html(*results);
  CHECK(page.find("{{") == std::string::npos);
  for (const char* text :
       {"Model by model", "bits per element", "Without loss", "16 × 8 × 3 × 3", "Local scale of matrix", "gains",
        "data:image/png;base64,", "root mean square of the tensor"})
    CHECK_MESSAGE(contains(page, text), text);
  for (const char* text : {"picture</", "arrays</", "bits per pixel"}) CHECK_MESSAGE(!contains(page, text), text);

  options.curve_files = {folder / "out/curves.csv"};
  const auto alone = compare::compare({}, {}, options);
  REQUIRE(alone.ok());
  CHECK(alone->kind == SignalKind::model);
}
