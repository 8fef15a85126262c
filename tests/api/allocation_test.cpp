// Every allocation fails once: encoding, decoding and inspection report it, lose no memory and do not end the program.
// A program of its own, because it replaces operator new.
#include <atomic>
#include <cstdlib>
#include <new>

#include <doctest/doctest.h>

#include <laq/laq.h>
#include <laq/laq.hpp>

#include "api/test_picture.h"

namespace {

std::atomic<long> allocations_left{-1};  // before one fails; negative: none does
std::atomic<long> allocations_alive{0};

void* allocate(size_t size, size_t alignment) {
  if (allocations_left.load() >= 0 && allocations_left.fetch_sub(1) == 0) throw std::bad_alloc();
  void* const memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  ++allocations_alive;
  return memory;
}

void release(void* memory) noexcept {
  if (memory != nullptr) --allocations_alive;
  std::free(memory);
}

}  // namespace

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
void operator delete(void* memory) noexcept {
  release(memory);
}
void operator delete[](void* memory) noexcept {
  release(memory);
}
void operator delete(void* memory, size_t) noexcept {
  release(memory);
}
void operator delete[](void* memory, size_t) noexcept {
  release(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  release(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  release(memory);
}
void operator delete(void* memory, size_t, std::align_val_t) noexcept {
  release(memory);
}
void operator delete[](void* memory, size_t, std::align_val_t) noexcept {
  release(memory);
}

namespace laq {
namespace {

// What `work` gives, a status, while the allocation of this number fails.
template <class Work>
laq_status with_failure(long number, Work&& work) {
  allocations_left = number;
  const laq_status status = work();
  allocations_left = -1;
  return status;
}

// Lets every allocation of `work` fail, one after the other, until none is left; large numbers with gaps.
template <class Work>
void check_every_failure(Work&& work) {
  laq_status status = LAQ_OUT_OF_MEMORY;
  int failures = 0;
  for (long number = 0; status != LAQ_OK; number += 1 + number / 50) {
    const long alive = allocations_alive;
    status = with_failure(number, work);
    const long lost = allocations_alive - alive;
    CAPTURE(number);
    CHECK((status == LAQ_OK || status == LAQ_OUT_OF_MEMORY));
    CHECK(lost == 0);
    failures += status != LAQ_OK;
  }
  CHECK(failures > 5);
}

TEST_CASE("exhausted memory is reported wherever it happens") {
  Picture picture = test_picture(90, 40, 4);
  const uint8_t exif[30] = {1, 2, 3};
  laq_picture view = {};
  view.struct_size = sizeof view;
  view.width = picture.width;
  view.height = picture.height;
  view.channels = picture.channels;
  view.depth = picture.depth;
  view.samples = picture.samples.data();
  view.row_bytes = picture.row_bytes();
  view.metadata.exif = exif;
  view.metadata.exif_bytes = sizeof exif;
  laq_buffer file;
  REQUIRE(laq_encode(&view, nullptr, &file, nullptr) == LAQ_OK);

  SUBCASE("encoding") {
    for (const int threads : {1, 2}) {
      laq_encode_options options;
      laq_encode_options_init(&options, sizeof options);
      options.threads = threads;
      check_every_failure([&] {
        laq_buffer again;
        const laq_status status = laq_encode(&view, &options, &again, nullptr);
        laq_buffer_free(&again);
        return status;
      });
    }
  }
  SUBCASE("decoding") {
    for (const int threads : {1, 2}) {
      laq_decode_options options;
      laq_decode_options_init(&options, sizeof options);
      options.threads = threads;
      check_every_failure([&] {
        laq_picture* again = nullptr;
        laq_error error;
        const laq_status status = laq_decode(file.data, file.size, &options, &again, &error);
        laq_picture_free(again);
        return status;
      });
    }
  }
  SUBCASE("inspection") {
    check_every_failure([&] {
      laq_info* info = nullptr;
      const laq_status status = laq_inspect(file.data, file.size, &info, nullptr);
      laq_info_free(info);
      return status;
    });
  }
  laq_buffer_free(&file);
}

}  // namespace
}  // namespace laq
