// Task `licences`: licence files, licences named in package manifests, SPDX marks in the sources.
import { GitError, gitRecords } from "./git/git.mjs";
import { CONTENT_LIMIT_BYTES, readContents, treeEntries } from "./git/objects.mjs";
import { printablePath } from "./git/path-names.mjs";
import { openRepository } from "./git/repository.mjs";
import { roleOf } from "./knowledge/languages.mjs";
import { identifyLicence, isLicenceFile } from "./knowledge/licence-texts.mjs";
import { licenceInManifest } from "./knowledge/manifests.mjs";
import { count, publishOutputs, runTask, saveFacts, say, summarize } from "./task.mjs";

await runTask(async () => {
  const repository = await openRepository(process.argv[2], process.argv[3]);
  const candidates = [];
  for await (const entry of treeEntries(repository)) if (isCandidate(entry)) candidates.push(entry);
  say(`${count(candidates.length, "licence file")} and manifests to read`);
  const files = [];
  const manifests = [];
  for await (const { file, content } of readContents(repository, candidates)) {
    const text = content.toString("utf8");
    const vendored = roleOf(file.path) === "vendored";
    if (isLicenceFile(file.path)) files.push({ path: file.path, licence: identifyLicence(text), vendored });
    const stated = licenceInManifest(file.path, text);
    if (stated !== undefined) manifests.push({ path: file.path, licence: stated, vendored });
  }
  const marks = await readMarks(repository);
  const facts = { files, manifests, ...marks, main: mainLicence(files, manifests) };
  saveFacts("licences", facts);
  publishOutputs({ licence: facts.main ?? "unknown", licence_files: files.length });
  tell(facts);
});

function isCandidate(entry) {
  if (entry.kind !== "file" || entry.sizeBytes > CONTENT_LIMIT_BYTES) return false;
  return isLicenceFile(entry.path) || licenceInManifest.applies(entry.path);
}

/** `SPDX-License-Identifier:` in text files, by licence. */
async function readMarks(repository) {
  const byLicence = new Map();
  let markedFiles = 0;
  if (repository.commit === undefined) return { marks: {}, markedFiles };
  const pattern = "SPDX-License-Identifier:[^\"'<>*;]*";
  const grep = ["grep", "-I", "-z", "-o", "-m", "1", "--no-textconv", "-e", pattern, repository.commit, "--"];
  const older = grep.filter((argument, at) => argument !== "-m" && grep[at - 1] !== "-m");
  for await (const line of grepLines(repository, grep, older)) {
    const [name, match] = line.split("\0");
    if (match === undefined) continue;
    const path = printablePath(name.slice(repository.commit.length + 1));
    const licence = printablePath(
      match
        .replace(/^SPDX-License-Identifier:\s*/, "")
        .replace(/\s*(?:\*\/|-->|#}).*$/, "")
        .trim(),
    );
    if (roleOf(path) === "vendored" || !/^[A-Za-z0-9(]/.test(licence) || licence.length > 60) continue;
    byLicence.set(licence, (byLicence.get(licence) ?? 0) + 1);
    markedFiles++;
  }
  return { marks: Object.fromEntries([...byLicence].sort((a, b) => b[1] - a[1])), markedFiles };
}

/** `-m` came with git 2.38; an older git says usage (exit 129), and is asked without it. */
async function* grepLines(repository, args, olderArgs) {
  const options = { allowedExitCodes: [0, 1] };
  try {
    for await (const lines of gitRecords(repository.root, args, options)) yield* lines;
  } catch (error) {
    if (!(error instanceof GitError) || error.exitCode !== 129) throw error;
    for await (const lines of gitRecords(repository.root, olderArgs, options)) yield* lines;
  }
}

/** The licence of the project: of the file in the root; else what the manifest in the root says. */
function mainLicence(files, manifests) {
  const inRoot = (found) => !found.path.includes("/") && !found.vendored;
  const known = [
    ...new Set(
      files
        .filter(inRoot)
        .map((file) => file.licence)
        .filter(Boolean),
    ),
  ];
  if (known.length > 0) return known.join(" and ");
  return manifests.find(inRoot)?.licence;
}

function tell(facts) {
  const own = facts.files.filter((file) => !file.vendored);
  for (const file of own.slice(0, 12)) say(`  ${(file.licence ?? "not recognised").padEnd(14)} ${file.path}`);
  const sentence =
    facts.main === undefined
      ? "no licence found in the root"
      : `${facts.main}; ${count(facts.markedFiles, "file")} with an SPDX mark, ${count(facts.files.length - own.length)} licence files of vendored code`;
  say(sentence);
  summarize(`Licence: ${sentence}.`);
}
