// The C API of arrays: what the C++ one does, structures of any version, and what is refused.
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <laq/laq.h>
#include <laq/array.hpp>

namespace laq {
namespace {

// 24 x 35 numbers.
std::vector<float> make_elements() {
  std::vector<float> elements(24 * 35);
  for (size_t i = 0; i < elements.size(); ++i) elements[i] = static_cast<float>(i * i % 997) / 8;
  return elements;
}

laq_array c_view(const std::vector<float>& elements) {
  laq_array view = {};
  view.struct_size = sizeof view;
  view.type = LAQ_FLOAT32;
  view.dimensions = 2;
  view.shape[0] = 24;
  view.shape[1] = 35;
  view.data = elements.data();
  view.sample_rate = 44100;
  view.significant_bits = 12;
  return view;
}

laq_array_encode_options array_options(int target_kind, double target) {
  laq_array_encode_options options;
  laq_array_encode_options_init(&options, sizeof options);
  options.target_kind = target_kind;
  options.target = target;
  return options;
}

// Owns what a call gives.
struct Buffer : laq_buffer {
  Buffer() : laq_buffer{nullptr, 0} {}
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { laq_buffer_free(this); }
};

void make_file(Buffer& file) {
  const std::vector<float> elements = make_elements();
  const laq_array view = c_view(elements);
  REQUIRE(laq_encode_array(&view, nullptr, &file, nullptr) == LAQ_OK);
}

TEST_CASE("C and C++ give the same file of an array, and the same elements") {
  const std::vector<float> elements = make_elements();
  const laq_array view = c_view(elements);
  laq_array_encode_options options = array_options(LAQ_ARRAY_MAX_ERROR, 0.5);
  options.chunk_elements = 300;
  options.threads = 2;
  std::atomic<int> tasks{0};
  const laq_run_tasks run_tasks = [](int count, void (*task)(int, void*), void* work, void* user) {
    for (int i = 0; i < count; ++i) task(i, work);
    *static_cast<std::atomic<int>*>(user) += count;
  };
  options.run_tasks = run_tasks;
  options.user = &tasks;
  Buffer file;
  laq_error error;
  REQUIRE(laq_encode_array(&view, &options, &file, &error) == LAQ_OK);
  CHECK(tasks == 2);
  CHECK(std::string(error.message).empty());
  const auto same = encode({ElementType::float32, {24, 35}, elements.data(), {}, {44100, 12}},
                           {.target = {ArrayTargetKind::max_error, 0.5}, .chunk_elements = 300});
  REQUIRE(same.ok());
  REQUIRE(same->size() == file.size);
  CHECK(std::memcmp(same->data(), file.data, file.size) == 0);

  laq_array* again = nullptr;
  REQUIRE(laq_decode_array(file.data, file.size, nullptr, &again, &error) == LAQ_OK);
  const auto decoded = decode_array(*same);
  REQUIRE(decoded.ok());
  CHECK(again->struct_size == sizeof(laq_array));
  CHECK(again->type == LAQ_FLOAT32);
  CHECK(again->dimensions == 2);
  CHECK(again->shape[0] == 24);
  CHECK(again->shape[1] == 35);
  CHECK(again->strides == nullptr);
  CHECK(again->sample_rate == 44100);
  CHECK(again->significant_bits == 12);
  CHECK(std::memcmp(again->data, decoded->data.data(), decoded->data.size()) == 0);
  laq_array_free(again);

  const laq_array_region region = {2, {3, 4}, {5, 6}};
  REQUIRE(laq_decode_array_region(file.data, file.size, &region, nullptr, &again, &error) == LAQ_OK);
  const auto part = decode_array_region(*same, {{3, 4}, {5, 6}});
  CHECK(again->shape[0] == 5);
  CHECK(again->shape[1] == 6);
  CHECK(std::memcmp(again->data, part->data.data(), part->data.size()) == 0);
  laq_array_free(again);

  laq_array_info* info = nullptr;
  REQUIRE(laq_inspect_array(file.data, file.size, &info, &error) == LAQ_OK);
  CHECK(info->struct_size == sizeof(laq_array_info));
  CHECK(info->type == LAQ_FLOAT32);
  CHECK(info->dimensions == 2);
  CHECK(info->shape[1] == 35);
  CHECK(info->sample_rate == 44100);
  CHECK(info->significant_bits == 12);
  CHECK(info->target_kind == LAQ_ARRAY_MAX_ERROR);
  CHECK(info->target == 0.5);
  CHECK(info->max_error > 0);
  CHECK(info->max_error <= 0.5);
  CHECK(info->mean_squared_error > 0);
  CHECK(info->chunks == 4);
  CHECK(info->chunk_shape[0] == 12);
  CHECK(info->chunk_shape[1] == 18);
  laq_array_info_free(info);
}

TEST_CASE("C: elements at any strides, and arrays without elements, come back") {
  const std::vector<float> elements = make_elements();
  laq_array view = c_view(elements);
  const int64_t strides[] = {4, 24 * 4};  // columns
  view.strides = strides;
  Buffer file;
  REQUIRE(laq_encode_array(&view, nullptr, &file, nullptr) == LAQ_OK);
  laq_array* again = nullptr;
  REQUIRE(laq_decode_array(file.data, file.size, nullptr, &again, nullptr) == LAQ_OK);
  for (size_t i = 0; i < elements.size(); ++i)
    CHECK(static_cast<const float*>(again->data)[i] == elements[i % 35 * 24 + i / 35]);
  laq_array_free(again);
  laq_buffer_free(&file);

  view.shape[0] = 0;
  view.data = nullptr;
  REQUIRE(laq_encode_array(&view, nullptr, &file, nullptr) == LAQ_OK);
  REQUIRE(laq_decode_array(file.data, file.size, nullptr, &again, nullptr) == LAQ_OK);
  CHECK(again->shape[0] == 0);
  CHECK(again->shape[1] == 35);
  laq_array_free(again);
}

TEST_CASE("C: elements are decoded into memory of the caller, whole and by region, if type and shape are theirs") {
  const std::vector<float> elements = make_elements();
  Buffer file;
  make_file(file);
  laq_array_output output = {LAQ_FLOAT32, 2, {24, 35}, nullptr};
  std::vector<float> memory(elements.size());
  laq_error error;
  const auto decode = [&](const laq_array_region* region, size_t size) {
    return laq_decode_array_into(file.data, size, region, nullptr, &output, &error);
  };
  CHECK(decode(nullptr, file.size) == LAQ_INVALID_ARGUMENT);
  CHECK(std::string(error.message).find("output.data is null") != std::string::npos);
  output.data = memory.data();
  REQUIRE(decode(nullptr, file.size) == LAQ_OK);
  CHECK(memory == elements);
  CHECK(decode(nullptr, file.size - 1) == LAQ_TRUNCATED);

  const laq_array_region region = {2, {3, 4}, {5, 6}};
  CHECK(decode(&region, file.size) == LAQ_INVALID_ARGUMENT);
  CHECK(std::string(error.message).find("24 x 35") != std::string::npos);
  output.shape[0] = 5, output.shape[1] = 6;
  memory.assign(elements.size(), -1);
  REQUIRE(decode(&region, file.size) == LAQ_OK);
  for (size_t i = 0; i < 30; ++i) CHECK(memory[i] == elements[(3 + i / 6) * 35 + 4 + i % 6]);
  CHECK(memory[30] == -1);

  output.type = LAQ_INT32;
  CHECK(decode(&region, file.size) == LAQ_INVALID_ARGUMENT);
  output.type = 99;
  CHECK(decode(&region, file.size) == LAQ_INVALID_ARGUMENT);
  output.type = LAQ_FLOAT32, output.dimensions = 33;
  CHECK(decode(&region, file.size) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_decode_array_into(file.data, file.size, nullptr, nullptr, nullptr, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(std::string(error.message) == "output is null");
}

TEST_CASE("C: integers far from zero and arrays of many sides are decoded into memory of the caller too") {
  std::vector<int64_t> elements(2 * 3 * 2 * 2 * 5);
  for (size_t i = 0; i < elements.size(); ++i) elements[i] = static_cast<int64_t>(i * i << 50);
  laq_array view = {};
  view.struct_size = sizeof view;
  view.type = LAQ_INT64;
  view.dimensions = 5;
  const uint64_t shape[] = {2, 3, 2, 2, 5};
  std::copy(std::begin(shape), std::end(shape), view.shape);
  view.data = elements.data();
  Buffer file;
  REQUIRE(laq_encode_array(&view, nullptr, &file, nullptr) == LAQ_OK);
  std::vector<int64_t> memory(elements.size());
  laq_array_output output = {LAQ_INT64, 5, {2, 3, 2, 2, 5}, memory.data()};
  REQUIRE(laq_decode_array_into(file.data, file.size, nullptr, nullptr, &output, nullptr) == LAQ_OK);
  CHECK(memory == elements);
}

TEST_CASE("C: every kind of target is that of the C++ API") {
  const std::vector<float> elements = make_elements();
  const laq_array view = c_view(elements);
  for (int kind = LAQ_ARRAY_LOSSLESS; kind <= LAQ_ARRAY_POINTWISE_RELATIVE; ++kind) {
    const bool is_share = kind == LAQ_ARRAY_MAX_RELATIVE_ERROR || kind == LAQ_ARRAY_POINTWISE_RELATIVE;
    const laq_array_encode_options options = array_options(kind, is_share ? 0.1 : 12);
    Buffer file;
    REQUIRE(laq_encode_array(&view, &options, &file, nullptr) == LAQ_OK);
    laq_array_info* info = nullptr;
    REQUIRE(laq_inspect_array(file.data, file.size, &info, nullptr) == LAQ_OK);
    CHECK(info->target_kind == kind);
    laq_array_info_free(info);
  }
}

TEST_CASE("C: null pointers are refused by the functions for arrays, or allowed where the header says so") {
  const std::vector<float> elements = make_elements();
  const laq_array view = c_view(elements);
  Buffer file;
  laq_array* again = reinterpret_cast<laq_array*>(1);
  laq_array_info* info = reinterpret_cast<laq_array_info*>(1);
  const laq_array_region region = {1, {0}, {1}};
  laq_error error;
  CHECK(laq_encode_array(nullptr, nullptr, &file, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(std::string(error.message) == "array is null");
  CHECK(laq_encode_array(&view, nullptr, nullptr, nullptr) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_decode_array(nullptr, 5, nullptr, &again, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(again == nullptr);
  CHECK(laq_decode_array(nullptr, 0, nullptr, &again, &error) == LAQ_NOT_LAQ);
  CHECK(laq_decode_array("LAQ", 3, nullptr, nullptr, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_decode_array_region("LAQ", 3, nullptr, nullptr, &again, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(std::string(error.message) == "region is null");
  CHECK(laq_decode_array_region("LAQ", 3, &region, nullptr, nullptr, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_decode_array_region(nullptr, 3, &region, nullptr, &again, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_inspect_array(nullptr, 5, &info, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(info == nullptr);
  CHECK(laq_inspect_array("LAQ", 3, nullptr, nullptr) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_holds_array(nullptr, 5) == 0);
  laq_array_free(nullptr);
  laq_array_info_free(nullptr);
  laq_array_encode_options_init(nullptr, sizeof(laq_array_encode_options));
}

TEST_CASE("C: what no array or option can be is refused, whatever it would be in a byte") {
  const std::vector<float> elements = make_elements();
  const laq_array good = c_view(elements);
  const auto message = [](const laq_array& view, const laq_array_encode_options& options) {
    Buffer file;
    laq_error error;
    CHECK(laq_encode_array(&view, &options, &file, &error) == LAQ_INVALID_ARGUMENT);
    CHECK(file.data == nullptr);
    return std::string(error.message);
  };
  const laq_array_encode_options lossless = array_options(LAQ_ARRAY_LOSSLESS, 0);
  laq_array view = good;
  view.type = 256;
  CHECK(message(view, lossless).find("array.type is 256") == 0);
  view = good;
  view.dimensions = 33;
  CHECK(message(view, lossless).find("array.dimensions is 33") == 0);
  view.dimensions = -1;
  CHECK(message(view, lossless).find("array.dimensions is -1") == 0);
  view = good;
  view.significant_bits = 300;
  CHECK(message(view, lossless).find("array.significant_bits is 300") == 0);
  view = good;
  view.data = nullptr;
  CHECK(message(view, lossless).find("data is null") == 0);
  view = good;
  view.struct_size = 0;
  CHECK(message(view, lossless).find("array.struct_size is 0") == 0);
  for (const int kind : {-1, 255, 256}) CHECK(message(good, array_options(kind, 1)).find("target") == 0);
  CHECK(message(good, array_options(LAQ_ARRAY_MAX_ERROR, -1)).find("target.value") == 0);
  laq_array_encode_options options = lossless;
  options.chunk_elements = 3;
  CHECK(message(good, options).find("chunk_elements") == 0);
  options = lossless;
  options.threads = -1;
  CHECK(message(good, options).find("threads") == 0);
  options.struct_size = 0;
  CHECK(message(good, options).find("options.struct_size is 0") == 0);
}

TEST_CASE("C: options for arrays of an older version leave the newer fields at their defaults") {
  const std::vector<float> elements = make_elements();
  const laq_array view = c_view(elements);
  laq_array_encode_options options;
  std::memset(&options, 0xff, sizeof options);  // what lies behind an older structure is not to be read
  options.struct_size = offsetof(laq_array_encode_options, threads);
  options.target_kind = LAQ_ARRAY_LOSSLESS;
  Buffer file;
  laq_error error;
  REQUIRE_MESSAGE(laq_encode_array(&view, &options, &file, &error) == LAQ_OK, error.message);
}

TEST_CASE("C: a file is given away piece by piece, and what takes it may cancel") {
  const std::vector<float> elements = make_elements();
  const laq_array view = c_view(elements);
  std::vector<std::byte> file;
  const laq_put_bytes put = [](void* user, uint64_t offset, const void* bytes, size_t size) {
    auto& to = *static_cast<std::vector<std::byte>*>(user);
    to.resize(std::max<size_t>(to.size(), offset + size));
    std::memcpy(to.data() + offset, bytes, size);
    return 1;
  };
  uint64_t size = 0;
  laq_error error;
  REQUIRE_MESSAGE(laq_encode_array_to(&view, nullptr, put, &file, &size, &error) == LAQ_OK, error.message);
  CHECK(size == file.size());
  const auto decoded = decode_array(file);
  REQUIRE(decoded.ok());
  CHECK(std::memcmp(decoded->data.data(), elements.data(), decoded->data.size()) == 0);
  const laq_put_bytes refuse = [](void*, uint64_t, const void*, size_t) { return 0; };
  CHECK(laq_encode_array_to(&view, nullptr, refuse, nullptr, &size, nullptr) == LAQ_CANCELLED);
  CHECK(size == 0);
  CHECK(laq_encode_array_to(&view, nullptr, nullptr, nullptr, nullptr, nullptr) == LAQ_INVALID_ARGUMENT);
}

TEST_CASE("C: an array grows, in memory and piece by piece") {
  const std::vector<float> elements = make_elements();
  laq_array view = c_view(elements);
  laq_error error;
  Buffer first, grown;
  REQUIRE_MESSAGE(laq_encode_array(&view, nullptr, &first, &error) == LAQ_OK, error.message);
  REQUIRE_MESSAGE(laq_append_array(first.data, first.size, &view, nullptr, &grown, &error) == LAQ_OK, error.message);
  const auto decoded = decode_array(std::as_bytes(std::span(grown.data, grown.size)));
  REQUIRE(decoded.ok());
  REQUIRE(decoded->data.size() == 2 * sizeof(float) * elements.size());
  for (const size_t half : {size_t{0}, decoded->data.size() / 2})
    CHECK(std::memcmp(decoded->data.data() + half, elements.data(), decoded->data.size() / 2) == 0);
  std::vector<std::byte> pieces;
  const laq_put_bytes put = [](void* user, uint64_t offset, const void* bytes, size_t size) {
    auto& to = *static_cast<std::vector<std::byte>*>(user);
    CHECK(offset == to.size());
    to.resize(offset + size);
    std::memcpy(to.data() + offset, bytes, size);
    return 1;
  };
  uint64_t size = 0;
  REQUIRE(laq_append_array_to(first.data, first.size, &view, nullptr, put, &pieces, &size, &error) == LAQ_OK);
  CHECK(size == grown.size);
  CHECK(std::memcmp(pieces.data(), grown.data, grown.size) == 0);
  CHECK(laq_append_array_to(first.data, first.size, &view, nullptr, nullptr, nullptr, &size, &error) ==
        LAQ_INVALID_ARGUMENT);
  Buffer none;
  CHECK(laq_append_array(nullptr, 1, &view, nullptr, &none, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_append_array(first.data, first.size, nullptr, nullptr, &none, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(laq_append_array(first.data, first.size - 1, &view, nullptr, &none, &error) == LAQ_TRUNCATED);
  view.type = LAQ_INT32;
  CHECK(laq_append_array(first.data, first.size, &view, nullptr, &none, &error) == LAQ_INVALID_ARGUMENT);
  laq_buffer_free(&first);
  laq_buffer_free(&grown);
}

TEST_CASE("C: parts have bounds of their own, which the file tells") {
  const std::vector<float> elements = make_elements();
  const laq_array view = c_view(elements);
  laq_array_encode_options options = array_options(LAQ_ARRAY_MAX_ERROR, 0.5);
  laq_array_part_bound part = {};
  part.part.dimensions = view.dimensions;
  for (int side = 0; side < view.dimensions; ++side) part.part.size[side] = view.shape[side] / 2;
  part.value = 0.125;
  options.parts = &part;
  options.part_count = 1;
  Buffer file;
  laq_error error;
  REQUIRE_MESSAGE(laq_encode_array(&view, &options, &file, &error) == LAQ_OK, error.message);
  laq_array_info* info = nullptr;
  REQUIRE(laq_inspect_array(file.data, file.size, &info, &error) == LAQ_OK);
  CHECK(info->least_bound == 0.125);
  CHECK(info->greatest_bound == 0.5);
  CHECK(info->non_finite == 0);
  CHECK(info->chunks == 4);
  laq_array_info_free(info);
  laq_buffer_free(&file);
  part.part.dimensions = 33;
  CHECK(laq_encode_array(&view, &options, &file, &error) == LAQ_INVALID_ARGUMENT);
  options.parts = nullptr;
  CHECK(laq_encode_array(&view, &options, &file, &error) == LAQ_INVALID_ARGUMENT);
}

TEST_CASE("C: a level has every other element") {
  Buffer file;
  make_file(file);
  laq_array *whole = nullptr, *level = nullptr;
  laq_error error;
  REQUIRE(laq_decode_array(file.data, file.size, nullptr, &whole, &error) == LAQ_OK);
  REQUIRE(laq_decode_array_level(file.data, file.size, 1, nullptr, &level, &error) == LAQ_OK);
  REQUIRE(level->dimensions == 2);
  CHECK(level->shape[0] == (whole->shape[0] + 1) / 2);
  CHECK(level->shape[1] == (whole->shape[1] + 1) / 2);
  const auto* const all = static_cast<const float*>(whole->data);
  const auto* const some = static_cast<const float*>(level->data);
  for (uint64_t y = 0; y < level->shape[0]; ++y) {
    for (uint64_t x = 0; x < level->shape[1]; ++x)
      CHECK(some[y * level->shape[1] + x] == all[2 * y * whole->shape[1] + 2 * x]);
  }
  laq_array_free(level);
  laq_array_free(whole);
  CHECK(laq_decode_array_level(file.data, file.size, 41, nullptr, &level, &error) == LAQ_INVALID_ARGUMENT);
  laq_decode_options options;
  laq_decode_options_init(&options, sizeof options);
  options.progress = [](float, void*) { return 0; };
  CHECK(laq_decode_array_level(file.data, file.size, 1, &options, &level, &error) == LAQ_CANCELLED);
  CHECK(laq_decode_array(file.data, file.size, &options, &level, &error) == LAQ_CANCELLED);
}

TEST_CASE("C: a callback sees the work on an array and may cancel it") {
  const std::vector<float> elements = make_elements();
  const laq_array view = c_view(elements);
  laq_array_encode_options options = array_options(LAQ_ARRAY_LOSSLESS, 0);
  int calls = 0;
  options.user = &calls;
  options.progress = [](float, void* user) { return ++*static_cast<int*>(user) >= 0 ? 1 : 0; };
  Buffer file;
  CHECK(laq_encode_array(&view, &options, &file, nullptr) == LAQ_OK);
  CHECK(calls > 0);
  laq_buffer_free(&file);
  options.progress = [](float, void*) { return 0; };
  CHECK(laq_encode_array(&view, &options, &file, nullptr) == LAQ_CANCELLED);
}

TEST_CASE("C: errors of files and regions of arrays arrive with status and message") {
  Buffer file;
  make_file(file);
  CHECK(laq_holds_array(file.data, file.size) == 1);
  laq_array* again = nullptr;
  laq_info* picture_info = nullptr;
  laq_error error;
  laq_decode_options limits;
  laq_decode_options_init(&limits, sizeof limits);
  limits.max_pixels = 100;
  CHECK(laq_decode_array(file.data, file.size, &limits, &again, &error) == LAQ_LIMIT_EXCEEDED);
  CHECK(laq_decode_array(file.data, file.size - 1, nullptr, &again, &error) == LAQ_TRUNCATED);
  CHECK(laq_inspect(file.data, file.size, &picture_info, &error) == LAQ_UNSUPPORTED);
  laq_array_region region = {2, {0, 30}, {24, 6}};
  CHECK(laq_decode_array_region(file.data, file.size, &region, nullptr, &again, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(std::string(error.message).find("side 1") != std::string::npos);
  region.dimensions = 3;
  CHECK(laq_decode_array_region(file.data, file.size, &region, nullptr, &again, &error) == LAQ_INVALID_ARGUMENT);
  region.dimensions = 33;
  CHECK(laq_decode_array_region(file.data, file.size, &region, nullptr, &again, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(std::string(error.message).find("region.dimensions is 33") == 0);
  region = {2, {1, 1}, {10, 10}};
  CHECK(laq_decode_array_region(file.data, file.size, &region, &limits, &again, &error) == LAQ_OK);
  laq_array_free(again);
  limits.struct_size = 0;
  CHECK(laq_decode_array(file.data, file.size, &limits, &again, &error) == LAQ_INVALID_ARGUMENT);
  file.data[file.size - 1] ^= 1;
  CHECK(laq_decode_array(file.data, file.size, nullptr, &again, &error) == LAQ_CORRUPT);
  CHECK(std::string(error.message).find("section ARRY") == 0);
  CHECK(again == nullptr);
}

}  // namespace
}  // namespace laq
