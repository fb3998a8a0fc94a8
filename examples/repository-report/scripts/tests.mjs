// Task `tests`: test files and cases, the frameworks they use, and which folders have none.
import { CONTENT_LIMIT_BYTES, readContents } from "./git/objects.mjs";
import { openRepository } from "./git/repository.mjs";
import { LANGUAGES } from "./knowledge/languages.mjs";
import { manifestOf } from "./knowledge/manifests.mjs";
import { CI_SYSTEMS, countCases, FRAMEWORKS } from "./knowledge/test-frameworks.mjs";
import {
  count,
  loadFacts,
  publishOutputs,
  runTask,
  saveFacts,
  say,
  startProgress,
  summarize,
} from "./task.mjs";

await runTask(async () => {
  const repository = await openRepository(process.argv[2], process.argv[3]);
  const { files } = loadFacts("inventory");
  const code = files.filter((file) => LANGUAGES.get(file.language)?.kind === "code");
  const testFiles = code.filter((file) => file.role === "test");
  const cases = await readTests(repository, files, testFiles);
  const facts = {
    testFiles: testFiles.length,
    testLines: linesOf(testFiles),
    codeLines: linesOf(code.filter((file) => file.role === "source")),
    cases: cases.total,
    frameworks: [...cases.frameworks].sort((a, b) => a.localeCompare(b)),
    ci: CI_SYSTEMS.filter(([, pattern]) => files.some((file) => pattern.test(file.path))).map(
      ([name]) => name,
    ),
    byLanguage: byLanguage(code),
  };
  saveFacts("tests", facts);
  publishOutputs({ test_files: facts.testFiles, test_cases: facts.cases });
  const used = facts.frameworks.length === 0 ? "no framework recognised" : facts.frameworks.join(", ");
  const sentence = `${count(facts.cases, "test case")} in ${count(facts.testFiles, "file")} (${used})`;
  say(facts.ci.length === 0 ? "no CI configuration found" : `CI: ${facts.ci.join(", ")}`);
  say(sentence);
  summarize(`${sentence}.`);
});

/** Reads tests, manifests and (for tests inside sources, as in Rust) the sources of such languages. */
async function readTests(repository, files, testFiles) {
  const frameworks = new Set();
  const isTest = new Set(testFiles);
  const inlineTests = (file) => file.language === "Rust" && file.role === "source";
  const own = files.filter((file) => file.role === "source" || file.role === "test");
  for (const framework of FRAMEWORKS) {
    if (framework.path !== undefined && own.some((file) => framework.path.test(file.path)))
      frameworks.add(framework.name);
  }
  const wanted = own.filter(
    (file) =>
      file.kind === "file" &&
      file.sizeBytes <= CONTENT_LIMIT_BYTES &&
      (isTest.has(file) ||
        inlineTests(file) ||
        manifestOf(file.path) !== undefined ||
        file.language === "CMake"),
  );
  let total = 0;
  let read = 0;
  const progress = startProgress();
  for await (const { file, content } of readContents(repository, wanted)) {
    const text = content.toString("latin1");
    for (const framework of FRAMEWORKS) {
      if (!frameworks.has(framework.name) && framework.text?.test(text)) frameworks.add(framework.name);
    }
    if (isTest.has(file) || inlineTests(file)) total += countCases(file.language, text);
    read++;
    progress(() => `read ${count(read)} of ${count(wanted.length, "file")}, ${count(total, "case")}`);
  }
  return { total, frameworks };
}

function byLanguage(code) {
  const found = new Map();
  for (const file of code) {
    if (file.role !== "test" && file.role !== "source") continue;
    const entry = found.get(file.language) ?? {
      name: file.language,
      sourceLines: 0,
      testLines: 0,
      testFiles: 0,
    };
    if (file.role === "test") {
      entry.testLines += file.lines;
      entry.testFiles++;
    } else entry.sourceLines += file.lines;
    found.set(file.language, entry);
  }
  return [...found.values()].sort((a, b) => b.sourceLines + b.testLines - a.sourceLines - a.testLines);
}

function linesOf(files) {
  return files.reduce((sum, file) => sum + file.lines, 0);
}
