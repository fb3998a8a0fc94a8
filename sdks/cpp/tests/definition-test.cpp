#include "definition.h"
#include "check.h"
#include "gaia/gaia.h"
#include "unicode.h"

namespace {

void nothing(gaia::Context&) {}

std::string problems_of(const gaia::Pipeline& pipeline) {
  return check::thrown_by([&] { pipeline.check(); });
}

std::string problems_with(const gaia::Argument& argument) {
  gaia::Pipeline pipeline;
  pipeline.job("Job", nothing).argument(argument);
  return problems_of(pipeline);
}

}  // namespace

TEST("a pipeline: ids are FNV-1a of the title's bytes") {
  EXPECT_EQUAL(gaia::detail::id_of("Create DB User"), 1904494256u);
  EXPECT_EQUAL(gaia::detail::id_of("Größe ☃"), 1986133717u);
}

TEST("a pipeline: jobs depend on jobs, or on titles in any case") {
  gaia::Pipeline pipeline;
  const auto first = pipeline.job("Größe", nothing);
  pipeline.job("Second", nothing).after(first, "GRÖSSE 2");
  pipeline.job("größe 2", nothing).after({"GRÖßE"});
  EXPECT_EQUAL(problems_of(pipeline), "job \"Second\": it depends on \"GRÖSSE 2\", which does not exist");
  gaia::Pipeline good;
  good.job("Third", nothing).after("größe");
  good.job("GRÖßE", nothing);
  EXPECT_EQUAL(problems_of(good), "nothing was thrown");
}

TEST("a pipeline: everything that is wrong is told at once") {
  gaia::Pipeline other;
  gaia::Pipeline pipeline;
  const auto part = pipeline.on_demand("Part", nothing).after("First");
  pipeline.job("First", nullptr).attempts(0).timeout(std::chrono::milliseconds(-1));
  pipeline.job("FIRST", nothing);
  pipeline.job("", nothing);
  pipeline.job("\xff", nothing);
  pipeline.job("Last", nothing).after(part, other.job("First", nothing), "Nowhere");
  pipeline.job("Twice", nothing).argument(gaia::text("k")).argument(gaia::number("k"));
  EXPECT_EQUAL(problems_of(pipeline),
               "job \"FIRST\": the title is taken by \"First\"; give each job one of its own\n"
               "a job has no title\n"
               "the title of a job is not UTF-8: \"\xef\xbf\xbd\"\n"
               "job \"Part\": it is on demand; what it depends on is said where it is added\n"
               "job \"First\": there is no function that performs it\n"
               "job \"First\": attempts are counted from 1\n"
               "job \"First\": its timeout is negative\n"
               "job \"Last\": it depends on \"Part\", which is on demand and no part of the graph\n"
               "job \"Last\": it depends on \"First\", which is a job of another pipeline\n"
               "job \"Last\": it depends on \"Nowhere\", which does not exist\n"
               "job \"Twice\": the argument \"k\" is there twice");
}

TEST("a pipeline: circles are found, and shown") {
  gaia::Pipeline pipeline;
  pipeline.job("Start", nothing);
  pipeline.job("A", nothing).after("Start", "C");
  pipeline.job("B", nothing).after("A");
  pipeline.job("C", nothing).after("B");
  EXPECT_EQUAL(problems_of(pipeline), "jobs depend on each other in a circle: \"A\" → \"C\" → \"B\" → \"A\"");
  gaia::Pipeline alone;
  alone.job("Me", nothing).after("me");
  EXPECT_EQUAL(problems_of(alone), "jobs depend on each other in a circle: \"Me\" → \"Me\"");
}

TEST("a pipeline: ten thousand jobs are checked, however many ways lead through them") {
  gaia::Pipeline pipeline;
  for (int level = 0; level < 5'000; ++level) {
    for (const char* side : {"Left ", "Right "}) {
      const auto job = pipeline.job(side + std::to_string(level), nothing);
      const std::string next = std::to_string(level + 1);
      if (level < 4'999) job.after("Left " + next, "Right " + next);
    }
  }
  EXPECT_EQUAL(problems_of(pipeline), "nothing was thrown");
}

TEST("a pipeline: without jobs it is none") { EXPECT_EQUAL(problems_of({}), "the pipeline has no jobs"); }

TEST("arguments: defaults have to be of their type") {
  EXPECT_EQUAL(problems_with(gaia::number("n").defaults_to("x")),
               "job \"Job\": the argument \"n\" has the default \"x\", which is no number");
  EXPECT_EQUAL(problems_with(gaia::boolean("b").defaults_to("yes")),
               "job \"Job\": the argument \"b\" has the default \"yes\", which is neither true nor false");
  EXPECT_EQUAL(problems_with(gaia::choice("c", {"a", "b"}).defaults_to("d")),
               "job \"Job\": the argument \"c\" has the default \"d\", which is none of its choices");
  EXPECT_EQUAL(problems_with(gaia::choice("c", {})), "job \"Job\": the argument \"c\" has nothing to choose from");
  EXPECT_EQUAL(problems_with(gaia::vault("V").defaults_to("hunter2")),
               "job \"Job\": the argument \"V\" is a secret, which has no default");
  EXPECT_EQUAL(problems_with(gaia::text("")), "job \"Job\": the key of an argument is empty, or not UTF-8");
  EXPECT_EQUAL(problems_with(gaia::number("n").defaults_to(2.5)), "nothing was thrown");
  EXPECT_EQUAL(problems_with(gaia::boolean("b").defaults_to(true)), "nothing was thrown");
}

TEST("Unicode: text is folded, repaired and cut between characters") {
  using namespace gaia::detail;
  EXPECT_EQUAL(lower_case("ÄÖ É Ж Σ ☃ ABC\xff"), "äö é ж σ ☃ abc\xff");
  EXPECT_EQUAL(repaired("a\xc3(\xed\xa0\x80\xf4\x90\x80\x80\xc0\xaf"), "a\xef\xbf\xbd(\xef\xbf\xbd");
  EXPECT(is_utf8("ü☃😀") && !is_utf8("\xc3") && !is_utf8("\xe2\x98"));
  EXPECT_EQUAL(cut("ab☃", 4), "ab");
  EXPECT_EQUAL(cut("ab☃", 5), "ab☃");
}
