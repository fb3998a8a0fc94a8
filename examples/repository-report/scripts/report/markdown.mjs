// The report as Markdown: for a pull request, a wiki, a terminal. Names go into code spans, in which nothing is markup.
import { count, size } from "../task.mjs";
import { headline, summary } from "./findings.mjs";
import { date, percent } from "./words.mjs";

const SIGNS = { attention: "❗", look: "◆", good: "✓" };

/** The whole report, as text. */
export function markdownOf(facts, findings, nowSeconds) {
  const { repository } = facts;
  const makers = [languages, hotspots, complexity, people, secrets, largeFiles];
  const where = [
    span(repository.name),
    repository.branch && span(repository.branch),
    repository.commit && span(repository.commit.slice(0, 10)),
  ];
  const parts = [
    `# ${plain(headline(facts, findings))}`,
    `${where.filter(Boolean).join(" · ")} · reported on ${date(nowSeconds)}`,
    repository.commit === undefined
      ? "Make a first commit, then run the report again."
      : plain(summary(facts)),
    findings
      .map((finding) => `- ${SIGNS[finding.level]} **${plain(finding.title)}**: ${plain(finding.detail)}`)
      .join("\n"),
    ...makers.map((make) => make(facts)),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function languages({ inventory }) {
  const shown = inventory?.languages.slice(0, 12) ?? [];
  if (shown.length === 0) return undefined;
  const total = inventory.languages.reduce((sum, language) => sum + language.lines, 0);
  const rows = shown.map((language) => [
    language.name,
    count(language.files),
    count(language.lines),
    percent(language.lines, total),
  ]);
  return table("Languages", ["Language", "Files>", "Lines>", "Share>"], rows);
}

function hotspots({ hotspots }) {
  const rows =
    hotspots?.hotspots
      .slice(0, 10)
      .map((file) => [span(file.path), count(file.changes), count(file.lines), String(file.meanDepth)]) ?? [];
  return table("Hotspots", ["File", "Changes in the last year>", "Lines>", "Mean depth>"], rows);
}

function complexity({ hotspots }) {
  const rows = hotspots?.folders
    .filter((folder) => folder.codeLines > 0)
    .map((folder) => {
      const [longest] = folder.longest;
      return [
        span(folder.folder),
        count(folder.codeLines),
        folder.meanDepth.toFixed(1),
        count(folder.functions),
        longest === undefined ? "" : `${span(longest.name)} ${count(longest.lines)}`,
      ];
    });
  return table(
    "Complexity",
    ["Folder", "Lines>", "Mean depth>", "Functions>", "Longest function"],
    rows ?? [],
  );
}

function people({ history }) {
  const rows =
    history?.authors.list
      .slice(0, 10)
      .map((author) => [plain(author.name), count(author.commits), count(author.recentCommits)]) ?? [];
  return table("People", ["Author", "Commits>", "In the last year>"], rows);
}

function secrets({ secrets }) {
  const rows = secrets?.findings
    .slice(0, 20)
    .map((finding) => [
      finding.confidence === "certain" ? finding.name : `${finding.name} (to judge)`,
      span(finding.redacted),
      `${span(finding.path)}${finding.line > 0 ? ` line ${finding.line}` : ""}`,
      span(finding.commit.slice(0, 10)),
      finding.present ? "in the tree" : "history only",
    ]);
  return table("Secrets", ["What", "Begins with", "Where it came in", "Commit", "Now"], rows ?? []);
}

function largeFiles(facts) {
  const rows =
    facts["large-files"]?.large
      .slice(0, 12)
      .map((blob) => [
        size(blob.sizeBytes),
        span(blob.path),
        blob.present ? "in the tree" : "history only",
      ]) ?? [];
  return table("Large files", ["Size>", "File", "Now"], rows);
}

/** A heading that ends with > is a column of figures. */
function table(title, headings, rows) {
  if (rows.length === 0) return undefined;
  const names = headings.map((heading) => heading.replace(/>$/, ""));
  const rule = headings.map((heading) => (heading.endsWith(">") ? "---:" : "---"));
  return [`## ${title}`, "", line(names), line(rule), ...rows.map(line)].join("\n");
}

function line(cells) {
  return `| ${cells.join(" | ")} |`;
}

/** A code span whatever is in it: the fence is longer than any run of backticks; a bar would end the table's cell. */
function span(text) {
  const runs = text.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${pad}${text.replaceAll("|", "\\|")}${pad}${fence}`;
}

/** Text in which nothing is markup. */
function plain(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_[\]|#~]/g, (sign) => `\\${sign}`)
    .replaceAll(/\s+/g, " ");
}
