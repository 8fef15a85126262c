// The C functions that make blocks.
#include <cstdlib>
#include <new>

#include <laq/laq.h>
#include <laq/blocks.hpp>

#include "api/c_blocks.h"

namespace {

using namespace laq::c_api;

static_assert(LAQ_BLOCK_ROWS_AUTOMATIC == static_cast<int>(laq::BlockRows::automatic));
static_assert(LAQ_BLOCK_ROWS_APART == static_cast<int>(laq::BlockRows::apart));
static_assert(LAQ_BLOCK_ROWS_JOINED == static_cast<int>(laq::BlockRows::joined));

laq_block_options default_options() {
  const laq::BlockOptions defaults;
  laq_block_options options = {};
  options.struct_size = sizeof options;
  options.bits = defaults.bits;
  options.effort = defaults.effort;
  return options;
}

laq::Result<laq::BlockOptions> read_block_options(const laq_block_options* options, uint64_t columns) {
  laq_block_options chosen = default_options();
  if (const auto failure = read_options(options, chosen)) return *failure;
  if (auto error = laq::check_range("rows", int64_t{chosen.rows}, 0, LAQ_BLOCK_ROWS_JOINED)) return *error;
  laq::BlockOptions request;
  request.bits = chosen.bits;
  request.width = chosen.width;
  request.effort = chosen.effort;
  request.threads = chosen.threads;
  request.rows = static_cast<laq::BlockRows>(chosen.rows);
  request.rotates = chosen.rotates != 0;
  if (chosen.importance != nullptr) request.importance = {chosen.importance, static_cast<size_t>(columns)};
  request.shaping = chosen.shaping;
  return request;
}

}  // namespace

void laq_block_options_init(laq_block_options* options, size_t struct_size) noexcept {
  initialize(options, struct_size, default_options());
}

laq_status laq_quantize_blocks(const float* elements, uint64_t rows, uint64_t columns, const laq_block_options* options,
                               laq_block_format* format, laq_buffer* bytes, laq_error* error) noexcept {
  return make_file(bytes, error, [&]() -> laq::Result<std::vector<std::byte>> {
    if (format == nullptr) return is_null("format");
    if (elements == nullptr && rows != 0 && columns != 0) return is_null("elements");
    const auto request = read_block_options(options, columns);
    if (!request) return request.error();
    if (columns != 0 && rows > SIZE_MAX / sizeof(float) / columns) return laq::invalid("rows * columns is too large");
    auto tensor = laq::quantize_blocks({elements, static_cast<size_t>(rows * columns)}, rows, columns, *request);
    if (!tensor) return tensor.error();
    *format = write_format(tensor->format);
    return std::move(tensor->bytes);
  });
}

laq_status laq_append_block_row(laq_block_format* format, laq_buffer* bytes, const float* row, size_t columns,
                                const laq_block_options* options, laq_error* error) noexcept {
  return guarded(error, [&]() -> std::optional<laq::Error> {
    if (format == nullptr) return is_null("format");
    if (bytes == nullptr) return is_null("bytes");
    if (row == nullptr && columns != 0) return is_null("row");
    const auto request = read_block_options(options, columns);
    if (!request) return request.error();
    const laq::BlockFormat whole = read_format(*format);
    const auto size = laq::bytes_of_blocks(whole);
    if (!size) return size.error();
    if (*size != bytes->size) return laq::invalid("bytes has another size than blocks of its format");
    laq::BlockTensor appended{whole, {}};
    appended.format.rows = 0;
    if (auto failure = laq::append_block_row(appended, {row, columns}, *request)) return failure;
    void* longer = std::realloc(bytes->data, bytes->size + appended.bytes.size());
    if (longer == nullptr) throw std::bad_alloc();
    bytes->data = static_cast<uint8_t*>(longer);
    std::copy(appended.bytes.begin(), appended.bytes.end(), reinterpret_cast<std::byte*>(bytes->data) + bytes->size);
    bytes->size += appended.bytes.size();
    ++format->rows;
    return std::nullopt;
  });
}
