// Decodes a box of the coded array: the chunks that hold its elements, one after the other or at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <laq/laq.hpp>

#include "array/box.h"
#include "array/chunk_table.h"

namespace laq::array {

struct ChunkToDecode {
  uint64_t number;
  Box box;
  ChunkFormat format;
  ChunkStream stream;
};

// The chunks that hold elements of a box. layout: the header's chunk_layout(), which takes as long as there are cuts to
// make. streams: of all chunks.
std::vector<ChunkToDecode> chunks_to_decode(const ArrayHeader& header, const ChunkLayout& layout, const Box& box,
                                            std::span<const ChunkStream> streams);

// An error if a chunk claims more elements than its bytes can hold; to be called before anything is allocated for them.
std::optional<Error> check_lengths(std::span<const ChunkToDecode> chunks);

// The memory in bytes that decoding takes beside the elements, at most: tables, and the chunks that are decoded at
// once. all_chunks: of the array.
uint64_t decoding_bytes(std::span<const ChunkToDecode> chunks, const Box& box, uint64_t all_chunks, int threads);

uint64_t box_bytes(const Box& box, ElementType type);

// Decodes the elements of a box, packed, from all chunks that hold them; those of incomplete chunks are left as they
// were. verifies_chunks: by their checksums, if the checksum of the file has not been verified. Of the options threads,
// pool and progress count. The error names the first damaged chunk that was found. May throw std::bad_alloc.
std::optional<Error> decode_box(std::span<const ChunkToDecode> chunks, const Box& box, bool verifies_chunks,
                                const DecodeOptions& options, std::span<std::byte> elements);

}  // namespace laq::array
