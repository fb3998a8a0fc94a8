// Programs in the form of the published SDK.
#include "gaia/published.h"

#include "check.h"
#include "gaia/testing.h"

using gaia::argument;
using gaia::job;
using gaia::testing::Outcome;
using gaia::testing::Trial;

namespace {

std::list<argument> seen;

void keep(std::list<argument> args) { seen = args; }
void leave(std::list<argument>) { throw gaia::ERR_EXIT_PIPELINE; }
void fail(std::list<argument>) { throw std::string("it broke"); }

gaia::Pipeline migrated() {
  job first;
  first.handler = &keep;
  first.title = "Create User";
  first.description = "Creates a user";
  first.args.push_back(argument{"Name of the user:", gaia::InputType::input_type::textfield, "username", "ada"});
  first.args.push_back(argument{"Notes:", gaia::InputType::input_type::textarea, "notes"});
  job second;
  second.handler = &leave;
  second.title = "Leave";
  second.depends_on = {"create user"};
  job third;
  third.handler = &fail;
  third.title = "Fail";
  return gaia::pipeline_of({first, second, third});
}

}  // namespace

TEST("the published form: handlers get their arguments as a list") {
  EXPECT(Trial(migrated()).argument("notes", "a\nb").run_job("Create User").outcome == Outcome::succeeded);
  std::string text;
  for (const argument& given : seen) text += given.key + "=" + given.value + ";";
  EXPECT_EQUAL(text, "notes=a\nb;username=ada;");
}

TEST("the published form: texts are thrown, one of them ends the pipeline") {
  const auto run = Trial(migrated()).run_pipeline();
  EXPECT(run["Leave"].outcome == Outcome::exit_pipeline);
  EXPECT_EQUAL(run["Leave"].message, "pipeline exit requested by job");
  EXPECT(Trial(migrated()).run_job("Fail").outcome == Outcome::failed);
  EXPECT_EQUAL(Trial(migrated()).run_job("Fail").message, "it broke");
}

TEST("the published form: a job without a handler is refused") {
  job empty;
  empty.title = "Empty";
  EXPECT_EQUAL(check::thrown_by([&] { gaia::pipeline_of({empty}).check(); }),
               "job \"Empty\": there is no function that performs it");
}
