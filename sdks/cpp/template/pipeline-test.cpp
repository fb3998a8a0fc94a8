// Run by `make test`, without Gaia.
#include "pipeline.h"

#include <gaia/testing.h>

#include <iostream>

using gaia::testing::Outcome;
using gaia::testing::Trial;

namespace {

int failures = 0;

void expect(bool holds, const char* what) {
  std::cout << (holds ? "ok      " : "FAILED  ") << what << "\n";
  if (!holds) ++failures;
}

}  // namespace

int main() {
  const auto release = Trial(release_pipeline()).argument("version", "2.1.0").run_pipeline();
  expect(release.succeeded, "a release goes through");
  expect(release["Build"].outputs.at("archive") == "app-2.1.0.tar.gz", "the archive is named after the version");
  expect(release["Publish"].log_text() == "publishing 2.1.0, 12 tests passed\n", "it is published with its tests");

  const auto trial = Trial(release_pipeline()).argument("version", "2.1.0-rc1").run_pipeline();
  expect(trial["Publish"].outcome == Outcome::skipped, "a trial version is not published");

  const auto test = Trial(release_pipeline()).output("Build", "archive", "x.tar.gz").run_job("Test");
  expect(test.log_text() == "testing x.tar.gz\n", "the archive of the build is tested");
  return failures > 0 ? 1 : 0;
}
