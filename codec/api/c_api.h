// What the functions of the C API share: structures of any version, Errors to status and message.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <functional>
#include <memory>
#include <memory_resource>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <laq/laq.h>
#include <laq/laq.hpp>

#include "base/checks.h"
#include "base/without_exceptions.h"

namespace laq::c_api {

// The status for a failure, or LAQ_OK without one; writes the message to `error`, which may be null.
laq_status report(const std::optional<Error>& failure, laq_error* error) noexcept;

inline Error is_null(const std::string& name) {
  return invalid(name + " is null");
}

// Runs `work`, which gives a std::optional<Error>, and reports what it gives.
template <class Work>
laq_status guarded(laq_error* error, Work&& work) noexcept {
  return report(without_exceptions(std::forward<Work>(work)), error);
}

// Runs `make`, which gives a Result<std::unique_ptr> for the bytes of a file, and hands it over to the caller.
template <class Out, class Make>
laq_status make_from_file(const void* data, size_t size, const char* name, Out** out, laq_error* error,
                          Make&& make) noexcept {
  return guarded(error, [&]() -> std::optional<Error> {
    if (out == nullptr) return is_null(name);
    *out = nullptr;
    if (data == nullptr && size != 0) return is_null("data");
    auto made = make(std::span(static_cast<const std::byte*>(data), size));
    if (!made) return made.error();
    *out = made->release();
    return std::nullopt;
  });
}

// Copies a file for the caller, who frees it by laq_buffer_free.
std::optional<Error> give_file(const Result<std::vector<std::byte>>& file, laq_buffer* out);

// Runs `make`, which gives a Result of the bytes of a file, and hands them over to the caller.
template <class Make>
laq_status make_file(laq_buffer* out, laq_error* error, Make&& make) noexcept {
  return guarded(error, [&]() -> std::optional<Error> {
    if (out == nullptr) return is_null("file");
    *out = {nullptr, 0};
    return give_file(make(), out);
  });
}

// A caller's progress function, which may be null.
inline std::function<bool(float)> progress_of(int (*call)(float done, void* user), void* user) {
  if (call == nullptr) return {};
  return [call, user](float done) { return call(done, user) != 0; };
}

// The first struct_size bytes of the defaults, for a caller who may know fewer fields, or more of them: those are zero.
template <class Struct>
void initialize(Struct* out, size_t struct_size, Struct defaults) noexcept {
  if (out == nullptr || struct_size < sizeof struct_size) return;
  defaults.struct_size = struct_size;
  std::memset(out, 0, struct_size);
  std::memcpy(out, &defaults, std::min(struct_size, sizeof defaults));
}

// An Error if a caller's structure has an impossible size, or sets fields that this version, whose structure has
// known_size bytes, does not have. Every structure begins with its size.
std::optional<Error> check_struct(const void* in, const char* name, size_t known_size);

// Copies what the caller's version of a structure has over `out`, which holds the defaults.
template <class Struct>
std::optional<Error> read_struct(const Struct* in, const char* name, Struct& out) {
  if (in == nullptr) return is_null(name);
  if (auto failure = check_struct(in, name, sizeof out)) return failure;
  std::memcpy(&out, in, std::min(in->struct_size, sizeof out));
  return std::nullopt;
}

// The same of options, which may be null.
template <class Options>
std::optional<Error> read_options(const Options* in, Options& out) {
  return in == nullptr ? std::nullopt : read_struct(in, "options", out);
}

// Memory that a caller's functions give.
class CallersMemory : public std::pmr::memory_resource {
 public:
  void set(laq_allocate allocate, laq_release release, void* user) {
    allocate_ = allocate;
    release_ = release;
    user_ = user;
  }

 private:
  void* do_allocate(size_t bytes, size_t alignment) override {
    void* const memory = allocate_(bytes, alignment, user_);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
  }
  void do_deallocate(void* memory, size_t bytes, size_t) override { release_(memory, bytes, user_); }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }

  laq_allocate allocate_ = nullptr;
  laq_release release_ = nullptr;
  void* user_ = nullptr;
};

// A caller's function that runs tasks, which may be null.
ThreadPool pool_of(laq_run_tasks run, void* user);

// memory: becomes the caller's, if there are functions for it, and outlives the result. Null: these are not looked at.
Result<DecodeOptions> read_decode_options(const laq_decode_options* options, CallersMemory* memory = nullptr);

// A picture for the caller, who frees it by laq_picture_free.
laq_picture* give_picture(Picture picture);

// Views of what a picture holds, which must outlive them.
laq_metadata view_metadata(const Metadata& metadata, const std::vector<laq_attachment>& attachments);

// A caller's attachments, copied. `name` is what messages call what they belong to.
Result<std::vector<Attachment>> read_attachments(const laq_attachment* attachments, size_t count, const char* name);

// Views of attachments, which must outlive them.
std::vector<laq_attachment> view_attachments(const std::vector<Attachment>& attachments);

}  // namespace laq::c_api
