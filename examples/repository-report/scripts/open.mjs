// Task `open`: is it a repository, and which commit is the report about?
import { gitText } from "./git/git.mjs";
import { NO_COMMIT, openRepository } from "./git/repository.mjs";
import { count, publishOutputs, runTask, saveFacts, say, summarize } from "./task.mjs";

await runTask(async () => {
  const repository = await openRepository(process.argv[2]);
  const facts = { ...repository, branches: 0, tags: 0, newestTag: undefined, subject: undefined };
  facts.branches = await countRefs(repository, "refs/heads");
  facts.tags = await countRefs(repository, "refs/tags");
  facts.totalCommits = Number(await gitText(repository.root, ["rev-list", "--all", "--count"]));
  if (repository.commit !== undefined) Object.assign(facts, await newestCommit(repository));
  saveFacts("repository", facts);
  publishOutputs({
    name: repository.name,
    commit: repository.commit ?? NO_COMMIT,
    commits: facts.totalCommits,
    empty: repository.commit === undefined,
  });
  const sentence = describe(facts);
  say(sentence);
  for (const note of notes(facts)) say(`note: ${note}`);
  summarize(sentence);
});

async function countRefs(repository, prefix) {
  const listing = await gitText(repository.root, ["for-each-ref", "--format=x", prefix]);
  return listing.length / 2;
}

async function newestCommit(repository) {
  const shown = await gitText(repository.root, ["log", "-1", "--format=%ct%n%s", repository.commit]);
  const [seconds, subject] = shown.split("\n");
  const tag = await gitText(repository.root, [
    "for-each-ref",
    "--sort=-creatordate",
    "--count=1",
    "--format=%(refname:short) %(creatordate:unix)",
    "refs/tags",
  ]);
  const [, name, tagSeconds] = /^(.*) (\d+)$/.exec(tag.trim()) ?? [];
  return {
    committedAtSeconds: Number(seconds),
    subject,
    newestTag: name === undefined ? undefined : { name, atSeconds: Number(tagSeconds) },
  };
}

function describe(facts) {
  if (facts.commit === undefined) return `${facts.name}: no commit yet`;
  const where = facts.branch ?? "a detached HEAD";
  return `${facts.name}: ${where} at ${facts.commit.slice(0, 10)}, ${count(facts.totalCommits, "commit")} in all refs, ${count(facts.branches, "branch", "branches")}, ${count(facts.tags, "tag")}`;
}

function notes(facts) {
  const found = [];
  if (facts.bare) found.push("a bare repository: read without a work tree");
  if (facts.shallow)
    found.push("a shallow clone: older history is not here (git fetch --unshallow brings it)");
  if (facts.partial) found.push("a partial clone: contents that are absent are not fetched");
  return found;
}
