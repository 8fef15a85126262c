// laq pack and laq unpack: models in laq blocks, which programs compute with as they are, and back.
#include <memory>

#include "batch/pack_file.h"
#include "batch/selection.h"
#include "io/formats.h"
#include "model_options.h"
#include "options.h"
#include "terminal.h"
#include "verbs.h"

namespace laq::command {
namespace {

struct Arguments {
  PackSettings settings;
  FileOptions files;
  ModelArguments model;
};

int run(const std::string& verb, const Arguments& arguments, const RunJob& job) {
  const EndingOf ending_of = [](const FoundFile& file) -> Result<std::optional<Ending>> {
    if (!file.is_named && !io::format_of(file.kind).read_model) return std::optional<Ending>();
    return std::optional(Ending{io::FileKind::safetensors, ".safetensors"});
  };
  const Plan plan = make_plan(verb, arguments.files.selection, io::FileKind::safetensors, ending_of);
  if (plan.status != kOk) return plan.status;
  return run_batch(plan, job, arguments.files.batch);
}

}  // namespace

void add_pack(CLI::App& laq, int& status) {
  CLI::App* verb =
      laq.add_subcommand("pack", "Pack a model's weights into blocks that are multiplied without unpacking");
  auto arguments = std::make_shared<Arguments>();
  // Blocks gain nothing from relative errors: see docs/benchmarks.md, "Neural networks, end to end".
  arguments->model.noise = "mse";
  PackSettings& settings = arguments->settings;
  add_file_names(
      *verb, arguments->files,
      io::read_model_names(", ") + " file, and the safetensors file to write; - is standard input or output");
  add_bits(*verb, arguments->model, "bits an element, scales included, 0.25 .. 16; 4.25 if not given");
  add_model_options(*verb, arguments->model, settings.model);
  verb->add_option("-e,--effort", settings.effort, "1 (fastest) .. 9 (least error); 5 if not given")
      ->transform(whole_number(1, 9));
  add_threads(*verb, arguments->files.batch.threads);
  add_file_options(*verb, arguments->files, "a safetensors file or an empty one");
  add_memory_limit(*verb, settings.max_bytes);
  verb->callback([arguments, &status] {
    PackSettings& of = arguments->settings;
    of.is_verbose = arguments->files.is_verbose;
    std::optional<double> bits;
    status = read_model_arguments("pack", arguments->model, of.model, bits);
    if (status != kOk) return;
    of.bits = bits.value_or(of.bits);
    status = run("pack", *arguments,
                 [&of](const Job& job, const Resources& resources) { return pack_file(of, job, resources); });
  });
}

void add_unpack(CLI::App& laq, int& status) {
  CLI::App* verb = laq.add_subcommand("unpack", "Turn the blocks of laq pack back into floating-point numbers");
  auto arguments = std::make_shared<Arguments>();
  add_file_names(*verb, arguments->files,
                 "safetensors file with blocks, and the one to write; - is standard input or output");
  add_threads(*verb, arguments->files.batch.threads);
  add_file_options(*verb, arguments->files, "a safetensors file or an empty one");
  add_memory_limit(*verb, arguments->settings.max_bytes);
  verb->callback([arguments, &status] {
    status = run("unpack", *arguments, [&](const Job& job, const Resources& resources) {
      return unpack_file(arguments->settings.max_bytes, job, resources);
    });
  });
}

}  // namespace laq::command
