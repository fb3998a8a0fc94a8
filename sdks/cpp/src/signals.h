// Signals as something to wait for.
#pragma once

#include <initializer_list>

namespace gaia::detail {

/// Hears signals from its construction on, each once: a second one has its ordinary effect. They are caught and not
/// blocked, because the programs that jobs start would inherit a block. One at a time in a process.
class Signals {
 public:
  explicit Signals(std::initializer_list<int> signals);
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Waits for one of them, and answers which.
  int wait() const;
};

/// Ends this process as that signal does when nobody catches it.
[[noreturn]] void end_by(int signal);

/// A closed pipe then fails a write instead of ending the process; programs that jobs start do not inherit it.
void survive_closed_pipes();

}  // namespace gaia::detail
