// What a pipeline's main does.
#pragma once

#include <memory>
#include <string>

#include "definition.h"

namespace gaia::detail {

/// As Pipeline::serve.
int serve(const std::shared_ptr<const Definition>& definition, int argc, const char* const* argv);

/// Serves Gaia until the process is told to end. Answers the exit status when it cannot.
int serve_gaia(const std::shared_ptr<const Definition>& definition);

/// The local runner: `run`, `list`. Answers the exit status.
int run_command_line(const std::shared_ptr<const Definition>& definition, int argc, const char* const* argv);

/// A line on stderr: what is wrong with the program or its use.
void complain(const std::string& problem);

}  // namespace gaia::detail
