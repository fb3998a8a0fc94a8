#include "sample.h"

#include <unistd.h>

#include <atomic>
#include <thread>

namespace {

/// Neither an exception nor a text.
struct Surprise {};

void throw_as_told(gaia::Context& job) {
  const std::string what = job.argument("what");
  if (what == "text") throw std::string("a text");
  if (what == "literal") throw "a literal";
  if (what == "surprise") throw Surprise();
  if (what == "binary") throw std::runtime_error("\xff\xfe broken");
  if (what == "long") throw std::runtime_error(std::string(65'535, 'x') + "☃");
  if (what == "nothing") throw std::runtime_error("");
  if (what == "cancelled") throw gaia::Cancelled("by nobody");
  try {
    throw std::runtime_error("the disk is full");
  } catch (...) {
    std::throw_with_nested(std::logic_error("cannot save"));
  }
}

void echo(gaia::Context& job) {
  for (const auto& [key, value] : job.arguments()) job.set_output(key, value);
}

void wait(gaia::Context& job) {
  job.info("waiting");
  job.cancellation().wait();
  job.cancellation().throw_if_requested();
}

void ask(gaia::Context& job) {
  const gaia::Run started = job.start_pipeline(job.argument("pipeline"), {{"x", 1}, {"y", "two"}, {"z", true}});
  const gaia::Run ended = job.await(started);
  job.set_output("run", ended.id);
  job.set_output("status", ended.status);
  job.set_output("outputs", ended.outputs);
}

}  // namespace

gaia::Pipeline sample_pipeline(const std::string& name) {
  gaia::Pipeline pipeline;
  if (name == "broken") {
    pipeline.job("One", echo).after("One");
    pipeline.job("ONE", echo).after("Nowhere");
    return pipeline;
  }
  const auto first = pipeline.job("Echo", echo)
                         .description("Hands its arguments on")
                         .argument(gaia::text("name", "Who").defaults_to("world"))
                         .argument(gaia::choice("tone", {"calm", "wild"}).defaults_to("calm"))
                         .argument(gaia::number("count").defaults_to(3))
                         .argument(gaia::vault("SECRET"));
  pipeline.job("Later", [first](gaia::Context& job) { job.set_output("seen", job.output_of(first, "name")); })
      .after(first)
      .attempts(3)
      .timeout(std::chrono::minutes(2));
  pipeline.job("Throw", throw_as_told).argument(gaia::text("what").defaults_to("nested"));
  pipeline.job("Exit", [](gaia::Context&) { throw gaia::ExitPipeline("enough"); });
  pipeline.job("Skip", echo).when([](gaia::Context&) { return gaia::skip("not today"); });
  pipeline.job("Wait", wait);
  pipeline.job("Stubborn", [](gaia::Context& job) {
    job.info("waiting");
    while (true) std::this_thread::sleep_for(std::chrono::hours(1));
  });
  pipeline.job("Tidy", [](gaia::Context& job) {
    job.info("waiting");
    job.cancellation().wait();
    constexpr char tidied[] = "tidied up\n";
    (void)!::write(STDERR_FILENO, tidied, sizeof tidied - 1);
  });
  pipeline.job("Slow", wait).timeout(std::chrono::milliseconds(50));
  pipeline.job("Log", [](gaia::Context& job) {
    job.debug("number ", 1);
    job.warn("two\nlines");
    job.error("bytes \xff\xfe");
  });
  pipeline.job("Chatty", [](gaia::Context& job) {
    for (int line = 0; line < 20'000; ++line) job.info(line, " ", std::string(1'000, '.'));
    job.info(std::string(3 * 1024 * 1024, 'y'));
  });
  pipeline.job("Ask", ask).argument(gaia::text("pipeline").defaults_to("other"));
  const auto part = pipeline.on_demand("Part", echo).argument(gaia::number("index"));
  pipeline.job("Grow", [part](gaia::Context& job) {
    const auto added = job.add(part, "Part 1", {{"index", 1}});
    job.add(part, "Part 2", {{"index", 2}}, {added, "Grow"});
  });
  return pipeline;
}
