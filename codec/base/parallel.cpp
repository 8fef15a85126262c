#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/without_exceptions.h"

namespace laq {

int resolve_threads(const Workers& workers) {
  if (workers.count > 0) return workers.count;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void parallel_for(int count, const Workers& workers, const std::function<void(int, int)>& work) {
  const int threads = std::min(resolve_threads(workers), count);
  if (threads <= 1) {
    for (int i = 0; i < count; ++i) work(i, 0);
    return;
  }
  std::atomic<int> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto run = [&](int worker) {
    try {
      for (int i = next++; i < count; i = next++) work(i, worker);
    } catch (...) {
      next = count;
      const std::lock_guard lock(failure_mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  if (workers.pool != nullptr) {
    (*workers.pool)(threads, [&](int worker) {
      const DefaultFloatingPoint environment;  // threads of the caller may have another
      run(worker);
    });
    if (failure) std::rethrow_exception(failure);
    return;
  }
  std::vector<std::thread> pool;
  pool.reserve(static_cast<size_t>(threads) - 1);
  try {
    for (int worker = 1; worker < threads; ++worker) pool.emplace_back(run, worker);
  } catch (...) {
    // No more threads to be had from the system: those that started, and this one, do the work.
  }
  run(0);
  for (std::thread& thread : pool) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace laq
