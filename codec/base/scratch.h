// Scratch: memory for large intermediate results, which are written before they are read.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace laq {

// An array whose elements have no values at first. A large one asks the system for large pages: where a page fault
// takes microseconds, those of small pages cost as much as a fast coding does. Throws std::bad_alloc.
template <class T>
class Scratch {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  Scratch() = default;
  explicit Scratch(size_t count) : elements_(allocate(count)), size_(count) {}

  T* data() { return elements_.get(); }
  const T* data() const { return elements_.get(); }
  size_t size() const { return size_; }
  T& operator[](size_t i) { return elements_.get()[i]; }
  const T& operator[](size_t i) const { return elements_.get()[i]; }

 private:
  static constexpr size_t kLargePage = size_t{1} << 21, kSmallAlignment = 64;

  struct Free {
    std::align_val_t alignment;
    void operator()(T* elements) const { ::operator delete(elements, alignment); }
  };
  using Elements = std::unique_ptr<T[], Free>;

  static Elements allocate(size_t count) {
    if (count > static_cast<size_t>(-1) / 2 / sizeof(T)) throw std::bad_alloc();
    const size_t bytes = count * sizeof(T);
    const bool is_large = bytes >= kLargePage;
    const auto alignment = static_cast<std::align_val_t>(is_large ? kLargePage : kSmallAlignment);
    void* const memory = ::operator new(bytes, alignment);
#ifdef MADV_HUGEPAGE
    // It is no more than advice, so its failure does not matter.
    if (is_large) ::madvise(memory, bytes / kLargePage * kLargePage, MADV_HUGEPAGE);
#endif
    return Elements(static_cast<T*>(memory), Free{alignment});
  }

  Elements elements_{nullptr, Free{static_cast<std::align_val_t>(kSmallAlignment)}};
  size_t size_ = 0;
};

}  // namespace laq
