// curves PICTURE...: rate-distortion curves. Encodes every picture at every quality in memory, decodes it, and prints a
// line of comma-separated values for each: codec, q, image, pixels, bytes, the scores, and seconds for encoding and
// decoding. Means follow on standard error.
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include "io/picture_file.h"
#include "laq/laq.hpp"
#include "laq/metrics.hpp"

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Arguments {
  std::vector<std::string> pictures;
  std::vector<float> qualities = {30, 40, 50, 60, 70, 80, 85, 90};
  laq::EncodeOptions encode;
  bool butteraugli = true;
  int jobs = 1;
  std::string name = "laq";
};

// One point of a curve.
struct Point {
  double pixels = 0;
  double bytes = 0;
  double ssimulacra2 = 0;
  double butteraugli3 = 0;  // 3-norm; NaN where the library has none
  laq::Psnr psnr{};
  double encode_seconds = 0;
  double decode_seconds = 0;
};

// All points of a picture, or why there are none.
struct Curve {
  std::vector<Point> points;
  std::string error;
  bool is_done = false;
};

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Curve measure(const std::string& path, const Arguments& arguments) {
  Curve curve;
  const laq::Result<laq::Picture> picture = laq::io::read_picture(path);
  if (!picture) {
    curve.error = picture.error().message;
    return curve;
  }
  const laq::Result<laq::Ssimulacra2> ssimulacra2 = laq::Ssimulacra2::of(picture->view());
  if (!ssimulacra2) {
    curve.error = ssimulacra2.error().message;
    return curve;
  }
  for (const float quality : arguments.qualities) {
    Point point;
    laq::EncodeOptions options = arguments.encode;
    options.quality = quality;
    const Stopwatch encoding;
    const laq::Result<std::vector<std::byte>> file = laq::encode(picture->view(), options);
    point.encode_seconds = encoding.seconds();
    if (!file) {
      curve.error = "encode: " + file.error().message;
      break;
    }
    const Stopwatch decoding;
    const laq::Result<laq::Picture> decoded = laq::decode(*file, {.threads = options.threads});
    point.decode_seconds = decoding.seconds();
    if (!decoded) {
      curve.error = "decode: " + decoded.error().message;
      break;
    }
    point.pixels = static_cast<double>(picture->width) * picture->height;
    point.bytes = static_cast<double>(file->size());
    const laq::Result<double> score = ssimulacra2->score(decoded->view());
    const laq::Result<laq::Psnr> psnr = laq::psnr(picture->view(), decoded->view());
    if (!score || !psnr) {
      curve.error = (score ? psnr.error() : score.error()).message;
      break;
    }
    point.ssimulacra2 = *score;
    point.psnr = *psnr;
    point.butteraugli3 = kNan;
    if (arguments.butteraugli) {
      const laq::Result<laq::Butteraugli> distance = laq::butteraugli(picture->view(), decoded->view());
      if (distance) point.butteraugli3 = distance->norm3;
    }
    curve.points.push_back(point);
  }
  return curve;
}

void print_curve(const std::string& path, const Curve& curve, const Arguments& arguments) {
  for (size_t i = 0; i < curve.points.size(); ++i) {
    const Point& p = curve.points[i];
    std::printf("%s,%g,%s,%.0f,%.0f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f,%.4f\n", arguments.name.c_str(),
                arguments.qualities[i], std::filesystem::path(path).filename().c_str(), p.pixels, p.bytes,
                p.ssimulacra2, p.butteraugli3, p.psnr.rgb, p.psnr.y, p.psnr.yuv, p.encode_seconds, p.decode_seconds);
  }
  std::fflush(stdout);
  if (!curve.error.empty()) std::fprintf(stderr, "curves: %s: %s\n", path.c_str(), curve.error.c_str());
}

// Measures all pictures; their lines appear in the pictures' order, as soon as they can.
std::vector<Curve> measure_all(const Arguments& arguments) {
  std::vector<Curve> curves(arguments.pictures.size());
  std::atomic<size_t> next = 0;
  size_t printed = 0;
  std::mutex mutex;
  const auto work = [&] {
    for (size_t i = next++; i < curves.size(); i = next++) {
      Curve curve = measure(arguments.pictures[i], arguments);
      curve.is_done = true;
      const std::lock_guard lock(mutex);
      curves[i] = std::move(curve);
      for (; printed < curves.size() && curves[printed].is_done; ++printed) {
        print_curve(arguments.pictures[printed], curves[printed], arguments);
      }
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < arguments.jobs; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return curves;
}

// Means over pictures: of bits per pixel and scores each picture counts the same; the speeds are all pixels by all
// seconds.
void print_means(const char* label, const std::vector<const Point*>& points) {
  if (points.empty()) return;
  Point sum;
  double bits_per_pixel = 0;
  for (const Point* p : points) {
    bits_per_pixel += 8 * p->bytes / p->pixels;
    sum.pixels += p->pixels;
    sum.ssimulacra2 += p->ssimulacra2;
    sum.butteraugli3 += p->butteraugli3;
    sum.psnr.rgb += p->psnr.rgb;
    sum.psnr.y += p->psnr.y;
    sum.psnr.yuv += p->psnr.yuv;
    sum.encode_seconds += p->encode_seconds;
    sum.decode_seconds += p->decode_seconds;
  }
  const double n = static_cast<double>(points.size());
  std::fprintf(stderr, "%8s %7.4f %11.3f %12.4f %8.3f %8.3f %8.3f %9.3f %9.2f\n", label, bits_per_pixel / n,
               sum.ssimulacra2 / n, sum.butteraugli3 / n, sum.psnr.rgb / n, sum.psnr.y / n, sum.psnr.yuv / n,
               sum.pixels / 1e6 / sum.encode_seconds, sum.pixels / 1e6 / sum.decode_seconds);
}

void print_summary(const std::vector<Curve>& curves, const Arguments& arguments) {
  std::fprintf(stderr, "%8s %7s %11s %12s %8s %8s %8s %9s %9s\n", "quality", "bpp", "ssimulacra2", "butteraugli3",
               "psnr_rgb", "psnr_y", "psnr_yuv", "enc MP/s", "dec MP/s");
  std::vector<const Point*> all;
  for (size_t q = 0; q < arguments.qualities.size(); ++q) {
    std::vector<const Point*> points;
    for (const Curve& curve : curves) {
      if (q < curve.points.size()) points.push_back(&curve.points[q]);
    }
    char label[16];
    std::snprintf(label, sizeof label, "%g", arguments.qualities[q]);
    print_means(label, points);
    all.insert(all.end(), points.begin(), points.end());
  }
  print_means("all", all);
}

}  // namespace

int main(int count, char** words) {
  Arguments arguments;
  std::string tune = "perceptual", adaptive = "on";
  bool no_butteraugli = false;
  arguments.encode.threads = 1;

  CLI::App app("Rate-distortion curves of laq, as comma-separated values");
  app.add_option("picture", arguments.pictures, "PNG, JPEG or Netpbm files")->required();
  app.add_option("--qualities", arguments.qualities, "such as 30,40,50")->delimiter(',');
  app.add_option("--effort", arguments.encode.effort, "1 (fastest) .. 9 (smallest)");
  app.add_option("--tune", tune, "perceptual or psnr")->check(CLI::IsMember({"perceptual", "psnr"}));
  app.add_option("--aq", adaptive, "adaptive quantization: on or off")->check(CLI::IsMember({"on", "off"}));
  app.add_option("--threads", arguments.encode.threads, "of the codec; 0: one per processor");
  app.add_option("--jobs", arguments.jobs, "pictures at a time")->check(CLI::PositiveNumber);
  app.add_option("--name", arguments.name, "what stands in the column codec");
  app.add_flag("--no-butteraugli", no_butteraugli, "save its time");
  CLI11_PARSE(app, count, words);
  arguments.encode.tune = tune == "psnr" ? laq::Tune::psnr : laq::Tune::perceptual;
  arguments.encode.adaptive_quantization = adaptive == "on";
  arguments.butteraugli = !no_butteraugli;

  std::puts("codec,q,image,pixels,bytes,ssimulacra2,butteraugli3,psnr_rgb,psnr_y,psnr_yuv,enc_s,dec_s");
  const std::vector<Curve> curves = measure_all(arguments);
  print_summary(curves, arguments);
  for (const Curve& curve : curves) {
    if (!curve.error.empty()) return 1;
  }
  return 0;
}
