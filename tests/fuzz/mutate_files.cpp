// Drives fuzz_read without a fuzzer: writes pictures and sounds in every format that is written, and damages them.
//   mutate-files [ROUNDS [SEED]]
#include <cstdio>
#include <cstdlib>
#include <string>

#include <laq/array.hpp>
#include <laq/laq.hpp>

#include "api/test_picture.h"
#include "apps/io/array/npz_file.h"
#include "apps/io/model/model_files.h"
#include "apps/sample_sounds.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/mutator.h"
#include "io/array/npy.h"
#include "io/formats.h"
#include "io/picture/exif.h"
#include "io/picture/picture_file.h"
#include "io/sound/audio.h"

namespace {

template <class File>
void add(std::vector<Bytes>& originals, const laq::Result<File>& file) {
  if (file) originals.push_back(*file);
}

Bytes bytes_of(const std::string& text) {
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

// A chunk of a PNG file; its checksum is set right by the target.
Bytes with_chunk(Bytes png, const std::string& type, const std::string& data) {
  std::string chunk(3, '\0');
  chunk += static_cast<char>(data.size());
  chunk += type + data + std::string(4, '\0');
  const Bytes bytes = bytes_of(chunk);
  constexpr ptrdiff_t kBehindHeader = 33;
  png.insert(png.begin() + kBehindHeader, bytes.begin(), bytes.end());
  return png;
}

// What JPEG files have: a comment, extended XMP, and a gain map with an index (MPF) of two pictures.
void add_attachments(laq::Metadata& metadata) {
  const std::string digest(32, 'd');
  std::string index(
      "\xff\xe2\0\x58MPF\0MM\0*\0\0\0\x08\0\3\xb0\0\0\7\0\0\0\4"
      "0100",
      30);
  index += std::string("\xb0\1\0\4\0\0\0\1\0\0\0\2\xb0\2\0\7\0\0\0\x20\0\0\0\x32\0\0\0\0", 28);
  index += std::string(32, '\0');
  metadata.xmp = bytes_of("<x xmpNote:HasExtendedXMP='" + digest + "' HDRGainMap/>");
  metadata.attachments = {{"text", bytes_of("\7Comment\6A text")},
                          {"iptc", bytes_of(std::string("Photoshop 3.0\0008BIM", 18))},
                          {"xmpx", bytes_of(digest + "<x/>")},
                          {"gain", bytes_of(index + std::string("\xff\xd8\xff\xe0\0\4ab\xff\xd9", 10))}};
}

void add_pictures(std::vector<Bytes>& originals) {
  for (const int channels : {1, 2, 3, 4}) {
    laq::Picture picture = laq::test_picture(23, 17, channels, channels == 3 ? 16 : 8);
    picture.metadata.orientation = 6;
    picture.metadata.xmp = bytes_of("<x:xmpmeta/>");
    picture.metadata.pixels_per_metre_x = picture.metadata.pixels_per_metre_y = 5000;
    add_attachments(picture.metadata);
    for (const laq::io::FileFormat& format : laq::io::all_formats()) {
      if (format.write_picture) add(originals, laq::io::encode_picture(picture, format.kind));
    }
  }
  originals.push_back(bytes_of(std::string(
      "GIF89a\3\0\2\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\4\1\0\0\1\0,\0\0\0\0\3\0\2\0\0\2\3\x44\x50\5\0;", 44)));
  originals.push_back(
      bytes_of(std::string("BM\0\0\0\0\0\0\0\0\x3e\0\0\0\x28\0\0\0\4\0\0\0\2\0\0\0\1\0\x8\0\1\0\0\0", 34) +
               std::string(20, '\0') + std::string("\1\2\3\0\4\5\6\0\3\1\1\0\0\0\0\2\1\0\0\3\1\1\1\0\0\1", 26)));
  const Bytes png = originals.front();
  originals.push_back(
      with_chunk(png, "tEXt", std::string("Raw profile type APP1\0\nexif\n      10\n457869660000abcd1234\n", 58)));
  originals.push_back(with_chunk(png, "acTL", std::string("\0\0\0\2\0\0\0\0", 8)));
  originals.push_back(with_chunk(png, "cICP", std::string("\x09\x10\0\1", 4)));
  originals.push_back(with_chunk(png, "mDCV", std::string(24, '\1')));
  originals.push_back(with_chunk(png, "gAMA", std::string("\0\1\x86\xa0", 4)));
  originals.push_back(with_chunk(png, "cHRM",
                                 std::string("\0\0\x7a\x26\0\0\x80\x84\0\1\x14\x90\0\0\x72\x10"
                                             "\0\0\x42\x68\0\1\x37\x54\0\0\x33\x2c\0\0\x11\xf8",
                                             32)));
  originals.push_back(with_chunk(png, "iTXt", std::string("Author\0\0\0\0\0\xce\xb1", 13)));
  originals.push_back(bytes_of("P3 2 2 255 1 2 3 4 5 6 7 8 9 10 11 12"));
}

void add_arrays(std::vector<Bytes>& originals) {
  using laq::ElementType;
  for (const auto type : {ElementType::int16, ElementType::int32, ElementType::float32, ElementType::float64}) {
    laq::Array array{type, {2, 50}, Bytes(100 * laq::element_bytes(type), std::byte{3}), {8000, 24}};
    if (type == ElementType::int16) array.signal.significant_bits = 8;
    for (const auto write : {laq::io::write_wav, laq::io::write_wave64, laq::io::write_aiff, laq::io::write_caf,
                             laq::io::write_au, laq::io::write_flac})
      add(originals, write(array));
    originals.push_back(laq::io::write_npy(array));
  }
  const std::string samples = "samples of a sound in two files.";
  originals.push_back(bytes_of(std::string("FORM\0\0\0\x4e"
                                           "AIFFCOMM\0\0\0\x12\0\1\0\0\0\x10\0\x10\x40\x0e\xac\x44\0\0\0\0\0\0",
                                           38) +
                               std::string("SSND\0\0\0\x28\0\0\0\0\0\0\0\0", 16) + samples));
  originals.push_back(
      bytes_of(std::string("RIFX\0\0\0\x44WAVEfmt \0\0\0\x10\0\1\0\1\0\0\x1f\x40\0\0\x3e\x80\0\4\0\x18", 36) +
               std::string("data\0\0\0\x20", 8) + samples));
}

// A WAV file with tags, and FLAC files in the wrappings that occur.
void add_sounds_with_tags(std::vector<Bytes>& originals) {
  const Bytes wav =
      bytes_of(std::string("RIFF\x46\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0", 36) +
               std::string("data\4\0\0\0abcd", 12) + std::string("LIST\x12\0\0\0INFOINAM\6\0\0\0title\0", 26));
  originals.push_back(wav);
  const auto sound = laq::io::read_audio(wav);
  const auto flac = laq::io::write_flac(*sound);
  if (!flac) return;  // without libsndfile
  originals.push_back(*flac);
  originals.push_back(ogg_flac(*flac));
  Bytes behind_id3 = bytes_of(std::string("ID3\4\0\0\0\0\0\4abcd", 14));
  behind_id3.insert(behind_id3.end(), flac->begin(), flac->end());
  originals.push_back(std::move(behind_id3));
  originals.push_back(bytes_of(ogg_page("OpusHead" + std::string(11, '\0'))));
}

void add_numpy_files(std::vector<Bytes>& originals) {
  for (const char* form : {">i2F", "|b1C", "<c8F", ">c16C", "<M8[ns]C"}) {
    const std::string text = form;
    const bool is_complex = text[1] == 'c';
    const auto type = text[1] == 'i'             ? laq::ElementType::int16
                      : text[1] == 'b'           ? laq::ElementType::uint8
                      : text.starts_with("<c8")  ? laq::ElementType::float32
                      : text.starts_with(">c16") ? laq::ElementType::float64
                                                 : laq::ElementType::int64;
    const size_t elements = is_complex ? 24 : 12;
    laq::Array array{
        type, {3, 4}, Bytes(elements * laq::element_bytes(type), std::byte{1}), {}, {{"npyh", bytes_of(text)}}};
    if (is_complex) array.shape.insert(array.shape.begin(), 2);
    originals.push_back(laq::io::write_npy(array));
  }
  const Bytes member = originals.back();
  for (const bool is_deflated : {false, true}) {
    originals.push_back(npz_file({{"a.npy", member}, {"b.npy", originals[originals.size() - 2]}}, is_deflated));
    originals.push_back(npz_file({{"a.npy", member}}, is_deflated, true));
  }
}

// Models of each kind, one with all that its reader looks at; and what is known of their tensors.
void add_models(std::vector<Bytes>& originals) {
  using laq::io::field, laq::io::gguf_string, laq::io::gguf_tensor, laq::io::gguf_value, laq::io::number,
      laq::io::onnx_tensor;
  originals.push_back(
      laq::io::safetensors_file(R"({"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
                                R"("v":{"dtype":"F4","shape":[3],"x":[{}],"data_offsets":[8,10]}})",
                                "elements.."));
  const std::string strings = number(8, 4) + number(2, 8) + gguf_string("yes") + gguf_string("no");
  const std::vector<std::string> values = {gguf_value("general.type", 8, gguf_string("imatrix")),
                                           gguf_value("general.alignment", 4, number(32, 4)),
                                           gguf_value("words", 9, strings), gguf_value("half", 12, number(1, 8))};
  originals.push_back(laq::io::gguf_file(values,
                                         {gguf_tensor("w.in_sum2", {2, 2}, 0, 0),
                                          gguf_tensor("w.counts", {1, 2}, 0, 32), gguf_tensor("q", {32, 1}, 8, 64)},
                                         std::string(98, '\1')));
  const std::string constant = field(5, onnx_tensor("", {150}, 10, std::string(300, 'x')));
  const std::string inner = field(5, onnx_tensor("w", {2}, 1, "elements", 4));
  originals.push_back(laq::io::onnx_file(field(1, field(2, std::string("out")) + field(5, constant)) +
                                         field(1, field(5, field(6, inner))) +
                                         field(5, onnx_tensor("far", {1}, 1, "", 13))));
  originals.push_back(bytes_of(number(1, 4) + number(1, 4) + "w" + number(2, 4) + number(1, 4) + std::string(8, '\1')));
  originals.push_back(bytes_of(R"({"w": 2, "v": 5e-1})"));
  originals.push_back(bytes_of("tensor,kl\nw,2\nv,0.5\n"));
}

}  // namespace

int main(int count, char** words) {
  const long rounds = count > 1 ? std::atol(words[1]) : 3000;
  Mutator mutator(count > 2 ? static_cast<uint32_t>(std::atol(words[2])) : 1);
  std::vector<Bytes> originals;
  add_pictures(originals);
  add_arrays(originals);
  add_sounds_with_tags(originals);
  add_numpy_files(originals);
  add_models(originals);
  for (const Bytes& original : originals)
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(original.data()), original.size());
  for (long round = 0; round < rounds; ++round) {
    Bytes bytes = originals[mutator.below(originals.size())];
    mutator.mutate(bytes);
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  }
  std::printf("%ld damaged files were read or refused\n", rounds);
  return 0;
}
