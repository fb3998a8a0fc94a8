// As much of a test framework as this library needs: tests are sentences, an expectation that does not hold ends one.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace check {

struct Registration {
  Registration(const char* name, void (*body)());
};

/// Runs the tests whose names have one of these words in them, or all. Answers the exit status.
int run(const std::vector<std::string>& words);

[[noreturn]] void fail(const char* file, int line, const std::string& text);

template <class Actual, class Expected>
void expect_equal(const char* file, int line, const Actual& actual, const Expected& expected) {
  if (actual == expected) return;
  std::ostringstream text;
  text << "expected " << expected << "\n         was " << actual;
  fail(file, line, text.str());
}

/// The message of the error that this throws; "nothing was thrown" otherwise.
template <class Action>
std::string thrown_by(Action&& action) {
  try {
    std::forward<Action>(action)();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "nothing was thrown";
}

}  // namespace check

#define CHECK_JOIN_(left, right) left##right
#define CHECK_JOIN(left, right) CHECK_JOIN_(left, right)
#define TEST(name)                                                                                         \
  static void CHECK_JOIN(test_, __LINE__)();                                                               \
  static const check::Registration CHECK_JOIN(registration_, __LINE__)(name, CHECK_JOIN(test_, __LINE__)); \
  static void CHECK_JOIN(test_, __LINE__)()
#define EXPECT(condition) \
  if (!(condition)) check::fail(__FILE__, __LINE__, "does not hold: " #condition)
#define EXPECT_EQUAL(actual, expected) check::expect_equal(__FILE__, __LINE__, actual, expected)
