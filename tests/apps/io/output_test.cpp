// What decides where may be written: kinds of files, names, and files that two names lead to. The command's own test,
// outputs_test.sh, sees to permissions, links and what is left behind.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "io/file.h"
#include "io/formats.h"
#include "io/output.h"

using namespace laq;
namespace fs = std::filesystem;

namespace {

// A folder that goes at the end.
struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "laq-outputs-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
};

std::vector<std::byte> bytes_of(const std::string& text) {
  const auto* const data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string why(const std::optional<Error>& error) {
  return error ? error->message : "";
}

}  // namespace

TEST_CASE("every beginning of a file is of some kind, and none is read beyond its end") {
  const std::string text = "LAQ\x84\x01 P6 \x89PNG RIFF....WAVE PK\x03\x04.......................";
  for (size_t from = 0; from < text.size(); ++from) {
    for (size_t size = 0; from + size <= text.size(); ++size) {
      const std::vector<std::byte> head = bytes_of(text.substr(from, size));
      CHECK_FALSE(io::describe_file(head).empty());
      CHECK_FALSE(io::not_readable(head).message.empty());
    }
  }
  CHECK(io::recognise_kind(bytes_of(text)) == io::FileKind::laq);
  CHECK(io::recognise_kind(bytes_of("P6\n1 1\n255\n...")) == io::FileKind::netpbm);
  CHECK(io::recognise_kind(bytes_of("P6#1")) == io::FileKind::netpbm);
  CHECK(io::recognise_kind(bytes_of("P67")) == io::FileKind::text);  // a text
  CHECK(io::recognise_kind({}) == io::FileKind::unknown);
  CHECK(io::recognise_kind(bytes_of(std::string(600, '\0'))) == io::FileKind::unknown);
  CHECK(io::describe_file(bytes_of(std::string(257, '\1') + "ustar")) == "a tar file");
}

TEST_CASE("the extension of a name is what follows the last dot of its last part") {
  CHECK(io::extension_of("dir.d/Photo.PNG") == "png");
  CHECK(io::extension_of("dir.d/photo") == "");
  CHECK(io::extension_of("photo.") == "");
  CHECK(io::with_extension("dir.d/photo.tar.gz", ".laq") == "dir.d/photo.tar.laq");
  CHECK(io::with_extension("dir.d/photo", ".laq") == "dir.d/photo.laq");
  CHECK(io::with_extension("dir/.photo", ".laq") == "dir/.photo.laq");
  CHECK(io::is_foreign_extension("png"));
  CHECK_FALSE(io::is_foreign_extension("laq"));
  CHECK_FALSE(io::is_foreign_extension(""));
}

TEST_CASE("an output replaces a file of its own kind, an empty one, or anything if it is told to") {
  const Folder folder;
  write(folder / "in.png", "\x89PNG...");
  write(folder / "old.laq", "LAQ...");
  write(folder / "text.laq", "precious");
  write(folder / "empty.laq", "");
  const auto check = [&](const std::string& name, io::Replace replace) {
    return why(io::check_output({folder / name, io::FileKind::laq, folder / "in.png", replace}));
  };
  for (const io::Replace replace : {io::Replace::same_kind, io::Replace::anything, io::Replace::nothing})
    CHECK(check("new.laq", replace) == "");
  CHECK(check("old.laq", io::Replace::same_kind) == "");
  CHECK(check("empty.laq", io::Replace::same_kind) == "");
  CHECK(check("text.laq", io::Replace::same_kind).find("is a text file, not a LAQ file") != std::string::npos);
  CHECK(check("text.laq", io::Replace::anything) == "");
  for (const char* name : {"old.laq", "text.laq", "empty.laq"})
    CHECK(check(name, io::Replace::nothing).find("exists already") == 0);
  fs::create_hard_link(folder / "in.png", folder / "link.laq");
  for (const char* name : {"in.png", "link.laq", "./in.png"})
    CHECK(check(name, io::Replace::anything).find("is the input") == 0);
}

TEST_CASE("what is there when the bytes are written counts, not what was there before") {
  const Folder folder;
  write(folder / "in.png", "\x89PNG...");
  const io::Output output = {folder / "out.laq", io::FileKind::laq, folder / "in.png", io::Replace::same_kind};
  REQUIRE_FALSE(io::check_output(output));
  write(folder / "out.laq", "precious");
  CHECK(io::write_output(output, bytes_of("LAQ...")));
  CHECK(fs::file_size(folder / "out.laq") == 8);
  fs::remove(folder / "out.laq");
  REQUIRE_FALSE(io::write_output(output, bytes_of("LAQ...")));
  CHECK(fs::file_size(folder / "out.laq") == 6);
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 2);
}

TEST_CASE("outputs that fall upon each other or upon an input are refused") {
  const Folder folder;
  fs::create_directory(folder / "real");
  fs::create_directory_symlink("real", folder / "alias");
  const auto output = [&](const std::string& in, const std::string& out) {
    return io::Output{folder / out, io::FileKind::laq, folder / in, io::Replace::anything};
  };
  const auto check = [&](const std::vector<io::Output>& outputs) { return why(io::check_outputs_differ(outputs)); };
  CHECK(check({output("a.png", "a.laq"), output("b.png", "b.laq")}) == "");
  CHECK(check({output("a.png", "a.laq"), output("a.jpg", "a.laq")}).find("both") != std::string::npos);
  CHECK(check({output("a.png", "real/a.laq"), output("a.jpg", "alias/../alias/a.laq")}).find("both") !=
        std::string::npos);
  CHECK(check({output("a.png", "a.laq"), output("a.laq", "b.png")}).find("is an input too") != std::string::npos);
  CHECK(check({output("a.png", "a.laq"), output("./a.png", "a.laq")}).find("given twice") != std::string::npos);
}
