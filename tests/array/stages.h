// Codes chunks by a given stage, both ways.
#pragma once

#include <optional>
#include <span>
#include <variant>

#include "array/stage_encoder.h"

namespace laq::array::test {

// Nothing if the coding cannot hold these elements.
inline std::optional<Encoding> encode_by(StageId coding, const SourceChunk& chunk, const ChunkFormat& format,
                                         const CodingSettings& settings = {}) {
  return std::get<const CodingEncoder*>(encoder_of(coding))->encode(chunk, format, settings);
}

inline bool decode_by(StageId coding, const ChunkFormat& format, std::span<const std::byte> stream,
                      std::span<std::byte> elements) {
  return std::get<const CodingDecoder*>(decoder_of(coding))->decode(format, stream, elements);
}

}  // namespace laq::array::test
