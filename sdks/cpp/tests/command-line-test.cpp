// The local runner, as a person starts it.
#include <signal.h>

#include "check.h"
#include "program-process.h"

namespace {

Exit run(const std::vector<std::string>& words, const std::map<std::string, std::string>& environment = {}) {
  return ProgramProcess("good", words, environment).wait();
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST("PROGRAM run: jobs, what they depend on, and their log") {
  const Exit exit = run({"run", "--job", "LATER", "--arg", "name=Ada = you"});
  EXPECT_EQUAL(exit.status, 0);
  EXPECT(has(exit.out, "[Echo] started\n"));
  EXPECT(has(exit.out, "[Later] output seen = \"Ada = you\"\n"));
  EXPECT(has(exit.out, "\n2 succeeded\n"));
  EXPECT_EQUAL(exit.err, "");
}

TEST("PROGRAM run: each line has its job and its level") {
  const Exit exit = run({"run", "--job", "Log"});
  EXPECT(has(exit.out, "[Log] DEBUG number 1\n[Log] WARN two\n[Log] lines\n[Log] ERROR bytes \xef\xbf\xbd\n"));
}

TEST("PROGRAM run: secrets come from the environment, or from --arg") {
  EXPECT(has(run({"run", "--job", "Echo"}, {{"SECRET", "s3"}}).out, "output SECRET = \"s3\""));
  EXPECT(
      has(run({"run", "--job", "Echo", "--arg", "SECRET=other"}, {{"SECRET", "s3"}}).out, "output SECRET = \"other\""));
}

TEST("PROGRAM run: a failure is exit status 1") {
  const Exit exit = run({"run", "--job", "Throw", "--job", "Skip"});
  EXPECT_EQUAL(exit.status, 1);
  EXPECT(has(exit.out, ": cannot save\n"));
  EXPECT(has(exit.out, "[Skip] skipped: not today\n"));
  EXPECT(has(exit.out, "1 skipped, 1 failed\n"));
}

TEST("PROGRAM run: another pipeline needs Gaia") {
  EXPECT(has(run({"run", "--job", "Ask"}).out, "starting the pipeline \"other\" needs Gaia, and this run has none"));
}

TEST("PROGRAM run: interrupted, jobs are cancelled") {
  ProgramProcess program("good", {"run", "--job", "Tidy"});
  program.first_line();
  program.signal(SIGINT);
  const Exit exit = program.wait();
  EXPECT_EQUAL(exit.status, 130);
  EXPECT(has(exit.err, "tidied up"));
}

TEST("PROGRAM run: interrupted, a job that does not listen is left") {
  ProgramProcess program("good", {"run", "--job", "Stubborn"});
  program.first_line();
  program.signal(SIGTERM);
  const Exit exit = program.wait();
  EXPECT_EQUAL(exit.status, 143);
  EXPECT(has(exit.out, "it did not end when it was told to (interrupted)"));
}

TEST("PROGRAM list: jobs, dependencies and arguments") {
  const Exit exit = run({"list"});
  EXPECT_EQUAL(exit.status, 0);
  EXPECT(has(exit.out,
             "Echo  Hands its arguments on\n  argument name (text; default world)  Who\n"
             "  argument tone (choice: calm, wild; default calm)\n"));
  EXPECT(has(exit.out, "Later\n  after Echo\n"));
  EXPECT(has(exit.out, "Part (on demand)\n"));
}

TEST("PROGRAM: wrong usage is exit status 2, and says what is wrong") {
  const std::map<std::string, std::vector<std::string>> wrong = {
      {"gaia: say what to do\n", {}},
      {"gaia: there is no command \"walk\", or none with more words\n", {"walk"}},
      {"gaia: there is no --jobs\n", {"run", "--jobs", "Echo"}},
      {"gaia: --job wants a word behind it\n", {"run", "--job"}},
      {"gaia: there is no job \"Nowhere\"; `list` tells which there are\n", {"run", "--job", "Nowhere"}},
      {"gaia: --arg name: it is KEY=VALUE\n", {"run", "--arg", "name"}},
      {"gaia: no job has an argument \"nmae\"; `list` tells which there are\n", {"run", "--arg", "nmae=x"}},
  };
  for (const auto& [message, words] : wrong) {
    const Exit exit = run(words);
    EXPECT_EQUAL(exit.status, 2);
    EXPECT_EQUAL(exit.err.substr(0, message.size()), message);
    EXPECT(has(exit.err, "usage: sample run"));
  }
  EXPECT_EQUAL(run({"--help"}).status, 0);
}

TEST("PROGRAM: jobs that make no pipeline are told before anything else") {
  for (const std::map<std::string, std::string>& environment :
       {std::map<std::string, std::string>{}, {{"GAIA_PLUGIN_CERT", "/nowhere"}}}) {
    const Exit exit = ProgramProcess("broken", {"run"}, environment).wait();
    EXPECT_EQUAL(exit.status, 2);
    EXPECT_EQUAL(exit.out, "");
    EXPECT_EQUAL(exit.err,
                 "gaia: job \"ONE\": the title is taken by \"One\"; give each job one of its own\n"
                 "gaia: job \"ONE\": it depends on \"Nowhere\", which does not exist\n");
  }
}

TEST("PROGRAM: without its certificates it says which one is missing") {
  const Exit exit = run({}, {{"GAIA_PLUGIN_CERT", "/nowhere"}});
  EXPECT_EQUAL(exit.status, 1);
  EXPECT_EQUAL(exit.err, "gaia: GAIA_PLUGIN_CERT: cannot read /nowhere\n");
}
