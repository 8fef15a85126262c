#include <string>

#include "base/bytes.h"
#include "base/checks.h"
#include "base/parallel.h"
#include "container/compressed.h"
#include "jpeg/content.h"
#include "jpeg/group_syntax.h"
#include "jpeg/headers.h"
#include "jpeg/jpeg_codec.h"

namespace laq::jpeg {
namespace {

struct Parts {
  uint64_t file_bytes = 0;
  std::vector<std::byte> headers;
  std::span<const std::byte> choices;
  std::vector<std::span<const std::byte>> groups;
};

// budget: bytes that may be allocated; what the headers take is taken off it.
Result<Parts> take_apart(std::span<const std::byte> content, uint64_t& budget) {
  ByteReader reader(content);
  Parts parts;
  parts.file_bytes = reader.integer();
  const uint64_t groups = reader.integer(kMostGroups);
  const std::span<const std::byte> headers = reader.take(reader.integer());
  const uint64_t choices_bytes = reader.integer();
  std::vector<uint64_t> sizes;
  for (uint64_t i = 0; i < groups && !reader.failed(); ++i) sizes.push_back(reader.integer());
  parts.choices = reader.take(choices_bytes);
  for (const uint64_t size : sizes) parts.groups.push_back(reader.take(size));
  if (reader.failed() || sizes.empty() || !reader.rest().empty())
    return Error{ErrorCode::corrupt, "the lengths of its parts are impossible"};
  Result<std::vector<std::byte>> plain = decompress(headers, "the headers", budget, usual_headers());
  if (!plain) return plain.error();
  parts.headers = std::move(*plain);
  return parts;
}

}  // namespace

Result<std::vector<std::byte>> decode_content(std::span<const std::byte> content, const DecodeOptions& options) {
  uint64_t budget = options.max_bytes;
  Result<Parts> parts = take_apart(content, budget);
  if (!parts) return parts.error();
  Result<Plan> plan = plan_of(parts->headers);
  if (!plan) return plan.error();
  Frame& frame = plan->frame;
  if (const auto error = check_pixels(frame.width, frame.height, options.max_pixels)) return *error;
  const auto groups = static_cast<int>(parts->groups.size());
  if (groups > frame.mcus_down) return damaged("it has more groups than rows");
  for (int i = 0; i < groups; ++i) {
    if (parts->groups[i].size() < least_group_bytes(frame, GroupRows::of(i, groups, frame)))
      return damaged("group " + std::to_string(i) + " has too few bytes for its rows");
  }
  if (parts->file_bytes > options.max_bytes) return exceeds_memory(parts->file_bytes, options);
  const uint64_t needed = coding_bytes(frame, parts->file_bytes, groups, options.threads);
  if (needed > budget) return exceeds_memory(needed + options.max_bytes - budget, options);
  allocate(frame);
  std::vector<char> is_good(groups);
  parallel_for(groups, options.threads, [&](int i, int) {
    SymbolReader coder(parts->groups[i]);
    is_good[i] = code_group(coder, frame, plan->factors, GroupRows::of(i, groups, frame));
  });
  for (int i = 0; i < groups; ++i) {
    if (!is_good[i]) return damaged("group " + std::to_string(i) + " ends too early");
  }
  return write_file(parts->headers, frame, parts->choices, parts->file_bytes);
}

Result<JpegInfo> inspect_content(std::span<const std::byte> content, const DecodeOptions& options) {
  uint64_t budget = options.max_bytes;
  const Result<Parts> parts = take_apart(content, budget);
  if (!parts) return parts.error();
  const Result<Plan> plan = plan_of(parts->headers);
  if (!plan) return plan.error();
  JpegInfo info;
  info.width = static_cast<uint32_t>(plan->frame.width);
  info.height = static_cast<uint32_t>(plan->frame.height);
  info.components = static_cast<int>(plan->frame.components.size());
  info.is_progressive = plan->frame.is_progressive;
  info.jpeg_bytes = parts->file_bytes;
  return info;
}

}  // namespace laq::jpeg
