#include "pipeline.h"

namespace {

void build(gaia::Context& job) {
  const std::string version = job.argument("version");
  job.info("building ", version);
  // For the jobs behind this one.
  job.set_output("archive", "app-" + version + ".tar.gz");
}

void test(gaia::Context& job) {
  const std::string archive = job.output_of("Build", "archive").text();
  job.info("testing ", archive);
  job.set_output("passed", 12);
}

void publish(gaia::Context& job) {
  job.info("publishing ", job.argument("version"), ", ", job.output_of("Test", "passed").integer(), " tests passed");
}

gaia::Decision is_release(gaia::Context& job) {
  const std::string version = job.argument("version");
  if (version.find('-') == std::string::npos) return true;
  return gaia::skip(version + " is a trial version");
}

gaia::Argument version() { return gaia::text("version", "The version to release").defaults_to("1.0.0"); }

}  // namespace

gaia::Pipeline release_pipeline() {
  gaia::Pipeline pipeline;
  const auto built = pipeline.job("Build", build).description("Makes the archive").argument(version());
  const auto tested = pipeline.job("Test", test).description("Tests the archive").after(built);
  pipeline.job("Publish", publish)
      .description("Hands the version out")
      .argument(version())
      .after(tested)
      .when(is_release);
  return pipeline;
}
