#include "gaia-client.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <chrono>
#include <stdexcept>

namespace {

std::shared_ptr<grpc::Channel> channel_to(ServedProgram& program, const Pair& client) {
  using namespace grpc::experimental;
  TlsChannelCredentialsOptions options;
  const std::vector<IdentityKeyCertPair> identity{{client.key, client.certificate}};
  options.set_certificate_provider(
      std::make_shared<StaticDataCertificateProvider>(program.authority().certificate(), identity));
  options.watch_identity_key_cert_pairs();
  options.watch_root_certs();
  // OpenSSL would refuse the original Gaia's certificates; its host does not use OpenSSL.
  options.set_verify_server_certs(false);
  options.set_certificate_verifier(std::make_shared<NoOpCertificateVerifier>());
  options.set_check_call_host(false);
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("unused");
  arguments.SetMaxReceiveMessageSize(-1);
  return grpc::CreateCustomChannel(program.address(), TlsCredentials(options), arguments);
}

/// Far more than anything here takes; only a broken library uses it up.
std::chrono::system_clock::time_point soon() { return std::chrono::system_clock::now() + std::chrono::minutes(2); }

std::string text_of(const grpc::Status& status) {
  return std::to_string(status.error_code()) + " " + status.error_message();
}

}  // namespace

Gaia::Gaia(const LeafOptions& leaf)
    : program(leaf),
      channel(channel_to(program, program.authority().issue(leaf))),
      plugin(proto::Plugin::NewStub(channel)),
      jobs(wire::Program::NewStub(channel)) {}

std::vector<proto::Job> Gaia::listed() {
  grpc::ClientContext context;
  context.set_deadline(soon());
  const auto reader = plugin->GetJobs(&context, proto::Empty());
  std::vector<proto::Job> all;
  proto::Job job;
  while (reader->Read(&job)) all.push_back(job);
  const grpc::Status status = reader->Finish();
  if (!status.ok()) throw std::runtime_error(text_of(status));
  return all;
}

proto::JobResult Gaia::execute(const std::string& title, const std::map<std::string, std::string>& arguments) {
  grpc::ClientContext context;
  context.set_deadline(soon());
  proto::Job request;
  request.set_unique_id(gaia::detail::id_of(title));
  for (const auto& [key, value] : arguments) {
    proto::Argument& argument = *request.add_args();
    argument.set_key(key);
    argument.set_value(value);
  }
  proto::JobResult result;
  const grpc::Status status = plugin->ExecuteJob(&context, request, &result);
  if (!status.ok()) throw std::runtime_error(text_of(status));
  return result;
}

Performed::Performed(Gaia& gaia, const std::string& title) {
  context_.set_deadline(soon());
  stream_ = gaia.jobs->Perform(&context_);
  start().set_job(gaia::detail::id_of(title));
  start().set_title(title);
  start().set_attempt(1);
}

void Performed::cancel(const std::string& reason) {
  wire::HostMessage message;
  message.mutable_cancel()->set_reason(reason);
  send(message);
}

wire::JobMessage Performed::next() {
  wire::JobMessage message;
  return stream_->Read(&message) ? message : wire::JobMessage();
}

wire::Result Performed::result() {
  wire::JobMessage message = next();
  while (message.has_log()) {
    log += std::to_string(message.log().level()) + " " + message.log().text() + "\n";
    message = next();
  }
  if (!message.has_result()) throw std::runtime_error("no result: " + status());
  const bool last = next().message_case() == wire::JobMessage::MESSAGE_NOT_SET;
  if (!last || !stream_->Finish().ok()) throw std::runtime_error("the stream goes on behind the result, or failed");
  return message.result();
}

std::string Performed::status() { return text_of(stream_->Finish()); }
