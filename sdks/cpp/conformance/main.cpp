// The conformance program in C++: see ../../conformance/README.md.
#include <gaia/gaia.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <system_error>
#include <thread>

using namespace std::chrono_literals;

namespace {

/// Characters of a text of UTF-8.
std::size_t characters_of(const std::string& text) {
  std::size_t count = 0;
  for (const char byte : text) count += (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
  return count;
}

void greet(gaia::Context& job) {
  const std::string greeting = "hello " + job.argument("name");
  job.info(greeting);
  job.set_output("greeting", greeting);
  job.set_output("note", job.argument("note"));
  job.set_output("times", job.argument<double>("times"));
  job.set_output("loud", job.argument<bool>("loud"));
  job.set_output("tone", job.argument("tone"));
  job.set_output("token_length", characters_of(job.argument("TOKEN")));
}

void levels(gaia::Context& job) {
  job.debug("a debug line");
  job.info("an info line");
  job.warn("a warning");
  job.error("an error");
  job.info("two\nlines");
}

void sum(gaia::Context& job) {
  double total = 0;
  for (const auto& [title, outputs] : job.outputs()) total += outputs.at("index").number();
  job.set_output("sum", total);
}

void noise(gaia::Context&) {
  constexpr char bytes[] = {'\x00', '\xff', '\xfe', '\x0a'};
  std::cout.write(bytes, sizeof bytes);
  std::cout << "on stdout" << std::endl;
  std::cerr.write(bytes, sizeof bytes);
  std::cerr << "on stderr" << std::endl;
}

void child(gaia::Context& job) {
  FILE* const output = popen("printf \"$GAIA_PLUGIN_CERT$GAIA_PLUGIN_KEY$GAIA_PLUGIN_CA_CERT\"", "r");
  if (output == nullptr) throw std::system_error(errno, std::generic_category(), "popen");
  std::string printed;
  for (int byte = std::fgetc(output); byte != EOF; byte = std::fgetc(output)) printed += static_cast<char>(byte);
  pclose(output);
  job.set_output("certificates", printed);
}

void call(gaia::Context& job) {
  const gaia::Run run = job.await(job.start_pipeline(job.argument("pipeline"), {{"x", "1"}}));
  job.set_output("run", run.id);
  job.set_output("status", run.status);
  const auto answer = run.outputs.find("answer");
  job.set_output("answer", answer == run.outputs.end() ? gaia::Json() : answer->second);
}

void read_greeting(gaia::Context& job) {
  static std::atomic<int> count = 0;
  job.set_output("echo", job.output_of("Greet", "greeting"));
  job.set_output("count", ++count);
}

void flaky(gaia::Context& job) {
  if (job.attempt() == 1) throw std::runtime_error("not yet");
}

void part(gaia::Context& job) {
  job.set_output("index", job.argument<int>("index"));
  job.set_output("title", job.title());
  job.set_output("token_length", characters_of(job.argument("TOKEN")));
}

void wait_for_cancellation(gaia::Context& job) {
  job.cancellation().wait();
  job.cancellation().throw_if_requested();
}

void wait(gaia::Context& job) {
  job.info("waiting");
  wait_for_cancellation(job);
}

void ignore_cancellation(gaia::Context& job) {
  job.info("waiting");
  while (true) std::this_thread::sleep_for(1h);
}

void sleep_a_while(gaia::Context& job) { job.sleep_for(std::chrono::milliseconds(job.argument<int>("ms"))); }

void size(gaia::Context& job) {
  job.set_output("wert", job.argument("wert"));
  job.set_output("title", job.title());
}

}  // namespace

int main(int argc, char** argv) {
  if (std::getenv("CONFORMANCE_NOISE") != nullptr) std::cout << "too early" << std::endl;
  gaia::Pipeline pipeline;
  const auto greeting = pipeline.job("Greet", greet)
                            .description("Says hello")
                            .argument(gaia::text("name", "Who is greeted").defaults_to("world"))
                            .argument(gaia::textarea("note"))
                            .argument(gaia::boolean("loud").defaults_to(false))
                            .argument(gaia::number("times").defaults_to(2))
                            .argument(gaia::choice("tone", {"calm", "wild"}).defaults_to("calm"))
                            .argument(gaia::vault("TOKEN"));
  pipeline.job("Read", read_greeting).after(greeting);
  pipeline.job("Levels", levels);
  pipeline.job("Needs", [](gaia::Context& job) { job.set_output("what", job.argument("what")); })
      .argument(gaia::text("what").required());
  pipeline.job("Fail", [](gaia::Context&) { throw std::runtime_error("it broke: ☃"); });
  pipeline.job("Flaky", flaky).attempts(2);
  pipeline.job("Exit", [](gaia::Context&) { throw gaia::ExitPipeline("enough"); });
  pipeline.job("Throw", [](gaia::Context&) { throw 42; });
  pipeline.job("Skip", [](gaia::Context&) {}).when([](gaia::Context&) { return false; }, "not today");

  const auto part_of_sum =
      pipeline.on_demand("Part", part).argument(gaia::number("index")).argument(gaia::vault("TOKEN"));
  const auto sum_of_parts = pipeline.on_demand("Sum", sum);
  const auto grow = [=](gaia::Context& job) {
    const int count = job.argument<int>("parts");
    std::vector<gaia::Reference> parts;
    for (int index = 1; index <= count; ++index) {
      parts.push_back(job.add(part_of_sum, "Part " + std::to_string(index), {{"index", index}}));
    }
    job.add(sum_of_parts, "Join", {}, parts);
    job.set_output("parts", count);
  };
  pipeline.job("Grow", grow).argument(gaia::number("parts").defaults_to(2));

  pipeline.job("Wait", wait);
  pipeline.job("Stubborn", ignore_cancellation).timeout(300ms);
  pipeline.job("Crash", [](gaia::Context&) { _exit(7); });
  pipeline.job("Sleep", sleep_a_while).argument(gaia::number("ms").defaults_to(200));
  pipeline.job("Noise", noise);
  pipeline.job("Child", child);
  pipeline.job("Call", call).argument(gaia::text("pipeline").defaults_to("other"));
  pipeline.job("Größe ☃", size).argument(gaia::text("wert").defaults_to("ü"));
  pipeline.job("Slow", wait_for_cancellation).timeout(300ms);
  return pipeline.serve(argc, argv);
}
