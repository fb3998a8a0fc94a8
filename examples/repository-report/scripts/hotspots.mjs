// Task `hotspots`: where complicated code changes often. Tornhill, "Your Code as a Crime Scene": most of the work in a
// code base happens in few files, so complexity matters where the changes are.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { count, loadFacts, publishOutputs, runTask, saveFacts, say, summarize } from "./task.mjs";

const HOTSPOTS_KEPT = 200;

await runTask(async () => {
  const history = loadFacts("history", { files: {} });
  const folders = readFolders();
  const files = folders.flatMap((folder) => folder.files.map((file) => ({ ...file, folder: folder.folder })));
  const recent = Object.values(history.files).some((file) => file.recentChanges > 0);
  const scored = score(files, history.files);
  saveFacts("hotspots", {
    folders: folders.map(({ files: _files, ...folder }) => folder),
    hotspots: scored,
    recent,
  });
  publishOutputs({ hotspots: scored.slice(0, 10).map((file) => file.path) });
  for (const file of scored.slice(0, 10)) {
    say(
      `  ${String(Math.round(file.score * 100)).padStart(3)}  ${count(file.changes, "change").padStart(12)}  ${file.path}`,
    );
  }
  say(
    `${count(files.length, "file")} of code in ${count(folders.length, "folder")}, ${count(scored.length)} changed in the last year`,
  );
  summarize(
    scored.length === 0
      ? "No hotspots: nothing changed."
      : `Hottest file: \`${scored[0].path.replaceAll("`", "'")}\`.`,
  );
});

/** What the instances of `complexity` left. One that failed is missing, and is missed in the report. */
function readFolders() {
  const scratch = process.env.GAIA_RUN_DIR ?? "";
  if (!existsSync(scratch)) return [];
  return readdirSync(scratch)
    .filter((name) => /^complexity-[0-9a-f]{16}\.json$/.test(name))
    .map((name) => JSON.parse(readFileSync(path.join(scratch, name), "utf8")))
    .sort((a, b) => b.lines - a.lines);
}

/** changes × complexity, each as a share of the repository's highest (log scale, as both are spread over decades). */
function score(files, churn) {
  const own = files
    .filter((file) => !file.test && file.codeLines > 0)
    .map((file) => ({
      path: file.path,
      folder: file.folder,
      lines: file.lines,
      complexity: file.indentationSum,
      meanDepth: Math.round((file.indentationSum / file.codeLines) * 10) / 10,
      changes: churn[file.path]?.recentChanges ?? 0,
      allChanges: churn[file.path]?.changes ?? 0,
    }))
    .filter((file) => file.changes > 0 && file.complexity > 0);
  const mostChanges = Math.max(1, ...own.map((file) => file.changes));
  const mostComplex = Math.max(1, ...own.map((file) => file.complexity));
  const share = (value, most) => Math.log1p(value) / Math.log1p(most);
  return own
    .map((file) => ({
      ...file,
      score: share(file.changes, mostChanges) * share(file.complexity, mostComplex),
    }))
    .sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1))
    .slice(0, HOTSPOTS_KEPT);
}
