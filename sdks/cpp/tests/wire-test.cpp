// Programs as Gaia speaks to them: over mutual TLS, in both protocols.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <signal.h>

#include <thread>

#include "check.h"
#include "definition.h"
#include "plugin.grpc.pb.h"
#include "program-process.h"
#include "program.grpc.pb.h"

namespace wire = gaia::program::v1;

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

/// A program, and a client as Gaia has one.
struct Connected {
  explicit Connected(const LeafOptions& leaf = {})
      : program(leaf),
        channel(channel_to(program, program.authority().issue(leaf))),
        plugin(proto::Plugin::NewStub(channel)),
        jobs(wire::Program::NewStub(channel)) {}

  proto::JobResult execute(const std::string& title, const std::map<std::string, std::string>& arguments = {}) {
    grpc::ClientContext context;
    proto::Job request;
    request.set_unique_id(gaia::detail::id_of(title));
    for (const auto& [key, value] : arguments) {
      proto::Argument& argument = *request.add_args();
      argument.set_key(key);
      argument.set_value(value);
    }
    proto::JobResult result;
    const grpc::Status status = plugin->ExecuteJob(&context, request, &result);
    if (!status.ok()) throw std::runtime_error(std::to_string(status.error_code()) + " " + status.error_message());
    return result;
  }

  std::vector<proto::Job> listed() {
    grpc::ClientContext context;
    const auto reader = plugin->GetJobs(&context, proto::Empty());
    std::vector<proto::Job> all;
    proto::Job job;
    while (reader->Read(&job)) all.push_back(job);
    const grpc::Status status = reader->Finish();
    if (!status.ok()) throw std::runtime_error("refused");
    return all;
  }

  ServedProgram program;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<proto::Plugin::Stub> plugin;
  std::unique_ptr<wire::Program::Stub> jobs;
};

/// One call of Perform, as its host sees it.
class Performed {
 public:
  Performed(Connected& connected, const std::string& title) : stream_(connected.jobs->Perform(&context_)) {
    start_.mutable_start()->set_job(gaia::detail::id_of(title));
    start_.mutable_start()->set_title(title);
    start_.mutable_start()->set_attempt(1);
  }

  wire::Start& start() { return *start_.mutable_start(); }
  void begin() { stream_->Write(start_); }
  void send(const wire::HostMessage& message) { stream_->Write(message); }
  void cancel(const std::string& reason) {
    wire::HostMessage message;
    message.mutable_cancel()->set_reason(reason);
    send(message);
  }
  void break_off() { context_.TryCancel(); }
  void hear_no_more() { stream_->WritesDone(); }

  /// The next message; of none kind when the stream has ended.
  wire::JobMessage next() {
    wire::JobMessage message;
    if (!stream_->Read(&message)) return {};
    return message;
  }

  /// Reads to the end, keeps the log, and answers the result.
  wire::Result result() {
    while (true) {
      const wire::JobMessage message = next();
      switch (message.message_case()) {
        case wire::JobMessage::kLog: log += std::to_string(message.log().level()) + " " + message.log().text() + "\n"; break;
        case wire::JobMessage::kResult: {
          EXPECT_EQUAL(next().message_case(), wire::JobMessage::MESSAGE_NOT_SET);
          EXPECT(stream_->Finish().ok());
          return message.result();
        }
        case wire::JobMessage::kRequest: throw std::runtime_error("an unexpected request");
        case wire::JobMessage::MESSAGE_NOT_SET: throw std::runtime_error("no result: " + status());
      }
    }
  }

  std::string status() {
    const grpc::Status status = stream_->Finish();
    return std::to_string(status.error_code()) + " " + status.error_message();
  }

  std::string log;

 private:
  grpc::ClientContext context_;
  wire::HostMessage start_;
  std::unique_ptr<grpc::ClientReaderWriter<wire::HostMessage, wire::JobMessage>> stream_;
};

bool is_refused(ServedProgram& program, const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("unused");
  const auto channel = grpc::CreateCustomChannel(program.address(), credentials, arguments);
  const auto stub = wire::Program::NewStub(channel);
  grpc::ClientContext context;
  wire::Description description;
  const grpc::Status status = stub->Describe(&context, {}, &description);
  return status.error_code() == grpc::StatusCode::UNAVAILABLE && description.jobs_size() == 0;
}

}  // namespace

TEST("served: jobs of the graph are listed as the original Gaia knows them") {
  Connected gaia;
  const auto jobs = gaia.listed();
  EXPECT_EQUAL(jobs.size(), 13u);
  const proto::Job& echo = jobs.at(0);
  EXPECT_EQUAL(echo.title() + "/" + echo.description(), "Echo/Hands its arguments on");
  EXPECT_EQUAL(echo.unique_id(), gaia::detail::id_of("Echo"));
  std::string arguments;
  for (const proto::Argument& argument : echo.args()) {
    arguments += argument.key() + ":" + argument.type() + "=" + argument.value() + "/" + argument.description() + " ";
  }
  EXPECT_EQUAL(arguments, "name:textfield=world/Who tone:textfield=calm/ count:textfield=3/ SECRET:vault=/ ");
  EXPECT(!echo.has_interaction());
  EXPECT_EQUAL(jobs.at(1).dependson(0), echo.unique_id());
}

TEST("served: everything is described to a Gaia that asks") {
  Connected gaia;
  grpc::ClientContext context;
  wire::Description description;
  EXPECT(gaia.jobs->Describe(&context, {}, &description).ok());
  EXPECT_EQUAL(description.sdk(), "gaia-cpp/0.1.0");
  EXPECT_EQUAL(description.jobs_size(), 14);
  const wire::JobDescription& echo = description.jobs(0);
  EXPECT_EQUAL(echo.arguments(1).type(), wire::ArgumentDescription::CHOICE);
  EXPECT_EQUAL(echo.arguments(1).choices(1), "wild");
  EXPECT_EQUAL(echo.arguments(2).type(), wire::ArgumentDescription::NUMBER);
  EXPECT_EQUAL(description.jobs(1).attempts(), 3u);
  EXPECT_EQUAL(description.jobs(1).timeout_ms(), 120'000u);
  EXPECT_EQUAL(description.jobs(1).depends_on(0), echo.id());
  EXPECT(description.jobs(12).on_demand());
}

TEST("served: the original protocol says success, failure and exit") {
  Connected gaia;
  EXPECT_EQUAL(gaia.execute("Echo").SerializeAsString(), "");
  EXPECT_EQUAL(gaia.execute("Skip").SerializeAsString(), "");
  const auto failed = gaia.execute("Throw", {{"what", "text"}});
  EXPECT(failed.failed() && failed.exit_pipeline());
  EXPECT_EQUAL(failed.message(), "a text");
  EXPECT_EQUAL(failed.unique_id(), gaia::detail::id_of("Throw"));
  const auto exit = gaia.execute("Exit");
  EXPECT(!exit.failed() && exit.exit_pipeline());
  EXPECT_EQUAL(exit.message(), "enough");
  EXPECT_EQUAL(gaia.execute("Slow").message(), "timed out after 50 ms");
  EXPECT_EQUAL(gaia.execute("Grow").message(),
               "adding jobs needs a Gaia that speaks gaia.program.v1; this one speaks only the protocol of the original "
               "Gaia");
  EXPECT_EQUAL(check::thrown_by([&] { gaia.execute("Nowhere"); }).substr(0, 2), "5 ");
  gaia.program.process().signal(SIGTERM);
  const Exit end = gaia.program.process().wait();
  EXPECT(end.err.find("INFO Skip is skipped: not today\n") != std::string::npos);
}

TEST("served: the original protocol's log is stderr, a level before each line") {
  Connected gaia;
  gaia.execute("Log");
  gaia.program.process().wait_for_error_text("DEBUG number 1\nWARN two\nWARN lines\nERROR bytes \xef\xbf\xbd\n");
}

TEST("served: a job is performed with what it is given, and hands back what it made") {
  Connected gaia;
  Performed echo(gaia, "Echo");
  (*echo.start().mutable_arguments())["name"] = "Ada ☃";
  (*echo.start().mutable_arguments())["more"] = "\n";
  echo.begin();
  const wire::Result made = echo.result();
  EXPECT_EQUAL(made.outcome(), wire::Result::SUCCEEDED);
  EXPECT_EQUAL(made.outputs().at("name"), "\"Ada ☃\"");
  EXPECT_EQUAL(made.outputs().at("count"), "\"3\"");
  EXPECT_EQUAL(made.outputs().at("more"), "\"\\n\"");

  Performed later(gaia, "Later");
  (*(*later.start().mutable_outputs())["Echo"].mutable_values())["name"] = "[1,{\"a\":null}]";
  later.begin();
  EXPECT_EQUAL(later.result().outputs().at("seen"), "[1,{\"a\":null}]");
}

TEST("served: log lines go through the stream, in order, however many") {
  Connected gaia;
  Performed log(gaia, "Log");
  log.begin();
  log.result();
  EXPECT_EQUAL(log.log, "0 number 1\n2 two\nlines\n3 bytes \xef\xbf\xbd\n");

  Performed chatty(gaia, "Chatty");
  chatty.begin();
  chatty.result();
  EXPECT(chatty.log.size() > 20'000u * 1'000u + 3u * 1024u * 1024u);
  EXPECT(chatty.log.find("\n1 19999 ...") != std::string::npos);
  gaia.program.process().signal(SIGTERM);
  EXPECT_EQUAL(gaia.program.process().wait().err, "");
}

TEST("served: failed, ended early, skipped") {
  Connected gaia;
  const auto result_of = [&](const std::string& title) {
    Performed performed(gaia, title);
    performed.begin();
    const wire::Result result = performed.result();
    return std::to_string(result.outcome()) + " " + result.message();
  };
  EXPECT_EQUAL(result_of("Throw"), "1 cannot save");
  EXPECT_EQUAL(result_of("Exit"), "2 enough");
  EXPECT_EQUAL(result_of("Skip"), "3 not today");
}

TEST("served: added jobs come with the success") {
  Connected gaia;
  Performed grow(gaia, "Grow");
  grow.begin();
  const wire::Result result = grow.result();
  EXPECT_EQUAL(result.jobs_size(), 2);
  EXPECT_EQUAL(result.jobs(1).title(), "Part 2");
  EXPECT_EQUAL(result.jobs(1).job(), gaia::detail::id_of("Part"));
  EXPECT_EQUAL(result.jobs(1).arguments().at("index"), "2");
  EXPECT_EQUAL(result.jobs(1).depends_on(1), "Grow");
}

TEST("served: another pipeline is started and awaited through the host") {
  Connected gaia;
  Performed ask(gaia, "Ask");
  ask.begin();
  const wire::Request started = ask.next().request();
  EXPECT_EQUAL(started.start_run().pipeline(), "other");
  EXPECT_EQUAL(started.start_run().arguments().at("x") + started.start_run().arguments().at("z"), "1true");
  wire::HostMessage answer;
  answer.mutable_answer()->set_request(started.id());
  answer.mutable_answer()->mutable_run()->set_id("run-9");
  ask.send(answer);
  const wire::Request awaited = ask.next().request();
  EXPECT_EQUAL(awaited.await_run().run(), "run-9");
  EXPECT(awaited.id() != started.id());
  answer.mutable_answer()->set_request(awaited.id());
  answer.mutable_answer()->mutable_run()->set_status("failed");
  (*answer.mutable_answer()->mutable_run()->mutable_outputs())["n"] = "7";
  ask.send(answer);
  const wire::Result result = ask.result();
  EXPECT_EQUAL(result.outputs().at("status") + result.outputs().at("outputs"), "\"failed\"{\"n\":7}");
}

TEST("served: a refusal of the host fails the job, and so does a host that says no more") {
  Connected gaia;
  Performed refused(gaia, "Ask");
  refused.begin();
  wire::HostMessage answer;
  answer.mutable_answer()->set_request(refused.next().request().id());
  answer.mutable_answer()->set_error("there is no pipeline other");
  refused.send(answer);
  EXPECT_EQUAL(refused.result().message(), "there is no pipeline other");

  Performed silent(gaia, "Ask");
  silent.begin();
  silent.next();
  silent.hear_no_more();
  EXPECT_EQUAL(silent.result().message(), "Gaia ended the conversation without an answer");

  Performed cancelled(gaia, "Ask");
  cancelled.begin();
  cancelled.next();
  cancelled.cancel("run_stopped");
  EXPECT_EQUAL(cancelled.result().outcome(), wire::Result::CANCELLED);
}

TEST("served: a job that is cancelled ends as cancelled") {
  Connected gaia;
  Performed wait(gaia, "Wait");
  wait.begin();
  EXPECT_EQUAL(wait.next().log().text(), "waiting");
  wait.cancel("run_stopped");
  const wire::Result result = wait.result();
  EXPECT_EQUAL(result.outcome(), wire::Result::CANCELLED);
  EXPECT_EQUAL(result.message(), "run_stopped");
}

TEST("served: when the call is broken off, the job is cancelled, and others are not disturbed") {
  Connected gaia;
  Performed stubborn(gaia, "Stubborn");
  stubborn.begin();
  EXPECT_EQUAL(stubborn.next().log().text(), "waiting");
  stubborn.break_off();
  EXPECT_EQUAL(stubborn.status().substr(0, 1), "1");

  Performed tidy(gaia, "Tidy");
  tidy.begin();
  EXPECT_EQUAL(tidy.next().log().text(), "waiting");
  tidy.break_off();
  gaia.program.process().wait_for_error_text("tidied up");
  EXPECT_EQUAL(gaia.execute("Echo").SerializeAsString(), "");
}

TEST("served: what is no call is refused") {
  Connected gaia;
  Performed unknown(gaia, "Nowhere");
  unknown.begin();
  EXPECT_EQUAL(unknown.status().substr(0, 2), "5 ");

  Performed twice(gaia, "Wait");
  twice.begin();
  EXPECT_EQUAL(twice.next().log().text(), "waiting");
  twice.begin();
  EXPECT_EQUAL(twice.status(), "3 a call performs one job");

  Performed none(gaia, "Echo");
  none.hear_no_more();
  EXPECT_EQUAL(none.status(), "3 the first message says which job to start");

  Performed broken(gaia, "Later");
  (*(*broken.start().mutable_outputs())["Echo"].mutable_values())["name"] = "{";
  broken.begin();
  EXPECT_EQUAL(broken.status(), "3 an output of a dependency: this is no JSON: a name in quotes is expected at byte 1");
}

TEST("served: messages may be larger than 4 MiB") {
  Connected gaia;
  const std::string large(9 * 1024 * 1024, 'x');
  Performed echo(gaia, "Echo");
  (*echo.start().mutable_arguments())["name"] = large;
  echo.begin();
  EXPECT_EQUAL(echo.result().outputs().at("name").size(), large.size() + 2);
  EXPECT_EQUAL(gaia.execute("Echo", {{"name", large}}).SerializeAsString(), "");
}

TEST("served: two hundred jobs run at once") {
  Connected gaia;
  std::vector<std::unique_ptr<Performed>> calls;
  for (int index = 0; index < 200; ++index) {
    calls.push_back(std::make_unique<Performed>(gaia, "Wait"));
    calls.back()->begin();
  }
  for (const auto& call : calls) EXPECT_EQUAL(call->next().log().text(), "waiting");
  for (const auto& call : calls) call->cancel("enough");
  for (const auto& call : calls) EXPECT_EQUAL(call->result().outcome(), wire::Result::CANCELLED);
}

TEST("served: only clients of its authority are answered") {
  ServedProgram program;
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = program.authority().certificate();
  EXPECT(is_refused(program, grpc::SslCredentials(options)));
  EXPECT(is_refused(program, grpc::InsecureChannelCredentials()));
  const auto with = [&](const Pair& pair) {
    options.pem_cert_chain = pair.certificate;
    options.pem_private_key = pair.key;
    return grpc::SslCredentials(options);
  };
  EXPECT(is_refused(program, with(Authority().issue())));
  EXPECT(is_refused(program, with(program.authority().issue({"gaia host", -3600}))));
  EXPECT(!is_refused(program, with(program.authority().issue())));
}

TEST("served: certificates of the original Gaia are taken") {
  Connected gaia({Authority::kSubject});
  EXPECT_EQUAL(gaia.execute("Echo").SerializeAsString(), "");
}

TEST("served: SIGTERM ends it; jobs that listen tidy up first, the others end with it") {
  Connected gaia;
  Performed tidy(gaia, "Tidy");
  Performed stubborn(gaia, "Stubborn");
  for (Performed* const call : {&tidy, &stubborn}) {
    call->begin();
    EXPECT_EQUAL(call->next().log().text(), "waiting");
  }
  gaia.program.process().signal(SIGTERM);
  EXPECT_EQUAL(tidy.result().outcome(), wire::Result::SUCCEEDED);
  const Exit exit = gaia.program.process().wait();
  EXPECT_EQUAL(exit.signal, SIGTERM);
  EXPECT(exit.err.find("tidied up") != std::string::npos);
}

TEST("served: it is healthy under both names") {
  Connected gaia;
  // The health protocol's messages, by hand: request {1: service}, answer {1: SERVING = 1}.
  for (const std::string& request : {std::string(), std::string("\x0a\x06plugin")}) {
    grpc::ClientContext context;
    grpc::GenericStub stub(gaia.channel);
    grpc::CompletionQueue queue;
    grpc::Slice slice(request);
    grpc::ByteBuffer sent(&slice, 1);
    const auto call = stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", sent, &queue);
    call->StartCall();
    grpc::ByteBuffer received;
    grpc::Status status;
    call->Finish(&received, &status, nullptr);
    void* tag = nullptr;
    bool ok = false;
    EXPECT(queue.Next(&tag, &ok) && ok && status.ok());
    grpc::Slice answer;
    EXPECT(received.DumpToSingleSlice(&answer).ok());
    EXPECT_EQUAL(std::string(answer.begin(), answer.end()), "\x08\x01");
  }
}
