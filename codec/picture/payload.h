// The payload of a picture section: header, sizes of the tiles, tiles.
#pragma once

#include <span>
#include <vector>

#include "picture/header.h"

namespace laq {

struct PicturePayload {
  PictureHeader header;
  std::vector<std::span<const std::byte>> tiles;  // of the first plane group, then of the second; within the payload
};

// Checks that header and sizes make sense; allocates no more than in proportion to the payload.
Result<PicturePayload> read_payload(std::span<const std::byte> payload);

std::vector<std::byte> write_payload(const PictureHeader& header, const std::vector<std::vector<std::byte>>& tiles);

}  // namespace laq
