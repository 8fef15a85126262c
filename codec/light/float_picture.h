// Pictures of floating-point samples: samples to the payload of their section, and back.
#pragma once

#include <span>
#include <vector>

#include <laq/laq.hpp>

#include "light/float_header.h"

namespace laq::light {

// The samples without loss, or none further off than max_error if that is above 0; NaN and infinity as they are.
// picture and options have been checked; of these, effort, threads and progress count. May throw std::bad_alloc.
Result<std::vector<std::byte>> encode_array(const PictureView& picture, double max_error, const EncodeOptions& options);

// A picture as 16-bit codes, which are coded like every other picture. picture: of finite samples; its metadata come
// with the codes. May throw std::bad_alloc.
struct CodedLight {
  FloatHeader header;  // its coding and quality are not chosen yet
  Picture codes;
};
Result<CodedLight> to_codes(const PictureView& picture);

// The codes of an eighth of the width and height: of the means of the picture's samples. picture: that of `light`. May
// throw std::bad_alloc.
Picture preview_of(const CodedLight& light, const PictureView& picture);

// The payload of codes that have been coded. quality: for information.
std::vector<std::byte> write_payload(const CodedLight& light, Coding coding, float quality,
                                     std::span<const std::byte> of_codes);

// May throw std::bad_alloc; every other failure is an Error. Nothing is allocated before the limits are checked.
Result<Picture> decode_picture(std::span<const std::byte> payload, const DecodeOptions& options);

// What the header of a payload of codes says, if it is of this picture.
Result<Info> inspect_codes(std::span<const std::byte> payload, const FloatHeader& picture);

// Fills all but metadata, format number and sections.
Result<Info> inspect_picture(std::span<const std::byte> payload);

}  // namespace laq::light
