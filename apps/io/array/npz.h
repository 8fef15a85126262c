// NPZ files of NumPy: ZIP archives whose members are NPY files. Source of the layout: PKWARE, "APPNOTE.TXT - .ZIP File
// Format Specification", 6.3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "io/array/file_array.h"
#include "io/notes.h"

namespace laq::io {

struct NpzMember {
  std::string name;  // "weights" of the member "weights.npy"; of other members the whole name
  bool is_array = true;
  bool is_deflated = false;
  uint64_t bytes = 0;  // unpacked
  uint32_t checksum = 0;
  std::span<const std::byte> packed = {};  // refers to the bytes of the file
};

// Whether these bytes begin like an NPZ file.
bool is_npz(std::span<const std::byte> file);

// The members in the order of the archive. Nothing is unpacked. Errors say what is wrong with the archive.
Result<std::vector<NpzMember>> parse_npz(std::span<const std::byte> file);

// The array of a member, as parse_npy reads it; refers to the bytes of the file if the member is stored as it is.
// Memory is taken for no more than the member can hold; one of more than max_bytes is refused. May throw
// std::bad_alloc.
Result<Noted<FileArray>> read_member(const NpzMember& member, uint64_t max_bytes = UINT64_MAX);

// The array of this name, as read_member() gives it. Without a name (""), the only one: an error names all if there
// are more.
Result<Noted<FileArray>> read_npz_array(std::span<const std::byte> file, const std::string& name,
                                        uint64_t max_bytes = UINT64_MAX);

// The name of a file for an array, without an ending: what is not allowed in names of files, or begins a hidden one,
// becomes "_".
std::string file_name_of(const NpzMember& member);

}  // namespace laq::io
