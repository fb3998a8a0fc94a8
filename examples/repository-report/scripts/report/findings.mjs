// What a reader should know first. Fixed rules over measured facts; each says what, and what to do.
import { LONG_FUNCTION_LINES } from "../limits.mjs";
import { count, size } from "../task.mjs";
import { inWords, list, percent, sentence, span } from "./words.mjs";

const YEAR_SECONDS = 365 * 86_400;

/** { level: "attention" | "look" | "good", title, detail, section } in the order to read them. */
export function findingsOf(facts, nowSeconds) {
  const rules = [
    missing,
    secrets,
    scanned,
    licence,
    tests,
    integration,
    people,
    idle,
    functions,
    dead,
    pinned,
    clone,
  ];
  const found = rules.flatMap((rule) => rule(facts, nowSeconds) ?? []);
  const order = { attention: 0, look: 1, good: 2 };
  return found.sort((a, b) => order[a.level] - order[b.level]);
}

/** The page's answer, in one sentence. */
export function headline(facts, findings) {
  const { name } = facts.repository;
  if (facts.repository.commit === undefined) return `${name} has no commit yet.`;
  const attention = findings.filter((finding) => finding.level === "attention").length;
  const look = findings.filter((finding) => finding.level === "look").length;
  if (attention > 0) {
    const rest = look > 0 ? `, ${inWords(look)} more ${look === 1 ? "is" : "are"} worth a look` : "";
    return `${sentence(inWords(attention))} ${attention === 1 ? "thing needs" : "things need"} attention in ${name}${rest}.`;
  }
  if (look > 0)
    return `${name} is in good shape; ${inWords(look)} ${look === 1 ? "thing is" : "things are"} worth a look.`;
  return `${name} is in good shape.`;
}

/** What it is, in one or two sentences. */
export function summary(facts) {
  const { inventory, history } = facts;
  const parts = [];
  if (inventory !== undefined) {
    const code = inventory.languages.filter((language) => language.kind === "code");
    const lines = code.reduce((sum, language) => sum + language.lines, 0);
    const main = code.slice(0, 2).filter((language, at) => at === 0 || language.lines > lines * 0.15);
    const written = main.length > 0 ? ` of mostly ${list(main.map((language) => language.name))}` : "";
    parts.push(`${count(inventory.totals.ownLines, "line")}${written}`);
  }
  if (history?.commits > 0) {
    const since = new Date(history.oldestSeconds * 1000).getUTCFullYear();
    parts.push(
      `written by ${count(history.authors.total - history.authors.bots, "person", "people")} since ${since}`,
    );
  }
  const recent =
    history?.commits > 0 ? ` ${count(history.recentCommits, "commit")} in the last year of its history.` : "";
  return parts.length === 0 ? "Nothing could be measured." : `${parts.join(", ")}.${recent}`;
}

function attention(section, title, detail) {
  return { level: "attention", section, title, detail };
}

function look(section, title, detail) {
  return { level: "look", section, title, detail };
}

function good(section, title, detail) {
  return { level: "good", section, title, detail };
}

function missing(facts) {
  const names = ["inventory", "history", "secrets", "licences", "tests", "dependencies", "hotspots"];
  const absent = names.filter((name) => facts[name] === undefined);
  if (absent.length === 0) return undefined;
  return look(
    "method",
    `Not measured: ${list(absent)}`,
    "The task failed or was stopped; its log says why. What else stands here is not affected.",
  );
}

function secrets({ secrets }) {
  if (secrets === undefined) return undefined;
  const certain = secrets.findings.filter((finding) => finding.confidence === "certain");
  const present = certain.filter((finding) => finding.present);
  const act = "Revoke them where they were issued: deleting the line leaves them in the history.";
  const found = [];
  if (present.length > 0)
    found.push(attention("secrets", `${count(present.length, "secret")} in the tree today`, act));
  const past = certain.length - present.length;
  if (past > 0)
    found.push(
      attention(
        "secrets",
        `${count(past, "secret")} in the history`,
        `Gone from the tree, still in every clone. ${act}`,
      ),
    );
  if (secrets.likely > 0) {
    found.push(
      look(
        "secrets",
        `${count(secrets.likely, "value")} that may be ${secrets.likely === 1 ? "a secret" : "secrets"}`,
        "Random values beside a telling word, or tokens in tests and examples. A person has to judge.",
      ),
    );
  }
  if (found.length === 0 && secrets.complete && secrets.commits > 0) {
    found.push(
      good(
        "secrets",
        "No secrets in the history",
        `${count(secrets.lines, "added line")} of ${count(secrets.commits, "commit")} were scanned.`,
      ),
    );
  }
  return found;
}

function scanned({ secrets, history }) {
  const found = [];
  if (secrets?.complete === false) {
    found.push(
      look(
        "secrets",
        `${count(secrets.totalCommits - secrets.commits, "commit")} could not be scanned for secrets`,
        `${sentence(secrets.stopped)}.`,
      ),
    );
  }
  if (history?.complete === false) {
    found.push(
      look(
        "method",
        `History: ${count(history.commits)} of ${count(history.total, "commit")} read`,
        `${sentence(history.stopped)}.`,
      ),
    );
  }
  return found;
}

function licence({ licences, repository }) {
  if (licences === undefined || repository.commit === undefined) return undefined;
  if (licences.main === undefined) {
    const unknown = licences.files.find((file) => !file.path.includes("/"));
    if (unknown !== undefined)
      return look(
        "licences",
        "The licence is not a known one",
        `The text of ${unknown.path} was not recognised.`,
      );
    return attention(
      "licences",
      "No licence",
      "Without one nobody else may use, change or share the code. Add a LICENSE file to the root.",
    );
  }
  const stated = licences.manifests.filter((file) => !file.vendored && !file.path.includes("/"));
  const other = stated.filter(
    (file) => !licences.main.split(" and ").some((known) => sameLicence(known, file.licence)),
  );
  if (other.length === 0) return good("licences", `Licence: ${licences.main}`, "Stated in the root.");
  return look(
    "licences",
    "Two licences are stated",
    `The licence file says ${licences.main}, ${other[0].path} says ${other[0].licence}.`,
  );
}

function sameLicence(known, stated) {
  const plain = (text) =>
    text
      .toLowerCase()
      .replaceAll(/licen[cs]e|version|the|v(?=\d)|-only|-or-later|[\s,.()-]|2\.0$/g, "")
      .replace(/0$/, "");
  return plain(stated).includes(plain(known)) || /see licen[cs]e/i.test(stated);
}

function tests({ tests, repository }) {
  if (tests === undefined || repository.commit === undefined || tests.codeLines < 200) return undefined;
  if (tests.testFiles === 0 && tests.cases === 0)
    return attention("tests", "No tests found", "No file follows the naming of a known test framework.");
  const ratio = tests.testLines / Math.max(1, tests.codeLines);
  const detail = `${count(tests.testLines, "line")} of tests for ${count(tests.codeLines)} of code.`;
  if (ratio < 0.1 && tests.cases < tests.codeLines / 200) return look("tests", "Few tests", detail);
  return good(
    "tests",
    tests.cases > 0
      ? `${count(tests.cases, "test case")} in ${count(tests.testFiles, "file")}`
      : count(tests.testFiles, "test file"),
    detail,
  );
}

function integration({ tests, repository }) {
  if (tests === undefined || repository.commit === undefined) return undefined;
  if (tests.ci.length > 0) return good("tests", `CI: ${list(tests.ci)}`, "Its configuration is in the tree.");
  return tests.codeLines < 200
    ? undefined
    : look("tests", "No CI configuration", "Nothing in the tree says that tests run on each change.");
}

function people({ history }) {
  if (history === undefined || history.recentCommits < 30) return undefined;
  const { halfOfRecent, recent } = history.authors;
  if (halfOfRecent === 1 && recent > 1) {
    return look(
      "people",
      "Half of the last year's work is one person's",
      `${count(recent, "person", "people")} committed in that time. If that one is away, much is.`,
    );
  }
  if (halfOfRecent >= 3)
    return good(
      "people",
      `Work is shared by ${count(recent, "person", "people")}`,
      `${sentence(inWords(halfOfRecent))} of them made half of the last year's commits.`,
    );
  return undefined;
}

function idle({ history }, nowSeconds) {
  if (history?.newestSeconds === undefined || nowSeconds - history.newestSeconds < YEAR_SECONDS)
    return undefined;
  return look(
    "rhythm",
    `No commit for ${span(nowSeconds - history.newestSeconds)}`,
    "“The last year” in this report is the year before the newest commit.",
  );
}

function functions({ hotspots }) {
  const longest = hotspots?.folders.flatMap((folder) => folder.longest).sort((a, b) => b.lines - a.lines)[0];
  if (longest === undefined) return undefined;
  const total = hotspots.folders.reduce((sum, folder) => sum + folder.functions, 0);
  const long = hotspots.folders.reduce((sum, folder) => sum + folder.longFunctions, 0);
  if (long === 0)
    return total >= 20
      ? good(
          "complexity",
          "Functions are short",
          `None of ${count(total)} is longer than ${LONG_FUNCTION_LINES} lines.`,
        )
      : undefined;
  if (long / total < 0.02 && longest.lines < 250) return undefined;
  return look(
    "complexity",
    `${count(long, "function")} ${long === 1 ? "is" : "are"} longer than ${LONG_FUNCTION_LINES} lines`,
    `${percent(long, total)} of those found. The longest, ${longest.name}, has ${count(longest.lines)}.`,
  );
}

function dead(facts) {
  const large = facts["large-files"];
  if (large === undefined) return undefined;
  const gone = large.large.filter((blob) => !blob.present);
  const stored = gone.reduce((sum, blob) => sum + blob.storedBytes, 0);
  if (stored < 5_000_000 || stored < large.storedBytes * 0.1) return undefined;
  return look(
    "large",
    `${size(stored)} of the history are large files that are gone`,
    `${percent(stored, large.storedBytes)} of what every clone downloads. git filter-repo can remove them.`,
  );
}

function pinned({ dependencies }) {
  const found = [];
  if (dependencies?.unlocked.length > 0) {
    const { unlocked } = dependencies;
    found.push(
      look(
        "dependencies",
        `${count(unlocked.length, "manifest")} without a lock file`,
        `${unlocked[0]}${unlocked.length > 1 ? ` and ${count(unlocked.length - 1, "other")}` : ""}: an install tomorrow may differ from today's.`,
      ),
    );
  }
  if (dependencies?.floatingImages.length > 0) {
    const [first] = dependencies.floatingImages;
    found.push(
      look(
        "dependencies",
        `${count(dependencies.floatingImages.length, "base image")} without a fixed tag`,
        `${first.image} in ${first.path}.`,
      ),
    );
  }
  return found;
}

function clone({ repository }) {
  if (!repository.shallow) return undefined;
  return look(
    "method",
    "The clone is shallow",
    "Older history is not here: git fetch --unshallow brings it, then run this again.",
  );
}
