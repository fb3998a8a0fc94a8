// What jobs can do, tried with the test helpers that authors have.
#include <atomic>
#include <cmath>
#include <thread>

#include "check.h"
#include "gaia/gaia.h"
#include "gaia/testing.h"
#include "sample.h"

using gaia::testing::JobReport;
using gaia::testing::Outcome;
using gaia::testing::Trial;

namespace {

Trial sample() { return Trial(sample_pipeline("good")); }

/// How a job with this function goes.
JobReport report_of(const gaia::Function& function, const std::vector<gaia::Argument>& arguments = {},
                    const gaia::Values& given = {}) {
  gaia::Pipeline pipeline;
  const auto job = pipeline.job("Job", function);
  for (const gaia::Argument& argument : arguments) job.argument(argument);
  Trial trial(pipeline);
  for (const auto& [key, value] : given) trial.argument(key, value);
  return trial.run_job(job);
}

std::string outcome_of(const JobReport& report) {
  return std::string(name_of(report.outcome)) + (report.message.empty() ? "" : ": " + report.message);
}

template <class Type>
std::string reading(const gaia::Argument& argument, const gaia::Values& given) {
  const std::string key = argument.key();
  const JobReport report =
      report_of([&](gaia::Context& job) { job.set_output("read", job.argument<Type>(key)); }, {argument}, given);
  return report.outcome == Outcome::succeeded ? report.outputs.at("read").dump() : report.message;
}

}  // namespace

TEST("arguments: they are converted, and take their defaults") {
  EXPECT_EQUAL(reading<std::string>(gaia::text("k").defaults_to("d"), {}), "\"d\"");
  EXPECT_EQUAL(reading<std::string>(gaia::text("k").defaults_to("d"), {{"k", ""}}), "\"\"");
  EXPECT_EQUAL(reading<std::string>(gaia::text("k"), {}), "\"\"");
  EXPECT_EQUAL(reading<int>(gaia::number("k").defaults_to(2), {{"k", ""}}), "2");
  EXPECT_EQUAL(reading<int>(gaia::number("k"), {{"k", " +7 "}}), "7");
  EXPECT_EQUAL(reading<int>(gaia::number("k"), {{"k", "1e3"}}), "1000");
  EXPECT_EQUAL(reading<std::int64_t>(gaia::number("k"), {{"k", "9007199254740993"}}), "9007199254740993");
  EXPECT_EQUAL(reading<double>(gaia::number("k"), {{"k", 2.5}}), "2.5");
  EXPECT_EQUAL(reading<bool>(gaia::boolean("k"), {{"k", "True"}}), "true");
  EXPECT_EQUAL(reading<bool>(gaia::boolean("k"), {}), "false");
  EXPECT_EQUAL(reading<bool>(gaia::boolean("k").defaults_to(true), {{"k", ""}}), "true");
  EXPECT_EQUAL(reading<std::string>(gaia::choice("k", {"a", "b"}), {{"k", "b"}}), "\"b\"");
}

TEST("arguments: what cannot be converted fails the job") {
  EXPECT_EQUAL(reading<double>(gaia::number("times"), {{"times", "x"}}),
               "argument \"times\" is \"x\", which is no number");
  EXPECT_EQUAL(reading<double>(gaia::number("k"), {{"k", "inf"}}), "argument \"k\" is \"inf\", which is no number");
  EXPECT_EQUAL(reading<double>(gaia::number("k"), {{"k", "0x10"}}), "argument \"k\" is \"0x10\", which is no number");
  EXPECT_EQUAL(reading<double>(gaia::number("k"), {}), "argument \"k\" is not given");
  EXPECT_EQUAL(reading<int>(gaia::number("k"), {{"k", "2.5"}}), "argument \"k\" is \"2.5\", which is no whole number");
  EXPECT_EQUAL(reading<std::uint8_t>(gaia::number("k"), {{"k", "-1"}}),
               "argument \"k\" is \"-1\", which is not between 0 and 255");
  EXPECT_EQUAL(reading<std::int64_t>(gaia::number("k"), {{"k", "1e300"}}),
               "argument \"k\" is \"1e300\", which is not between -9223372036854775808 and 9223372036854775807");
  EXPECT_EQUAL(reading<bool>(gaia::boolean("k"), {{"k", "maybe"}}),
               "argument \"k\" is \"maybe\", which is neither true nor false");
  EXPECT_EQUAL(reading<std::string>(gaia::choice("k", {"a", "b"}), {{"k", "c"}}),
               "argument \"k\" is \"c\", which is none of a, b");
}

TEST("arguments: an optional one may be missing, an unknown one is a mistake") {
  const auto report = report_of(
      [](gaia::Context& job) {
        EXPECT(!job.argument<std::optional<int>>("n").has_value());
        EXPECT_EQUAL(*job.argument<std::optional<int>>("m"), 4);
        EXPECT_EQUAL(job.argument("undeclared"), "as sent");
        EXPECT(!job.has_argument("n"));
        job.argument("unknown");
      },
      {gaia::number("n"), gaia::number("m")}, {{"m", 4}, {"undeclared", "as sent"}});
  EXPECT_EQUAL(outcome_of(report), "failed: the job \"Job\" has no argument \"unknown\"");
}

TEST("arguments: a required one is asked for before the job starts") {
  bool called = false;
  const auto function = [&](gaia::Context&) { called = true; };
  EXPECT_EQUAL(outcome_of(report_of(function, {gaia::text("what").required()}, {{"what", ""}})),
               "failed: argument \"what\" is required, and not given");
  EXPECT(!called);
  EXPECT_EQUAL(outcome_of(report_of(function, {gaia::text("what").defaults_to("x").required()})), "succeeded");
  EXPECT(called);
}

TEST("a job: whatever it throws fails it, and the log says what it was") {
  EXPECT_EQUAL(outcome_of(sample().argument("what", "text").run_job("Throw")), "failed: a text");
  EXPECT_EQUAL(outcome_of(sample().argument("what", "literal").run_job("Throw")), "failed: a literal");
  EXPECT_EQUAL(outcome_of(sample().argument("what", "surprise").run_job("Throw")),
               "failed: the job threw (anonymous namespace)::Surprise");
  EXPECT_EQUAL(outcome_of(sample().argument("what", "nothing").run_job("Throw")),
               "failed: the job threw std::runtime_error without a text");
  EXPECT_EQUAL(outcome_of(sample().argument("what", "binary").run_job("Throw")), "failed: \xef\xbf\xbd broken");
  EXPECT_EQUAL(outcome_of(sample().argument("what", "cancelled").run_job("Throw")), "failed: by nobody");
  const auto nested = sample().run_job("Throw");
  EXPECT_EQUAL(outcome_of(nested), "failed: cannot save");
  EXPECT(nested.log_text().find("because of std::runtime_error: the disk is full") != std::string::npos);
}

TEST("a job: its message is cut at 64 KiB, between two characters") {
  const auto report = sample().argument("what", "long").run_job("Throw");
  EXPECT_EQUAL(report.message.size(), 65'535u);
}

TEST("a job: it ends the pipeline, or is skipped, with its reason") {
  EXPECT_EQUAL(outcome_of(sample().run_job("Exit")), "exit_pipeline: enough");
  EXPECT_EQUAL(outcome_of(sample().run_job("Skip")), "skipped: not today");
  gaia::Pipeline pipeline;
  pipeline.job("Static", [](gaia::Context&) {}).when([](gaia::Context&) { return false; });
  pipeline.job("Bad", [](gaia::Context&) {}).when([](gaia::Context&) -> bool { throw std::runtime_error("no idea"); });
  EXPECT_EQUAL(outcome_of(Trial(pipeline).run_job("static")), "skipped: its condition does not hold");
  EXPECT_EQUAL(outcome_of(Trial(pipeline).run_job("bad")), "failed: no idea");
}

TEST("a job: outputs are any JSON, and found by job or title in any case") {
  const auto later = sample().output("ECHO", "name", "Ada").run_job("Later");
  EXPECT_EQUAL(later.outputs.at("seen").text(), "Ada");
  EXPECT(sample().run_job("Later").outputs.at("seen").is_null());
  const auto report = report_of([](gaia::Context& job) { job.set_output("bad", std::vector<double>{1, NAN}); });
  EXPECT_EQUAL(outcome_of(report), "failed: output \"bad\": JSON has no number that is infinite or none");
}

TEST("a job: log lines have levels, and are UTF-8 whatever was written") {
  const auto report = sample().run_job("Log");
  EXPECT_EQUAL(report.log_text(), "number 1\ntwo\nlines\nbytes \xef\xbf\xbd\n");
  EXPECT(report.log.at(0).level == gaia::Level::debug && report.log.at(2).level == gaia::Level::error);
}

TEST("a job: it ends as cancelled when it is asked to, and calls back") {
  const Trial trial = sample();
  trial.cancellation().request("run_stopped");
  EXPECT_EQUAL(outcome_of(trial.run_job("Wait")), "cancelled: run_stopped");

  const gaia::Cancellation cancellation;
  std::atomic<int> calls = 0;
  const gaia::Cancellation::Callback before(cancellation, [&] { ++calls; });
  {
    const gaia::Cancellation::Callback gone(cancellation, [&] { calls += 100; });
  }
  cancellation.request("first");
  cancellation.request("second");
  const gaia::Cancellation::Callback after(cancellation, [&] { ++calls; });
  while (calls < 2) std::this_thread::yield();
  EXPECT_EQUAL(calls.load(), 2);
  EXPECT_EQUAL(cancellation.reason(), "first");
  EXPECT(cancellation.wait_for(std::chrono::hours(1)));
}

TEST("a job: its timeout fails it") {
  EXPECT_EQUAL(outcome_of(sample().run_job("Slow")), "failed: timed out after 50 ms");
}

TEST("a job: it adds jobs, each with a title of its own") {
  const auto report = sample().run_job("Grow");
  EXPECT_EQUAL(report.added.size(), 2u);
  EXPECT_EQUAL(report.added.at(0).job, "Part");
  EXPECT_EQUAL(report.added.at(1).arguments.at("index"), "2");
  EXPECT_EQUAL(report.added.at(1).depends_on.at(0), "Part 1");

  gaia::Pipeline other;
  const auto stranger = other.job("Stranger", [](gaia::Context&) {});
  gaia::Pipeline pipeline;
  gaia::Job part = pipeline.on_demand("Part", [](gaia::Context&) {});
  pipeline.job("Grow", [&](gaia::Context& job) {
    EXPECT_EQUAL(check::thrown_by([&] { job.add(stranger, "X"); }), "\"Stranger\" is a job of another pipeline");
    EXPECT_EQUAL(check::thrown_by([&] { job.add(part, ""); }), "the title of an added job is empty, or not UTF-8");
    EXPECT_EQUAL(check::thrown_by([&] { job.add(part, "GROW"); }), "there is a job with the title \"GROW\" already");
    job.add(part, "part");
    EXPECT_EQUAL(check::thrown_by([&] { job.add(part, "PART"); }), "there is a job with the title \"PART\" already");
  });
  EXPECT_EQUAL(outcome_of(Trial(pipeline).run_job("Grow")), "succeeded");
}

TEST("a job: it starts another pipeline, which a test answers") {
  auto trial = sample();
  trial.answer("other", {{"answer", 42}});
  const auto report = trial.run_job("Ask");
  EXPECT_EQUAL(report.outputs.at("status").text(), "completed");
  EXPECT_EQUAL(report.outputs.at("outputs")["answer"].integer(), 42);
  EXPECT_EQUAL(outcome_of(sample().run_job("Ask")), "failed: the test has no answer for the pipeline \"other\"");
}

TEST("a test: mistakes in it are told") {
  EXPECT_EQUAL(check::thrown_by([] { sample().run_job("Nowhere"); }), "there is no job \"Nowhere\" in this pipeline");
  EXPECT_EQUAL(check::thrown_by([] { Trial(gaia::Pipeline()); }), "the pipeline has no jobs");
}
