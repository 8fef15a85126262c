/* A C program against the installed library: writes a picture, reads it back, and looks at what it got. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <laq/laq.h>

enum { kWidth = 61, kHeight = 35, kChannels = 3 };

static int fail(const char* what, const char* why) {
  fprintf(stderr, "round_trip.c: %s: %s\n", what, why);
  return 1;
}

int main(void) {
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
