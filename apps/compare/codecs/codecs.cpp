#include <algorithm>
#include <cstdio>
#include <functional>
#include <thread>

#include "compare/codecs/codec_families.h"
#include "compare/codecs/model_contrasts.h"
#include "io/picture/convert.h"

namespace laq::compare {
namespace {

using Make = std::function<std::unique_ptr<Codec>(CodecOptions&)>;

struct Family {
  std::string name;
  const char* options;  // for messages
  const char* library;
  const char* package;                      // of Debian
  Make make;                                // null: not in this build
  std::vector<std::string> specifications;  // that are compared by default
};
using Families = std::vector<Family>;
// The build defines LAQ_MAKE_WEBP as make_webp, or as nullptr if the library is missing; so for every peer.
const Families kPictureFamilies = {
    {"laq", "[-eN][-psnr][-noaq]", "liblaq", "", make_laq, {"laq-e5"}},
    {"jpeg-turbo", "[-444]", "libjpeg-turbo", "libjpeg-dev", make_jpeg, {"jpeg-turbo"}},
    {"webp", "[-mN]", "libwebp", "libwebp-dev", LAQ_MAKE_WEBP, {"webp-m6"}},
    {"jxl", "[-eN]", "libjxl", "libjxl-dev", LAQ_MAKE_JXL, {"jxl-e7"}},
    {"avif", "[-sN][-psnr]", "libavif", "libavif-dev", LAQ_MAKE_AVIF, {"avif-s6"}},
    {"j2k", "", "OpenJPEG", "libopenjp2-7-dev", LAQ_MAKE_J2K, {"j2k"}},
};
const Families kArrayFamilies = {
    {"laq", "[-psnr]", "liblaq", "", make_laq_array, {"laq", "laq-psnr"}},
    {"zfp", "", "libzfp", "libzfp-dev", LAQ_MAKE_ZFP, {"zfp"}},
};

Families model_families() {
  Families families = {
      {"laq-blocks", "[-eN]", "liblaq", "", make_laq_blocks, {"laq-blocks-e5"}},
      {"laq", "[-eN][-mse][-uniform]", "liblaq", "", make_laq_model, {"laq-e5", "laq-e5-mse", "laq-e5-uniform"}},
  };
  for (const ModelContrast& contrast : model_contrasts()) {
    const std::string family(contrast.family);
    if (std::ranges::find(families, family, &Family::name) != families.end()) continue;
    families.push_back({family, "", "", "", [=](CodecOptions&) { return make_contrast(family); }, {family}});
  }
  return families;
}

const Families& families_of(SignalKind kind) {
  static const Families kModelFamilies = model_families();
  if (kind == SignalKind::model) return kModelFamilies;
  return kind == SignalKind::array ? kArrayFamilies : kPictureFamilies;
}

// "known: ...; not in this build: ..."
std::string known_codecs(SignalKind kind) {
  std::string known = "known: ", absent;
  for (const Family& family : families_of(kind)) {
    if (family.make) {
      known += family.name + family.options + ", ";
    } else {
      absent += (absent.empty() ? "" : ", ") + family.name + " (needs " + family.library + ")";
    }
  }
  known += "NAME=ENCODE ;; DECODE";
  return absent.empty() ? known : known + "; not in this build: " + absent;
}

}  // namespace

CodecOptions::CodecOptions(const std::string& text) {
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('-', start + 1), text.size());
    options_.push_back(text.substr(start + 1, end - start - 1));
    start = end;
  }
}

int CodecOptions::number(char letter, int fallback, int lowest, int highest) {
  const auto is_number = [&](const std::string& option) {
    return option.size() >= 2 && option.size() <= 4 && option[0] == letter &&
           option.find_first_not_of("0123456789", 1) == std::string::npos;
  };
  const auto found = std::find_if(options_.begin(), options_.end(), is_number);
  if (found == options_.end()) return fallback;
  const int number = std::stoi(found->substr(1));
  if (number < lowest || number > highest) {
    fail({ErrorCode::invalid_argument, "-" + *found + " is outside of -" + letter + std::to_string(lowest) + " to -" +
                                           letter + std::to_string(highest)});
  }
  options_.erase(found);
  return number;
}

bool CodecOptions::flag(const std::string& word) {
  const auto found = std::find(options_.begin(), options_.end(), word);
  if (found == options_.end()) return false;
  options_.erase(found);
  return true;
}

std::optional<Error> CodecOptions::error() const {
  if (failure_ || options_.empty()) return failure_;
  return Error{ErrorCode::invalid_argument, "-" + options_.front() + " is an unknown or repeated option"};
}

Picture without_extras(const Picture& picture, int max_depth) {
  Picture plain = io::with_depth(picture, std::min(picture.depth, max_depth));
  plain.metadata = Metadata{.icc = picture.metadata.icc};
  return plain;
}

std::string content_hash(const std::vector<std::byte>& bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const std::byte byte : bytes) hash = (hash ^ std::to_integer<uint64_t>(byte)) * 0x100000001b3;
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

std::string number_text(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", number);
  return text;
}

int thread_count(int threads) {
  return threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

Result<std::unique_ptr<Codec>> make_codec(const std::string& specification, SignalKind kind) {
  if (specification.find('=') != std::string::npos) return make_program_codec(specification, kind);
  for (const Family& family : families_of(kind)) {
    const std::string name = family.name;
    if (!specification.starts_with(name)) continue;
    const std::string rest = specification.substr(name.size());
    if (!rest.empty() && rest[0] != '-') continue;
    if (!family.make) {
      return Error{ErrorCode::unsupported, "codec " + specification + ": this build has no " + family.library +
                                               " (install it and build again; " + known_codecs(kind) + ")"};
    }
    CodecOptions options(rest);
    std::unique_ptr<Codec> codec = family.make(options);
    const std::optional<Error> error = options.error();
    if (!error) return codec;
    return Error{error->code, "codec " + specification + ": " + error->message + " (" + known_codecs(kind) + ")"};
  }
  return Error{ErrorCode::invalid_argument, "unknown codec '" + specification + "' (" + known_codecs(kind) + ")"};
}

std::string missing_peers_hint(SignalKind kind) {
  std::string libraries, packages;
  for (const Family& family : families_of(kind)) {
    if (family.make) continue;
    libraries += (libraries.empty() ? "" : ", ") + std::string(family.library);
    packages += std::string(" ") + family.package;
  }
  if (libraries.empty()) return "";
  return "not compared, as this build lacks them: " + libraries + " (Debian: apt-get install" + packages +
         ", then build again; apps/try --peers does both)";
}

std::vector<std::string> default_codecs(SignalKind kind) {
  std::vector<std::string> specifications;
  for (const Family& family : families_of(kind)) {
    if (!family.make) continue;
    specifications.insert(specifications.end(), family.specifications.begin(), family.specifications.end());
  }
  return specifications;
}

}  // namespace laq::compare
