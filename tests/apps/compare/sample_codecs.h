// Codecs of laq compare, and the pictures of testdata that they are tried on.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>

#include "compare/codecs/codec.h"
#include "io/picture/picture_file.h"

inline std::unique_ptr<laq::compare::Codec> codec_of(
    const std::string& specification, laq::compare::SignalKind kind = laq::compare::SignalKind::picture) {
  auto codec = laq::compare::make_codec(specification, kind);
  if (!codec) FAIL(codec.error().message);
  return std::move(*codec);
}

inline laq::Picture testdata(const std::string& name) {
  auto picture = laq::io::read_picture(LAQ_SOURCE_ROOT "/testdata/" + name);
  if (!picture) FAIL(name << ": " << picture.error().message);
  return std::move(*picture);
}

inline laq::compare::Decoded round_trip(const laq::compare::Codec& codec, const laq::compare::Signal& signal,
                                        double quality, int threads = 1) {
  const auto encoded = codec.encode(signal, quality, threads);
  if (!encoded) FAIL(codec.name() << ": " << encoded.error().message);
  auto decoded = codec.decode(encoded->file, threads);
  if (!decoded) FAIL(codec.name() << ": " << decoded.error().message);
  return std::move(*decoded);
}
