// What a plane promises to vector kernels.
#include "base/plane.h"

#include <doctest/doctest.h>

#include <cstdint>

using namespace laq;

namespace {

template <class T>
void check_layout() {
  for (const int width : {1, 7, 8, 63, 64, 65, 200}) {
    Plane<T> plane(width, 3);
    CHECK(plane.width() == width);
    CHECK(plane.height() == 3);
    CHECK(plane.stride() >= width + Plane<T>::kPadding);
    bool aligned = true, zero = true;
    for (int y = 0; y < 3; ++y) {
      aligned = aligned && reinterpret_cast<uintptr_t>(plane.row(y)) % 64 == 0;
      for (int x = 0; x < width + Plane<T>::kPadding; ++x) {
        zero = zero && plane.row(y)[x] == 0;
        plane.row(y)[x] = 1;  // the padding of the last row is there too
      }
    }
    CHECK(aligned);
    CHECK(zero);
  }
}

}  // namespace

TEST_CASE("rows start on a cache line, are zero, and have padding that may be written") {
  check_layout<uint8_t>();
  check_layout<uint16_t>();
  check_layout<float>();
}

TEST_CASE("a window of a view stands at its own place in the plane") {
  Plane<uint16_t> plane(20, 10);
  plane.row(7)[11] = 5;
  const PlaneView<uint16_t> window = plane.view().window(10, 6, 4, 3);
  CHECK(window.width == 4);
  CHECK(window.height == 3);
  CHECK(window.row(1)[1] == 5);
  window.row(0)[0] = 9;
  CHECK(plane.row(6)[10] == 9);
  const PlaneView<const uint16_t> same = window;
  CHECK(same.row(0)[0] == 9);
}
