// A folder of golden files: LAQ files of an earlier day, and in hashes.txt beside them the hash of what each decodes
// to. As long as the format's number stays, every version must decode them to the same, on every target.
//
// After a deliberate change of the format the program make-golden (tests/make_golden.cpp) makes them anew.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace laq::test {

class GoldenFiles {
 public:
  explicit GoldenFiles(std::string folder) : folder_(std::move(folder)) {
    std::ifstream in(path_of("hashes.txt"));
    std::string hash, name;
    while (in >> hash >> name) hashes_[name] = std::strtoull(hash.c_str(), nullptr, 16);
  }

  // Empty, after a failed check, where file or hash is missing.
  std::vector<std::byte> read(const std::string& name) const {
    std::ifstream in(path_of(name + ".laq"), std::ios::binary);
    if (!in || !hashes_.contains(name)) {
      FAIL_CHECK("no golden file " << path_of(name + ".laq")
                                   << ", or no hash of it in hashes.txt: see tests/golden_files.h");
      return {};
    }
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
  }
  uint64_t hash_of(const std::string& name) const { return hashes_.at(name); }

 private:
  std::string path_of(const std::string& file) const { return folder_ + "/" + file; }

  std::string folder_;
  std::map<std::string, uint64_t> hashes_;
};

}  // namespace laq::test
