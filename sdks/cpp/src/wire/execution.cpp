#include "execution.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <thread>

#include "gaia/errors.h"
#include "performance.h"
#include "unicode.h"

namespace gaia::detail {
namespace {

constexpr char kNewerGaia[] =
    "needs a Gaia that speaks gaia.program.v1; this one speaks only the protocol of the original Gaia";

/// One call of ExecuteJob. It lives until gRPC and the job's thread are done with it.
class Execution final : public grpc::ServerUnaryReactor, public Host, public std::enable_shared_from_this<Execution> {
 public:
  Execution(Calls& calls, Call call, proto::JobResult& response)
      : call_(std::move(call)), response_(response), ticket_(calls, Cancellation()) {}

  void begin() {
    self_ = shared_from_this();
    try {
      std::thread([self = self_] { self->work(); }).detach();
    } catch (const std::system_error& error) {
      refuse(error);
    }
  }

  void OnCancel() override {
    ticket_.cancellation().request("the call was broken off");
    // The job may not listen; who asked is not there any more.
    finish(grpc::Status::CANCELLED);
  }

  void OnDone() override { self_.reset(); }

  /// The original Gaia reads stderr as the log of its run.
  void log(Level level, std::string_view text) override {
    std::string lines;
    while (!text.empty() || lines.empty()) {
      const std::size_t end = text.find('\n');
      lines.append(name_of(level)).append(" ").append(text.substr(0, end)).append("\n");
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    // In one piece, since jobs run at the same time.
    for (std::string_view left = lines; !left.empty();) {
      const ssize_t written = ::write(STDERR_FILENO, left.data(), left.size());
      if (written <= 0 && errno != EINTR) return;
      left.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
  }

  void require_growth() override { throw Error(std::string("adding jobs ") + kNewerGaia); }

  std::string start_pipeline(const std::string&, const Texts&) override {
    throw Error(std::string("starting another pipeline ") + kNewerGaia);
  }

  Run await_run(const std::string&) override { throw Error(std::string("awaiting a run ") + kNewerGaia); }

 private:
  void work() {
    // The original Gaia knows no timeouts, so the job's own is kept here.
    try {
      answer(perform_in_time(call_, *this, ticket_.cancellation(), [this](const Result& result) { answer(result); }));
    } catch (const std::system_error& error) {
      refuse(error);
    }
  }

  void answer(const Result& result) {
    if (result.outcome == Outcome::skipped) log(Level::info, call_.title + " is skipped: " + repaired(result.message));
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    fill_response(result);
    finished_ = true;
    Finish(grpc::Status::OK);
  }

  void fill_response(const Result& result) {
    if (result.outcome == Outcome::succeeded || result.outcome == Outcome::skipped) return;
    response_.set_unique_id(call_.job->id);
    response_.set_exit_pipeline(true);
    response_.set_failed(result.outcome != Outcome::exit_pipeline);
    response_.set_message(result.message);
  }

  /// Gaia calls the job again when another one has ended.
  void refuse(const std::system_error& error) {
    finish({grpc::StatusCode::RESOURCE_EXHAUSTED, std::string("No free threads: ") + error.what()});
  }

  void finish(const grpc::Status& status) {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    finished_ = true;
    Finish(status);
  }

  const Call call_;
  proto::JobResult& response_;
  Calls::Ticket ticket_;
  std::mutex mutex_;
  bool finished_ = false;
  std::shared_ptr<Execution> self_;
};

/// For a call that ends before it begins.
class Refusal final : public grpc::ServerUnaryReactor {
 public:
  explicit Refusal(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

grpc::ServerUnaryReactor* execute_job(std::shared_ptr<const Definition> definition, Calls& calls,
                                      const proto::Job& request, proto::JobResult& response) {
  Call call;
  call.job = definition->find(request.unique_id());
  if (call.job == nullptr) {
    return new Refusal({grpc::StatusCode::NOT_FOUND, "no job has the id " + std::to_string(request.unique_id())});
  }
  call.definition = std::move(definition);
  call.title = call.job->title;
  for (const proto::Argument& argument : request.args()) {
    call.arguments.insert_or_assign(argument.key(), argument.value());
  }
  const auto execution = std::make_shared<Execution>(calls, std::move(call), response);
  execution->begin();
  return execution.get();
}

}  // namespace gaia::detail
