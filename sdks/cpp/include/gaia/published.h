/// The form of the C++ SDK that was published for the original Gaia, so that a program moves over by changing an include
/// (and by leaving out `throw(string)`, which C++17 has no more). New programs are better off with gaia.h.
#pragma once

#include <functional>
#include <list>
#include <string>

namespace gaia {

struct InputType {
  enum class input_type { textfield, textarea, boolean, vault };
};

struct argument {
  std::string description;
  InputType::input_type type{};
  std::string key;
  std::string value;
};

struct manual_interaction {
  std::string description;
  InputType::input_type type{};
  std::string value;
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

/// Serves the jobs as Pipeline::serve does, and ends the process when that is not possible. `argc` and `argv` of main
/// make it run without Gaia as well.
void Serve(const std::list<job>& jobs, int argc = 0, const char* const* argv = nullptr);

}  // namespace gaia
