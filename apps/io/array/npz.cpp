#include "io/array/npz.h"

#include <algorithm>
#include <limits>
#include <optional>

#include <zlib.h>

#include "io/array/npy.h"
#include "io/bytes.h"
#include "io/file_kind.h"

namespace laq::io {
namespace {

constexpr std::string_view kLocalHeader = "PK\x03\x04", kEntry = "PK\x01\x02", kEnd = "PK\x05\x06",
                           kEnd64Locator = "PK\x06\x07", kEnd64 = "PK\x06\x06";
constexpr size_t kLocalHeaderBytes = 30, kEntryBytes = 46, kEndBytes = 22, kEnd64LocatorBytes = 20, kEnd64Bytes = 56;

Error corrupt(const std::string& what) {
  return Error{ErrorCode::corrupt, "not a good .npz file: " + what};
}

bool has_at(std::span<const std::byte> file, uint64_t offset, std::string_view signature, size_t size) {
  return offset <= file.size() && size <= file.size() - offset &&
         text_of(file.subspan(offset, signature.size())) == signature;
}

// The place of the list of members.
struct Directory {
  uint64_t offset, bytes;
};

Result<Directory> find_directory(std::span<const std::byte> file) {
  constexpr size_t kMostComment = 0xffff;
  if (file.size() < kEndBytes) return corrupt("it ends within its first member");
  const size_t last = file.size() - kEndBytes;
  const size_t first = last - std::min(last, kMostComment);
  const size_t found = text_of(file).substr(0, last + kEnd.size()).rfind(kEnd);
  if (found == std::string_view::npos || found < first)
    return corrupt("its list of members is missing (the file may have been cut off)");
  if (found >= kEnd64LocatorBytes && has_at(file, found - kEnd64LocatorBytes, kEnd64Locator, kEnd64LocatorBytes)) {
    const uint64_t end = little_endian(file, found - kEnd64LocatorBytes + 8, 8);
    if (!has_at(file, end, kEnd64, kEnd64Bytes)) return corrupt("its list of members is missing");
    return Directory{little_endian(file, end + 48, 8), little_endian(file, end + 40, 8)};
  }
  return Directory{little_endian(file, found + 16, 4), little_endian(file, found + 12, 4)};
}

// Sizes and the place of a member; those that need more than 32 bits stand in a part of the entry's extra field.
struct Extent {
  uint64_t bytes, packed_bytes, offset;
};

Extent extent_of(std::span<const std::byte> entry, std::span<const std::byte> extra) {
  Extent extent{little_endian(entry, 24, 4), little_endian(entry, 20, 4), little_endian(entry, 42, 4)};
  constexpr uint64_t kElsewhere = 0xffffffff, kZip64 = 1;
  while (extra.size() >= 4) {
    const uint64_t id = little_endian(extra, 0, 2),
                   size = std::min<uint64_t>(little_endian(extra, 2, 2), extra.size() - 4);
    const auto part = extra.subspan(4, size);
    size_t at = 0;
    for (uint64_t* const value : {&extent.bytes, &extent.packed_bytes, &extent.offset}) {
      if (id != kZip64 || *value != kElsewhere || at + 8 > part.size()) continue;
      *value = little_endian(part, at, 8);
      at += 8;
    }
    extra = extra.subspan(4 + size);
  }
  return extent;
}

// entry: the member's entry in the list, with its name and extra field.
Result<NpzMember> parse_member(std::span<const std::byte> file, std::span<const std::byte> entry, size_t name_bytes,
                               size_t extra_bytes) {
  constexpr std::string_view kEnding = ".npy";
  NpzMember member;
  member.name = text_of(entry.subspan(kEntryBytes, name_bytes));
  const std::string name = quoted_name(member.name);
  member.is_array = member.name.ends_with(kEnding);
  if (member.is_array) member.name.resize(member.name.size() - kEnding.size());
  const uint64_t flags = little_endian(entry, 8, 2), method = little_endian(entry, 10, 2);
  constexpr uint64_t kStored = 0, kDeflated = 8;
  if (flags & 1) return Error{ErrorCode::unsupported, "its member " + name + " is encrypted"};
  if (method != kStored && method != kDeflated) {
    return Error{ErrorCode::unsupported, "its member " + name + " is packed by method " + std::to_string(method) +
                                             " of ZIP, which is not supported (numpy.savez_compressed deflates)"};
  }
  const Extent extent = extent_of(entry, entry.subspan(kEntryBytes + name_bytes, extra_bytes));
  if (!has_at(file, extent.offset, kLocalHeader, kLocalHeaderBytes))
    return corrupt("its member " + name + " is missing");
  const uint64_t begin = extent.offset + kLocalHeaderBytes + little_endian(file, extent.offset + 26, 2) +
                         little_endian(file, extent.offset + 28, 2);
  if (begin > file.size() || extent.packed_bytes > file.size() - begin)
    return corrupt("it ends within its member " + name);
  member.is_deflated = method == kDeflated;
  member.bytes = extent.bytes;
  member.checksum = static_cast<uint32_t>(little_endian(entry, 16, 4));
  member.packed = file.subspan(begin, extent.packed_bytes);
  return member;
}

// Takes `bytes` in pieces, as zlib counts in 32 bits.
uint32_t checksum_of(std::span<const std::byte> bytes) {
  uLong sum = crc32(0, nullptr, 0);
  constexpr size_t kPiece = size_t{1} << 30;
  for (size_t at = 0; at < bytes.size(); at += kPiece) {
    const auto piece = bytes.subspan(at, std::min(kPiece, bytes.size() - at));
    sum = crc32(sum, reinterpret_cast<const Bytef*>(piece.data()), static_cast<uInt>(piece.size()));
  }
  return static_cast<uint32_t>(sum);
}

// Inflates into exactly `to`; false if that fails.
bool inflate_all(std::span<const std::byte> packed, std::span<std::byte> to) {
  z_stream stream{};
  constexpr int kNoHeader = -15;
  if (inflateInit2(&stream, kNoHeader) != Z_OK) return false;
  constexpr size_t kPiece = size_t{1} << 30;
  int state = Z_OK;
  size_t taken = 0, made = 0;
  while (state == Z_OK) {
    const size_t in = std::min(kPiece, packed.size() - taken), out = std::min(kPiece, to.size() - made);
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data() + taken));
    stream.avail_in = static_cast<uInt>(in);
    Bytef none = 0;  // where zlib may write if nothing is left of `to`
    stream.next_out = out > 0 ? reinterpret_cast<Bytef*>(to.data() + made) : &none;
    stream.avail_out = static_cast<uInt>(out);
    state = inflate(&stream, Z_NO_FLUSH);
    taken += in - stream.avail_in;
    made += out - stream.avail_out;
  }
  inflateEnd(&stream);
  return state == Z_STREAM_END && made == to.size();
}

}  // namespace

bool is_npz(std::span<const std::byte> file) {
  return recognise_kind(file) == FileKind::npz;
}

Result<std::vector<NpzMember>> parse_npz(std::span<const std::byte> file) {
  const Result<Directory> directory = find_directory(file);
  if (!directory) return directory.error();
  if (directory->offset > file.size() || directory->bytes > file.size() - directory->offset)
    return corrupt("its list of members is cut off");
  std::span<const std::byte> list = file.subspan(directory->offset, directory->bytes);
  std::vector<NpzMember> members;
  while (!list.empty()) {
    if (!has_at(list, 0, kEntry, kEntryBytes)) return corrupt("its list of members is damaged");
    const size_t name = little_endian(list, 28, 2), extra = little_endian(list, 30, 2),
                 comment = little_endian(list, 32, 2), size = kEntryBytes + name + extra + comment;
    if (size > list.size()) return corrupt("its list of members is damaged");
    Result<NpzMember> member = parse_member(file, list.first(size), name, extra);
    if (!member) return member.error();
    members.push_back(std::move(*member));
    list = list.subspan(size);
  }
  return members;
}

Result<Noted<FileArray>> read_member(const NpzMember& member, uint64_t max_bytes) {
  const auto in_member = [&](const Error& error) {
    return Error{error.code, quoted_name(member.name) + ": " + error.message};
  };
  // More than a deflated stream can hold is refused before memory is taken for it.
  constexpr uint64_t kMostRatio = 1032;
  if (member.is_deflated ? member.bytes / kMostRatio > member.packed.size() : member.bytes != member.packed.size())
    return in_member(corrupt("its size is wrong"));
  if (member.bytes > max_bytes) {
    return in_member({ErrorCode::limit_exceeded, "it has more than the " + std::to_string(max_bytes) +
                                                     " bytes that are allowed (allow more with --max-memory)"});
  }
  std::vector<std::byte> unpacked(member.is_deflated ? member.bytes : 0);
  if (member.is_deflated && !inflate_all(member.packed, unpacked)) return in_member(corrupt("it cannot be unpacked"));
  const std::span<const std::byte> file = member.is_deflated ? unpacked : member.packed;
  if (checksum_of(file) != member.checksum) return in_member(corrupt("its checksum is wrong"));
  Result<Noted<FileArray>> array = parse_npy(file);
  if (!array) return in_member(array.error());
  if (array->bytes.empty()) array->bytes = std::move(unpacked);
  return array;
}

Result<Noted<FileArray>> read_npz_array(std::span<const std::byte> file, const std::string& name, uint64_t max_bytes) {
  constexpr size_t kMostNames = 20;
  const Result<std::vector<NpzMember>> members = parse_npz(file);
  if (!members) return members.error();
  const NpzMember* found = nullptr;
  size_t arrays = 0;
  std::string names;
  Notes others;
  for (const NpzMember& member : *members) {
    if (!member.is_array) {
      others.lose("member " + quoted_name(member.name));
      continue;
    }
    if (++arrays <= kMostNames) names += (names.empty() ? "" : ", ") + quoted_name(member.name);
    if (name.empty() || member.name == name) found = &member;
  }
  if (arrays > kMostNames) names += " and more";
  const auto wrong = [](const std::string& what) { return Error{ErrorCode::invalid_argument, what}; };
  if (arrays == 0) return wrong("the archive has no arrays");
  if (!found) return wrong("the archive has no array " + quoted_name(name) + "; it has " + names);
  if (name.empty() && arrays > 1) {
    return wrong("the archive has " + std::to_string(arrays) + " arrays: " + names +
                 " (laq encode -o FOLDER takes all, --member NAME one)");
  }
  Result<Noted<FileArray>> array = read_member(*found, max_bytes);
  if (array && name.empty())
    array->notes.not_kept.insert(array->notes.not_kept.end(), others.not_kept.begin(), others.not_kept.end());
  return array;
}

std::string file_name_of(const NpzMember& member) {
  std::string name = member.name;
  std::ranges::replace_if(
      name,
      [](char c) {
        return static_cast<unsigned char>(c) < ' ' ||
               std::string_view("/\\:*?\"<>|\x7f").find(c) != std::string_view::npos;
      },
      '_');
  if (name.empty() || name[0] == '.' || name[0] == '-') name.insert(0, "_");
  constexpr size_t kMost = 200;
  return name.substr(0, kMost);
}

}  // namespace laq::io
