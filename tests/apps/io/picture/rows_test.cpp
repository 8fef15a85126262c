// Pictures that are read and written row by row are the same as at once.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "io/file.h"
#include "io/picture/picture_file.h"
#include "io/picture/picture_formats.h"
#include "laq/float16.hpp"
#include "sample_pictures.h"
#include "test_files.h"

using laq::Picture;
using laq::io::FileKind;

namespace {

// Takes all puts but those beyond `most` bytes.
class SmallSink : public laq::io::ByteSink {
 public:
  explicit SmallSink(uint64_t most) : most_(most) {}
  bool put(uint64_t place, std::span<const std::byte> bytes) noexcept override { return place + bytes.size() <= most_; }

 private:
  uint64_t most_;
};

// Takes so many puts, and fails at the next one.
class LateSink : public laq::io::ByteSink {
 public:
  explicit LateSink(int puts) : left_(puts) {}
  bool put(uint64_t, std::span<const std::byte>) noexcept override {
    has_failed_ |= left_ == 0;
    left_ -= left_ > 0 ? 1 : 0;
    return !has_failed_;
  }
  bool has_failed() const { return has_failed_; }

 private:
  int left_;
  bool has_failed_ = false;
};

// Writes the rows of a picture from one to another, one by one.
void write_rows(laq::io::RowWriter& writer, const Picture& picture, uint32_t from, uint32_t to) {
  for (uint32_t y = from; y < to; ++y) {
    laq::PictureView row = picture.view();
    row.height = 1;
    row.samples = picture.samples.data() + picture.row_bytes() * y;
    CHECK_FALSE(writer.write(row));
  }
}

const std::vector<FileKind>& kinds_with_rows() {
  static const std::vector<FileKind> kKinds = [] {
    std::vector<FileKind> kinds;
    for (const FileKind kind : {FileKind::png, FileKind::pam, FileKind::tiff}) {
      if (laq::io::writes_rows(kind, laq::SampleFormat::integer, {})) kinds.push_back(kind);
    }
    return kinds;
  }();
  return kKinds;
}

// Light of waves, whose rows compress to files of some size.
Picture light_of_waves(uint32_t width, uint32_t height, int channels, laq::SampleFormat format) {
  Picture picture{width, height, channels, laq::depth_of(format), {}, {}, format};
  picture.metadata.code_points = laq::CodePoints{1, 8, 0, true};
  picture.samples.resize(picture.row_bytes() * height);
  const size_t bytes = picture.sample_bytes();
  for (size_t i = 0; i < picture.samples.size() / bytes; ++i) {
    const auto value = static_cast<float>(0.5 + 0.4 * std::sin(0.37 * static_cast<double>(i * i % 8191)));
    const laq::Float16 half(value);
    if (bytes == 2) {
      std::memcpy(&picture.samples[i * bytes], &half, bytes);
    } else {
      std::memcpy(&picture.samples[i * bytes], &value, bytes);
    }
  }
  return picture;
}

std::vector<FileKind> kinds_with_rows_of_floats() {
  std::vector<FileKind> kinds;
  for (const FileKind kind : {FileKind::pfm, FileKind::tiff, FileKind::exr}) {
    if (laq::io::writes_rows(kind, laq::SampleFormat::float32, {})) kinds.push_back(kind);
  }
  return kinds;
}

// Counts the bytes that have come.
class CountingSink : public laq::io::MemorySink {
 public:
  bool put(uint64_t place, std::span<const std::byte> bytes) noexcept override {
    count_ += bytes.size();
    return MemorySink::put(place, bytes);
  }
  uint64_t count() const { return count_; }

 private:
  uint64_t count_ = 0;
};

// Reads rows in pieces of different heights.
laq::Result<Picture> read_in_pieces(laq::io::RowReader& reader) {
  Picture picture = reader.header();
  picture.samples.resize(picture.row_bytes() * picture.height);
  for (uint32_t y = 0, step = 1; y < picture.height; y += step, ++step) {
    step = std::min(step, picture.height - y);
    if (auto error = reader.read(step, picture.samples.data() + picture.row_bytes() * y, picture.row_bytes()))
      return *error;
  }
  return picture;
}

}  // namespace

TEST_CASE("rows that are written one by one make the same file as the whole picture") {
  CHECK(kinds_with_rows().size() >= 2);
  for (const FileKind kind : kinds_with_rows()) {
    for (int channels = 1; channels <= 4; ++channels) {
      for (const int depth : {5, 8, 12, 16}) {
        CAPTURE(channels);
        CAPTURE(depth);
        Picture picture = sample_picture(21, 17, channels, depth);
        picture.metadata = sample_metadata();
        picture.metadata.orientation = 1;
        const auto whole = laq::io::encode_picture(picture, kind);
        REQUIRE(whole.ok());
        Picture header = picture;
        header.samples.clear();
        laq::io::MemorySink sink;
        const auto writer = laq::io::create_picture(header, kind, sink);
        REQUIRE(writer.ok());
        write_rows(**writer, picture, 0, picture.height);
        const auto notes = (*writer)->finish();
        REQUIRE(notes.ok());
        CHECK(notes->text() == whole->notes.text());
        CHECK(sink.take() == *whole);
      }
    }
  }
}

TEST_CASE("rows of light make the same file as the whole picture, and are handed on while they come") {
  using laq::SampleFormat;
  CHECK_FALSE(laq::io::writes_rows(FileKind::png, SampleFormat::float32, {}));
  CHECK_FALSE(kinds_with_rows_of_floats().empty());
  for (const FileKind kind : kinds_with_rows_of_floats()) {
    for (const SampleFormat format : {SampleFormat::float16, SampleFormat::float32}) {
      for (int channels = 1; channels <= 4; ++channels) {
        CAPTURE(channels);
        const Picture picture = light_of_waves(200, 300, channels, format);
        const auto whole = laq::io::encode_picture(picture, kind);
        if (kind == FileKind::pfm && channels % 2 == 0) {
          CHECK_FALSE(whole.ok());
          continue;
        }
        REQUIRE(whole.ok());
        CountingSink sink;
        Picture header = picture;
        header.samples.clear();
        const auto writer = laq::io::create_picture(header, kind, sink);
        REQUIRE(writer.ok());
        write_rows(**writer, picture, 0, picture.height / 2);
        CHECK(3 * sink.count() > whole->size());
        write_rows(**writer, picture, picture.height / 2, picture.height);
        const auto notes = (*writer)->finish();
        REQUIRE(notes.ok());
        CHECK(notes->text() == whole->notes.text());
        CHECK(sink.take() == *whole);
        const auto again = laq::io::decode_picture(*whole);
        REQUIRE(again.ok());
        CHECK(again->channels == channels);
        // Colour that is multiplied by alpha and divided again may lose its last bit.
        if (format == SampleFormat::float32 && channels % 2 == 1) CHECK(again->samples == picture.samples);
      }
    }
  }
}

TEST_CASE("a sink that fails at any time makes the writer of light fail") {
  const Picture picture = light_of_waves(200, 300, 3, laq::SampleFormat::float32);
  for (const FileKind kind : kinds_with_rows_of_floats()) {
    for (int puts = 0;; ++puts) {
      CAPTURE(puts);
      LateSink sink(puts);
      const auto writer = laq::io::create_picture(picture, kind, sink);
      const bool is_written = writer.ok() && !(*writer)->write(picture.view()) && (*writer)->finish().ok();
      CHECK(is_written != sink.has_failed());
      if (!sink.has_failed()) break;
    }
  }
  for (const FileKind kind : kinds_with_rows_of_floats()) {
    const uint64_t size = laq::io::encode_picture(picture, kind)->size();
    for (const uint64_t most : {uint64_t{0}, uint64_t{20}, uint64_t{5000}, size - 1}) {
      SmallSink sink(most);
      const auto writer = laq::io::create_picture(picture, kind, sink);
      if (!writer.ok()) continue;
      const auto error = (*writer)->write(picture.view());
      CHECK((error || !(*writer)->finish().ok()));
    }
  }
}

TEST_CASE("rows that are read in pieces are those of the whole picture, with its metadata and notes") {
  std::vector<std::vector<std::byte>> files;
  for (const FileKind kind : kinds_with_rows()) {
    for (const int depth : {8, 16}) {
      Picture picture = sample_picture(31, 40, 3, depth);
      picture.metadata = sample_metadata();
      picture.metadata.orientation = 1;
      files.push_back(*laq::io::encode_picture(picture, kind));
    }
  }
  for (const char* text : {"P1 3 2 1 0 1 0 1 1", "P2 2 3 100 1 2 3 4 5 100 # end", "P4 9 2 abcd"})
    files.push_back(bytes_of(text));
  for (const auto& file : files) {
    const auto whole = laq::io::decode_picture(file);
    REQUIRE(whole.ok());
    const auto reader = laq::io::open_picture(file);
    REQUIRE(reader.ok());
    REQUIRE(*reader);
    CHECK((*reader)->header().samples.empty());
    const auto again = read_in_pieces(**reader);
    REQUIRE(again.ok());
    CHECK(same_samples(*again, *whole));
    CHECK(same_metadata(again->metadata, whole->metadata));
    CHECK((*reader)->header().notes.text() == whole->notes.text());
  }
}

TEST_CASE("PngSuite: rows are those of the whole picture, and interlaced files have none") {
  for (const std::string& path : pngsuite_files()) {
    const std::string name = base_name(path);
    CAPTURE(name);
    const auto file = laq::io::read_file(path);
    REQUIRE(file.ok());
    const auto whole = laq::io::decode_picture(*file);
    const auto reader = laq::io::open_picture(*file);
    if (!whole.ok()) {
      if (!reader.ok() || !*reader) continue;
      CHECK_FALSE(read_in_pieces(**reader).ok());
      continue;
    }
    REQUIRE(reader.ok());
    const bool is_interlaced = name.size() == 8 && name[3] == 'i';
    CHECK((*reader == nullptr) == is_interlaced);
    if (!*reader) continue;
    const auto again = read_in_pieces(**reader);
    REQUIRE(again.ok());
    CHECK(same_samples(*again, *whole));
  }
}

TEST_CASE("files that end early, or are damaged, are errors row by row too") {
  std::mt19937 random(5);
  for (const FileKind kind : kinds_with_rows()) {
    const auto file = *laq::io::encode_picture(sample_picture(40, 60, 3, 8), kind);
    for (int i = 0; i < 60; ++i) {
      auto damaged = std::vector<std::byte>(file);
      if (i % 2 == 0) {
        damaged.resize(random() % damaged.size());
      } else {
        damaged[random() % damaged.size()] ^= std::byte{1} << (random() % 8);
      }
      const auto reader = laq::io::open_picture(damaged, 1 << 20);
      const auto whole = laq::io::decode_picture(damaged, 1 << 20);
      if (!reader.ok() || !*reader) continue;
      const auto again = read_in_pieces(**reader);
      CHECK(again.ok() == whole.ok());
    }
  }
}

TEST_CASE("a sink that fails makes its writer fail") {
  const Picture picture = sample_picture(300, 200, 3, 8);
  for (const FileKind kind : kinds_with_rows()) {
    for (const uint64_t most : {0, 20, 5000}) {
      SmallSink sink(most);
      const auto writer = laq::io::create_picture(picture, kind, sink);
      if (!writer.ok()) continue;
      const auto error = (*writer)->write(picture.view());
      CHECK((error || !(*writer)->finish().ok()));
    }
  }
}
