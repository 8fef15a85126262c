// Replaces operator new, to count, and to fail when it is told to. For a program of its own.
#include "api/allocations.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace laq {

std::atomic<long> allocations_left{-1};
std::atomic<long> allocations_alive{0};

namespace detail {

std::atomic<size_t> bytes_alive{0}, bytes_peak{0};

// The size stands before what is given.
void* allocate(size_t size, size_t alignment) {
  if (allocations_left.load() >= 0 && allocations_left.fetch_sub(1) == 0) throw std::bad_alloc();
  void* block = nullptr;
  if (size > SIZE_MAX - alignment || posix_memalign(&block, alignment, size + alignment) != 0) throw std::bad_alloc();
  auto* const memory = static_cast<std::byte*>(block);
  std::memcpy(memory, &size, sizeof size);
  ++allocations_alive;
  const size_t alive = bytes_alive += size;
  size_t peak = bytes_peak;
  while (alive > peak && !bytes_peak.compare_exchange_weak(peak, alive)) {
  }
  return memory + alignment;
}

void release(void* given, size_t alignment) noexcept {
  if (given == nullptr) return;
  std::byte* const memory = static_cast<std::byte*>(given) - alignment;
  size_t size = 0;
  std::memcpy(&size, memory, sizeof size);
  --allocations_alive;
  bytes_alive -= size;
  std::free(memory);
}

}  // namespace detail
}  // namespace laq

using laq::detail::allocate;
using laq::detail::release;

void* operator new(size_t size) {
  return allocate(size, alignof(std::max_align_t));
}
void* operator new[](size_t size) {
  return allocate(size, alignof(std::max_align_t));
}
void* operator new(size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<size_t>(alignment));
}
void* operator new[](size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<size_t>(alignment));
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept {
  release(memory, alignof(std::max_align_t));
}
void operator delete[](void* memory) noexcept {
  release(memory, alignof(std::max_align_t));
}
void operator delete(void* memory, size_t) noexcept {
  release(memory, alignof(std::max_align_t));
}
void operator delete[](void* memory, size_t) noexcept {
  release(memory, alignof(std::max_align_t));
}
void operator delete(void* memory, std::align_val_t alignment) noexcept {
  release(memory, static_cast<size_t>(alignment));
}
void operator delete[](void* memory, std::align_val_t alignment) noexcept {
  release(memory, static_cast<size_t>(alignment));
}
void operator delete(void* memory, size_t, std::align_val_t alignment) noexcept {
  release(memory, static_cast<size_t>(alignment));
}
void operator delete[](void* memory, size_t, std::align_val_t alignment) noexcept {
  release(memory, static_cast<size_t>(alignment));
}
