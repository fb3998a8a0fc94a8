/// The form of the C++ SDK that was published for the original Gaia, so that a program moves over by changing an
/// include (and by leaving out `throw(string)`, which C++17 has no more). New programs are better off with gaia.h.
#pragma once

#include <functional>
#include <list>
#include <string>

#include "pipeline.h"

namespace gaia {

struct InputType {
  enum class input_type { textfield, textarea, boolean, vault };
};

struct argument {
  std::string description;
  InputType::input_type type{};
  std::string key;
  std::string value = {};
};

struct manual_interaction {
  std::string description;
  InputType::input_type type{};
  std::string value = {};
};

struct job {
  /// Fails by throwing, whatever that is. Throwing ERR_EXIT_PIPELINE ends the pipeline without a failure.
  std::function<void(std::list<argument>)> handler;
  std::string title;
  std::string description;
  /// Titles, in any case of their letters.
  std::list<std::string> depends_on;
  std::list<argument> args;
  /// No Gaia has ever asked for it.
  manual_interaction interaction;
};

inline const std::string ERR_EXIT_PIPELINE = "pipeline exit requested by job";

/// The jobs as a pipeline, for what the published SDK does not have: tests, conditions, outputs.
Pipeline pipeline_of(const std::list<job>& jobs);

/// Serves the jobs as Pipeline::serve does, and ends the process with its exit status when that is not 0. With `argc`
/// and `argv` of main they can be run without Gaia as well.
void Serve(const std::list<job>& jobs, int argc = 0, const char* const* argv = nullptr);

}  // namespace gaia
