// Parts of pictures have the samples of the whole, wherever they lie, and take what they need.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <laq/laq.h>
#include <laq/inspect.hpp>
#include <laq/partial.hpp>

#include "api/allocations.h"
#include "api/test_picture.h"

namespace laq {
namespace {

using Bytes = std::vector<std::byte>;

// Pictures of 2 x 2 tiles.
constexpr uint32_t kWidth = 801, kHeight = 777;

const Bytes& tiled_file(int channels, int depth) {
  static std::map<std::pair<int, int>, Bytes> files;
  Bytes& file = files[{channels, depth}];
  if (file.empty()) {
    const Picture picture = test_picture(kWidth, kHeight, channels, depth);
    file = *encode(picture.view(), {.quality = 50, .effort = 1});
  }
  return file;
}

// A picture of 2 x 2 tiles, without loss.
const Bytes& lossless_file(int channels, int depth) {
  static std::map<std::pair<int, int>, Bytes> files;
  Bytes& file = files[{channels, depth}];
  if (file.empty()) {
    const Picture picture = test_picture(kWidth, kHeight, channels, depth);
    file = *encode(picture.view(), {.effort = 1, .target = {TargetKind::max_error, 0}});
  }
  return file;
}

std::vector<PictureRegion> some_regions(uint32_t width, uint32_t height, int random_ones) {
  std::vector<PictureRegion> regions = {{0, 0, width, height}, {0, 0, 1, 1},     {width - 1, height - 1, 1, 1},
                                        {440, 440, 16, 16},    {448, 448, 8, 8}, {0, 384, width, 1},
                                        {447, 0, 2, height},   {0, 447, 5, 2},   {300, 200, 100, 220},
                                        {500, 100, 300, 348}};
  std::mt19937 random(7);
  for (int i = 0; i < random_ones; ++i) {
    const uint32_t x = random() % width, y = random() % height;
    regions.push_back(
        {x, y, 1 + static_cast<uint32_t>(random() % (width - x)), 1 + static_cast<uint32_t>(random() % (height - y))});
  }
  return regions;
}

TEST_CASE("a region has the samples of the whole picture") {
  for (const auto& [count, bits] : {std::pair{3, 8}, {2, 12}}) {
    const int channels = count, depth = bits;  // clang captures no parts of a pair
    CAPTURE(channels);
    const Bytes& file = tiled_file(channels, depth);
    const Picture whole = *decode(file);
    for (const PictureRegion& region : some_regions(kWidth, kHeight, 12)) {
      CAPTURE(region.x);
      CAPTURE(region.y);
      CAPTURE(region.width);
      CAPTURE(region.height);
      const auto part =
          decode_part(file, {.region = region, .decode = {.threads = 1 + static_cast<int>(region.x % 3)}});
      REQUIRE(part.ok());
      CHECK(part->missing.empty());
      CHECK(part->picture.samples == crop(whole, region).samples);
    }
  }
}

TEST_CASE("a reduced picture has the means of the whole one, and regions of it its samples") {
  const Bytes& file = tiled_file(3, 8);
  const Picture whole = *decode(file);
  for (const uint32_t factor : {2u, 4u, 8u}) {
    CAPTURE(factor);
    const auto small = decode_part(file, {.reduction = static_cast<int>(factor)});
    REQUIRE(small.ok());
    const Picture& picture = small->picture;
    CHECK(picture.width == (kWidth + factor - 1) / factor);
    CHECK(picture.height == (kHeight + factor - 1) / factor);
    double difference = 0;
    for (uint32_t y = 0; y < picture.height; ++y) {
      for (uint32_t x = 0; x < picture.width; ++x) {
        int sum = 0, count = 0;
        for (uint32_t j = y * factor; j < std::min((y + 1) * factor, kHeight); ++j) {
          for (uint32_t i = x * factor; i < std::min((x + 1) * factor, kWidth); ++i, ++count)
            sum += std::to_integer<int>(whole.samples[whole.row_bytes() * j + 3 * i + 1]);
        }
        const int sample = std::to_integer<int>(picture.samples[picture.row_bytes() * y + 3 * x + 1]);
        difference += std::abs(sample - (sum + count / 2) / count);
      }
    }
    CHECK(difference / (picture.width * picture.height) < 1);
    for (const PictureRegion& region : some_regions(kWidth, kHeight, 0)) {
      const uint32_t x = region.x / factor, y = region.y / factor;
      const PictureRegion touched = {x, y, (region.x + region.width + factor - 1) / factor - x,
                                     (region.y + region.height + factor - 1) / factor - y};
      const auto part = decode_part(file, {.region = region, .reduction = static_cast<int>(factor)});
      REQUIRE(part.ok());
      CHECK(part->picture.samples == crop(picture, touched).samples);
    }
  }
}

TEST_CASE("rows come in order, once, and in less memory than the picture") {
  const Bytes& file = tiled_file(3, 8);
  const Picture whole = *decode(file);
  for (const int threads : {1, 3}) {
    Bytes samples;
    uint32_t next = 0;
    const TakeRows take = [&](const PictureView& rows, uint32_t y) {
      CHECK(y == next);
      CHECK(rows.width == kWidth);
      next += rows.height;
      const auto* first = static_cast<const std::byte*>(rows.samples);
      for (uint32_t i = 0; i < rows.height; ++i)
        samples.insert(samples.end(), first + rows.row_bytes * i, first + rows.row_bytes * i + whole.row_bytes());
      return true;
    };
    const auto info = decode_part_rows(file, take, {.decode = {.threads = threads}});
    REQUIRE(info.ok());
    CHECK(next == kHeight);
    CHECK(samples == whole.samples);
  }
  const auto drop = [](const PictureView&, uint32_t) { return true; };
  const size_t peak = peak_bytes_of([&] { CHECK(decode_part_rows(file, drop, {.decode = {.threads = 1}}).ok()); });
  CHECK(peak < peak_bytes_of([&] { CHECK(decode(file, {.threads = 1}).ok()); }));
  const size_t small = peak_bytes_of([&] {
    CHECK(decode_part(file, {.region = PictureRegion{10, 10, 64, 64}, .decode = {.threads = 1}}).ok());
  });
  CHECK(small < peak / 2);
}

TEST_CASE("the memory that a part takes is no more than it says") {
  for (const auto& [count, bits] : {std::pair{3, 8}, {2, 12}}) {
    const int channels = count, depth = bits;  // clang captures no parts of a pair
    const Bytes& file = tiled_file(channels, depth);
    for (const PartOptions& wanted : {PartOptions{}, PartOptions{.region = PictureRegion{430, 430, 40, 50}},
                                      PartOptions{.region = PictureRegion{30, 20, 140, 50}, .reduction = 4}}) {
      PartOptions options = wanted;
      options.decode = {.threads = 1, .max_bytes = 1};
      const auto refused = decode_part(file, options);
      REQUIRE_FALSE(refused.ok());
      CHECK(refused.error().code == ErrorCode::limit_exceeded);
      uint64_t enough = 1 << 16;
      while (!decode_part(file, options)) {
        enough += enough / 8;
        options.decode.max_bytes = enough;
      }
      CHECK(peak_bytes_of([&] { CHECK(decode_part(file, options).ok()); }) <= enough);
    }
  }
}

TEST_CASE("a buffer takes channels of any order, stride and type") {
  const Bytes& file = tiled_file(3, 8);
  const PictureRegion region = {400, 390, 100, 70};
  const Picture part = crop(*decode(file), region);
  const auto rgb = [&](uint32_t x, uint32_t y, int c) {
    return std::to_integer<int>(part.samples[part.row_bytes() * y + 3 * x + static_cast<size_t>(c)]);
  };
  constexpr size_t kRowBytes = 4 * 100 + 12;
  std::vector<uint8_t> bgra(kRowBytes * 70, 77);
  using Type = PixelBuffer::Type;
  const PixelBuffer upside_down = PixelBuffer::interleaved("BGRA", Type::integer8, 8, bgra.data() + kRowBytes * 69,
                                                           -static_cast<ptrdiff_t>(kRowBytes));
  const auto info = decode_part_to(file, upside_down, {.region = region});
  REQUIRE(info.ok());
  CHECK(info->width == 100);
  CHECK(info->height == 70);
  std::vector<float> planes(3 * 100 * 70);
  PixelBuffer planar;
  planar.type = Type::float32;
  for (size_t c = 0; c < 3; ++c) planar.channels[c] = {planes.data() + c * 7000, 4, 400};
  REQUIRE(decode_part_to(file, planar, {.region = region}).ok());
  std::vector<uint16_t> green(7000);
  PixelBuffer one;
  one.type = Type::integer16;
  one.depth = 16;
  one.channels[1] = {green.data(), 2, 200};
  REQUIRE(decode_part_to(file, one, {.region = region}).ok());
  bool equal = true;
  for (uint32_t y = 0; y < 70; ++y) {
    for (uint32_t x = 0; x < 100; ++x) {
      const uint8_t* const pixel = bgra.data() + kRowBytes * (69 - y) + 4 * x;
      for (int c = 0; c < 3; ++c) {
        equal = equal && pixel[2 - c] == rgb(x, y, c);
        equal = equal && planes[static_cast<size_t>(c) * 7000 + 100 * y + x] == static_cast<float>(rgb(x, y, c)) / 255;
      }
      equal = equal && pixel[3] == 255 && green[100 * y + x] == rgb(x, y, 1) * 257;
    }
    if (y > 0) equal = equal && bgra[kRowBytes * y - 1] == 77;
  }
  CHECK(equal);
  CHECK_FALSE(decode_part_to(file, PixelBuffer::interleaved("RGBR", Type::integer8, 8, bgra.data(), 400)).ok());
  CHECK_FALSE(decode_part_to(file, PixelBuffer::interleaved("RGB", Type::integer8, 9, bgra.data(), 400)).ok());
}

TEST_CASE("decoding reports progress, and stops if it is told to") {
  const Bytes& file = tiled_file(3, 8);
  for (const int threads : {1, 3}) {
    float last = -1;
    int calls = 0;
    const DecodeOptions options{.threads = threads, .progress = [&](float done) {
                                  CHECK(done >= last);
                                  last = done;
                                  ++calls;
                                  return true;
                                }};
    REQUIRE(decode(file, options).ok());
    CHECK(last == 1);
    CHECK(calls >= 4);
    const auto stopped = decode(file, {.threads = threads, .progress = [](float done) { return done < 0.4f; }});
    REQUIRE_FALSE(stopped.ok());
    CHECK(stopped.error().code == ErrorCode::cancelled);
    const auto thrown = decode(file, {.threads = threads, .progress = [](float) -> bool { throw 1; }});
    CHECK(thrown.error().code == ErrorCode::cancelled);
  }
  const auto refused = decode_part_rows(file, [](const PictureView&, uint32_t y) { return y < 100; });
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::cancelled);
}

// Counts what it gives, and gives no more than it has.
class CountingMemory : public std::pmr::memory_resource {
 public:
  explicit CountingMemory(size_t all) : left_(all) {}
  size_t used() const { return used_; }
  size_t given_back() const { return given_back_; }

 private:
  void* do_allocate(size_t bytes, size_t alignment) override {
    const std::lock_guard lock(mutex_);
    if (bytes > left_) throw std::bad_alloc();
    left_ -= bytes;
    used_ += bytes;
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* memory, size_t bytes, size_t alignment) override {
    const std::lock_guard lock(mutex_);
    left_ += bytes;
    given_back_ += bytes;
    std::pmr::new_delete_resource()->deallocate(memory, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  std::mutex mutex_;
  size_t left_, used_ = 0, given_back_ = 0;
};

TEST_CASE("decoding and encoding work with the caller's threads, decoding with the caller's memory") {
  const Bytes& file = tiled_file(3, 8);
  const Picture whole = *decode(file);
  std::atomic<int> tasks{0};
  const ThreadPool backwards = [&](int count, const std::function<void(int)>& work) {
    for (int i = count - 1; i >= 0; --i) work(i);
    tasks += count;
  };
  CountingMemory memory(size_t{1} << 30);
  const auto decoded = decode(file, {.threads = 4, .pool = backwards, .memory = &memory});
  REQUIRE(decoded.ok());
  CHECK(decoded->samples == whole.samples);
  CHECK(tasks > 4);
  CHECK(memory.used() > size_t{6} * kWidth * kHeight);
  CHECK(memory.used() == memory.given_back());
  CountingMemory little(1 << 20);
  const auto refused = decode(file, {.memory = &little});
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::out_of_memory);
  CHECK(little.used() == little.given_back());
  const Picture picture = test_picture(kWidth, kHeight, 3, 8);
  const auto encoded = encode(picture.view(), {.quality = 50, .effort = 1, .threads = 3, .pool = backwards});
  REQUIRE(encoded.ok());
  CHECK(*encoded == file);
}

TEST_CASE("parts that are none are refused by name") {
  const Bytes& file = tiled_file(3, 8);
  const auto message = [&](const PartOptions& options) {
    const auto part = decode_part(file, options);
    REQUIRE_FALSE(part.ok());
    CHECK(part.error().code == ErrorCode::invalid_argument);
    return part.error().message;
  };
  using R = PictureRegion;
  CHECK(message({.region = R{0, 0, 0, 5}}).find("has no pixels") != std::string::npos);
  for (const R& region : {R{0, 0, kWidth + 1, 1}, R{kWidth, 0, 1, 1}, R{1, 0, UINT32_MAX, 1}, R{UINT32_MAX, 0, 2, 1}}) {
    CHECK(message({.region = region}).find("not within the picture of 801 x 777") != std::string::npos);
  }
  CHECK(message({.reduction = 3}).find("1, 2, 4 or 8") != std::string::npos);
  CHECK(part_info(file, {.region = R{0, 0, 9, 9}, .reduction = 8})->width == 2);
}

TEST_CASE("a file that is cut off gives its whole tiles and tells what is missing") {
  for (const auto& [count, bits] : {std::pair{3, 8}, {2, 12}}) {
    const int channels = count, depth = bits;  // clang captures no parts of a pair
    const Bytes& file = tiled_file(channels, depth);
    const Picture whole = *decode(file);
    size_t fewest = 5, most = 0;
    for (const size_t length : {file.size() - 1, file.size() * 9 / 10, file.size() / 2, file.size() / 5, size_t{80}}) {
      const auto cut = std::span(file).first(length);
      CHECK_FALSE(decode_part(cut).ok());
      const auto part = decode_part(cut, {.allow_partial = true});
      REQUIRE(part.ok());
      fewest = std::min(fewest, part->missing.size());
      most = std::max(most, part->missing.size());
      // Far from what is missing all samples are those of the picture.
      constexpr uint32_t kReach = 40;
      bool equal = true;
      const size_t pixel_bytes = whole.row_bytes() / whole.width;
      for (uint32_t y = 0; y < kHeight; y += 7) {
        for (uint32_t x = 0; x < kWidth; x += 5) {
          const bool is_near = std::ranges::any_of(part->missing, [&](const PictureRegion& r) {
            return x + kReach >= r.x && x < r.x + r.width + kReach && y + kReach >= r.y && y < r.y + r.height + kReach;
          });
          const size_t at = whole.row_bytes() * y + pixel_bytes * x;
          equal = equal && (is_near || std::memcmp(&whole.samples[at], &part->picture.samples[at], pixel_bytes) == 0);
        }
      }
      CHECK(equal);
    }
    CHECK(fewest <= 1);
    CHECK(most == 4);
    for (size_t length = 0; length < 100; length += 9)
      (void)decode_part(std::span(file).first(length), {.allow_partial = true});
  }
}

// A progressive file, and the picture in it.
const Bytes& progressive_file() {
  static const Bytes file =
      *encode(test_picture(kWidth, kHeight).view(), {.quality = 50, .effort = 1, .progressive = true});
  return file;
}

TEST_CASE("a progressive file begins with a preview, and is the same picture") {
  const Bytes &file = progressive_file(), &plain = tiled_file(3, 8);
  CHECK(decode(file)->samples == decode(plain)->samples);
  const Info info = *inspect(file);
  REQUIRE(info.sections.size() == 2);
  CHECK(info.sections[0].name == "PRVW");
  CHECK(file.size() < plain.size() * 11 / 10);
  const auto small = decode_part(file, {.reduction = 8});
  REQUIRE(small.ok());
  CHECK(small->picture.width == (kWidth + 7) / 8);
  CHECK(small->picture.height == (kHeight + 7) / 8);
  CHECK(part_info(file, {.reduction = 8})->is_preview);
  CHECK_FALSE(part_info(file, {.reduction = 4})->is_preview);
  CHECK_FALSE(part_info(plain, {.reduction = 8})->is_preview);
  const Picture means = decode_part(plain, {.reduction = 8})->picture;
  Picture gray = means;
  std::ranges::fill(gray.samples, std::byte{128});
  CHECK(mean_squared_difference(small->picture, means) < mean_squared_difference(gray, means) / 2);
  const PictureRegion region = {81, 160, 200, 300};
  CHECK(decode_part(file, {.region = region, .reduction = 8})->picture.samples ==
        crop(small->picture, {10, 20, 26, 38}).samples);
}

TEST_CASE("tiles that are missing come from the preview") {
  const Bytes& file = progressive_file();
  const Picture whole = *decode(file);
  const size_t length = static_cast<size_t>(inspect(file)->sections[0].bytes) + 120;
  for (const int reduction : {1, 2, 4}) {
    const PartOptions options = {.reduction = reduction, .allow_partial = true};
    const Picture wanted = decode_part(file, options)->picture;
    const auto part = decode_part(std::span(file).first(length), options);
    REQUIRE(part.ok());
    CHECK(part->missing.size() == 4);
    Picture gray = wanted;
    std::ranges::fill(gray.samples, std::byte{128});
    CHECK(mean_squared_difference(part->picture, wanted) < mean_squared_difference(gray, wanted) * 3 / 4);
  }
  CHECK(decode_part(std::span(file).first(length), {.reduction = 8, .allow_partial = true})->missing.empty());
}

TEST_CASE("a preview of another picture is refused") {
  Bytes other = *encode(test_picture(88, 64).view(), {.quality = 50, .effort = 1, .progressive = true});
  const Bytes& file = progressive_file();
  // The sections of two files, behind the four bytes of the signature, by their names.
  const auto place = [](const Bytes& bytes, const char* name) {
    return static_cast<ptrdiff_t>(std::search(bytes.begin(), bytes.end(), reinterpret_cast<const std::byte*>(name),
                                              reinterpret_cast<const std::byte*>(name) + 4) -
                                  bytes.begin());
  };
  Bytes mixed(other.begin(), other.begin() + place(other, "PICT"));
  mixed.insert(mixed.end(), file.begin() + place(file, "PICT"), file.end());
  const auto part = decode_part(mixed, {.reduction = 8});
  REQUIRE_FALSE(part.ok());
  CHECK(part.error().message.find("the preview is none of this picture") != std::string::npos);
  CHECK(decode(mixed).ok());
}

TEST_CASE("a picture is encoded row by row, in less memory, about as well") {
  for (const auto& [count, bits] : {std::pair{3, 8}, {2, 12}}) {
    const int channels = count, depth = bits;  // clang captures no parts of a pair
    const Picture picture = test_picture(kWidth, kHeight, channels, depth);
    const Bytes& plain = tiled_file(channels, depth);
    uint32_t next = 0;
    const GiveRows give = [&](uint32_t y, uint32_t count, void* rows, size_t row_bytes) {
      CHECK(y == next);
      next += count;
      for (uint32_t i = 0; i < count; ++i) {
        std::memcpy(static_cast<std::byte*>(rows) + row_bytes * i,
                    picture.samples.data() + picture.row_bytes() * (y + i), picture.row_bytes());
      }
      return true;
    };
    PictureView sizes = picture.view();
    sizes.samples = nullptr;
    Bytes file;
    for (const int threads : {1, 3}) {
      next = 0;
      const auto encoded =
          encode_rows(sizes, give, {.quality = 50, .effort = 1, .threads = threads, .progressive = true});
      REQUIRE(encoded.ok());
      CHECK(next == kHeight);
      if (threads > 1) CHECK(*encoded == file);
      file = *encoded;
    }
    const double lost = mean_squared_difference(*decode(file), picture);
    CHECK(lost < 1.05 * mean_squared_difference(*decode(plain), picture));
    CHECK(file.size() < plain.size() * 11 / 10);
    CHECK(part_info(file, {.reduction = 8})->is_preview);
    const auto stopped = encode_rows(sizes, [](uint32_t, uint32_t, void*, size_t) { return false; });
    REQUIRE_FALSE(stopped.ok());
    CHECK(stopped.error().code == ErrorCode::cancelled);
  }
  PictureView large = {700, 2400, 3, 8, nullptr, 0, nullptr};
  const auto gray = [](uint32_t, uint32_t count, void* rows, size_t row_bytes) {
    std::memset(rows, 128, count * row_bytes);
    return true;
  };
  const size_t peak = peak_bytes_of([&] { CHECK(encode_rows(large, gray, {.effort = 1, .threads = 1}).ok()); });
  const Picture all{700, 2400, 3, 8, Bytes(size_t{700} * 2400 * 3, std::byte{128}), {}};
  CHECK(peak < peak_bytes_of([&] { CHECK(encode(all.view(), {.effort = 1, .threads = 1}).ok()); }) * 3 / 4);
  CHECK(encode_rows(large, gray, {.target = {TargetKind::bytes, 1000}}).error().code == ErrorCode::invalid_argument);
  for (const float quality : {-50.0F, 101.0F, std::numeric_limits<float>::quiet_NaN()}) {
    for (const int depth : {8, 16}) {
      PictureView deep = large;
      deep.depth = depth;
      CHECK(encode_rows(deep, gray, {.quality = quality}).error().code == ErrorCode::invalid_argument);
    }
  }
}

TEST_CASE("damaged files make no part go wrong") {
  std::mt19937 random(3);
  for (int i = 0; i < 24; ++i) {
    const Bytes& file = i % 4 == 0 ? progressive_file() : i % 4 == 1 ? lossless_file(2, 12) : tiled_file(2, 12);
    Bytes damaged = file;
    for (int j = 0; j < 3; ++j)
      damaged[random() % (i % 2 == 0 ? 100 : damaged.size())] ^= std::byte{1} << (random() % 8);
    if (i % 3 == 0) damaged.resize(random() % damaged.size());
    PartOptions options;
    options.region =
        PictureRegion{static_cast<uint32_t>(random() % 700), static_cast<uint32_t>(random() % 700), 70, 70};
    options.reduction = 1 << (i % 4);
    options.allow_partial = i % 2 == 0;
    options.decode.max_bytes = 1 << 28;
    (void)decode_part(damaged, options);
  }
}

TEST_CASE("the C interface gives the same parts") {
  const Bytes& file = tiled_file(3, 8);
  const PictureRegion region = {100, 380, 60, 90};
  const Picture part = crop(*decode(file), region);
  laq_part_options options;
  laq_part_options_init(&options, sizeof options);
  CHECK(options.reduction == 1);
  options.x = region.x, options.y = region.y, options.width = region.width, options.height = region.height;
  laq_part_info info;
  REQUIRE(laq_part_sizes(file.data(), file.size(), &options, &info, nullptr) == LAQ_OK);
  CHECK(info.width == 60);
  CHECK(info.height == 90);
  laq_picture* picture;
  REQUIRE(laq_decode_part(file.data(), file.size(), &options, nullptr, &picture, nullptr) == LAQ_OK);
  CHECK(std::memcmp(picture->samples, part.samples.data(), part.samples.size()) == 0);
  laq_picture_free(picture);

  struct Counts {
    std::atomic<int> tasks{0}, allocated{0}, released{0}, progress{0};
    uint32_t rows = 0;
  } counts;
  laq_decode_options decode_options;
  laq_decode_options_init(&decode_options, sizeof decode_options);
  decode_options.threads = 2;
  decode_options.user = &counts;
  decode_options.progress = [](float, void* user) { return ++static_cast<Counts*>(user)->progress; };
  decode_options.run_tasks = [](int count, void (*task)(int, void*), void* work, void* user) {
    for (int i = 0; i < count; ++i) task(i, work);
    static_cast<Counts*>(user)->tasks += count;
  };
  decode_options.allocate = [](size_t bytes, size_t alignment, void* user) {
    ++static_cast<Counts*>(user)->allocated;
    return std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  };
  decode_options.release = [](void* memory, size_t, void* user) {
    ++static_cast<Counts*>(user)->released;
    std::free(memory);
  };
  std::vector<uint8_t> rgb(part.samples.size());
  laq_pixel_buffer buffer = {};
  buffer.struct_size = sizeof buffer;
  buffer.depth = 8;
  for (int c = 0; c < 3; ++c) buffer.channels[c] = {rgb.data() + c, 3, 180};
  REQUIRE(laq_decode_part_to(file.data(), file.size(), &options, &decode_options, &buffer, &info, nullptr) == LAQ_OK);
  CHECK(std::memcmp(rgb.data(), part.samples.data(), rgb.size()) == 0);
  CHECK(counts.tasks > 0);
  CHECK(counts.progress > 0);
  CHECK(counts.allocated > 0);
  CHECK(counts.allocated == counts.released);
  const laq_take_rows take = [](const laq_picture* rows, uint32_t y, void* user) {
    auto& seen = static_cast<Counts*>(user)->rows;
    if (y == seen) seen += rows->height;
    return 1;
  };
  REQUIRE(laq_decode_part_rows(file.data(), file.size(), nullptr, nullptr, take, &counts, nullptr, nullptr) == LAQ_OK);
  CHECK(counts.rows == kHeight);
  decode_options.release = nullptr;
  laq_error error;
  CHECK(laq_decode_part(file.data(), file.size(), &options, &decode_options, &picture, &error) == LAQ_INVALID_ARGUMENT);
  CHECK(picture == nullptr);
}

TEST_CASE("parts of a picture without loss have its samples, and the means of them where they are reduced") {
  for (const auto& [count, bits] : {std::pair{3, 8}, {2, 12}}) {
    const int channels = count, depth = bits;  // clang captures no parts of a pair
    CAPTURE(channels);
    const Bytes& file = lossless_file(channels, depth);
    const Picture whole = test_picture(kWidth, kHeight, channels, depth);
    for (const PictureRegion& region : some_regions(kWidth, kHeight, 12)) {
      CAPTURE(region.x);
      CAPTURE(region.y);
      const auto part =
          decode_part(file, {.region = region, .decode = {.threads = 1 + static_cast<int>(region.x % 3)}});
      REQUIRE(part.ok());
      CHECK(part->missing.empty());
      CHECK(part->picture.samples == crop(whole, region).samples);
    }
    for (const int reduction : {2, 4, 8}) {
      CAPTURE(reduction);
      const auto factor = static_cast<uint32_t>(reduction);
      const auto small = decode_part(file, {.reduction = reduction});
      REQUIRE(small.ok());
      CHECK(small->picture.width == (kWidth + factor - 1) / factor);
      // The last square, which is cut.
      uint32_t sum = 0, pixels = 0;
      const auto sample_of = [](const Picture& picture, uint32_t x, uint32_t y) {
        uint32_t value = 0;
        const size_t at = picture.row_bytes() * y + picture.row_bytes() / picture.width * x;
        std::memcpy(&value, picture.samples.data() + at, picture.sample_bytes());
        return value;
      };
      for (uint32_t y = kHeight / factor * factor - (kHeight % factor == 0 ? factor : 0); y < kHeight; ++y) {
        for (uint32_t x = kWidth / factor * factor; x < kWidth; ++x, ++pixels) sum += sample_of(whole, x, y);
      }
      CHECK(sample_of(small->picture, small->picture.width - 1, small->picture.height - 1) ==
            (sum + pixels / 2) / pixels);
      const auto part = decode_part(file, {.region = PictureRegion{300, 200, 300, 300}, .reduction = reduction});
      REQUIRE(part.ok());
      CHECK(part->picture.samples ==
            crop(small->picture, {300 / factor, 200 / factor, part->picture.width, part->picture.height}).samples);
    }
  }
}

TEST_CASE("parts of pictures without loss take the memory that they say, and less than the whole") {
  const Bytes& file = lossless_file(3, 8);
  const PartOptions small{.region = PictureRegion{10, 10, 64, 64}, .decode = {.threads = 1}};
  const auto drop = [](const PictureView&, uint32_t) { return true; };
  const size_t rows = peak_bytes_of([&] { CHECK(decode_part_rows(file, drop, {.decode = {.threads = 1}}).ok()); });
  CHECK(rows < peak_bytes_of([&] { CHECK(decode(file, {.threads = 1}).ok()); }));
  CHECK(peak_bytes_of([&] { CHECK(decode_part(file, small).ok()); }) < rows);
  PartOptions options = small;
  options.decode.max_bytes = 1;
  CHECK(decode_part(file, options).error().code == ErrorCode::limit_exceeded);
  for (options.decode.max_bytes = 1 << 16; !decode_part(file, options);)
    options.decode.max_bytes += options.decode.max_bytes / 8;
  CHECK(peak_bytes_of([&] { CHECK(decode_part(file, options).ok()); }) <= options.decode.max_bytes);
  int calls = 0;
  const auto stop = [&](const PictureView&, uint32_t) { return ++calls < 1; };
  CHECK(decode_part_rows(file, stop).error().code == ErrorCode::cancelled);
}

TEST_CASE("a picture without loss that is cut off has its whole tiles, and gray for the others") {
  const Bytes& file = lossless_file(2, 12);
  const Picture whole = test_picture(kWidth, kHeight, 2, 12);
  const std::span<const std::byte> cut = std::span(file).first(file.size() * 3 / 5);
  CHECK_FALSE(decode_part(cut).ok());
  const auto part = decode_part(cut, {.allow_partial = true});
  REQUIRE(part.ok());
  REQUIRE(part->missing.size() > 0);
  REQUIRE(part->missing.size() < 4);
  for (const PictureRegion& hole : part->missing) {
    std::array<uint16_t, 2> pixel;
    std::memcpy(pixel.data(), crop(part->picture, {hole.x, hole.y, 1, 1}).samples.data(), 4);
    CHECK(pixel == std::array<uint16_t, 2>{2048, 4095});
  }
  CHECK(crop(part->picture, {0, 0, 300, 300}).samples == crop(whole, {0, 0, 300, 300}).samples);
}

TEST_CASE("rows are encoded without loss, or within a bound, as pictures are") {
  const Picture picture = test_picture(kWidth, kHeight, 3, 8);
  PictureView sizes = picture.view();
  sizes.samples = nullptr;
  for (const double bound : {0.0, 2.0}) {
    CAPTURE(bound);
    Bytes first;
    for (const int threads : {1, 3}) {
      uint32_t next = 0;
      const auto give = [&](uint32_t y, uint32_t count, void* rows, size_t row_bytes) {
        CHECK(y == next);
        next += count;
        for (uint32_t i = 0; i < count; ++i)
          std::memcpy(static_cast<std::byte*>(rows) + row_bytes * i,
                      picture.samples.data() + picture.row_bytes() * (y + i), picture.row_bytes());
        return true;
      };
      const auto file =
          encode_rows(sizes, give, {.effort = 1, .threads = threads, .target = {TargetKind::max_error, bound}});
      REQUIRE(file.ok());
      CHECK(next == kHeight);
      if (threads > 1) CHECK(*file == first);
      first = *file;
    }
    const Picture again = *decode(first);
    int largest = 0;
    for (size_t i = 0; i < again.samples.size(); ++i)
      largest = std::max(largest,
                         std::abs(std::to_integer<int>(again.samples[i]) - std::to_integer<int>(picture.samples[i])));
    CHECK(largest <= bound);
    CHECK(inspect(first)->max_error == bound);
  }
}

TEST_CASE("pictures without loss have no preview") {
  const Picture picture = test_picture(30, 20);
  const EncodeOptions options{.effort = 1, .target = {TargetKind::max_error, 0}, .progressive = true};
  CHECK(encode(picture.view(), options).error().message.find("progressive is set") == 0);
}

}  // namespace
}  // namespace laq
