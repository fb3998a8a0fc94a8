#include "program-process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace {

/// Far more than anything here takes; only a broken library uses it up.
constexpr std::chrono::seconds kPatience{60};

void write_file(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

}  // namespace

ProgramProcess::ProgramProcess(const std::string& sample, const std::vector<std::string>& words,
                               const std::map<std::string, std::string>& environment) {
  int out[2];
  int err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  std::vector<std::string> all = {"sample"};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> arguments;
  for (std::string& word : all) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("no process");
  if (pid_ == 0) {
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    setenv("GAIA_TEST_SAMPLE", sample.c_str(), 1);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    execv("/proc/self/exe", arguments.data());
    _exit(127);
  }
  close(out[1]);
  close(err[1]);
  out_ = out[0];
  err_ = err[0];
}

ProgramProcess::~ProgramProcess() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(out_);
  close(err_);
}

bool ProgramProcess::read_more() {
  pollfd files[] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
  poll(files, 2, 1000);
  bool open = false;
  for (const pollfd& file : files) {
    if (file.revents == 0) {
      open = true;
      continue;
    }
    char bytes[65536];
    const ssize_t size = read(file.fd, bytes, sizeof bytes);
    if (size > 0) (file.fd == out_ ? out_text_ : err_text_).append(bytes, static_cast<std::size_t>(size));
    open |= size > 0;
  }
  return open;
}

std::string ProgramProcess::first_line() {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (out_text_.find('\n') == std::string::npos && std::chrono::steady_clock::now() < until) {
    if (!read_more()) break;
  }
  return out_text_.substr(0, out_text_.find('\n'));
}

void ProgramProcess::wait_for_error_text(const std::string& text) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (err_text_.find(text) == std::string::npos) {
    if (!read_more() || std::chrono::steady_clock::now() > until)
      throw std::runtime_error("no \"" + text + "\" on stderr");
  }
}

void ProgramProcess::signal(int number) const { kill(pid_, number); }

Exit ProgramProcess::wait() {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (read_more()) {
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("the process does not end");
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  Exit exit;
  if (WIFEXITED(status)) exit.status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) exit.signal = WTERMSIG(status);
  exit.out = out_text_;
  exit.err = err_text_;
  return exit;
}

ServedProgram::ServedProgram(const LeafOptions& leaf) {
  std::string pattern = (std::filesystem::temp_directory_path() / "gaia-cpp-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder");
  folder_ = pattern;
  const Pair pair = authority_.issue(leaf);
  write_file(folder_ + "/crt", pair.certificate);
  write_file(folder_ + "/key", pair.key);
  write_file(folder_ + "/ca", authority_.certificate());
  const std::map<std::string, std::string> environment = {{"GAIA_PLUGIN_CERT", folder_ + "/crt"},
                                                          {"GAIA_PLUGIN_KEY", folder_ + "/key"},
                                                          {"GAIA_PLUGIN_CA_CERT", folder_ + "/ca"}};
  process_ = std::make_unique<ProgramProcess>("good", std::vector<std::string>(), environment);
}

ServedProgram::~ServedProgram() { std::filesystem::remove_all(folder_); }

std::string ServedProgram::address() {
  const std::string line = process_->first_line();
  const std::string start = "1|2|tcp|";
  const std::string end = "|grpc";
  const bool sound = line.rfind(start, 0) == 0 && line.size() > start.size() + end.size() &&
                     line.compare(line.size() - end.size(), end.size(), end) == 0;
  if (!sound) throw std::runtime_error("this is no handshake: " + line);
  return line.substr(start.size(), line.size() - start.size() - end.size());
}
