// Importance and sensitivity of tensors, from the files of other programs.
#include "io/model/importance.h"

#include <doctest/doctest.h>

#include <limits>

#include "../array/npz_file.h"
#include "model_files.h"

using namespace laq;
using namespace laq::io;

namespace {

std::string floats(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

Bytes npy_of(const std::vector<float>& values) {
  return write_npy({ElementType::float32, {values.size()}, bytes_of(floats(values))});
}

Bytes old_imatrix(const std::vector<float>& values, uint64_t calls) {
  return bytes_of(number(1, 4) + number(1, 4) + "w" + number(calls, 4) + number(values.size(), 4) + floats(values) +
                  number(7, 4) + number(3, 4) + "set");
}

Bytes gguf_imatrix(const std::string& type) {
  const std::string sums = floats({2, 4, 6, 8}), counts = floats({2, 0});
  return gguf_file({gguf_value("general.type", 8, gguf_string(type))},
                   {gguf_tensor("w.in_sum2", {2, 2}, 0, 0), gguf_tensor("w.counts", {1, 2}, 0, 32)},
                   sums + std::string(16, '\0') + counts);
}

std::string message_of(const Bytes& file) {
  const auto importance = parse_importance(file);
  return importance.ok() ? "no error" : importance.error().message;
}

Bytes with_one_number(double value) {
  return write_npy({ElementType::float32, {}, bytes_of(floats({static_cast<float>(value)}))});
}

}  // namespace

TEST_CASE("importance comes from an NPZ file, one array a tensor") {
  const auto importance = parse_importance(npz_file({{"a.npy", npy_of({1, 2})}, {"b/c.npy", npy_of({0})}}, true));
  REQUIRE_MESSAGE(importance.ok(), importance.error().message);
  CHECK(*importance == Importance{{"a", {1, 2}}, {"b/c", {0}}});
}

TEST_CASE("importance comes from both kinds of matrices of llama.cpp, as means") {
  CHECK(*parse_importance(old_imatrix({4, 8}, 4)) == Importance{{"w", {1, 2}}});
  CHECK(*parse_importance(old_imatrix({4, 8}, 0)) == Importance{{"w", {4, 8}}});
  const auto importance = parse_importance(gguf_imatrix("imatrix"));
  REQUIRE_MESSAGE(importance.ok(), importance.error().message);
  CHECK(*importance == Importance{{"w", {1, 2, 1, 1}}});  // nothing is known of the second expert
  CHECK(message_of(gguf_imatrix("model")).find("general.type is not imatrix") != std::string::npos);
}

TEST_CASE("importance that is no weight, or lies about its size, is refused") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(message_of(old_imatrix({1, -1}, 1)) == "'w' has a number that is negative, infinite or NaN");
  CHECK(message_of(npz_file({{"a.npy", npy_of({nan})}}, false)).find("'a' has a number") != std::string::npos);
  CHECK(message_of(bytes_of(number(2, 4) + number(0xffffffff, 4) + "w")).find("cut off in entry 1 of 2") !=
        std::string::npos);
  const Bytes good = old_imatrix({1, 2}, 1);
  for (size_t size = 0; size < 25; ++size) {
    const auto importance = parse_importance({good.data(), size});
    CHECK(importance.ok() == false);
  }
}

TEST_CASE("sensitivity comes from an NPZ file, a JSON object or lines") {
  const Sensitivity expected{{"a", 2}, {"b,c", 0.5}};
  const auto same = [&](const Bytes& file) {
    const auto sensitivity = parse_sensitivity(file);
    REQUIRE_MESSAGE(sensitivity.ok(), sensitivity.error().message);
    CHECK(*sensitivity == expected);
  };
  same(npz_file({{"a.npy", with_one_number(2)}, {"b,c.npy", with_one_number(0.5)}}, false));
  same(bytes_of(R"( {"a": 2, "b,c": 5e-1} )"));
  same(bytes_of("tensor,kl\r\na,2\r\n\"b,c\", 0.5\r\n"));
  same(bytes_of("a,2\nb,c,0.5"));
}

TEST_CASE("sensitivity that is no list of numbers is refused") {
  const auto message = [](const Bytes& file) {
    const auto sensitivity = parse_sensitivity(file);
    return sensitivity.ok() ? "no error" : sensitivity.error().message;
  };
  CHECK(message(bytes_of("a,1\nb\n")) == "line 2 is not 'name,number'");
  CHECK(message(bytes_of("tensor,kl\n")) == "tells the sensitivity of no tensor");
  CHECK(message(bytes_of("a,1\na,2\n")) == "it has 'a' twice");
  CHECK(message(bytes_of("a,-1\n")).find("'a' has a number that is negative") == 0);
  CHECK(message(bytes_of(R"({"a":[1]})")).find("'a' is a list and no number") != std::string::npos);
  CHECK(message(bytes_of(R"({"a":1)")).find("it is no JSON") != std::string::npos);
  CHECK(message(bytes_of(R"({"a":-1})")).find("negative") != std::string::npos);
  CHECK(message(npz_file({{"a.npy", npy_of({1, 2})}}, false)) == "'a' is not one number");
}
