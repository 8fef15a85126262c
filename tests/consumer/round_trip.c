/* A C program against the installed library: writes a picture and an array, reads them back, and looks at what it got.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <laq/laq.h>

enum { kWidth = 61, kHeight = 35, kChannels = 3 };

static int fail(const char* what, const char* why) {
  fprintf(stderr, "round_trip.c: %s: %s\n", what, why);
  return 1;
}

/* An array, and a region of it. */
static int check_array(void) {
  static float elements[20][30];
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 30; ++x) elements[y][x] = (float)(x * y) / 7;
  }
  laq_array array = {0};
  array.struct_size = sizeof array;
  array.type = LAQ_FLOAT32;
  array.dimensions = 2;
  array.shape[0] = 20;
  array.shape[1] = 30;
  array.data = elements;
  laq_array_encode_options options;
  laq_array_encode_options_init(&options, sizeof options);
  options.target_kind = LAQ_ARRAY_MAX_ERROR;
  options.target = 0.125;
  laq_buffer file;
  laq_error error;
  if (laq_encode_array(&array, &options, &file, &error) != LAQ_OK) return fail("laq_encode_array", error.message);
  if (!laq_holds_array(file.data, file.size)) return fail("laq_holds_array", "does not know an array");

  laq_array_info* info;
  if (laq_inspect_array(file.data, file.size, &info, &error) != LAQ_OK) return fail("laq_inspect_array", error.message);
  if (info->dimensions != 2 || info->shape[1] != 30 || info->max_error > 0.125)
    return fail("laq_inspect_array", "another shape or error");
  laq_array_info_free(info);

  const laq_array_region region = {2, {5, 6}, {3, 4}};
  laq_array* part;
  if (laq_decode_array_region(file.data, file.size, &region, NULL, &part, &error) != LAQ_OK)
    return fail("laq_decode_array_region", error.message);
  for (int i = 0; i < 12; ++i) {
    const float difference = ((const float*)part->data)[i] - elements[5 + i / 4][6 + i % 4];
    if (difference > 0.125f || difference < -0.125f) return fail("laq_decode_array_region", "an error above the bound");
  }
  laq_array_free(part);
  laq_buffer_free(&file);
  return 0;
}

int main(void) {
  if (check_array() != 0) return 1;
  static uint8_t samples[kWidth * kHeight * kChannels];
  for (int y = 0; y < kHeight; ++y) {
    for (int x = 0; x < kWidth; ++x) {
      uint8_t* pixel = samples + (y * kWidth + x) * kChannels;
      pixel[0] = (uint8_t)(x * 4);
      pixel[1] = (uint8_t)(y * 7);
      pixel[2] = (uint8_t)(x + y);
    }
  }
  static const uint8_t kXmp[] = "<x:xmpmeta/>";
  laq_picture picture = {0};
  picture.struct_size = sizeof picture;
  picture.width = kWidth;
  picture.height = kHeight;
  picture.channels = kChannels;
  picture.depth = 8;
  picture.samples = samples;
  picture.row_bytes = kWidth * kChannels;
  picture.metadata.xmp = kXmp;
  picture.metadata.xmp_bytes = sizeof kXmp - 1;

  laq_encode_options options;
  laq_encode_options_init(&options, sizeof options);
  options.quality = 90;
  laq_buffer file;
  laq_error error;
  if (laq_encode(&picture, &options, &file, &error) != LAQ_OK) return fail("laq_encode", error.message);

  laq_info* info;
  if (laq_inspect(file.data, file.size, &info, &error) != LAQ_OK) return fail("laq_inspect", error.message);
  if (info->width != kWidth || info->height != kHeight) return fail("laq_inspect", "another size");
  laq_info_free(info);

  laq_picture* again;
  if (laq_decode(file.data, file.size, NULL, &again, &error) != LAQ_OK) return fail("laq_decode", error.message);
  if (again->width != kWidth || again->height != kHeight || again->channels != kChannels || again->depth != 8 ||
      again->row_bytes != kWidth * kChannels) {
    return fail("laq_decode", "another size or kind");
  }
  if (again->metadata.xmp_bytes != sizeof kXmp - 1 || memcmp(again->metadata.xmp, kXmp, sizeof kXmp - 1) != 0)
    return fail("laq_decode", "another XMP");
  double sum = 0;
  for (size_t i = 0; i < sizeof samples; ++i) {
    const int difference = (int)samples[i] - ((const uint8_t*)again->samples)[i];
    sum += difference * difference;
  }
  if (sum / sizeof samples > 16) return fail("laq_decode", "the samples are far from those that were encoded");
  laq_picture_free(again);

  if (laq_decode(file.data, file.size / 2, NULL, &again, &error) != LAQ_TRUNCATED || again != NULL ||
      strlen(error.message) == 0) {
    return fail("laq_decode", "half a file is not reported as truncated");
  }
  laq_buffer_free(&file);
  return 0;
}
