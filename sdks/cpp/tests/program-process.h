// This test program once more, started as a pipeline program.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "certificates.h"

/// How a process ended.
struct Exit {
  /// -1: by a signal.
  int status = -1;
  int signal = 0;
  std::string out;
  std::string err;
};

class ProgramProcess {
 public:
  /// `environment` comes on top of the test's own.
  ProgramProcess(const std::string& sample, const std::vector<std::string>& words,
                 const std::map<std::string, std::string>& environment = {});
  ~ProgramProcess();
  ProgramProcess(const ProgramProcess&) = delete;
  ProgramProcess& operator=(const ProgramProcess&) = delete;

  /// Waits for the first line on stdout, or for the end.
  std::string first_line();
  /// Waits until this was written to stderr.
  void wait_for_error_text(const std::string& text);
  void signal(int number) const;
  /// Waits for the end. A process that does not end is killed, which fails the test.
  Exit wait();

 private:
  /// Reads what there is within a second; whether both pipes are open still.
  bool read_more();

  pid_t pid_;
  int out_;
  int err_;
  std::string out_text_;
  std::string err_text_;
};

/// A program that serves Gaia, with certificates of its own in a folder that goes with it.
class ServedProgram {
 public:
  explicit ServedProgram(const LeafOptions& leaf = {});
  ~ServedProgram();

  /// The handshake's address.
  std::string address();
  const Authority& authority() const { return authority_; }
  ProgramProcess& process() { return *process_; }

 private:
  std::string folder_;
  Authority authority_;
  std::unique_ptr<ProgramProcess> process_;
};
