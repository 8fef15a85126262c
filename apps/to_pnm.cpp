// to-pnm IN OUT: any picture file that laq reads as PGM, PPM or PAM, for programs that read nothing else.
#include <cstdio>

#include "io/picture/picture_file.h"

int main(int count, char** words) {
  if (count != 3) {
    std::fprintf(stderr, "to-pnm: two file names are needed (to-pnm IN OUT)\n");
    return 2;
  }
  const auto picture = laq::io::read_picture(words[1]);
  if (!picture) {
    std::fprintf(stderr, "to-pnm: %s: %s\n", words[1], picture.error().message.c_str());
    return 1;
  }
  if (const auto error = laq::io::write_picture(words[2], *picture, laq::io::FileKind::netpbm)) {
    std::fprintf(stderr, "to-pnm: %s: %s\n", words[2], error->message.c_str());
    return 1;
  }
  return 0;
}
