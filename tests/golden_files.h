// A folder of golden files: LAQ files of an earlier day, and in hashes.txt beside them the hash of what each decodes
// to.
#pragma once

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace laq::test {

// FNV-1a, of bytes that are added one by one.
class Hash {
 public:
  void add(uint32_t byte) { value_ = (value_ ^ byte) * 0x100000001b3u; }
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0xcbf29ce484222325u;
};

class GoldenFiles {
 public:
  explicit GoldenFiles(std::string folder) : folder_(std::move(folder)) {
    std::ifstream in(path_of("hashes.txt"));
    std::string hash, name;
    while (in >> hash >> name) hashes_[name] = std::strtoull(hash.c_str(), nullptr, 16);
  }

  // Whether the files are to be made anew.
  static bool are_rewritten() { return std::getenv("LAQ_REWRITE_GOLDEN") != nullptr; }

  // Empty, after a failed check, where file or hash is missing.
  std::vector<std::byte> read(const std::string& name) const {
    std::ifstream in(path_of(name + ".laq"), std::ios::binary);
    if (!in || !hashes_.contains(name)) {
      FAIL_CHECK("no golden file " << path_of(name + ".laq")
                                   << ", or no hash of it in hashes.txt: see the top of golden_test.cpp");
      return {};
    }
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
  }
  uint64_t hash_of(const std::string& name) const { return hashes_.at(name); }

  void write(const std::string& name, const std::vector<std::byte>& file) const {
    std::ofstream out(path_of(name + ".laq"), std::ios::binary);
    out.write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
    REQUIRE_MESSAGE(out.good(), "cannot write to " << folder_ << "; does the folder exist?");
  }
  void write_hashes(const std::vector<std::pair<std::string, uint64_t>>& hashes) const {
    std::ofstream out(path_of("hashes.txt"));
    for (const auto& [name, hash] : hashes) {
      char text[20];
      std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
      out << text << ' ' << name << '\n';
    }
    REQUIRE(out.good());
  }

 private:
  std::string path_of(const std::string& file) const { return folder_ + "/" + file; }

  std::string folder_;
  std::map<std::string, uint64_t> hashes_;
};

}  // namespace laq::test
