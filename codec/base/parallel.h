// parallel_for: independent pieces of work on several threads.
#pragma once

#include <functional>

namespace laq {

// Calls work(index, worker) for every index in [0, count), from at most `threads` threads (the caller's is one of
// them); `worker` in [0, threads) names the thread, for scratch memory. threads <= 0 means one per processor. An
// exception from `work` stops the hand-out of further indices and is thrown again here, after all threads have ended.
void parallel_for(int count, int threads, const std::function<void(int index, int worker)>& work);

// The number of threads that parallel_for would use at most: `threads`, or the number of processors if threads <= 0.
int resolve_threads(int threads);

}  // namespace laq
