// Task `history`: commits, authors, cadence and churn, from one streamed `git log --numstat`.
import { GitError, gitRecords, gitText } from "./git/git.mjs";
import { treeEntries } from "./git/objects.mjs";
import { printablePath } from "./git/path-names.mjs";
import { openRepository } from "./git/repository.mjs";
import { History } from "./knowledge/commit-history.mjs";
import { HISTORY_BUDGET_MS } from "./limits.mjs";
import { count, publishOutputs, runTask, saveFacts, say, startProgress, summarize } from "./task.mjs";

// Newest first; %aN and %aE follow .mailmap. A commit's header cannot be taken for a numstat record, which starts
// with a figure (or -) and a tab.
const HEADER = "commit%n%H%n%ct%n%aI%n%P%n%aE%n%aN";
const NUMSTAT = /^\n?(\d+|-)\t(\d+|-)\t([^]*)$/;

await runTask(async () => {
  const repository = await openRepository(process.argv[2], process.argv[3]);
  const history = new History();
  if (repository.commit !== undefined) history.stopped = await read(repository, history);
  const present = new Set();
  for await (const entry of treeEntries(repository)) present.add(entry.path);
  const facts = history.facts(present);
  saveFacts("history", facts);
  publishOutputs({ commits: facts.commits, authors: facts.authors.total, complete: facts.complete });
  const sentence = `${count(facts.commits, "commit")} by ${count(facts.authors.total, "author")}, ${count(facts.recentCommits)} in the last year`;
  for (const author of facts.authors.list.slice(0, 5))
    say(`  ${count(author.commits).padStart(7)}  ${author.name}`);
  // Last, as the live view goes on showing the last line.
  say(sentence);
  summarize(`${sentence}.`);
});

/** Undefined when all was read, otherwise why not. */
async function read(repository, history) {
  const total = Number(await gitText(repository.root, ["rev-list", "--count", repository.commit]));
  history.total = total;
  history.boundary = repository.shallow ? await shallowBoundary(repository) : new Set();
  say(`reading ${count(total, "commit")}`);
  const progress = startProgress();
  const deadline = Date.now() + HISTORY_BUDGET_MS;
  const changes = repository.partial ? [] : ["--numstat", "-M", "--no-ext-diff", "--no-textconv"];
  const log = ["log", "-z", ...changes, `--format=${HEADER}`, repository.commit, "--"];
  let names = [];
  try {
    for await (const records of gitRecords(repository.root, log, { separator: "\0" })) {
      for (const record of records) names = take(history, record, names);
      progress(
        () =>
          `${count(history.commits)} of ${count(total, "commit")}, ${count(history.authors.size, "author")}`,
      );
      if (Date.now() > deadline) return "the time for it was up";
    }
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    say(`note: stopped after ${count(history.commits, "commit")}: ${error.message}`);
    return "git could not read on (contents are absent or damaged)";
  }
  return undefined;
}

/** A rename's record has an empty name, then two records with the names; `names` carries what is awaited. */
function take(history, record, awaited) {
  if (awaited.length > 0) {
    const [rename, ...found] = [...awaited, record];
    if (found.length < 2) return [rename, ...found];
    history.change(rename.added, rename.deleted, printablePath(found[1]), printablePath(found[0]));
    return [];
  }
  const numstat = NUMSTAT.exec(record);
  if (numstat === null) {
    if (record.length > 1) history.commit(record);
    return [];
  }
  const change = { added: Number(numstat[1]) || 0, deleted: Number(numstat[2]) || 0 };
  if (numstat[3] === "") return [change];
  history.change(change.added, change.deleted, printablePath(numstat[3]));
  return [];
}

/** In a shallow clone the oldest commits seem to add every file: their lines are no work done then. */
async function shallowBoundary(repository) {
  const grafted = await gitText(repository.root, [
    "log",
    "--format=%H %d",
    "--decorate=full",
    repository.commit,
  ]);
  return new Set(
    grafted
      .split("\n")
      .filter((line) => / \(.*\bgrafted\b/.test(line))
      .map((line) => line.split(" ")[0]),
  );
}
