// Plane: an owned two-dimensional array whose rows start on a cache line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <new>
#include <utility>

namespace laq {

// Non-owning window on a plane: `width` x `height` elements, rows `stride` elements apart.
template <class T>
struct PlaneView {
  T* data = nullptr;
  ptrdiff_t stride = 0;
  int width = 0;
  int height = 0;

  T* row(int y) const { return data + y * stride; }
  PlaneView window(int x, int y, int w, int h) const { return {data + y * stride + x, stride, w, h}; }
  operator PlaneView<const T>() const { return {data, stride, width, height}; }
};

// Samples without a known end: the first one, and the distance between rows.
template <class T>
struct SampleRows {
  T* data = nullptr;
  ptrdiff_t stride = 0;

  T* row(int y) const { return data + y * stride; }
  SampleRows at(int x, int y) const { return {data + y * stride + x, stride}; }
  operator SampleRows<const T>() const { return {data, stride}; }
};

// Zero-initialised. Every row is followed by at least kPadding elements, so that a vector kernel may read (and write
// rubbish) past the last column.
template <class T>
class Plane {
 public:
  static constexpr int kPadding = 64;

  Plane() = default;
  // memory: where the elements live; null: where `new` takes them from. It must outlive the plane.
  Plane(int width, int height, std::pmr::memory_resource* memory = nullptr)
      : width_(width), height_(height), stride_(stride_of(width)) {
    const size_t bytes = bytes_of(width, height);
    void* const elements =
        memory == nullptr ? ::operator new[](bytes, std::align_val_t{kAlignment}) : memory->allocate(bytes, kAlignment);
    data_ = {static_cast<T*>(elements), Free{memory, bytes}};
    std::memset(elements, 0, bytes);
  }

  // What a plane allocates.
  static size_t bytes_of(int width, int height) {
    return (static_cast<size_t>(stride_of(width)) * static_cast<size_t>(height) + kPadding) * sizeof(T);
  }

  int width() const { return width_; }
  int height() const { return height_; }
  ptrdiff_t stride() const { return stride_; }
  T* row(int y) { return data_.get() + y * stride_; }
  const T* row(int y) const { return data_.get() + y * stride_; }
  SampleRows<T> at(int x, int y) { return {row(y) + x, stride_}; }
  SampleRows<const T> at(int x, int y) const { return {row(y) + x, stride_}; }
  PlaneView<T> view() { return {data_.get(), stride_, width_, height_}; }
  PlaneView<const T> view() const { return {data_.get(), stride_, width_, height_}; }

 private:
  static constexpr size_t kAlignment = 64;  // a cache line
  struct Free {
    std::pmr::memory_resource* memory = nullptr;
    size_t bytes = 0;

    void operator()(T* p) const {
      if (memory == nullptr) {
        ::operator delete[](p, std::align_val_t{kAlignment});
      } else {
        memory->deallocate(p, bytes, kAlignment);
      }
    }
  };
  static ptrdiff_t stride_of(int width) {
    constexpr ptrdiff_t kUnit = kAlignment / sizeof(T);
    return (width + kPadding + kUnit - 1) / kUnit * kUnit;
  }

  std::unique_ptr<T[], Free> data_;
  int width_ = 0;
  int height_ = 0;
  ptrdiff_t stride_ = 0;
};

}  // namespace laq
