// Whole pipelines, run without a server.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "check.h"
#include "gaia/gaia.h"
#include "gaia/testing.h"

using gaia::testing::Outcome;
using gaia::testing::RunReport;
using gaia::testing::Trial;

namespace {

void nothing(gaia::Context&) {}

/// `Title outcome`, in the order of their titles.
std::string outcomes_of(const RunReport& report) {
  std::set<std::string> lines;
  for (const auto& job : report.jobs) lines.insert(job.title + " " + name_of(job.outcome));
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : ", ") + line;
  return text;
}

/// Opens when so many have arrived.
class Gate {
 public:
  explicit Gate(int wanted) : wanted_(wanted) {}

  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    if (!changed_.wait_for(lock, std::chrono::seconds(60), [this] { return arrived_ >= wanted_; })) {
      throw std::runtime_error("the others did not come");
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  const int wanted_;
  int arrived_ = 0;
};

}  // namespace

TEST("a run: outputs go from job to job, in the order of dependencies") {
  gaia::Pipeline pipeline;
  const auto add_up = [](gaia::Context& job) {
    job.set_output("sum", job.output_of("Left", "n").integer() + job.output_of("Right", "n").integer());
    EXPECT_EQUAL(job.outputs().size(), 2u);
  };
  const auto add = [](gaia::Context& job) {
    job.set_output("n", job.output_of("First", "n").integer() + job.argument<int>("plus"));
  };
  pipeline.job("Last", add_up).after("Left", "Right");
  for (const char* title : {"Left", "Right"}) {
    pipeline.job(title, add).after("First").argument(gaia::number("plus").defaults_to(10));
  }
  pipeline.job("First", [](gaia::Context& job) { job.set_output("n", 1); });
  const RunReport report = Trial(pipeline).argument("plus", 20).run_pipeline();
  EXPECT(report.succeeded);
  EXPECT_EQUAL(report["last"].outputs.at("sum").integer(), 42);
}

TEST("a run: independent jobs run at once") {
  Gate gate(3);
  gaia::Pipeline pipeline;
  for (const char* title : {"A", "B", "C"}) pipeline.job(title, [&](gaia::Context&) { gate.pass(); });
  EXPECT_EQUAL(outcomes_of(Trial(pipeline).run_pipeline()), "A succeeded, B succeeded, C succeeded");
}

TEST("a run: what depends on a failure is left out, the rest goes on") {
  gaia::Pipeline pipeline;
  pipeline.job("Fail", [](gaia::Context&) { throw std::runtime_error("no"); });
  pipeline.job("Behind", nothing).after("Fail");
  pipeline.job("Far behind", nothing).after("Behind");
  pipeline.job("Skipped", nothing).when([](gaia::Context&) { return false; });
  pipeline.job("Behind a skip", nothing).after("Skipped");
  const RunReport report = Trial(pipeline).run_pipeline();
  EXPECT(!report.succeeded);
  EXPECT_EQUAL(outcomes_of(report),
               "Behind a skip succeeded, Behind not_run, Fail failed, Far behind not_run, Skipped skipped");
  EXPECT_EQUAL(report["Far behind"].message, "Behind did not succeed");
}

TEST("a run: a job is tried again as often as it may") {
  gaia::Pipeline pipeline;
  const auto flaky = [](gaia::Context& job) {
    job.info("attempt ", job.attempt());
    if (job.attempt() < 3) throw std::runtime_error("not yet");
  };
  pipeline.job("Flaky", flaky).attempts(3);
  pipeline.job("Hopeless", [](gaia::Context&) { throw std::runtime_error("never"); }).attempts(2);
  const RunReport report = Trial(pipeline).run_pipeline();
  EXPECT_EQUAL(outcomes_of(report), "Flaky succeeded, Hopeless failed");
  EXPECT_EQUAL(report["Flaky"].attempts, 3);
  EXPECT_EQUAL(report["Hopeless"].attempts, 2);
  EXPECT(report["Flaky"].log_text().find("attempt 3") != std::string::npos);
}

TEST("a run: a job ends it without a failure") {
  gaia::Pipeline pipeline;
  pipeline.job("Exit", [](gaia::Context&) { throw gaia::ExitPipeline("enough"); });
  pipeline.job("Behind", nothing).after("Exit");
  const RunReport report = Trial(pipeline).run_pipeline();
  EXPECT(report.succeeded);
  EXPECT_EQUAL(outcomes_of(report), "Behind not_run, Exit exit_pipeline");
}

TEST("a run: it grows by the jobs that one adds, and only once that one succeeded") {
  gaia::Pipeline pipeline;
  const auto square = [](gaia::Context& job) {
    job.set_output("square", job.argument<int>("n") * job.argument<int>("n"));
  };
  const auto part = pipeline.on_demand("Part", square).argument(gaia::number("n"));
  const auto sum = pipeline.on_demand("Sum", [](gaia::Context& job) {
    std::int64_t total = 0;
    for (const auto& [title, outputs] : job.outputs()) total += outputs.at("square").integer();
    job.set_output("sum", total);
  });
  const auto grow = [&](gaia::Context& job) {
    std::vector<gaia::Reference> parts;
    for (int n = 1; n <= 3; ++n) parts.push_back(job.add(part, "Part " + std::to_string(n), {{"n", n}}));
    job.add(sum, "Total", {}, parts);
    if (job.attempt() == 1) throw std::runtime_error("not yet");
  };
  pipeline.job("Grow", grow).attempts(2);
  const RunReport report = Trial(pipeline).run_pipeline();
  EXPECT(report.succeeded);
  EXPECT_EQUAL(report["Total"].outputs.at("sum").integer(), 14);
  EXPECT_EQUAL(report.jobs.size(), 5u);
}

TEST("a run: an added job has the arguments that it was given, and its secrets") {
  gaia::Pipeline pipeline;
  const auto keep = [](gaia::Context& job) {
    for (const auto& [key, value] : job.arguments()) job.set_output(key, value);
  };
  const auto part = pipeline.on_demand("Part", keep).argument(gaia::text("name")).argument(gaia::vault("SECRET"));
  pipeline.job("Grow", [&](gaia::Context& job) { job.add(part, "Part 1", {{"more", 2}}); });
  const RunReport report = Trial(pipeline).argument("name", "Ada").argument("SECRET", "s3").run_pipeline();
  EXPECT_EQUAL(gaia::Json(report["Part 1"].outputs).dump(), "{\"SECRET\":\"s3\",\"more\":\"2\"}");
}

TEST("a run: one that a job has ended can still be cancelled") {
  gaia::Pipeline pipeline;
  const auto gate = std::make_shared<Gate>(2);
  pipeline.job("Exit", [](gaia::Context&) { throw gaia::ExitPipeline(); });
  pipeline.job("Running", [=](gaia::Context& job) {
    gate->pass();
    job.sleep_for(std::chrono::hours(1));
  });
  const Trial trial(pipeline);
  std::thread stop([&] {
    gate->pass();
    trial.cancellation().request("stopped");
  });
  const RunReport report = trial.run_pipeline();
  stop.join();
  EXPECT_EQUAL(outcomes_of(report), "Exit exit_pipeline, Running cancelled");
}

TEST("a run: jobs that cannot be added fail the one that adds them") {
  gaia::Pipeline pipeline;
  const auto part = pipeline.on_demand("Part", nothing);
  pipeline.job("Unknown", [&](gaia::Context& job) { job.add(part, "A", {}, {"Nowhere"}); });
  pipeline.job("Circle", [&](gaia::Context& job) {
    job.add(part, "B", {}, {"C"});
    job.add(part, "C", {}, {"B"});
  });
  pipeline.job("Again", [&](gaia::Context& job) { job.add(part, "D"); });
  pipeline.job("And again", [&](gaia::Context& job) { job.add(part, "d"); }).after("Again");
  const RunReport report = Trial(pipeline).run_pipeline();
  EXPECT_EQUAL(report["Unknown"].message,
               "\"Unknown\" added a job that cannot be: \"A\" depends on \"Nowhere\", which does not exist");
  EXPECT_EQUAL(report["Circle"].message, "\"Circle\" added a job that cannot be: \"B\" and others go in a circle");
  EXPECT_EQUAL(report["And again"].message, "\"And again\" added a job that cannot be: there is a job \"d\" already");
  EXPECT_EQUAL(report.jobs.size(), 5u);
}

TEST("a run: a timeout is a failure, and a reason to try again") {
  std::atomic<int> calls = 0;
  gaia::Pipeline pipeline;
  const auto slow_once = [&](gaia::Context& job) {
    if (++calls == 1) job.sleep_for(std::chrono::hours(1));
  };
  pipeline.job("Slow once", slow_once).timeout(std::chrono::milliseconds(200)).attempts(2);
  const RunReport report = Trial(pipeline).run_pipeline();
  EXPECT_EQUAL(report["Slow once"].attempts, 2);
}

TEST("a run: when it is cancelled, running jobs are, and no other starts") {
  gaia::Pipeline pipeline;
  const auto started = std::make_shared<Gate>(2);
  pipeline.job("Running", [=](gaia::Context& job) {
    started->pass();
    job.sleep_for(std::chrono::hours(1));
  });
  pipeline.job("Behind", nothing).after("Running");
  const Trial trial(pipeline);
  std::thread stop([&] {
    started->pass();
    trial.cancellation().request("stopped");
  });
  const RunReport report = trial.run_pipeline();
  stop.join();
  EXPECT(!report.succeeded);
  EXPECT_EQUAL(outcomes_of(report), "Behind not_run, Running cancelled");
}

TEST("a run: more jobs than threads come to their turn") {
  std::atomic<int> done = 0;
  gaia::Pipeline pipeline;
  const auto count = [&](gaia::Context&) { ++done; };
  for (int index = 0; index < 500; ++index) pipeline.job("Job " + std::to_string(index), count);
  EXPECT(Trial(pipeline).run_pipeline().succeeded);
  EXPECT_EQUAL(done.load(), 500);
}
