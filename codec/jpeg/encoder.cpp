#include <algorithm>

#include "base/bytes.h"
#include "base/checks.h"
#include "base/parallel.h"
#include "container/compressed.h"
#include "jpeg/content.h"
#include "jpeg/group_syntax.h"
#include "jpeg/headers.h"
#include "jpeg/jpeg_codec.h"
#include "jpeg/scan_reader.h"

namespace laq::jpeg {
namespace {

// Bytes of a file for which a group is worth its own beginning.
constexpr uint64_t kBytesOfGroup = 3 << 20;

// A file taken apart.
struct Parsed {
  std::vector<std::byte> headers, choices;
};

Result<Parsed> parse(std::span<const std::byte> file, Frame& frame) {
  Parsed parsed;
  Headers walk(file);
  Choices choices;
  SymbolWriter coder;
  while (true) {
    const size_t from = walk.position();
    bool has_scan = false;
    if (auto error = walk.read_to_scan(has_scan)) return *error;
    const size_t to = has_scan ? walk.position() : file.size();
    parsed.headers.insert(parsed.headers.end(), file.begin() + static_cast<ptrdiff_t>(from),
                          file.begin() + static_cast<ptrdiff_t>(to));
    if (!has_scan) break;
    if (auto error = read_scan(file, walk, frame, choices, coder)) return *error;
  }
  parsed.choices = coder.finish();
  return parsed;
}

}  // namespace

Result<std::vector<std::byte>> encode_content(std::span<const std::byte> file, const JpegEncodeOptions& options) {
  Result<Plan> plan = plan_of(file);
  if (!plan) return plan.error();
  Frame& frame = plan->frame;
  if (const auto error = check_pixels(frame.width, frame.height, options.max_pixels)) return *error;
  // A block takes a bit at least.
  if (frame.blocks() / 8 > file.size())
    return Error{ErrorCode::truncated, "the JPEG file is cut off or damaged: it has too few bytes for its size"};
  const int groups =
      static_cast<int>(std::clamp<uint64_t>(file.size() / kBytesOfGroup, 1, std::min(frame.mcus_down, kMostGroups)));
  const uint64_t needed = coding_bytes(frame, file.size(), groups, options.threads) + file.size();
  if (needed > options.max_bytes) return exceeds_memory(needed, {.max_bytes = options.max_bytes});
  allocate(frame);
  Result<Parsed> parsed = parse(file, frame);
  if (!parsed) return parsed.error();
  if (parsed->headers.size() > kMaxCompressedContents)
    return not_kept("a JPEG file with more than 64 MiB beside its picture");
  const Result<std::vector<std::byte>> again = write_file(parsed->headers, frame, parsed->choices, file.size());
  if (!again || !std::ranges::equal(*again, file)) return not_kept("a JPEG file that is coded in an unusual way");

  std::vector<std::vector<std::byte>> streams(groups);
  parallel_for(groups, options.threads, [&](int i, int) {
    SymbolWriter coder;
    code_group(coder, frame, plan->factors, GroupRows::of(i, groups, frame));
    streams[i] = coder.finish();
  });
  ByteWriter writer;
  const std::vector<std::byte> headers = compress(parsed->headers, usual_headers());
  writer.integer(file.size());
  writer.integer(static_cast<uint64_t>(groups));
  writer.integer(headers.size());
  writer.append(headers);
  writer.integer(parsed->choices.size());
  for (auto& stream : streams) {
    const GroupRows rows = GroupRows::of(static_cast<int>(&stream - streams.data()), groups, frame);
    stream.resize(std::max<size_t>(stream.size(), least_group_bytes(frame, rows)));
    writer.integer(stream.size());
  }
  writer.append(parsed->choices);
  for (const auto& stream : streams) writer.append(stream);
  return writer.take();
}

}  // namespace laq::jpeg
