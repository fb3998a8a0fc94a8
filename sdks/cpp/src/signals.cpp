#include "signals.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace gaia::detail {
namespace {

int ends[2] = {-1, -1};

/// Runs within the signal: it may write, and little else.
void pass_on(int signal) {
  const int before = errno;
  const auto byte = static_cast<unsigned char>(signal);
  (void)!::write(ends[1], &byte, 1);
  errno = before;
}

void ignore(int) {}

void handle(int signal, void (*handler)(int), int flags) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags | SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

Signals::Signals(std::initializer_list<int> signals) {
  if (ends[0] < 0 && pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  for (const int signal : signals) handle(signal, pass_on, SA_RESETHAND);
}

int Signals::wait() const {
  unsigned char signal = 0;
  while (::read(ends[0], &signal, 1) != 1) continue;
  return signal;
}

void end_by(int signal) {
  handle(signal, SIG_DFL, 0);
  raise(signal);
  std::_Exit(128 + signal);
}

// An ignored signal stays ignored in a program that is started; one with a handler does not.
void survive_closed_pipes() { handle(SIGPIPE, ignore, 0); }

}  // namespace gaia::detail
