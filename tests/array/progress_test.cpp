// Progress and cancelling of arrays, within chunks too.
#include <laq/array.hpp>

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>
#include <utility>

#include "array/chunk_progress.h"
#include "array/random_arrays.h"
#include "array/search/recipe_search.h"
#include "base/work.h"

using namespace laq;

namespace {

constexpr uint64_t kSide = 300;

Array field() {
  Array array{ElementType::float32, {kSide, kSide}, std::vector<std::byte>(kSide * kSide * 4)};
  store_values(ElementType::float32, array::random_values(array::RandomKind::sines_and_noise, kSide, kSide, 1),
               array.data);
  return array;
}

// Calls work(progress) and checks what it is told: shares that grow from 0 to 1. Returns their number.
template <class Work>
int count_shares(Work&& work) {
  float last = 0;
  int calls = 0;
  work([&](float done) {
    CHECK(done >= last);
    CHECK(done <= 1);
    last = done;
    ++calls;
    return true;
  });
  CHECK(last == 1);
  return calls;
}

}  // namespace

TEST_CASE("what inner loops report reaches the listener of their thread, who may cancel") {
  report_work(1 << 20);  // nobody listens
  size_t heard = 0;
  {
    const WorkListener listener([&](size_t samples) {
      heard += samples;
      return heard < 100000;
    });
    for (int i = 0; i < 9; ++i) report_work(10000);
    CHECK(heard == 90000);
    {
      const WorkListener deaf(nullptr);
      report_work(1 << 20);
    }
    CHECK_THROWS_AS(report_work(10000), WorkCancelled);
  }
  report_work(1 << 20);
  CHECK(heard == 100000);
}

TEST_CASE("an array of a single chunk tells its progress while it is coded and decoded, and can be cancelled then") {
  const Array array = field();
  for (const ArrayTarget& target : {ArrayTarget{},
                                    {ArrayTargetKind::max_error, 0.1},
                                    {ArrayTargetKind::psnr, 50},
                                    {ArrayTargetKind::bits, 4},
                                    {ArrayTargetKind::pointwise_relative, 0.01}}) {
    for (const int effort : {1, 3, 5}) {
      CAPTURE(static_cast<int>(target.kind));
      CAPTURE(effort);
      std::vector<std::byte> file;
      const int encoding = count_shares([&](const std::function<bool(float)>& progress) {
        const auto made = encode(array.view(), {target, 1, progress, 0, effort});
        REQUIRE(made.ok());
        file = *made;
      });
      CHECK(encoding >= 3);
      CHECK(file == *encode(array.view(), {target, 2, {}, 0, effort}));
      REQUIRE(inspect_array(file)->chunks == 1);
      CHECK(count_shares([&](const std::function<bool(float)>& progress) {
              CHECK(decode_array(file, {.threads = 1, .progress = progress}).ok());
            }) >= 3);
      for (const int most : {1, 2, 3}) {
        int calls = 0;
        const auto stop = [&](float) { return ++calls < most; };
        CHECK(encode(array.view(), {target, 1, stop, 0, effort}).error().code == ErrorCode::cancelled);
        CHECK(calls == most);
        calls = 0;
        CHECK(decode_array(file, {.threads = 1, .progress = stop}).error().code == ErrorCode::cancelled);
        CHECK(calls == most);
      }
    }
  }
}

TEST_CASE("every coding reports the elements that it codes, of a line and of a field") {
  for (const Grid& grid : {Grid{{1, 1, 90000}}, Grid{{1, 300, 300}}, Grid{{30, 50, 60}}}) {
    const std::vector<double> values = array::random_values(array::RandomKind::sines_and_noise, 1, grid.size(), 3);
    for (const array::Fidelity fidelity : {array::Fidelity::max_error, array::Fidelity::mean_squared_error}) {
      const array::ChunkFormat format{ElementType::float32, grid, fidelity, 0.5};
      std::vector<std::byte> elements(format.bytes());
      store_values(format.type, values, elements);
      for (const array::StageId stage : array::kAllStages) {
        if (array::is_map(stage) || !array::allows(stage, format) || stage == array::StageId::constant) continue;
        CAPTURE(array::name_of(stage));
        CAPTURE(grid.sides[0]);
        const array::Step step{stage};
        size_t encoded = 0, decoded = 0;
        array::CodedChunk chunk;
        {
          const WorkListener listener([&](size_t samples) {
            encoded += samples;
            return true;
          });
          chunk = array::encode_chunk(format, elements, {}, std::span(&step, 1));
        }
        if (chunk.recipe[0].stage != stage) continue;
        {
          const WorkListener listener([&](size_t samples) {
            decoded += samples;
            return true;
          });
          REQUIRE(array::decode_chunk(format, chunk.stream, elements));
        }
        CHECK(encoded >= 70000);
        if (stage == array::StageId::deflate) continue;  // is as fast as memory
        CHECK(decoded >= 70000);
        CHECK(decoded <= 100000);  // the lapped transform fills its last block
      }
    }
  }
}

TEST_CASE("a caller who has cancelled once is not called again, and all threads stop") {
  constexpr size_t kReport = 1 << 14, kReports = 100;
  int calls = 0;
  const std::function<bool(float)> cancel_once = [&](float) { return ++calls > 1; };
  array::ChunkProgress progress(cancel_once, 2 * kReport * kReports, 1);
  std::latch both_listen(2), has_cancelled(1);
  std::array<bool, 2> are_done{true, true};
  std::array<size_t, 2> reports{};
  const auto code = [&](size_t thread) {
    are_done[thread] = progress.run(kReport * kReports, [&] {
      both_listen.arrive_and_wait();
      if (thread == 1) has_cancelled.wait();
      for (; reports[thread] < kReports; ++reports[thread]) report_work(kReport);
    });
    if (thread == 0) has_cancelled.count_down();
  };
  std::thread other(code, 1);
  code(0);
  other.join();
  CHECK(calls == 1);
  CHECK(are_done == std::array{false, false});
  CHECK(reports == std::array<size_t, 2>{0, 0});
}

TEST_CASE("the progress of a search has come to at least a half before it ends") {
  const Array array = field();
  for (const ArrayTarget& target : {ArrayTarget{ArrayTargetKind::psnr, 50}, {ArrayTargetKind::bits, 4}}) {
    float last = 0, last_but_one = 0;
    count_shares([&](const std::function<bool(float)>& progress) {
      const auto note = [&](float done) {
        last_but_one = std::exchange(last, done);
        return progress(done);
      };
      CHECK(encode(array.view(), {target, 1, note}).ok());
    });
    CHECK(last == 1);
    CHECK(last_but_one >= 0.5F);
  }
}

TEST_CASE("an exception of the progress callback cancels decoding") {
  const auto file = encode(field().view(), {.threads = 1});
  const auto again =
      decode_array(*file, {.threads = 2, .progress = [](float) -> bool { throw std::runtime_error(""); }});
  CHECK(again.error().code == ErrorCode::cancelled);
}

TEST_CASE("progress is told by one thread at a time, over chunks, regions and outputs") {
  const Array array = field();
  const auto file = encode(array.view(), {.target = {ArrayTargetKind::max_error, 0.1}, .chunk_elements = 5000});
  REQUIRE(file.ok());
  std::atomic<int> inside{0};
  const auto progress = [&](float) {
    CHECK(++inside == 1);
    --inside;
    return true;
  };
  CHECK(decode_array(*file, {.threads = 4, .progress = progress}).ok());
  CHECK(decode_array_region(*file, {{10, 20}, {200, 250}}, {.threads = 4, .progress = progress}).ok());
  std::vector<float> out(kSide * kSide);
  const auto stop = [](float) { return false; };
  const auto failure =
      decode_array_into(*file, {ElementType::float32, {kSide, kSide}, out.data()}, nullptr, {.progress = stop});
  REQUIRE(failure);
  CHECK(failure->code == ErrorCode::cancelled);
}
