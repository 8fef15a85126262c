// Every allocation fails once: encoding, decoding and inspection report it, lose no memory and do not end the program.
#include <vector>

#include <doctest/doctest.h>

#include <laq/laq.h>
#include <laq/laq.hpp>

#include "api/allocations.h"
#include "api/light_picture.h"
#include "api/test_picture.h"

namespace laq {
namespace {

// Lets every allocation of `work`, which gives a status, fail, one after the other, until none is left; large numbers
// with gaps. A thread that does not start for want of memory is done without, so that success does not mean the end.
template <class Work>
void check_every_failure(Work&& work) {
  int failures = 0;
  bool is_reached = true;
  for (long number = 0; is_reached; number += 1 + number / 50) {
    const long alive = allocations_alive;
    allocations_left = number;
    const laq_status status = work();
    is_reached = allocations_left < 0;
    allocations_left = -1;
    const long lost = allocations_alive - alive;
    CAPTURE(number);
    CHECK((status == LAQ_OK || status == LAQ_OUT_OF_MEMORY));
    CHECK((is_reached || status == LAQ_OK));
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

TEST_CASE("exhausted memory is reported by parts of floating-point pictures as well") {
  const Picture picture = light_picture(40, 30, 4, SampleFormat::float16);
  for (const EncodeOptions& options :
       {EncodeOptions{.quality = 100, .effort = 1}, EncodeOptions{.quality = 80, .effort = 1, .progressive = true},
        EncodeOptions{.quality = 98, .effort = 1}}) {
    const auto file = encode(picture.view(), options);
    REQUIRE(file.ok());
    for (const int reduction : {1, 4, 8}) {
      laq_part_options part;
      laq_part_options_init(&part, sizeof part);
      part.reduction = reduction;
      check_every_failure([&] {
        laq_picture* again = nullptr;
        const laq_status status = laq_decode_part(file->data(), file->size(), &part, nullptr, &again, nullptr);
        laq_picture_free(again);
        return status;
      });
    }
  }
}

TEST_CASE("exhausted memory is reported by the functions for arrays as well") {
  std::vector<int16_t> elements(30 * 50);
  for (size_t i = 0; i < elements.size(); ++i) elements[i] = static_cast<int16_t>(i * i % 301);
  laq_array array = {};
  array.struct_size = sizeof array;
  array.type = LAQ_INT16;
  array.dimensions = 2;
  array.shape[0] = 30;
  array.shape[1] = 50;
  array.data = elements.data();
  laq_array_encode_options options;
  laq_array_encode_options_init(&options, sizeof options);
  options.target_kind = LAQ_ARRAY_MAX_ERROR;
  options.target = 3;
  options.chunk_elements = 256;
  laq_buffer file;
  REQUIRE(laq_encode_array(&array, &options, &file, nullptr) == LAQ_OK);
  laq_decode_options limits;
  laq_decode_options_init(&limits, sizeof limits);

  SUBCASE("encoding") {
    for (const int threads : {1, 2}) {
      options.threads = threads;
      check_every_failure([&] {
        laq_buffer again;
        const laq_status status = laq_encode_array(&array, &options, &again, nullptr);
        laq_buffer_free(&again);
        return status;
      });
    }
  }
  SUBCASE("decoding, of all or of a region") {
    const laq_array_region region = {2, {3, 4}, {20, 40}};
    for (const int threads : {1, 2}) {
      limits.threads = threads;
      check_every_failure([&] {
        laq_array* again = nullptr;
        laq_error error;
        const laq_status status = laq_decode_array(file.data, file.size, &limits, &again, &error);
        laq_array_free(again);
        return status;
      });
      check_every_failure([&] {
        laq_array* again = nullptr;
        const laq_status status = laq_decode_array_region(file.data, file.size, &region, &limits, &again, nullptr);
        laq_array_free(again);
        return status;
      });
    }
  }
  SUBCASE("inspection") {
    check_every_failure([&] {
      laq_array_info* info = nullptr;
      const laq_status status = laq_inspect_array(file.data, file.size, &info, nullptr);
      laq_array_info_free(info);
      return status;
    });
  }
  laq_buffer_free(&file);
}

}  // namespace
}  // namespace laq
