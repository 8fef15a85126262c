// Attachments and the texts in one of them.
#include "io/attachments.h"

#include <doctest/doctest.h>

#include "sample_pictures.h"

using namespace laq::io;

TEST_CASE("texts come back from an attachment, and damaged contents give those before the damage") {
  const std::vector<Text> texts = {{"Title", "A title"}, {"", ""}, {"Comment", std::string(1000, 'c')}};
  const std::vector<std::byte> contents = join_texts(texts);
  const std::vector<Text> again = split_texts(contents);
  REQUIRE(again.size() == 3);
  for (size_t i = 0; i < 3; ++i) {
    CHECK(again[i].keyword == texts[i].keyword);
    CHECK(again[i].text == texts[i].text);
  }
  for (size_t size = 0; size < contents.size(); ++size) CHECK(split_texts(std::span(contents).first(size)).size() < 3);
  CHECK(split_texts(bytes_of("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")).empty());
  CHECK(split_texts(bytes_of("\x01k\xff\xff\xff\xff\xff\xff\xff\x7f")).empty());
}

TEST_CASE("Latin-1 becomes UTF-8 and back; other text is told from it") {
  std::string latin1;
  for (int c = 0; c < 256; ++c) latin1 += static_cast<char>(c);
  CHECK(is_utf8(utf8_of_latin1(latin1)));
  CHECK(latin1_of_utf8(utf8_of_latin1(latin1)) == latin1);
  CHECK_FALSE(latin1_of_utf8("\xce\xb1").has_value());
  CHECK(is_utf8("\xf0\x9f\x98\x80"));
  for (const char* wrong :
       {"\xff", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80", "\xc3("})
    CHECK_FALSE(is_utf8(wrong));
}

TEST_CASE("an attachment without contents is none, and a name is told in words") {
  std::vector<laq::Attachment> attachments;
  CHECK(attach(attachments, "iptc", std::string_view()));
  CHECK(attachments.empty());
  CHECK(attach(attachments, "iptc", bytes_of("x")));
  CHECK(find_attachment(attachments, "iptc") == &attachments[0].bytes);
  CHECK(find_attachment(attachments, "gain") == nullptr);
  CHECK(describe_attachment("gain") == "gain map");
  CHECK(describe_attachment("abcd") == "attachment abcd");
}
