// The sections about people, history, and what a repository carries: secrets, large files, licences, dependencies.
import { FOLDERS_MAX, LONG_FUNCTION_LINES } from "../limits.mjs";
import { count, size } from "../task.mjs";
import { barChart, hourGrid } from "./charts.mjs";
import { code, html, pathName } from "./html.mjs";
import { periodsOf } from "./periods.mjs";
import { section } from "./sections.mjs";
import { date, list, month, percent, span } from "./words.mjs";

const ROWS_SHOWN = 20;

/** When the work happens. */
export function rhythm({ history, repository }) {
  if (history === undefined || history.commits === 0) return undefined;
  const { unit, bars } = periodsOf(history.byDay);
  const busiest = bars.reduce(
    (best, bar) => (best === undefined || bar.value > best.value ? bar : best),
    undefined,
  );
  const hours = history.byHour.flat();
  const total = hours.reduce((sum, value) => sum + value, 0);
  const weekend = [...history.byHour[5], ...history.byHour[6]].reduce((sum, value) => sum + value, 0);
  const tag = repository.newestTag;
  const lead = `${count(history.commits, "commit")} in ${span(history.newestSeconds - history.oldestSeconds)}, the newest on ${date(history.newestSeconds)}${tag === undefined ? "" : `; ${count(repository.tags, "tag")}, last ${tag.name}, ${month(tag.atSeconds)}`}.`;
  return section(
    "rhythm",
    "Rhythm",
    lead,
    bars.length > 1 &&
      html`<figure>${barChart(bars, { unit: "commit", label: `Commits a ${unit}; most in ${busiest.label}: ${busiest.value}` })}<figcaption>Commits a ${unit}. Most: ${count(busiest.value)}, ${busiest.label}.</figcaption></figure>`,
    html`<figure>${hourGrid(history.byHour, `Commits by weekday and hour; ${percent(weekend, total)} at weekends`)}<figcaption>By the authors' own clocks; ${percent(weekend, total)} at weekends.</figcaption></figure>`,
  );
}

/** Who did it. */
export function people({ history }) {
  if (history === undefined || history.commits === 0) return undefined;
  const { authors } = history;
  const shown = authors.list.slice(0, 12);
  const most = Math.max(1, ...shown.map((author) => author.commits));
  const persons = authors.total - authors.bots;
  const bots = authors.bots > 0 ? ` and ${count(authors.bots, "bot")}` : "";
  const half = authors.halfOfAll === 1 ? "are one person's" : `come from ${count(authors.halfOfAll)} of them`;
  const lead =
    persons <= 1
      ? `${persons === 1 ? "One person" : "Nobody"}${bots}.`
      : `${count(persons)} people${bots}; ${count(authors.recent)} committed in the last year. Half of all commits ${half}.`;
  return section(
    "people",
    "People",
    lead,
    html`<div class="rows people">${shown.map((author) => html`<div class="row"><b><bdi>${author.name}</bdi>${author.bot && html` <em>bot</em>`}</b><div><i class="line${author.recentCommits > 0 ? "" : " past"}" style="width:${Math.max(1, Math.round((author.commits / most) * 100))}%"></i></div><span>${count(author.commits)}${author.recentCommits > 0 && html`, <b>${count(author.recentCommits)}</b> in the last year`}</span></div>`)}</div>`,
    authors.total > shown.length &&
      html`<p class="aside">And ${count(authors.total - shown.length)} more. Pale: no commit in the last year.</p>`,
  );
}

/** Secrets, redacted. */
export function secrets({ secrets }) {
  if (secrets === undefined || secrets.totalCommits === 0) return undefined;
  const { findings } = secrets;
  const scope = secrets.complete
    ? `${count(secrets.lines, "added line")} in ${count(secrets.commits, "commit")} of all refs`
    : `${count(secrets.commits)} of ${count(secrets.totalCommits, "commit")}`;
  const lead =
    findings.length === 0
      ? `Nothing that looks like a secret in ${scope}.`
      : `${count(secrets.certain, "secret")} and ${count(secrets.likely, "value")} to judge, in ${scope}.`;
  return section(
    "secrets",
    "Secrets",
    lead,
    findings.length > 0 &&
      html`<div class="scroll" tabindex="0" role="region" aria-label="Secrets"><table class="stack"><thead><tr><th scope="col">What</th><th scope="col">Where it came in</th><th scope="col">Commit</th><th scope="col">Now</th></tr></thead><tbody>
    ${findings.slice(0, ROWS_SHOWN).map((finding) => html`<tr><td>${mark(finding.confidence === "certain" ? "attention" : "look")}${finding.name}<br>${code(finding.redacted)} <small>${count(finding.length, "character")}</small></td><td>${pathName(finding.path)}${finding.line > 0 && html`<small>, line ${finding.line}</small>`}${finding.places > 1 && html`<br><small>${count(finding.places, "time")} in the history</small>`}</td><td>${code(finding.commit.slice(0, 10))}<br><small>${date(finding.atSeconds)}</small></td><td>${finding.present ? html`<strong>in the tree</strong>` : "history only"}</td></tr>`)}</tbody></table></div>`,
    findings.length + secrets.beyond > ROWS_SHOWN &&
      html`<p class="aside">And ${count(findings.length + secrets.beyond - ROWS_SHOWN)} more.</p>`,
  );
}

/** Blobs over the limit. */
export function large(facts) {
  const large = facts["large-files"];
  if (large === undefined || large.blobs === 0) return undefined;
  const lead =
    large.large.length === 0
      ? `No file of any version is over ${size(large.limitBytes)}. The history holds ${count(large.blobs, "version")} of files, ${size(large.storedBytes)} stored.`
      : `${count(large.largeCount, "version")} of files over ${size(large.limitBytes)} take ${percent(large.largeStoredBytes, large.storedBytes)} of the ${size(large.storedBytes)} that the history stores.`;
  return section(
    "large",
    "Large files",
    lead,
    large.large.length > 0 &&
      html`<div class="scroll" tabindex="0" role="region" aria-label="Large files"><table class="stack"><thead><tr><th scope="col" class="number">Size</th><th scope="col" class="number">Stored</th><th scope="col">File</th><th scope="col" class="wide">Came in with</th><th scope="col">Now</th></tr></thead><tbody>
    ${large.large.slice(0, ROWS_SHOWN).map((blob) => html`<tr><td class="number">${size(blob.sizeBytes)}</td><td class="number">${size(blob.storedBytes)}</td><td>${pathName(blob.path)}</td><td class="wide">${blob.origin && html`${code(blob.origin.hash.slice(0, 10))} <small>${date(blob.origin.atSeconds)}</small>`}</td><td>${blob.present ? "in the tree" : "history only"}</td></tr>`)}</tbody></table></div>`,
    large.largeCount > ROWS_SHOWN &&
      html`<p class="aside">And ${count(large.largeCount - Math.min(ROWS_SHOWN, large.large.length))} more.</p>`,
    large.absent > 0 &&
      html`<p class="aside">${count(large.absent, "object")} of this clone are absent and were not measured.</p>`,
  );
}

/** Licence files, manifests, SPDX marks. */
export function licences({ licences, repository }) {
  if (licences === undefined || repository.commit === undefined) return undefined;
  const own = licences.files.filter((file) => !file.vendored);
  const vendored = licences.files.length - own.length;
  const marks = Object.entries(licences.marks);
  const lead =
    licences.main === undefined
      ? "The root states no licence."
      : `${licences.main}.${licences.markedFiles > 0 ? ` ${count(licences.markedFiles, "file")} carry an SPDX mark.` : ""}`;
  return section(
    "licences",
    "Licences",
    lead,
    html`<dl class="facts">${own.slice(0, 8).map((file) => html`<dt>${pathName(file.path)}</dt><dd>${file.licence ?? "not recognised"}</dd>`)}${licences.manifests
      .filter((file) => !file.vendored)
      .slice(0, 6)
      .map(
        (file) => html`<dt>${pathName(file.path)}</dt><dd>${file.licence}</dd>`,
      )}${marks.length > 0 && html`<dt>SPDX marks</dt><dd>${list(marks.slice(0, 6).map(([licence, files]) => `${licence} (${count(files)})`))}</dd>`}${vendored > 0 && html`<dt>Vendored code</dt><dd>${count(vendored, "licence file")}: ${list([...new Set(licences.files.filter((file) => file.vendored).map((file) => file.licence ?? "not recognised"))].slice(0, 6))}</dd>`}</dl>`,
  );
}

/** Manifests by ecosystem. */
export function dependencies({ dependencies }) {
  if (dependencies === undefined || dependencies.manifests.length === 0) return undefined;
  const { ecosystems } = dependencies;
  const total = ecosystems.reduce((sum, system) => sum + system.dependencies, 0);
  return section(
    "dependencies",
    "Dependencies",
    `${count(dependencies.manifests.length, "manifest")} ask for ${count(total, "direct dependency", "direct dependencies")}.`,
    html`<table><thead><tr><th scope="col">Ecosystem</th><th scope="col" class="number">Direct</th><th scope="col" class="number">Manifests</th><th scope="col">Lock file</th></tr></thead><tbody>${ecosystems.map((system) => html`<tr><th scope="row">${system.name}</th><td class="number">${count(system.dependencies)}</td><td class="number">${count(system.manifests)}</td><td>${lockWord(system)}</td></tr>`)}</tbody></table>`,
  );
}

/** How it was measured, and what is not known. */
export function method(facts, nowSeconds) {
  const { repository, inventory, history } = facts;
  const notes = [
    "“The last year” is the year before the newest commit. Authors follow .mailmap; one person under several addresses is one author when the full name is the same.",
    "Complexity is the depth of indentation (Hindle, Godfrey, Holt 2008), a proxy that needs no parser. Functions are found by their first line and their indentation; it errs on unusual layouts.",
    `A hotspot's score is its changes in the last year times its complexity, both logarithmic. Folders are parted until none is too large, at most ${FOLDERS_MAX}; a long function has more than ${LONG_FUNCTION_LINES} lines.`,
    "Secrets are looked for in text, in every line added in any ref and in commit messages; binary files are not. A clean result is no proof. Values are never written down, only their first characters.",
    "Languages, generated and vendored files are told by names and first lines. Dependencies are those that manifests name; nothing was downloaded or run.",
  ];
  if (repository.shallow) notes.push("The clone is shallow: everything about history is about what is here.");
  if (repository.partial)
    notes.push("The clone is partial: changed lines and secrets were not measured, as contents are absent.");
  if (history?.complete === false) notes.push(`The history was not read to its end: ${history.stopped}.`);
  if (inventory?.totals.notRead > 0)
    notes.push(`${count(inventory.totals.notRead, "file")} over 1 MB were counted, not read.`);
  return section(
    "method",
    "How it was measured",
    `On ${date(nowSeconds)}, from git alone.`,
    html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`,
  );
}

/** The mark of a finding's level: shape and colour; the word stands beside it or is read out. */
export function mark(level) {
  const shapes = {
    attention: html`<path class="fill" d="M5.1 1.2h5.8l3.9 3.9v5.8l-3.9 3.9H5.1L1.200 10.900V5.100z"/><path class="on" d="M8 4.300v4.600M8 11.300v.2"/>`,
    look: html`<path class="fill" d="M8 1.600 14.400 8 8 14.400 1.600 8z"/>`,
    good: html`<circle class="fill" cx="8" cy="8" r="6.800"/><path class="on" d="m5 8.300 2.100 2.100L11.200 6"/>`,
  };
  const words = { attention: "Needs attention", look: "Worth a look", good: "Good" };
  return html`<svg class="mark ${level}" viewBox="0 0 16 16" width="16" height="16" role="img" aria-label="${words[level]}">${shapes[level]}</svg>`;
}

function lockWord(system) {
  if (system.lockable === 0) return "–";
  if (system.locked === system.lockable) return "yes";
  return system.locked === 0 ? "no" : `${count(system.locked)} of ${count(system.lockable)}`;
}
