// Runs the tests. Started by one of them as a pipeline program, it is that program.
#include <cstdio>
#include <cstdlib>

#include "check.h"
#include "sample.h"

namespace check {
namespace {

struct Test {
  const char* name;
  void (*body)();
};

std::vector<Test>& tests() {
  static std::vector<Test> all;
  return all;
}

bool is_wanted(const std::string& name, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (name.find(word) != std::string::npos) return true;
  }
  return words.empty();
}

}  // namespace

Registration::Registration(const char* name, void (*body)()) { tests().push_back({name, body}); }

void fail(const char* file, int line, const std::string& text) {
  throw std::runtime_error(std::string(file) + ":" + std::to_string(line) + "\n         " + text);
}

int run(const std::vector<std::string>& words) {
  int failed = 0;
  int passed = 0;
  for (const Test& test : tests()) {
    if (!is_wanted(test.name, words)) continue;
    try {
      test.body();
      ++passed;
      std::printf("ok      %s\n", test.name);
    } catch (const std::exception& error) {
      ++failed;
      std::printf("FAILED  %s\n         %s\n", test.name, error.what());
    }
    std::fflush(stdout);
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed > 0 || passed == 0 ? 1 : 0;
}

}  // namespace check

int main(int argc, char** argv) {
  const char* const sample = std::getenv("GAIA_TEST_SAMPLE");
  if (sample != nullptr) return sample_pipeline(sample).serve(argc, argv);
  return check::run({argv + 1, argv + argc});
}
