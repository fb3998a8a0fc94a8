// Task `complexity`, one job a folder: indentation-based complexity and the longest functions of the folder's own code.
import { createHash } from "node:crypto";
import { CONTENT_LIMIT_BYTES, readContents } from "./git/objects.mjs";
import { ExpectedFailure } from "./git/git.mjs";
import { openRepository } from "./git/repository.mjs";
import { measure } from "./knowledge/indentation.mjs";
import { LANGUAGES } from "./knowledge/languages.mjs";
import { LONG_FUNCTION_LINES } from "./limits.mjs";
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

const FUNCTIONS_KEPT = 20;

await runTask(async () => {
  const [, , givenPath, commit, folder] = process.argv;
  const repository = await openRepository(givenPath, commit);
  const inventory = loadFacts("inventory");
  if (!inventory.folders.includes(folder)) {
    throw new ExpectedFailure(
      `The inventory has no folder ${folder}. It has: ${inventory.folders.join(", ")}`,
    );
  }
  const files = inventory.files.filter(
    (file) => file.folder === folder && file.sizeBytes <= CONTENT_LIMIT_BYTES,
  );
  const facts = await measureFolder(repository, folder, files);
  saveFacts(`complexity-${createHash("sha256").update(folder).digest("hex").slice(0, 16)}`, facts);
  publishOutputs({ files: facts.files.length, functions: facts.functions, mean_depth: facts.meanDepth });
  tell(facts);
});

async function measureFolder(repository, folder, files) {
  const measured = [];
  const functions = [];
  const progress = startProgress();
  for await (const { file, content } of readContents(repository, files)) {
    const found = measure(content.toString("utf8"), LANGUAGES.get(file.language)?.family);
    for (const one of found.functions)
      functions.push({ ...one, path: file.path, test: file.role === "test" });
    measured.push({
      ...found,
      functions: found.functions.length,
      path: file.path,
      lines: file.lines,
      test: file.role === "test",
    });
    progress(
      () =>
        `${folder}: ${count(measured.length)} of ${count(files.length, "file")}, ${count(functions.length, "function")}`,
    );
  }
  const sum = (key) => measured.reduce((total, file) => total + file[key], 0);
  const codeLines = sum("codeLines");
  functions.sort((a, b) => b.lines - a.lines);
  return {
    folder,
    lines: sum("lines"),
    codeLines,
    indentationSum: sum("indentationSum"),
    meanDepth: codeLines === 0 ? 0 : Math.round((sum("indentationSum") / codeLines) * 100) / 100,
    deepLines: sum("deepLines"),
    branches: sum("branches"),
    functions: functions.length,
    medianFunctionLines: functions[Math.floor(functions.length / 2)]?.lines ?? 0,
    longFunctions: functions.filter((one) => one.lines > LONG_FUNCTION_LINES && !one.test).length,
    longest: functions.filter((one) => !one.test).slice(0, FUNCTIONS_KEPT),
    files: measured,
  };
}

function tell(facts) {
  const sentence = `${facts.folder}: ${count(facts.codeLines, "line")} of code, mean depth ${facts.meanDepth}, ${count(facts.functions, "function")}`;
  say(sentence);
  for (const one of facts.longest.slice(0, 5))
    say(`  ${String(one.lines).padStart(5)} lines  ${one.name}  ${one.path}:${one.line}`);
  summarize(`${sentence}.`);
}
