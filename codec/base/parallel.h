// parallel_for: independent pieces of work on several threads.
#pragma once

#include <functional>

#include <laq/laq.hpp>

namespace laq {

// Who does the work of parallel_for: `count` threads, or one per processor if it is 0 or less. They are threads of our
// own, or tasks of the caller's pool, which must outlive this, if there is one.
struct Workers {
  int count = 0;
  const ThreadPool* pool = nullptr;

  Workers(int threads = 0) : count(threads) {}
  Workers(int threads, const ThreadPool& callers) : count(threads), pool(callers ? &callers : nullptr) {}
};

// Calls work(index, worker) for every index in [0, count), from at most as many threads as there are workers (the
// caller's is one of them, unless there is a pool); `worker` names the thread, for scratch memory. An exception from
// `work` stops the hand-out of further indices and is thrown again here, after all threads have ended.
void parallel_for(int count, const Workers& workers, const std::function<void(int index, int worker)>& work);

// The number of threads that parallel_for would use at most.
int resolve_threads(const Workers& workers);

}  // namespace laq
