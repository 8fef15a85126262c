// Vectors of large pieces, whose memory goes back to the system as soon as they are freed: what an allocator keeps for
// later would add to the memory that takes their place.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace laq {

template <class T>
struct ReturningAllocator {
  using value_type = T;

  ReturningAllocator() = default;
  template <class Other>
  explicit ReturningAllocator(const ReturningAllocator<Other>&) {}

  T* allocate(size_t count) {
    if (count > static_cast<size_t>(-1) / sizeof(T)) throw std::bad_array_new_length();
    return static_cast<T*>(::operator new(count * sizeof(T)));
  }
  void deallocate(T* first, size_t count) {
    if (count * sizeof(T) >= kLarge) return_pages(first, count * sizeof(T));
    ::operator delete(first);
  }

  friend bool operator==(const ReturningAllocator&, const ReturningAllocator&) { return true; }

 private:
  static constexpr size_t kLarge = 1 << 16, kPage = 1 << 12;

  static void return_pages([[maybe_unused]] void* first, [[maybe_unused]] size_t bytes) {
#ifdef MADV_DONTNEED
    void* whole = first;
    if (std::align(kPage, kPage, whole, bytes) == nullptr) return;
    // It is no more than advice, so its failure does not matter.
    ::madvise(whole, bytes / kPage * kPage, MADV_DONTNEED);
#endif
  }
};

// A piece of a stream that is being written.
using BytePiece = std::vector<std::byte, ReturningAllocator<std::byte>>;

}  // namespace laq
