// What the functions of the C API share: structures of any version, errors to status and message, no exception.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <string>

#include <laq/laq.h>
#include <laq/laq.hpp>

namespace laq::c_api {

inline laq_status report(laq_status status, const char* message, laq_error* error) {
  if (error != nullptr) {
    const size_t length = std::min(std::strlen(message), sizeof error->message - 1);
    std::memcpy(error->message, message, length);
    error->message[length] = '\0';
  }
  return status;
}

inline laq_status report(const Error& failure, laq_error* error) {
  return report(static_cast<laq_status>(static_cast<int>(failure.code) + 1), failure.message.c_str(), error);
}

inline laq_status succeed(laq_error* error) {
  return report(LAQ_OK, "", error);
}

inline laq_status reject_null(const char* name, laq_error* error) {
  return report(LAQ_INVALID_ARGUMENT, (std::string(name) + " is null").c_str(), error);
}

// Runs `work`, which gives a status. Of exceptions only those of memory can occur: the C++ functions have none.
template <class Work>
laq_status guarded(laq_error* error, Work&& work) noexcept {
  try {
    return work();
  } catch (...) {
    return report(LAQ_OUT_OF_MEMORY, "out of memory", error);
  }
}

// The first struct_size bytes of the defaults, for a caller that may know fewer fields, or more of them: those are
// zero.
template <class Struct>
void initialize(Struct* out, size_t struct_size, Struct defaults) {
  if (out == nullptr || struct_size < sizeof struct_size) return;
  defaults.struct_size = struct_size;
  std::memset(out, 0, struct_size);
  std::memcpy(out, &defaults, std::min(struct_size, sizeof defaults));
}

// Copies what the caller's version of a structure has over `out`, which holds the defaults. False, after a report,
// where its size is impossible or it sets fields that this version does not have.
template <class Struct>
bool read_struct(const Struct* in, const char* name, Struct& out, laq_error* error) {
  const size_t size = in->struct_size;
  if (size < sizeof(size_t) || size > 65536) {
    report(LAQ_INVALID_ARGUMENT,
           (std::string(name) + ".struct_size is " + std::to_string(size) + ", it must be the size of the structure (" +
            std::to_string(sizeof out) + ")")
               .c_str(),
           error);
    return false;
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(in);
  if (size > sizeof out && std::any_of(bytes + sizeof out, bytes + size, [](unsigned char b) { return b != 0; })) {
    report(LAQ_INVALID_ARGUMENT,
           (std::string(name) + " sets a field that this version of laq (" + version() + ") does not have").c_str(),
           error);
    return false;
  }
  std::memcpy(&out, in, std::min(size, sizeof out));
  return true;
}

inline std::span<const std::byte> file_bytes(const void* data, size_t size) {
  return {static_cast<const std::byte*>(data), size};
}

// As laq_buffer_free frees it.
inline laq_buffer to_buffer(std::span<const std::byte> bytes) {
  auto* data = static_cast<uint8_t*>(std::malloc(bytes.size()));
  if (data == nullptr) throw std::bad_alloc();
  std::memcpy(data, bytes.data(), bytes.size());
  return {data, bytes.size()};
}

inline laq_decode_options default_decode_options() {
  const DecodeOptions defaults;
  return {sizeof(laq_decode_options), defaults.threads, defaults.max_pixels, defaults.max_bytes};
}

// Reads `options`, which may be null, over the defaults. False after a report.
inline bool read_decode_options(const laq_decode_options* options, DecodeOptions& out, laq_error* error) {
  laq_decode_options chosen = default_decode_options();
  if (options != nullptr && !read_struct(options, "options", chosen, error)) return false;
  out = {chosen.threads, chosen.max_pixels, chosen.max_bytes};
  return true;
}

}  // namespace laq::c_api
