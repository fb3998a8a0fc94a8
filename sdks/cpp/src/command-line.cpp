#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "local-run.h"
#include "program.h"
#include "signals.h"
#include "unicode.h"

namespace gaia::detail {
namespace {

constexpr char kUsage[] =
    "usage: %s run [--arg KEY=VALUE]... [--job TITLE]...   run all jobs, or these and what they depend on\n"
    "       %s list                                        jobs, dependencies, arguments\n"
    "Started by Gaia it serves its jobs.\n";

/// Wrong use of the program, in words.
struct UsageError {
  std::string problem;
};

/// Prints a run as it goes, a line at a time.
class Printer final : public Observer {
 public:
  void started(const std::string& title, int attempt) override {
    print(title, attempt == 1 ? "started" : "started, attempt " + std::to_string(attempt));
  }

  void logged(const std::string& title, Level level, std::string_view text) override {
    print(title, std::string(name_of(level)) + " " + std::string(text));
  }

  void ended(const std::string& title, const Result& result, std::chrono::milliseconds time, bool again) override {
    for (const auto& [name, json] : result.outputs) print(title, "output " + name + " = " + json);
    const std::string because = result.message.empty() ? "" : ": " + result.message;
    const std::string taken = " (" + std::to_string(time.count()) + " ms)";
    switch (result.outcome) {
      case Outcome::succeeded: ++succeeded_; return print(title, "succeeded" + taken);
      case Outcome::skipped: ++skipped_; return print(title, "skipped" + because);
      case Outcome::exit_pipeline: ++succeeded_; return print(title, "ended the pipeline" + taken + because);
      case Outcome::cancelled: ++cancelled_; return print(title, "cancelled" + taken + because);
      case Outcome::failed: break;
    }
    if (!again) ++failed_;
    print(title, "failed" + taken + because + (again ? "; it is tried again" : ""));
  }

  void left_out(const std::string& title, const std::string& why) override {
    ++left_out_;
    print(title, "not run: " + why);
  }

  void sum_up() const {
    std::string sum;
    const auto add = [&](int count, const char* what) {
      if (count > 0) sum += (sum.empty() ? "" : ", ") + std::to_string(count) + " " + what;
    };
    add(succeeded_, "succeeded");
    add(skipped_, "skipped");
    add(failed_, "failed");
    add(cancelled_, "cancelled");
    add(left_out_, "not run");
    std::printf("%s\n", sum.c_str());
  }

 private:
  /// Each line with the job's title, so that jobs that run at once can be told apart.
  void print(const std::string& title, const std::string& text) {
    std::size_t start = 0;
    while (start <= text.size()) {
      const std::size_t end = std::min(text.find('\n', start), text.size());
      std::printf("[%s] %s\n", title.c_str(), text.substr(start, end - start).c_str());
      start = end + 1;
    }
    std::fflush(stdout);
  }

  int succeeded_ = 0;
  int skipped_ = 0;
  int failed_ = 0;
  int cancelled_ = 0;
  int left_out_ = 0;
};

bool declares(const Definition& definition, std::string_view key) {
  for (const auto& job : definition.jobs()) {
    for (const Argument& argument : job->arguments) {
      if (argument.key() == key) return true;
    }
  }
  return false;
}

LocalOptions options_of(const Definition& definition, const std::vector<std::string>& words) {
  LocalOptions options;
  for (const auto& job : definition.jobs()) {
    for (const Argument& argument : job->arguments) {
      if (argument.type() != Argument::Type::vault) continue;
      if (const char* const secret = std::getenv(argument.key().c_str())) options.arguments[argument.key()] = secret;
    }
  }
  for (std::size_t index = 0; index < words.size(); index += 2) {
    const std::string& flag = words[index];
    if (flag != "--arg" && flag != "--job") throw UsageError{"there is no " + flag};
    if (index + 1 == words.size()) throw UsageError{flag + " wants a word behind it"};
    const std::string& value = words[index + 1];
    if (flag == "--job") {
      const JobDefinition* const job = definition.find(value);
      if (job == nullptr) throw UsageError{"there is no job \"" + value + "\"; `list` tells which there are"};
      options.only.push_back(job);
      continue;
    }
    const std::size_t equals = value.find('=');
    const std::string key = value.substr(0, equals);
    if (equals == std::string::npos) throw UsageError{"--arg " + value + ": it is KEY=VALUE"};
    if (!declares(definition, key)) {
      throw UsageError{"no job has an argument \"" + key + "\"; `list` tells which there are"};
    }
    options.arguments.insert_or_assign(key, repaired(value.substr(equals + 1)));
  }
  return options;
}

int run(const std::shared_ptr<const Definition>& definition, const std::vector<std::string>& words) {
  Printer printer;
  LocalRun run(definition, options_of(*definition, words), printer);
  survive_closed_pipes();
  const Cancellation cancellation;
  static int interrupted = 0;
  std::thread([signals = std::make_shared<Signals>(std::initializer_list<int>{SIGINT, SIGTERM}), cancellation] {
    interrupted = signals->wait();
    cancellation.request("interrupted");
  }).detach();
  const bool good = run.run(cancellation);
  printer.sum_up();
  std::fflush(stdout);
  const int status = cancellation.requested() ? 128 + interrupted : good ? 0 : 1;
  // A job that did not end would trip over what is torn down behind main.
  if (run.left_behind()) std::_Exit(status);
  return status;
}

std::string described(const Argument& argument) {
  std::string text = argument.key() + " (" + name_of(argument.type());
  const char* separator = ": ";
  for (const std::string& choice : argument.choices()) {
    text += separator + choice;
    separator = ", ";
  }
  if (!argument.default_value().empty()) text += "; default " + argument.default_value();
  if (argument.is_required()) text += "; required";
  return text + ")" + (argument.description().empty() ? "" : "  " + argument.description());
}

int list(const Definition& definition) {
  for (const auto& job : definition.jobs()) {
    std::printf("%s%s%s%s\n", job->title.c_str(), job->on_demand ? " (on demand)" : "",
                job->description.empty() ? "" : "  ", job->description.c_str());
    for (const auto& dependency : job->depends_on) {
      std::printf("  after %s\n", definition.find(dependency.title)->title.c_str());
    }
    for (const Argument& argument : job->arguments) std::printf("  argument %s\n", described(argument).c_str());
  }
  return 0;
}

}  // namespace

int run_command_line(const std::shared_ptr<const Definition>& definition, int argc, const char* const* argv) {
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  const char* const program = argc > 0 ? argv[0] : "PROGRAM";
  const std::string command = words.empty() ? "" : words.front();
  try {
    if (command == "--help" || command == "-h") {
      std::printf(kUsage, program, program);
      return 0;
    }
    if (command == "run") return run(definition, {words.begin() + 1, words.end()});
    if (command == "list" && words.size() == 1) return list(*definition);
    if (command.empty()) throw UsageError{"say what to do"};
    throw UsageError{"there is no command \"" + command + "\", or none with more words"};
  } catch (const UsageError& error) {
    complain(error.problem);
    std::fprintf(stderr, kUsage, program, program);
    return 2;
  }
}

}  // namespace gaia::detail
