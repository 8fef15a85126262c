// NPZ files: stored and deflated members, the choice among them, and damage.
#include "io/array/npz.h"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "io/array/array_file.h"
#include "npz_file.h"

using namespace laq;
using namespace laq::io;

namespace {

std::string message_of(const Bytes& file, const std::string& name = {}) {
  const auto array = read_npz_array(file, name);
  return array.ok() ? "no error" : array.error().message;
}

Bytes numbers(uint8_t first) {
  const Array array{ElementType::uint8, {4, 50}, Bytes(200, static_cast<std::byte>(first))};
  return write_npy(array);
}

}  // namespace

TEST_CASE("stored and deflated members are read, also with sizes of 64 bits") {
  for (const bool is_deflated : {false, true}) {
    for (const bool is_zip64 : {false, true}) {
      const Bytes file = npz_file({{"a.npy", numbers(7)}, {"b/c.npy", numbers(8)}}, is_deflated, is_zip64);
      CHECK(is_npz(file));
      const auto members = parse_npz(file);
      REQUIRE_MESSAGE(members.ok(), members.error().message);
      REQUIRE(members->size() == 2);
      CHECK((*members)[0].name == "a");
      CHECK((*members)[1].name == "b/c");
      CHECK(file_name_of((*members)[1]) == "b_c");
      const auto array = read_npz_array(file, "b/c");
      REQUIRE(array.ok());
      CHECK(array->view.shape == std::vector<uint64_t>{4, 50});
      CHECK(packed_elements(array->view) == Bytes(200, std::byte{8}));
      CHECK(array->bytes.empty() == !is_deflated);  // stored members are not copied
    }
  }
}

TEST_CASE("the only array needs no name; of several the error names all") {
  const auto one = read_npz_array(npz_file({{"only.npy", numbers(1)}, {"notes.txt", Bytes(5)}}, true), "");
  REQUIRE(one.ok());
  CHECK(one->notes.text() == "not kept: member 'notes.txt'");
  const Bytes file = npz_file({{"x.npy", numbers(1)}, {"y.npy", numbers(2)}}, false);
  CHECK(message_of(file) == "the archive has 2 arrays: 'x', 'y' (laq encode -o FOLDER takes all, --member NAME one)");
  CHECK(message_of(file, "z") == "the archive has no array 'z'; it has 'x', 'y'");
  CHECK(message_of(file, "y") == "no error");
  CHECK(message_of(npz_file({{"n.txt", Bytes(5)}}, false)) == "the archive has no arrays");
  CHECK(parse_array(file, "x").ok());
  CHECK_FALSE(parse_array(numbers(1), "x").ok());
  CHECK(parse_array(numbers(1)).ok());
}

TEST_CASE("names of members become names of files within the folder") {
  const auto named = [](const char* name) { return file_name_of({.name = name}); };
  CHECK(named("weights") == "weights");
  CHECK(named("../../etc/x") == "_.._.._etc_x");
  CHECK(named(".hidden") == "_.hidden");
  CHECK(named("") == "_");
  CHECK(named("-q\n") == "_-q_");
}

TEST_CASE("sizes are checked before memory is taken") {
  Bytes file = npz_file({{"a.npy", numbers(7)}}, true);
  const auto members = parse_npz(file);
  REQUIRE(members.ok());
  NpzMember member = (*members)[0];
  member.bytes = uint64_t{1} << 60;
  CHECK(read_member(member).error().message.find("its size is wrong") != std::string::npos);
  member.bytes = (*members)[0].bytes + 1;
  CHECK(read_member(member).error().message.find("cannot be unpacked") != std::string::npos);
  member.bytes = (*members)[0].bytes;
  CHECK(read_member(member).ok());
  CHECK(read_member(member, member.bytes).ok());
  CHECK(read_member(member, member.bytes - 1).error().code == ErrorCode::limit_exceeded);
  CHECK(read_array(file, member.bytes - 1).error().code == ErrorCode::limit_exceeded);
  ++member.checksum;
  CHECK(read_member(member).error().message.find("checksum") != std::string::npos);
}

TEST_CASE("a file that is cut off or has a byte changed is read or refused") {
  for (const bool is_deflated : {false, true}) {
    const Bytes good = npz_file({{"a.npy", numbers(7)}}, is_deflated);
    for (size_t size = 0; size < good.size(); ++size) CHECK_FALSE(read_npz_array({good.data(), size}, "").ok());
    for (size_t i = 0; i < good.size(); ++i) {
      for (const int change : {1, 16, 128, 255}) {
        Bytes file = good;
        file[i] ^= static_cast<std::byte>(change);
        const auto array = read_npz_array(file, "");
        if (array.ok()) CHECK(packed_elements(array->view).size() <= 200);
      }
    }
  }
}
