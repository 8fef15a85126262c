/* A program that only decodes, against the installed decoder library: reads the picture that is given. */
#include <stdio.h>
#include <stdlib.h>

#include <laq/laq.h>

int main(int argc, char** argv) {
  FILE* input = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (input == NULL) {
    fprintf(stderr, "decode.c: give one LAQ file\n");
    return 2;
  }
  static uint8_t file[1 << 20];
  const size_t bytes = fread(file, 1, sizeof file, input);
  fclose(input);

  laq_picture* picture;
  laq_error error;
  if (laq_decode(file, bytes, NULL, &picture, &error) != LAQ_OK) {
    fprintf(stderr, "decode.c: %s\n", error.message);
    return 1;
  }
  const int is_empty = picture->width == 0 || picture->height == 0;
  laq_picture_free(picture);
  return is_empty;
}
