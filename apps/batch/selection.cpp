#include "batch/selection.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "io/array/npz.h"
#include "io/bytes.h"
#include "io/file.h"
#include "io/formats.h"
#include "options.h"
#include "terminal.h"

namespace laq::command {
namespace {

namespace fs = std::filesystem;

// An estimate of the memory that it takes to code a file: 40 bytes a pixel or element, which is what encoders of
// pictures take. PNG files tell the number of pixels in their first bytes. The pixels of others are guessed from their
// bytes: compressed ones rarely have more than 16 a byte.
uint64_t open_bytes(io::FileKind kind, std::span<const std::byte> head, uint64_t bytes) {
  constexpr uint64_t kBytesOfPixel = 40;
  uint64_t pixels = bytes;
  if (kind == io::FileKind::png) {
    pixels = std::min<uint64_t>(io::big_endian(head, 16, 4), 1 << 20) *
             std::min<uint64_t>(io::big_endian(head, 20, 4), 1 << 20);
  } else if (kind == io::FileKind::jpeg || kind == io::FileKind::laq) {
    pixels = 16 * bytes;
  }
  return kBytesOfPixel * std::min(pixels, uint64_t{1} << 40);
}

// Collects the jobs of a plan.
class Planner {
 public:
  Planner(const Selection& selection, const EndingOf& ending_of) : selection_(selection), ending_of_(ending_of) {}

  // A file or, if they are taken, a folder.
  void add(const std::string& path) {
    std::error_code failure;
    if (!fs::is_directory(path, failure)) return add_file(path, fs::path(path).filename().string(), true);
    if (selection_.is_recursive) return add_folder(path);
    fail(path, {ErrorCode::invalid_argument, "is a folder (give -r to take the files in it)"});
  }

  Plan take() { return std::move(plan_); }

 private:
  void fail(const std::string& path, const Error& error) {
    fail_reading(path, error);
    ++plan_.failed;
  }

  void add_folder(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code failure;
    fs::recursive_directory_iterator entry(folder, failure);
    for (const fs::recursive_directory_iterator end; !failure && entry != end; entry.increment(failure)) {
      std::error_code unknown;
      if (entry->is_directory(unknown) && fs::equivalent(entry->path(), selection_.folder, unknown))
        entry.disable_recursion_pending();  // what was written before
      if (entry->is_regular_file(unknown)) files.push_back(entry->path().string());
    }
    if (failure) fail(folder, {ErrorCode::invalid_argument, "cannot read all of it: " + failure.message()});
    std::ranges::sort(files);
    for (const std::string& path : files) add_file(path, fs::path(path).lexically_relative(folder).string(), false);
  }

  void add_file(const std::string& path, const std::string& name, bool is_named) {
    const Result<std::vector<std::byte>> head = io::read_head(path, io::kHeadBytes);
    if (!head) return fail(path, head.error());
    std::error_code unknown;
    const uint64_t size = fs::file_size(path, unknown);
    const FoundFile file = {path, name, is_named, io::recognise_kind(*head), unknown ? 0 : size};
    const Result<std::optional<Ending>> ending = ending_of_(file);
    if (!ending) return fail(path, ending.error());
    if (!*ending) {
      ++plan_.of_other_kinds;
      return;
    }
    const std::string& base = selection_.folder.empty() ? path : name;
    Job job = {{io::with_extension(in_folder(base), (*ending)->extension), (*ending)->kind, path, selection_.replace},
               file.bytes,
               open_bytes(file.kind, *head, file.bytes)};
    job.is_named = is_named;
    job.output.makes_folders = !selection_.folder.empty();
    job.output.keeps_timestamps = selection_.keeps_timestamps;
    if (!selection_.folder.empty()) job.copy = in_folder(name);
    if (file.kind == io::FileKind::npz && selection_.splits_archives) return add_members(job);
    plan_.jobs.push_back(std::move(job));
  }

  // A job for each array of an archive that has several.
  void add_members(const Job& archive) {
    const std::string& path = archive.output.input;
    const Result<std::vector<std::byte>> file = io::read_file(path, selection_.max_bytes);
    const Result<std::vector<io::NpzMember>> members = file ? io::parse_npz(*file) : file.error();
    if (!members) return fail(path, members.error());
    if (std::ranges::count_if(*members, &io::NpzMember::is_array) < 2) {
      plan_.jobs.push_back(archive);
      return;
    }
    io::Notes notes;
    for (const io::NpzMember& member : *members) {
      if (!member.is_array) {
        notes.lose("member " + io::quoted_name(member.name));
        continue;
      }
      Job job = archive;
      const fs::path folder = io::with_extension(archive.output.path, "");
      job.output.path =
          (folder / (io::file_name_of(member) + io::format_of(archive.output.kind).usual_extension())).string();
      job.member = member.name;
      job.input_bytes = member.packed.size();
      job.open_bytes = file->size() + open_bytes(io::FileKind::npz, {}, member.bytes);  // each job reads the archive
      job.copy.clear();
      plan_.jobs.push_back(std::move(job));
    }
    note_reading(path, notes);
  }

  std::string in_folder(const std::string& name) const {
    return selection_.folder.empty() ? name : (fs::path(selection_.folder) / name).string();
  }

  const Selection& selection_;
  const EndingOf& ending_of_;
  Plan plan_;
};

Plan stop(int status) {
  Plan plan;
  plan.status = status;
  return plan;
}

// Says what is wrong with the names, and returns kUsage; kOk if they make sense.
int check_names(const std::string& verb, const Selection& selection) {
  const auto& [names, folder, is_recursive, is_beside, replace, keeps_timestamps, splits_archives, max_bytes] =
      selection;
  const std::string many = "laq " + verb + " -o FOLDER IN...";
  if (is_beside || !folder.empty()) {
    if (std::ranges::find(names, "-") != names.end()) {
      return is_beside ? fail_usage("standard input has no name to write beside (use laq encode - -)")
                       : fail_usage(
                             "standard input has no name to write a file of that name for (use laq " + verb + " - OUT)",
                             verb);
    }
    std::error_code failure;
    const std::string extension = io::extension_of(folder);
    const bool is_file = fs::exists(folder, failure) ? !fs::is_directory(folder, failure)
                                                     : extension == "laq" || io::is_foreign_extension(extension);
    if (is_file)
      return fail_usage("-o takes a folder, which " + shortened(folder) + " is not (laq " + verb + " IN OUT)", verb);
    return kOk;
  }
  if (is_recursive) return fail_usage("-r needs a folder for what is written: " + many + " -r", verb);
  if (names.size() == 1) return fail_usage("OUT is required (laq " + verb + " IN OUT, or " + many + ")", verb);
  if (names.size() == 2) return kOk;
  return fail_usage(verb + " takes one IN and one OUT, too many are " + first_of({names.begin() + 2, names.end()}) +
                        " (several files: " + many + ")",
                    verb);
}

}  // namespace

Plan make_plan(const std::string& verb, const Selection& selection, io::FileKind single, const EndingOf& ending_of) {
  if (const int status = check_names(verb, selection); status != kOk) return stop(status);
  if (!selection.is_beside && selection.folder.empty()) {
    Job job = {{selection.names[1], single, selection.names[0], selection.replace}};
    job.output.keeps_timestamps = selection.keeps_timestamps;
    Plan plan;
    plan.jobs.push_back(std::move(job));
    return plan;
  }
  Planner planner(selection, ending_of);
  for (const std::string& name : selection.names) planner.add(name);
  Plan plan = planner.take();
  std::vector<io::Output> outputs;
  for (const Job& job : plan.jobs) outputs.push_back(job.output);
  if (const auto error = io::check_outputs_differ(outputs)) return stop(fail(*error));
  plan.is_many = selection.names.size() > 1 || selection.is_recursive;
  return plan;
}

}  // namespace laq::command
