// Task `secrets`: every line ever added in any ref, and every commit message, against known token forms.
// The secrets themselves stay in this process: facts, outputs, summary and log hold their first characters only.
import { Readable } from "node:stream";
import { GitError, gitRecords, gitText } from "./git/git.mjs";
import { openRepository } from "./git/repository.mjs";
import { isTestPath } from "./knowledge/languages.mjs";
import { PATCH_FORMAT, PatchReader } from "./knowledge/patch-reader.mjs";
import { findSecrets, isPlaceholder, PRIVATE_KEY, PRIVATE_KEY_BODY } from "./knowledge/secret-patterns.mjs";
import { SECRETS_BUDGET_MS, SECRETS_KEPT } from "./limits.mjs";
import { count, publishOutputs, runTask, saveFacts, say, startProgress, summarize } from "./task.mjs";

const MESSAGE = "(commit message)";
/** A commit whose contents are absent ends git; the scan goes on behind it, this often. */
const RESTARTS_MAX = 50;
const EXAMPLE_PATH = /(^|\/)(docs?|examples?|samples?|fixtures?|mocks?|__mocks__|testdata)\//i;

await runTask(async () => {
  const repository = await openRepository(process.argv[2]);
  const total = Number(await gitText(repository.root, ["rev-list", "--all", "--count"]));
  const search = newSearch();
  const reader = new PatchReader((line) => inspect(search, line));
  const stopped = total === 0 ? undefined : await scan(repository, reader, search, total);
  await markPresent(repository, search);
  const facts = factsOf(search, reader, total, stopped);
  saveFacts("secrets", facts);
  publishOutputs({ secrets: facts.certain, likely: facts.likely, complete: facts.complete });
  tell(facts);
});

function newSearch() {
  return { found: new Map(), beyond: 0, keyHeader: undefined, deadline: Date.now() + SECRETS_BUDGET_MS };
}

/** Undefined when all was read, otherwise why not. */
async function scan(repository, reader, search, total) {
  if (repository.partial) {
    say("contents are absent in a partial clone: not scanned");
    return "contents are absent in a partial clone";
  }
  say(`scanning ${count(total, "commit")}`);
  let restarts = 0;
  for (;;) {
    const from = reader.commits;
    try {
      return await scanFrom(repository, reader, search, { total, from });
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      say(`note: ${error.message}`);
      if (++restarts > RESTARTS_MAX) return "git could not read on: too much is absent or damaged";
      reader.skipBroken(from);
    }
  }
}

async function scanFrom(repository, reader, search, { total, from }) {
  const progress = startProgress();
  const patches = [
    "-p",
    "-U0",
    "--cc",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--submodule=short",
  ];
  const prefixes = ["--src-prefix=a/", "--dst-prefix=b/"];
  const log = ["log", "--all", `--skip=${from}`, ...patches, ...prefixes, `--format=${PATCH_FORMAT}`, "--"];
  for await (const lines of gitRecords(repository.root, log)) {
    for (const line of lines) reader.take(line);
    progress(
      () =>
        `${count(reader.commits)} of ${count(total, "commit")}, ${count(reader.addedLines, "line")}, ${count(search.found.size)} found`,
    );
    if (Date.now() > search.deadline) return "the time for it was up";
  }
  return reader.brokenCommits === 0
    ? undefined
    : `${count(reader.brokenCommits, "commit")} could not be read, as contents are absent`;
}

function inspect(search, line) {
  const path = line.path ?? MESSAGE;
  inspectPrivateKey(search, line, path);
  for (const secret of findSecrets(line.text, path)) keep(search, secret, line, path);
}

/** The head of a private key counts when its body follows, on the same line or on the next one. */
function inspectPrivateKey(search, line, path) {
  const awaited = search.keyHeader;
  search.keyHeader = undefined;
  if (awaited?.path === path && line.lineNumber === awaited.lineNumber + 1) {
    const body = PRIVATE_KEY_BODY.exec(line.text);
    if (body !== null && !isPlaceholder(body[1]))
      keep(search, privateKey(awaited.kind, body[1]), awaited, path);
    else if (/^(Proc-Type|DEK-Info|Version|Comment|\s*$)/.test(line.text))
      search.keyHeader = { ...awaited, lineNumber: line.lineNumber };
  }
  if (!line.text.includes("PRIVATE KEY")) return;
  const head = PRIVATE_KEY.exec(line.text);
  if (head === null) return;
  const kind = head[1].trim();
  if (head[2] !== undefined && !isPlaceholder(head[2])) keep(search, privateKey(kind, head[2]), line, path);
  else search.keyHeader = { kind, path, lineNumber: line.lineNumber, commit: line.commit };
}

function privateKey(kind, value) {
  return {
    rule: "private-key",
    name: kind === "" ? "Private key" : `${kind} private key`,
    confidence: "certain",
    value,
  };
}

/** Commits come newest first: the last one seen is where the secret came in. */
function keep(search, secret, line, path) {
  const key = `${secret.rule} ${secret.value}`;
  const known = search.found.get(key);
  const place = { path, line: line.lineNumber, commit: line.commit.hash, atSeconds: line.commit.atSeconds };
  if (known !== undefined) {
    known.places++;
    if (place.atSeconds <= known.place.atSeconds) known.place = place;
    return;
  }
  if (search.found.size >= SECRETS_KEPT) {
    search.beyond++;
    return;
  }
  search.found.set(key, { ...secret, place, places: 1, present: false });
  say(
    `found: ${secret.name} ${redact(secret.value)} in ${path}, line ${place.line}, commit ${place.commit.slice(0, 10)}`,
  );
}

/** Which of them are in the tree today. They go to git by its stdin: arguments are seen by everyone on the host. */
async function markPresent(repository, search) {
  const secrets = [...search.found.values()];
  if (secrets.length === 0 || repository.commit === undefined) return;
  const input = Readable.from([`${[...new Set(secrets.map((secret) => secret.value))].join("\n")}\n`]);
  const grep = ["grep", "-a", "-h", "-o", "-F", "--no-textconv", "-f", "-", repository.commit, "--"];
  const present = new Set();
  try {
    for await (const lines of gitRecords(repository.root, grep, { input, allowedExitCodes: [0, 1] })) {
      for (const line of lines) present.add(line);
    }
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    say(`note: could not check which are still in the tree: ${error.message}`);
    return;
  }
  // Overlapping values hide one another in -o, so a value inside a found one is present too.
  const text = [...present].join("\n");
  for (const secret of secrets) secret.present = text.includes(secret.value);
}

function factsOf(search, reader, total, stopped) {
  const findings = [...search.found.values()].map((secret) => ({
    rule: secret.rule,
    name: secret.name,
    confidence: confidenceOf(secret),
    redacted: redact(secret.value),
    length: secret.value.length,
    places: secret.places,
    present: secret.present,
    ...secret.place,
  }));
  const rank = (finding) => (finding.confidence === "certain" ? 0 : 2) + (finding.present ? 0 : 1);
  findings.sort((a, b) => rank(a) - rank(b) || b.atSeconds - a.atSeconds);
  return {
    complete: stopped === undefined,
    stopped,
    commits: reader.commits - reader.brokenCommits,
    totalCommits: total,
    lines: reader.addedLines,
    certain: findings.filter((finding) => finding.confidence === "certain").length,
    likely: findings.filter((finding) => finding.confidence === "likely").length,
    beyond: search.beyond,
    findings,
  };
}

/** In tests, fixtures and examples even a well-formed token is often made up. */
function confidenceOf(secret) {
  const path = secret.place.path;
  return isTestPath(path) || EXAMPLE_PATH.test(path) ? "likely" : secret.confidence;
}

/** The first four characters, never more than a quarter. */
function redact(value) {
  return `${value.slice(0, Math.min(4, Math.floor(value.length / 4)))}…`;
}

function tell(facts) {
  const scanned = facts.complete
    ? count(facts.commits, "commit")
    : `${count(facts.commits)} of ${count(facts.totalCommits, "commit")}`;
  const sentence = `${count(facts.certain, "secret")} and ${count(facts.likely, "likely one")} in ${scanned}, ${count(facts.lines, "added line")}`;
  say(sentence);
  summarize(`${sentence}.`);
}
