// Programs as codecs of laq compare: their templates, their files, and what they say when they fail.
#include <cstdlib>
#include <filesystem>

#include "sample_codecs.h"
#include "sample_pictures.h"

using namespace laq::compare;
using laq::ErrorCode;
using laq::Picture;

TEST_CASE("a program is a codec") {
  const Picture picture = testdata("natural.ppm");
  const auto codec = codec_of("copy=cp {in} {out} ;; cp {in} {png}");
  CHECK(codec->name() == "copy");
  CHECK(codec->version() == "cp {in} {out} ;; cp {in} {png}");
  CHECK(codec->is_program());
  const auto encoded = codec->encode(picture, 0, 1);
  REQUIRE(encoded.ok());
  CHECK(encoded->seconds > 0);
  CHECK(encoded->peak_bytes.value_or(0) > 0);
  const auto decoded = codec->decode(encoded->file, 1);
  REQUIRE(decoded.ok());
  CHECK(same_samples(decoded->picture(), picture));
}

TEST_CASE("a program gets its quality and threads") {
  const auto codec = codec_of("echo=cat {in} >/dev/null; echo {q} {threads} >{out} ;; cp {out} {png}");
  const auto text = [&](double quality, int threads) {
    const auto encoded = codec->encode(sample_picture(2, 2, 3, 8), quality, threads);
    REQUIRE(encoded.ok());
    return std::string(reinterpret_cast<const char*>(encoded->file.data()), encoded->file.size());
  };
  CHECK(text(62, 1) == "62 1\n");
  CHECK(text(0.5, 3) == "0.5 3\n");
}

TEST_CASE("paths of programs are quoted, and the temporary folder is removed") {
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before ? before : "";
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("laq test's \"folder\" {q} " + std::to_string(std::rand()));
  REQUIRE(std::filesystem::create_directory(folder));
  setenv("TMPDIR", folder.c_str(), 1);
  const Picture picture = sample_picture(9, 7, 4, 16);
  for (const char* program : {"copy=cp {in} {out} ;; cp {out} {png}", "failing=cp {in} {out} ;; false {out} {png}"}) {
    const auto codec = codec_of(program);
    const auto encoded = codec->encode(picture, 1, 1);
    REQUIRE(encoded.ok());
    const auto decoded = codec->decode(encoded->file, 1);
    CHECK(decoded.ok() == (codec->name() == "copy"));
    if (decoded.ok()) CHECK(same_samples(decoded->picture(), picture));
    CHECK(std::filesystem::is_empty(folder));
  }
  before ? setenv("TMPDIR", kept.c_str(), 1) : unsetenv("TMPDIR");
  std::filesystem::remove_all(folder);
}

TEST_CASE("a program that fails says why") {
  const Picture picture = sample_picture(4, 4, 3, 8);
  const auto message = [&](const std::string& program) {
    const auto encoded = codec_of(program)->encode(picture, 1, 1);
    REQUIRE_FALSE(encoded.ok());
    return encoded.error().message;
  };
  const auto contains = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  const std::string failed = message("f=echo first >&2; echo the cause >&2; exit 3; {in} {out} ;; cp {out} {png}");
  CHECK(contains(failed, "exit status 3"));
  CHECK(contains(failed, "the cause"));
  CHECK_FALSE(contains(failed, "first >&2: "));
  CHECK(contains(message("f=kill -9 $$; {in} {out} ;; cp {out} {png}"), "signal 9"));
  CHECK(contains(message("f=true {in} {out} ;; cp {out} {png}"), "wrote no {out}"));
  CHECK(contains(message("f=/nowhere/at-all {in} {out} ;; cp {out} {png}"), "exit status 127"));
  const auto decoded = codec_of("f=cp {in} {out} ;; echo nonsense >{png}; : {out}")->decode(bytes_of("a"), 1);
  REQUIRE_FALSE(decoded.ok());
  CHECK(contains(decoded.error().message, "{png}"));
}

TEST_CASE("templates that lack something are refused") {
  for (const char* wrong : {"=cp {in} {out} ;; cp {out} {png}", "a,b=cp {in} {out} ;; cp {out} {png}",
                            "a=cp {in} {out}", "a=cp {in} x ;; cp {out} {png}", "a=cp x {out} ;; cp {out} {png}",
                            "a=cp {in} {out} ;; cp x {png}", "a=cp {in} {out} ;; cp {out} x", "a ;; b=c"}) {
    CAPTURE(wrong);
    const auto codec = make_codec(wrong);
    REQUIRE_FALSE(codec.ok());
    CHECK(codec.error().code == ErrorCode::invalid_argument);
    CHECK(codec.error().message.find("NAME=ENCODE") != std::string::npos);
  }
}
