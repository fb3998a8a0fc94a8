#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <signal.h>
#include <unistd.h>

#include <vector>

#include "calls.h"
#include "conversation.h"
#include "credentials.h"
#include "execution.h"
#include "gaia/errors.h"
#include "messages.h"
#include "plugin.grpc.pb.h"
#include "program.grpc.pb.h"
#include "program.h"
#include "signals.h"

namespace gaia::detail {
namespace {

/// What running jobs get to clean up when the process is told to end; Gaia wants it gone within a second.
constexpr std::chrono::milliseconds kGrace{700};

/// Writes all jobs, one behind the other.
class JobList final : public grpc::ServerWriteReactor<proto::Job> {
 public:
  explicit JobList(const Definition& definition) {
    for (const auto& job : definition.jobs()) {
      if (!job->on_demand) jobs_.push_back(job_message(definition, *job));
    }
    write_next();
  }

  void OnWriteDone(bool ok) override {
    if (ok) write_next();
    else Finish(grpc::Status::CANCELLED);
  }

  void OnDone() override { delete this; }

 private:
  void write_next() {
    if (next_ == jobs_.size()) Finish(grpc::Status::OK);
    else StartWrite(&jobs_[next_++]);
  }

  std::vector<proto::Job> jobs_;
  std::size_t next_ = 0;
};

/// The protocol of the original Gaia.
class PluginService final : public proto::Plugin::CallbackService {
 public:
  PluginService(std::shared_ptr<const Definition> definition, Calls& calls)
      : definition_(std::move(definition)), calls_(calls) {}

  grpc::ServerWriteReactor<proto::Job>* GetJobs(grpc::CallbackServerContext*, const proto::Empty*) override {
    return new JobList(*definition_);
  }

  grpc::ServerUnaryReactor* ExecuteJob(grpc::CallbackServerContext*, const proto::Job* request,
                                       proto::JobResult* response) override {
    return execute_job(definition_, calls_, *request, *response);
  }

 private:
  std::shared_ptr<const Definition> definition_;
  Calls& calls_;
};

/// The protocol of programs on Gaia's own SDKs.
class ProgramService final : public program::v1::Program::CallbackService {
 public:
  ProgramService(std::shared_ptr<const Definition> definition, Calls& calls)
      : definition_(std::move(definition)), calls_(calls) {}

  grpc::ServerUnaryReactor* Describe(grpc::CallbackServerContext* context, const program::v1::DescribeRequest*,
                                     program::v1::Description* response) override {
    *response = description_message(*definition_);
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerBidiReactor<program::v1::HostMessage, program::v1::JobMessage>* Perform(
      grpc::CallbackServerContext*) override {
    return perform_job(definition_, calls_);
  }

 private:
  std::shared_ptr<const Definition> definition_;
  Calls& calls_;
};

bool print_handshake(int port) {
  const std::string line = "1|2|tcp|127.0.0.1:" + std::to_string(port) + "|grpc\n";
  return ::write(STDOUT_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

}  // namespace

int serve_gaia(const std::shared_ptr<const Definition>& definition) {
  const Signals signals({SIGTERM});
  survive_closed_pipes();
  Calls calls;
  PluginService plugin(definition, calls);
  ProgramService program(definition, calls);
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  int port = 0;
  try {
    builder.AddListeningPort("127.0.0.1:0", credentials_of_environment(), &port);
  } catch (const Error& error) {
    complain(error.what());
    return 1;
  }
  builder.SetMaxReceiveMessageSize(-1);
  builder.SetMaxSendMessageSize(-1);
  // Nobody else may listen on the same port.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.RegisterService(&plugin);
  builder.RegisterService(&program);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    complain("cannot listen on 127.0.0.1; are GAIA_PLUGIN_CERT and GAIA_PLUGIN_KEY a certificate and its key?");
    return 1;
  }
  server->GetHealthCheckService()->SetServingStatus("plugin", true);
  if (!print_handshake(port)) {
    complain("cannot print the handshake to stdout");
    return 1;
  }
  const int signal = signals.wait();
  calls.cancel_all("the program was told to end");
  calls.wait_for(kGrace);
  end_by(signal);
}

}  // namespace gaia::detail
