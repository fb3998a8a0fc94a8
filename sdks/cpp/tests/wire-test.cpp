// Programs as Gaia speaks to them: over mutual TLS, in both protocols.
#include <grpcpp/generic/generic_stub.h>
#include <signal.h>

#include "check.h"
#include "gaia-client.h"

namespace {

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
  Gaia gaia;
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
  Gaia gaia;
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
  Gaia gaia;
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
  EXPECT_EQUAL(
      gaia.execute("Grow").message(),
      "adding jobs needs a Gaia that speaks gaia.program.v1; this one speaks only the protocol of the original "
      "Gaia");
  EXPECT_EQUAL(check::thrown_by([&] { gaia.execute("Nowhere"); }).substr(0, 2), "5 ");
  gaia.program.process().signal(SIGTERM);
  const Exit end = gaia.program.process().wait();
  EXPECT(end.err.find("INFO Skip is skipped: not today\n") != std::string::npos);
}

TEST("served: the original protocol's log is stderr, a level before each line") {
  Gaia gaia;
  gaia.execute("Log");
  gaia.program.process().wait_for_error_text("DEBUG number 1\nWARN two\nWARN lines\nERROR bytes \xef\xbf\xbd\n");
}

TEST("served: a job is performed with what it is given, and hands back what it made") {
  Gaia gaia;
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
  Gaia gaia;
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
  Gaia gaia;
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
  Gaia gaia;
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
  Gaia gaia;
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
  Gaia gaia;
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
  silent.say_no_more();
  EXPECT_EQUAL(silent.result().message(), "Gaia ended the conversation without an answer");

  Performed cancelled(gaia, "Ask");
  cancelled.begin();
  cancelled.next();
  cancelled.cancel("run_stopped");
  EXPECT_EQUAL(cancelled.result().outcome(), wire::Result::CANCELLED);
}

TEST("served: a job that is cancelled ends as cancelled") {
  Gaia gaia;
  Performed wait(gaia, "Wait");
  wait.begin();
  EXPECT_EQUAL(wait.next().log().text(), "waiting");
  wait.cancel("run_stopped");
  const wire::Result result = wait.result();
  EXPECT_EQUAL(result.outcome(), wire::Result::CANCELLED);
  EXPECT_EQUAL(result.message(), "run_stopped");
}

TEST("served: when the call is broken off, the job is cancelled, and others are not disturbed") {
  Gaia gaia;
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
  Gaia gaia;
  Performed unknown(gaia, "Nowhere");
  unknown.begin();
  EXPECT_EQUAL(unknown.status().substr(0, 2), "5 ");

  Performed twice(gaia, "Wait");
  twice.begin();
  EXPECT_EQUAL(twice.next().log().text(), "waiting");
  twice.begin();
  EXPECT_EQUAL(twice.status(), "3 a call performs one job");

  Performed none(gaia, "Echo");
  none.say_no_more();
  EXPECT_EQUAL(none.status(), "3 the first message says which job to start");

  Performed broken(gaia, "Later");
  (*(*broken.start().mutable_outputs())["Echo"].mutable_values())["name"] = "{";
  broken.begin();
  EXPECT_EQUAL(broken.status(), "3 an output of a dependency: this is no JSON: a name in quotes is expected at byte 1");
}

TEST("served: messages may be larger than 4 MiB") {
  Gaia gaia;
  const std::string large(9 * 1024 * 1024, 'x');
  Performed echo(gaia, "Echo");
  (*echo.start().mutable_arguments())["name"] = large;
  echo.begin();
  EXPECT_EQUAL(echo.result().outputs().at("name").size(), large.size() + 2);
  EXPECT_EQUAL(gaia.execute("Echo", {{"name", large}}).SerializeAsString(), "");
}

TEST("served: two hundred jobs run at once") {
  Gaia gaia;
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
  Gaia gaia({Authority::kSubject});
  EXPECT_EQUAL(gaia.execute("Echo").SerializeAsString(), "");
}

TEST("served: SIGTERM ends it; jobs that listen tidy up first, the others end with it") {
  Gaia gaia;
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
  Gaia gaia;
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
