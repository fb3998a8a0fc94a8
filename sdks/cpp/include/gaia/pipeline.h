#pragma once

#include <memory>
#include <string>

#include "job.h"

namespace gaia {

namespace detail {
class Definition;
}

/// The jobs of a program. Define all of them before it is served.
class Pipeline {
 public:
  Pipeline();

  /// A job of the graph. Its title is its own within the pipeline, in any case of its letters.
  Job job(std::string title, Function function);
  /// A job that is performed only by jobs which `Context::add` adds to a run.
  Job on_demand(std::string title, Function function);

  /// Throws DefinitionError with all that is wrong: titles that are used twice, dependencies that are unknown or go in
  /// a circle, arguments that contradict themselves.
  void check() const;

  /// What `main` returns. Started by Gaia it serves the jobs until it is ended; by a person, it runs them here without
  /// a server (`PROGRAM run [--arg KEY=VALUE]… [--job TITLE]…`) or lists them (`PROGRAM list`). 0: all went well, 1: a
  /// job failed, 2: wrong usage, or jobs that make no pipeline.
  int serve(int argc, const char* const* argv) const;

  /// For the library itself.
  std::shared_ptr<const detail::Definition> definition() const;

 private:
  std::shared_ptr<detail::Definition> definition_;
};

}  // namespace gaia
