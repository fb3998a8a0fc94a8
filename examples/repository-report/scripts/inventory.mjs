// Task `inventory`: every file of the commit, its language, role, size and lines; and the folders that are worth a job.
import { CONTENT_LIMIT_BYTES, isBinary, readContents, treeEntries } from "./git/objects.mjs";
import { openRepository } from "./git/repository.mjs";
import { chooseFolders } from "./knowledge/folders.mjs";
import { languageOf, roleOf } from "./knowledge/languages.mjs";
import { count, publishOutputs, runTask, saveFacts, say, size, startProgress, summarize } from "./task.mjs";

await runTask(async () => {
  const repository = await openRepository(process.argv[2], process.argv[3]);
  const files = [];
  for await (const entry of treeEntries(repository)) files.push(entry);
  say(`${count(files.length, "file")} in the tree`);
  await readFiles(repository, files);
  const folders = chooseFolders(files);
  const languages = countLanguages(files);
  const totals = countTotals(files);
  saveFacts("inventory", { files: files.map(forLater), folders, languages, totals });
  publishOutputs({ folders, files: totals.files, lines: totals.lines, languages: languages.length });
  report(totals, languages, folders);
});

async function readFiles(repository, files) {
  const progress = startProgress();
  const readable = files.filter((file) => file.kind === "file" && file.sizeBytes <= CONTENT_LIMIT_BYTES);
  for (const file of files) Object.assign(file, { lines: 0, blankLines: 0, binary: false });
  let read = 0;
  for await (const { file, content } of readContents(repository, readable)) {
    file.binary = isBinary(content);
    if (!file.binary) Object.assign(file, countLines(content));
    file.language = file.binary ? undefined : languageOf(file.path, content);
    file.role = roleOf(file.path, content);
    read++;
    progress(() => `read ${count(read)} of ${count(readable.length, "file")}`);
  }
  for (const file of files) {
    file.role ??= roleOf(file.path);
    if (file.kind === "file" && file.sizeBytes > CONTENT_LIMIT_BYTES) file.tooLarge = true;
  }
}

/** Lines as `wc -l` counts them, plus a last one without a newline. */
function countLines(content) {
  let lines = 0;
  let blankLines = 0;
  for (let start = 0; start < content.length; ) {
    const found = content.indexOf(10, start);
    const end = found === -1 ? content.length : found;
    lines++;
    if (isBlank(content, start, end)) blankLines++;
    start = end + 1;
  }
  return { lines, blankLines };
}

function isBlank(content, start, end) {
  for (let at = start; at < end; at++) if (content[at] > 32) return false;
  return true;
}

function countLanguages(files) {
  const found = new Map();
  for (const file of files) {
    if (file.language === undefined || file.role === "vendored" || file.role === "generated") continue;
    const { name, kind } = file.language;
    const entry = found.get(name) ?? { name, kind, files: 0, lines: 0, blankLines: 0, sizeBytes: 0 };
    entry.files++;
    entry.lines += file.lines;
    entry.blankLines += file.blankLines;
    entry.sizeBytes += file.sizeBytes;
    found.set(name, entry);
  }
  return [...found.values()].sort((a, b) => b.lines - a.lines || a.name.localeCompare(b.name));
}

function countTotals(files) {
  const plain = files.filter((file) => file.kind === "file");
  const sum = (list, key) => list.reduce((total, file) => total + file[key], 0);
  const ofRole = (role) => plain.filter((file) => file.role === role);
  return {
    entries: files.length,
    files: plain.length,
    links: files.filter((file) => file.kind === "link").length,
    submodules: files.filter((file) => file.kind === "submodule").map((file) => file.path),
    binaries: plain.filter((file) => file.binary).length,
    notRead: plain.filter((file) => file.tooLarge).length,
    lines: sum(plain, "lines"),
    ownLines: sum(
      plain.filter((file) => file.role === "source" || file.role === "test"),
      "lines",
    ),
    sizeBytes: sum(plain, "sizeBytes"),
    vendoredFiles: ofRole("vendored").length,
    generatedFiles: ofRole("generated").length,
  };
}

function forLater(file) {
  return {
    path: file.path,
    oid: file.oid,
    kind: file.kind,
    sizeBytes: file.sizeBytes,
    lines: file.lines,
    binary: file.binary,
    language: file.language?.name,
    role: file.role,
    folder: file.folder,
  };
}

function report(totals, languages, folders) {
  for (const language of languages.slice(0, 8)) {
    say(
      `  ${language.name.padEnd(18)} ${count(language.lines).padStart(10)} lines  ${count(language.files).padStart(7)} files`,
    );
  }
  say(`complexity will be measured in ${count(folders.length, "folder")}: ${folders.join(", ")}`);
  say(
    `${count(totals.files, "file")}, ${count(languages.length, "language")}, ${count(totals.lines, "line")}, ${size(totals.sizeBytes)}`,
  );
  const main = languages.filter((language) => language.kind === "code").slice(0, 3);
  summarize(
    `${count(totals.files, "file")}, ${count(totals.lines, "line")}${main.length > 0 ? `, mostly ${main.map((language) => language.name).join(", ")}` : ""}.`,
  );
}
