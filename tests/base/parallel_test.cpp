// Every index once, exceptions brought home.
#include "base/parallel.h"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

using namespace laq;

TEST_CASE("every index is worked on once, by a worker within the number of threads") {
  for (const int threads : {1, 2, 3, 8}) {
    for (const int count : {0, 1, 2, 7, 1000}) {
      std::vector<std::atomic<int>> visits(count);
      std::atomic<int> strange_workers{0};
      parallel_for(count, threads, [&](int index, int worker) {
        ++visits[index];
        if (worker < 0 || worker >= threads) ++strange_workers;
      });
      bool once = true;
      for (const auto& v : visits) once = once && v == 1;
      CHECK(once);
      CHECK(strange_workers == 0);
    }
  }
}

TEST_CASE("no two pieces of work run under one worker number at a time") {
  constexpr int kThreads = 4;
  std::vector<std::atomic<int>> busy(kThreads);
  std::atomic<bool> clash{false};
  parallel_for(2000, kThreads, [&](int, int worker) {
    if (busy[worker].fetch_add(1) != 0) clash = true;
    busy[worker].fetch_sub(1);
  });
  CHECK(!clash);
}

TEST_CASE("an exception comes back to the caller and stops the hand-out") {
  for (const int threads : {1, 2, 5}) {
    std::atomic<int> done{0};
    std::string message;
    try {
      parallel_for(100000, threads, [&](int index, int) {
        if (index == 10) throw std::runtime_error("ten");
        ++done;
      });
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
    CHECK(message == "ten");
    CHECK(done < 100000 - 1);
  }
}

TEST_CASE("when all pieces fail one of the exceptions comes back") {
  CHECK_THROWS_AS(parallel_for(64, 4, [](int, int) { throw std::bad_alloc(); }), std::bad_alloc);
}

TEST_CASE("no number of threads means one per processor") {
  CHECK(resolve_threads(3) == 3);
  CHECK(resolve_threads(0) >= 1);
  CHECK(resolve_threads(-1) == resolve_threads(0));
  std::atomic<int> done{0};
  parallel_for(50, 0, [&](int, int) { ++done; });
  CHECK(done == 50);
}
