// Files that the tests read. LAQ_SOURCE_ROOT is given by the build.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

// All files of a directory with one of the extensions, sorted; empty where it does not exist.
inline std::vector<std::string> files_of(const std::string& directory, const std::vector<std::string>& extensions) {
  std::vector<std::string> paths;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(directory, missing)) {
    const bool matches = std::find(extensions.begin(), extensions.end(), entry.path().extension()) != extensions.end();
    if (matches) paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

inline std::vector<std::string> testdata_files() {
  return files_of(LAQ_SOURCE_ROOT "/testdata", {".pgm", ".ppm", ".pam"});
}

// Willem van Schaik's PNG conformance files lie beside the source tree, if anywhere.
inline std::vector<std::string> pngsuite_files() {
  const std::vector<std::string> files = files_of(LAQ_SOURCE_ROOT "/../shared/images/pngsuite", {".png"});
  if (files.empty()) MESSAGE("skipped: ../shared/images/pngsuite does not exist");
  return files;
}

inline std::string base_name(const std::string& path) {
  return std::filesystem::path(path).stem().string();
}
