import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LIMITS } from "@gaia/contracts";
import { testReportOf } from "./test-report.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gaia-reports-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function keep(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE testsuites>
<testsuites>
  <testsuite name="math" tests="4">
    <properties><property name="message" value="no case"/></properties>
    <testcase name="adds" time="0.012" file="math.ts"/>
    <testcase name="divides &amp; rounds" classname="Math" time="1,000.5">
      <failure message="expected 1 to be &lt;2&gt;" type="AssertionError"><![CDATA[
at math.ts:3
]]> and more</failure>
      <system-out>noise</system-out>
    </testcase>
    <testcase name="roots"><skipped message="slow"/></testcase>
    <testsuite name="inner"><testcase name="crashes" time="x"><error type="TypeError"/></testcase></testsuite>
    <testcase name="after"/>
  </testsuite>
</testsuites>`;

test("cases are read with what was told of them, failed ones first", async () => {
  keep("reports/junit.xml", REPORT);
  const none = { duration_ms: 0, message: "", details: "", file: "" };
  expect(await testReportOf(folder)).toEqual({
    passed: 2,
    failed: 2,
    skipped: 1,
    duration_ms: 1_000_512,
    cases: [
      {
        suite: "Math",
        name: "divides & rounds",
        status: "failed",
        duration_ms: 1_000_500,
        message: "expected 1 to be <2>",
        details: "at math.ts:3\n and more",
        file: "",
      },
      { ...none, suite: "inner", name: "crashes", status: "failed", message: "TypeError" },
      { ...none, suite: "math", name: "adds", status: "passed", duration_ms: 12, file: "math.ts" },
      { ...none, suite: "math", name: "roots", status: "skipped", message: "slow" },
      { ...none, suite: "math", name: "after", status: "passed" },
    ],
    truncated: false,
    problems: [],
  });
});

test("several reports are one; XML of other kinds and other files are passed over", async () => {
  keep("a.xml", "<testsuite name='a'><testcase name='one'/></testsuite>");
  keep("b.XML", "<testsuite name='b'><testcase name='two'/></testsuite>");
  keep("coverage.xml", "<coverage><testcase name='none'/><broken></coverage>");
  keep("notes.xml", "not XML at all");
  keep("report.txt", "<testsuite><testcase name='none'/></testsuite>");
  const { passed, cases, problems } = await testReportOf(folder);
  expect([passed, cases.map((one) => one.name), problems]).toEqual([2, ["one", "two"], []]);
  expect(await testReportOf(join(folder, "nothing"))).toMatchObject({ passed: 0, cases: [], problems: [] });
});

test("a report that cannot be read to its end says where, and keeps what was before", async () => {
  keep("cut.xml", "<testsuite>\n<testcase name='one'/>\n<testcase name='two'>");
  keep("junit-empty.xml", "");
  keep("test-text.xml", "hello");
  const { cases, problems } = await testReportOf(folder);
  expect(cases.map((one) => one.name)).toEqual(["one"]);
  expect(problems).toEqual([
    "cut.xml:3: Unclosed root tag",
    "junit-empty.xml:1: it has no XML in it",
    "test-text.xml:1: Non-whitespace before first tag.",
  ]);
});

test("nothing is expanded: entities of a document type are an error", async () => {
  const bomb = `<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">
    <!ENTITY file SYSTEM "file:///etc/passwd">]>`;
  keep("bomb.xml", `${bomb}<testsuite><testcase name="&lol2;"/></testsuite>`);
  keep("file.xml", `${bomb}<testsuite><testcase name="a"><failure>&file;</failure></testcase></testsuite>`);
  const { cases, problems } = await testReportOf(folder);
  expect(cases).toEqual([]);
  expect(problems).toEqual(["bomb.xml:2: Invalid character entity", "file.xml:2: Invalid character entity"]);
});

test("what is too deep, too long or too much is cut, and said", async () => {
  keep("deep.xml", `${"<testsuite>".repeat(200)}${"</testsuite>".repeat(200)}`);
  const details = "x".repeat(100_000);
  const long = `<testcase name="long"><failure>${details}</failure></testcase>`;
  const many = Array.from({ length: LIMITS.testCases + 10 }, (_, index) => `<testcase name="${index}"/>`);
  keep("many.xml", `<testsuite>${many.join("\n")}${long}</testsuite>`);
  const report = await testReportOf(folder);
  expect(report).toMatchObject({ passed: LIMITS.testCases + 10, failed: 1, truncated: true });
  expect(report.problems).toEqual(["deep.xml:1: more than 64 elements are inside of each other"]);
  expect(report.cases).toHaveLength(LIMITS.testCases);
  expect([report.cases[0]?.name, report.cases[0]?.details.length]).toEqual(["long", 20_000]);
});

test("of very many or very large files the rest is not read, and said", async () => {
  for (let index = 0; index < LIMITS.testReportFiles + 2; index++)
    keep(`${String(index).padStart(3, "0")}.xml`, "<testsuite><testcase name='a'/></testsuite>");
  writeFileSync(join(folder, "000.xml"), "");
  const { truncate } = await import("node:fs/promises");
  await truncate(join(folder, "000.xml"), LIMITS.testReportBytes + 1);
  const { passed, problems } = await testReportOf(folder);
  expect(passed).toBe(LIMITS.testReportFiles - 1);
  expect(problems).toEqual([
    "000.xml: not read; reports of a job may have 50000000 bytes altogether",
    "2 more XML files not read: 100 are",
  ]);
});
