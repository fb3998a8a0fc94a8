// Test frameworks, by what a project's files say, and how a test case looks in each language.

/** [name, pattern of a path, pattern of a manifest's or a test's text]: one of them suffices. */
export const FRAMEWORKS = [
  framework("Vitest", /(^|\/)vitest\.(config|workspace)\./, /from ["']vitest["']|"vitest"\s*:/),
  framework("Jest", /(^|\/)jest\.config\./, /"jest"\s*:|from ["']@jest\/globals["']/),
  framework("Mocha", /(^|\/)\.mocharc\./, /"mocha"\s*:/),
  framework("AVA", undefined, /from ["']ava["']|"ava"\s*:/),
  framework("node:test", undefined, /["']node:test["']/),
  framework(
    "Playwright",
    /(^|\/)playwright\.config\./,
    /"@playwright\/test"\s*:|from ["']@playwright\/test["']/,
  ),
  framework("Cypress", /(^|\/)cypress\.(config\.|json$)/, /"cypress"\s*:/),
  framework(
    "pytest",
    /(^|\/)(pytest\.ini|conftest\.py)$/,
    /^\s*(?:import pytest|from pytest)\b|\[tool\.pytest|^pytest\b/m,
  ),
  framework("unittest", undefined, /^\s*(?:import unittest|from unittest)\b/m),
  framework("tox", /(^|\/)tox\.ini$/, /\[tool\.tox/),
  framework("Go testing", /_test\.go$/, undefined),
  framework("testify", undefined, /github\.com\/stretchr\/testify/),
  framework("Rust tests", undefined, /^\s*#\[(?:tokio::)?test\]/m),
  framework("JUnit", undefined, /import (?:static )?org\.junit|<artifactId>junit/),
  framework("TestNG", undefined, /import org\.testng/),
  framework("Kotest", undefined, /import io\.kotest/),
  framework("ScalaTest", undefined, /import org\.scalatest/),
  framework("RSpec", /(^|\/)\.rspec$/, /^\s*(?:RSpec\.)?describe\b.*\bdo\s*$/m),
  framework("Minitest", undefined, /Minitest::Test|require ["']minitest/),
  framework("PHPUnit", /(^|\/)phpunit\.xml/, /PHPUnit\\Framework/),
  framework("xUnit", undefined, /using Xunit\b/),
  framework("NUnit", undefined, /using NUnit\b/),
  framework("GoogleTest", undefined, /#include [<"]gtest\/gtest\.h[>"]/),
  framework("Catch2", undefined, /#include [<"]catch2?\//),
  framework("CTest", undefined, /^\s*(?:add_test|enable_testing)\s*\(/im),
  framework("XCTest", undefined, /^\s*import XCTest\b/m),
  framework("ExUnit", undefined, /use ExUnit\.Case/),
  framework("Bats", /\.bats$/, undefined),
  framework("Cucumber", /\.feature$/, undefined),
];

/** How a test case begins, by language. */
const CASES = {
  TypeScript: /^\s*(?:it|test)(?:\.\w+)*\s*\(/gm,
  JavaScript: /^\s*(?:it|test)(?:\.\w+)*\s*\(/gm,
  Python: /^\s*(?:async )?def test\w*\s*\(/gm,
  Go: /^func (?:Test|Benchmark|Fuzz|Example)\w*\s*\(/gm,
  Rust: /^\s*#\[(?:\w+::)?test\b/gm,
  Java: /^\s*@(?:Test|ParameterizedTest|RepeatedTest)\b/gm,
  Kotlin: /^\s*@(?:Test|ParameterizedTest)\b/gm,
  Scala: /^\s*(?:test|it|should|"[^"]+" (?:should|in))\b/gm,
  Ruby: /^\s*(?:it|specify|test)\s+["']|^\s*def test_\w+/gm,
  PHP: /^\s*(?:public )?function test\w*\s*\(|^\s*(?:\*\s*@test|#\[Test)/gm,
  "C#": /^\s*\[(?:Fact|Theory|Test|TestCase|TestMethod)\b/gm,
  C: /^\s*(?:TEST|TEST_F|START_TEST|static void test_\w+)\s*\(/gm,
  "C++": /^\s*(?:TEST(?:_[FP])?|TEST_CASE|SCENARIO|BOOST_AUTO_TEST_CASE)\s*\(/gm,
  Swift: /^\s*func test\w*\s*\(|^\s*@Test\b/gm,
  Dart: /^\s*(?:test|testWidgets)\s*\(/gm,
  Elixir: /^\s*test\s+"/gm,
  Lua: /^\s*it\s*\(/gm,
  Shell: /^\s*@test\s|^\s*test_expect_success\b/gm,
};

/** Continuous integration, by its files. */
export const CI_SYSTEMS = [
  ["GitHub Actions", /^\.github\/workflows\/[^/]+\.ya?ml$/],
  ["GitLab CI", /^\.gitlab-ci\.yml$/],
  ["CircleCI", /^\.circleci\//],
  ["Jenkins", /(^|\/)Jenkinsfile/],
  ["Azure Pipelines", /(^|\/)azure-pipelines[^/]*\.ya?ml$/],
  ["Travis CI", /^\.travis\.yml$/],
  ["AppVeyor", /^\.?appveyor\.yml$/],
  ["Buildkite", /^\.buildkite\//],
  ["Drone", /^\.drone\.ya?ml$/],
  ["Cirrus CI", /^\.cirrus\.yml$/],
  ["Woodpecker", /^\.woodpecker(\.ya?ml$|\/)/],
  ["Gaia", /(^|\/)\.gaia\//],
];

/** Test cases in a file's text: those the eye would count, not those a run would make of them. */
export function countCases(language, text) {
  const pattern = CASES[language];
  return pattern === undefined ? 0 : (text.match(pattern)?.length ?? 0);
}

function framework(name, path, text) {
  return { name, path, text };
}
