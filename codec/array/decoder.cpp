// Decoding of an array payload: header, table of sizes, chunks.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "array/array_codec.h"
#include "array/box_decoder.h"
#include "base/checks.h"

namespace laq::array {
namespace {

// What is to be decoded, after all checks that need no elements.
struct DecodingPlan {
  ArrayHeader header;
  ArrayRegion wanted;
  Box box;  // of what is coded, that holds what is wanted
  std::vector<ChunkToDecode> chunks;
  bool verifies_chunks;    // by their checksums, as that of the file is not looked at for a region
  uint64_t element_bytes;  // of what is wanted
  uint64_t needed;         // bytes of memory beside those

  CodedLayout layout() const { return header.layout(); }
};

// region: null for the whole array.
Result<DecodingPlan> plan_decoding(std::span<const std::byte> payload, const ArrayRegion* region,
                                   const DecodeOptions& options) {
  ByteReader reader(payload);
  const Result<ArrayHeader> header = ArrayHeader::read(reader);
  if (!header) return header.error();
  const CodedLayout layout = header->layout();
  if (region != nullptr) {
    if (auto error = check_region(*region, layout.shape)) return *error;
  }
  const ArrayRegion wanted =
      region != nullptr ? *region : ArrayRegion{std::vector<uint64_t>(layout.shape.size()), layout.shape};
  const uint64_t elements = element_count(wanted.size);
  if (elements > options.max_pixels) {
    return Error{ErrorCode::limit_exceeded, std::string(region != nullptr ? "the region" : "the array") + " has " +
                                                std::to_string(elements) + " elements, more than max_pixels (" +
                                                std::to_string(options.max_pixels) + ")"};
  }
  const Result<std::vector<ChunkStream>> streams = read_chunks(payload, reader, *header);
  if (!streams) return streams.error();
  const Box box = covering_box(layout, wanted);
  std::vector<ChunkToDecode> chunks = chunks_to_decode(*header, header->chunk_layout(), box, *streams);
  if (const auto error = check_lengths(chunks)) return *error;
  const uint64_t coded_bytes = is_same(layout, wanted) ? 0 : box_bytes(box, coded_type(layout.type, layout.wide_form)),
                 needed = coded_bytes + decoding_bytes(chunks, box, streams->size(), options.threads);
  return DecodingPlan{*header, wanted, box, std::move(chunks), region != nullptr, elements * element_bytes(layout.type),
                      needed};
}

// Decodes what is wanted into as many bytes as it has.
std::optional<Error> decode_elements(const DecodingPlan& plan, const DecodeOptions& options,
                                     std::span<std::byte> elements) {
  const CodedLayout layout = plan.layout();
  const bool needs_picking = !is_same(layout, plan.wanted);
  std::vector<std::byte> coded(needs_picking ? box_bytes(plan.box, coded_type(layout.type, layout.wide_form))
                                             : uint64_t{0});
  if (auto error =
          decode_box(plan.chunks, plan.box, plan.verifies_chunks, options, needs_picking ? std::span(coded) : elements))
    return error;
  if (needs_picking) pick(layout, plan.wanted, coded, elements);
  add_offset(layout, elements);
  return std::nullopt;
}

// An Error if a plan does not fill the output.
std::optional<Error> check(const ArrayOutput& output, const DecodingPlan& plan) {
  if (output.type != plan.layout().type)
    return invalid("the output is not of the array's element type (inspect_array tells it)");
  if (output.shape != plan.wanted.size)
    return invalid("the output is " + shape_text(output.shape) + ", what is decoded is " +
                   shape_text(plan.wanted.size));
  if (output.data == nullptr && plan.element_bytes > 0) return invalid("output.data is null");
  return std::nullopt;
}

}  // namespace

Result<Array> decode_array(std::span<const std::byte> payload, const ArrayRegion* region,
                           const DecodeOptions& options) {
  const Result<DecodingPlan> plan = plan_decoding(payload, region, options);
  if (!plan) return plan.error();
  if (plan->needed + plan->element_bytes > options.max_bytes)
    return exceeds_memory(plan->needed + plan->element_bytes, options);
  Array array{plan->layout().type, plan->wanted.size, std::vector<std::byte>(plan->element_bytes),
              plan->header.info.signal};
  if (auto error = decode_elements(*plan, options, array.data)) return *error;
  return array;
}

std::optional<Error> decode_array_into(std::span<const std::byte> payload, const ArrayRegion* region,
                                       const ArrayOutput& output, const DecodeOptions& options) {
  const Result<DecodingPlan> plan = plan_decoding(payload, region, options);
  if (!plan) return plan.error();
  if (auto error = check(output, *plan)) return error;
  if (plan->needed > options.max_bytes) return exceeds_memory(plan->needed, options);
  return decode_elements(*plan, options,
                         {static_cast<std::byte*>(output.data), static_cast<size_t>(plan->element_bytes)});
}

Result<ArrayTrace> trace_array(std::span<const std::byte> payload, const DecodeOptions& options) {
  ByteReader reader(payload);
  const Result<ArrayHeader> header = ArrayHeader::read(reader);
  if (!header) return header.error();
  constexpr uint64_t kBytesOfChunk = 512;
  const uint64_t needed = header->chunks() * kBytesOfChunk;
  if (needed > options.max_bytes) return exceeds_memory(needed, options);
  const Result<std::vector<ChunkStream>> streams = read_chunks(payload, reader, *header);
  if (!streams) return streams.error();
  ArrayTrace trace;
  trace.info = header->info;
  for (const Loss& loss : header->losses) {
    const auto widen = [&](double& told) { told = std::max(told, loss.tolerance); };
    if (loss.fidelity == Fidelity::max_error) widen(trace.max_error);
    if (loss.fidelity == Fidelity::relative_error) widen(trace.max_relative_error);
    if (loss.fidelity == Fidelity::mean_squared_error) widen(trace.step);
  }
  // Sides of 1 in front are those that the array does not have.
  const Sides coded = header->layout().sides();
  const size_t dimensions = std::min<size_t>(header->info.shape.size(), kMaxSides);
  const auto own = [&](const Sides& all) { return std::vector<uint64_t>(all.end() - dimensions, all.end()); };
  const bool is_folded = own(coded) != header->info.shape;
  const auto shown = [&](const Sides& all) {
    return is_folded ? std::vector<uint64_t>(all.begin(), all.end()) : own(all);
  };
  trace.coded_shape = shown(coded);
  trace.chunks.reserve(streams->size());
  const ChunkLayout layout = header->chunk_layout();
  for (uint64_t number = 0; number < streams->size(); ++number) {
    const Box box = layout.box_of(number);
    const std::span<const std::byte> stream = (*streams)[number].bytes;
    std::vector<TracedStep> recipe = trace_chunk(header->chunk_format(box.grid(), (*streams)[number].loss), stream);
    if (recipe.empty()) return Error{ErrorCode::corrupt, "chunk " + std::to_string(number) + " has no valid recipe"};
    trace.chunks.push_back({{shown(box.begin), shown(box.size)}, std::move(recipe), stream.size()});
  }
  return trace;
}

}  // namespace laq::array
