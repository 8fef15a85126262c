// What readers and writers say beside their results.
#include "io/notes.h"

#include <doctest/doctest.h>

#include "io/bytes.h"
#include "io/picture/convert.h"
#include "io/picture/picture_file.h"
#include "sample_pictures.h"

using laq::Picture;
using laq::io::FileKind;

TEST_CASE("notes are one line, and name each loss once") {
  laq::io::Notes notes;
  CHECK(notes.text() == "");
  notes.lose("text");
  notes.lose("gamma (gAMA)");
  notes.lose("text");
  CHECK(notes.text() == "not kept: text, gamma (gAMA)");
  notes.remark("ends early");
  CHECK(notes.text() == "ends early; not kept: text, gamma (gAMA)");
}

TEST_CASE("very many losses are not all named") {
  laq::io::Notes notes;
  for (int i = 0; i < 1000; ++i) notes.lose(std::to_string(i));
  CHECK(notes.not_kept.size() == 17);
  CHECK(notes.not_kept.back() == "and more");
}

TEST_CASE("names of a stranger cannot command a terminal") {
  CHECK(laq::io::name_of_chunk("a\x1b[m", {}) == "chunk a?[m");
  CHECK(laq::io::quoted_name("\xc2\x9b"
                             "2J\n\x7f") ==
        "'?"
        "?2J?"
        "?'");
  CHECK(laq::io::quoted_name("\x9b"
                             "2J") == "'?2J'");
  CHECK(laq::io::quoted_name("\xc3\x9b\xe2\x82\xac") == "'\xc3\x9b\xe2\x82\xac'");  // letters stay
}

TEST_CASE("what an output format cannot hold is named") {
  Picture picture = sample_picture(4, 4, 3, 16);
  picture.metadata = sample_metadata();
  CHECK(laq::io::encode_picture(picture, FileKind::ppm)->notes.text() ==
        "not kept: ICC profile, Exif, XMP, resolution");
  CHECK(laq::io::encode_picture(picture, FileKind::png)->notes.text() == "");
  CHECK(laq::io::encode_picture(picture, FileKind::jpeg)->notes.text() ==
        "not kept: bits of a sample after the first 8 of 16");
  picture = sample_picture(4, 4, 1, 8);
  for (const auto format : {FileKind::png, FileKind::jpeg, FileKind::pgm, FileKind::pam})
    CHECK(laq::io::encode_picture(picture, format)->notes.text() == "");
  picture.metadata.icc = sample_icc();  // of RGB
  CHECK(laq::io::encode_picture(picture, FileKind::png)->notes.text() ==
        "not kept: ICC profile, which PNG does not allow here");
}

TEST_CASE("a ratio of sides does not become a resolution in a format that has only that") {
  Picture picture = sample_picture(4, 4, 3, 8);
  picture.metadata.pixels_per_metre_x = 2;
  picture.metadata.pixels_per_metre_y = 1;
  picture.metadata.is_only_aspect = true;
  const auto bmp = laq::io::encode_picture(picture, FileKind::bmp);
  REQUIRE(bmp.ok());
  CHECK(bmp->notes.text() == "not kept: pixel aspect ratio");
  CHECK(laq::io::decode_picture(*bmp)->metadata.pixels_per_metre_x == 0);
  CHECK(laq::io::encode_picture(picture, FileKind::ppm)->notes.text() == "not kept: pixel aspect ratio");
  CHECK(laq::io::encode_picture(picture, FileKind::jpeg)->notes.text() == "");
}
