#include "program.h"

#include <cstdio>
#include <cstdlib>

namespace gaia::detail {

int serve(const std::shared_ptr<const Definition>& definition, int argc, const char* const* argv) {
  const std::vector<std::string> problems = problems_of(*definition);
  for (const std::string& problem : problems) complain(problem);
  if (!problems.empty()) return 2;
  return std::getenv("GAIA_PLUGIN_CERT") != nullptr ? serve_gaia(definition) : run_command_line(definition, argc, argv);
}

void complain(const std::string& problem) { std::fprintf(stderr, "gaia: %s\n", problem.c_str()); }

}  // namespace gaia::detail
