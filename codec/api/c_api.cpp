// What the functions of the C API share, and those that belong to no kind of content.
#include "api/c_api.h"

#include <cstdlib>
#include <new>

namespace laq::c_api {
namespace {

static_assert(LAQ_INVALID_ARGUMENT == static_cast<int>(ErrorCode::invalid_argument) + 1);
static_assert(LAQ_LIMIT_EXCEEDED == static_cast<int>(ErrorCode::limit_exceeded) + 1);
static_assert(LAQ_NOT_LAQ == static_cast<int>(ErrorCode::not_laq) + 1);
static_assert(LAQ_UNSUPPORTED == static_cast<int>(ErrorCode::unsupported) + 1);
static_assert(LAQ_TRUNCATED == static_cast<int>(ErrorCode::truncated) + 1);
static_assert(LAQ_CORRUPT == static_cast<int>(ErrorCode::corrupt) + 1);
static_assert(LAQ_OUT_OF_MEMORY == static_cast<int>(ErrorCode::out_of_memory) + 1);
static_assert(LAQ_CANCELLED == static_cast<int>(ErrorCode::cancelled) + 1);

laq_decode_options default_decode_options() {
  const DecodeOptions defaults;
  return {sizeof(laq_decode_options), defaults.threads, defaults.max_pixels, defaults.max_bytes, {}, {}, {}, {}, {}};
}

}  // namespace

laq_status report(const std::optional<Error>& failure, laq_error* error) noexcept {
  if (error != nullptr) {
    const size_t length = failure ? std::min(failure->message.size(), sizeof error->message - 1) : 0;
    if (length > 0) std::memcpy(error->message, failure->message.data(), length);
    error->message[length] = '\0';
  }
  return failure ? static_cast<laq_status>(static_cast<int>(failure->code) + 1) : LAQ_OK;
}

std::optional<Error> give_file(const Result<std::vector<std::byte>>& file, laq_buffer* out) {
  if (!file) return file.error();
  auto* data = static_cast<uint8_t*>(std::malloc(file->size()));
  if (data == nullptr) throw std::bad_alloc();
  std::memcpy(data, file->data(), file->size());
  *out = {data, file->size()};
  return std::nullopt;
}

std::optional<Error> check_struct(const void* in, const char* name, size_t known_size) {
  constexpr size_t kMostBytes = 1 << 16;
  size_t size;
  std::memcpy(&size, in, sizeof size);
  if (size < sizeof size || size > kMostBytes) {
    return invalid(std::string(name) + ".struct_size is " + std::to_string(size) +
                   ", it must be the size of the structure (" + std::to_string(known_size) + ")");
  }
  const auto* bytes = static_cast<const unsigned char*>(in);
  if (size > known_size && std::any_of(bytes + known_size, bytes + size, [](unsigned char b) { return b != 0; })) {
    return invalid(std::string(name) + " sets a field that this version of laq (" + version() + ") does not have");
  }
  return std::nullopt;
}

ThreadPool pool_of(laq_run_tasks run, void* user) {
  if (run == nullptr) return {};
  return [run, user](int count, const std::function<void(int)>& work) {
    const auto task = [](int index, void* of) { (*static_cast<const std::function<void(int)>*>(of))(index); };
    run(count, task, const_cast<std::function<void(int)>*>(&work), user);
  };
}

Result<DecodeOptions> read_decode_options(const laq_decode_options* options, CallersMemory* memory) {
  laq_decode_options chosen = default_decode_options();
  if (const auto failure = read_options(options, chosen)) return *failure;
  if ((chosen.allocate == nullptr) != (chosen.release == nullptr))
    return invalid("options.allocate and options.release must both be set, or neither");
  DecodeOptions request{chosen.threads, chosen.max_pixels, chosen.max_bytes};
  request.progress = progress_of(chosen.progress, chosen.user);
  request.pool = pool_of(chosen.run_tasks, chosen.user);
  if (memory != nullptr && chosen.allocate != nullptr) {
    memory->set(chosen.allocate, chosen.release, chosen.user);
    request.memory = memory;
  }
  return request;
}

Result<std::vector<Attachment>> read_attachments(const laq_attachment* attachments, size_t count, const char* name) {
  if (attachments == nullptr && count > 0) return is_null(std::string(name) + ".attachments");
  std::vector<Attachment> copies;
  for (const laq_attachment& attachment : std::span(attachments, count)) {
    if (attachment.data == nullptr && attachment.bytes > 0)
      return is_null(std::string(name) + ".attachments[" + std::to_string(copies.size()) + "].data");
    const auto* first = reinterpret_cast<const std::byte*>(attachment.data);
    const char* const end = std::find(std::begin(attachment.name), std::end(attachment.name), '\0');
    copies.push_back({{attachment.name, end}, {first, first + attachment.bytes}});
  }
  return copies;
}

std::vector<laq_attachment> view_attachments(const std::vector<Attachment>& attachments) {
  std::vector<laq_attachment> views;
  for (const Attachment& attachment : attachments) {
    laq_attachment& view = views.emplace_back();
    view = {};
    std::copy_n(attachment.name.data(), std::min<size_t>(attachment.name.size(), 4), view.name);
    view.data = reinterpret_cast<const uint8_t*>(attachment.bytes.data());
    view.bytes = attachment.bytes.size();
  }
  return views;
}

}  // namespace laq::c_api

void laq_decode_options_init(laq_decode_options* options, size_t struct_size) noexcept {
  laq::c_api::initialize(options, struct_size, laq::c_api::default_decode_options());
}

void laq_buffer_free(laq_buffer* buffer) noexcept {
  if (buffer == nullptr) return;
  std::free(buffer->data);
  *buffer = {nullptr, 0};
}

const char* laq_version() noexcept {
  return laq::version();
}
