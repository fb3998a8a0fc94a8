// The report as one HTML page that needs nothing beside it: no script, no font, no image from elsewhere.
import { readFileSync } from "node:fs";
import { count, size } from "../task.mjs";
import { headline, summary } from "./findings.mjs";
import { code, html, trusted } from "./html.mjs";
import { dependencies, large, licences, mark, method, people, rhythm, secrets } from "./more-sections.mjs";
import { complexity, hotspots, madeOf, tests } from "./sections.mjs";
import { date } from "./words.mjs";

/** The whole page, as text. */
export function pageOf(facts, findings, nowSeconds) {
  const style = readFileSync(new URL("./style.css", import.meta.url), "utf8");
  const makers = [
    madeOf,
    hotspots,
    complexity,
    tests,
    rhythm,
    people,
    secrets,
    large,
    licences,
    dependencies,
  ];
  const sections = [...makers.map((make) => make(facts)), method(facts, nowSeconds)].filter(
    (made) => made !== undefined,
  );
  const { repository } = facts;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${repository.name}: repository report</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<nav aria-label="Sections"><p class="brand">${logo()}Repository report</p><ul><li><a href="#top">${repository.name}</a></li>${sections.map((made) => html`<li><a href="#${made.id}">${made.title}</a></li>`)}</ul></nav>
<main id="main">
<header id="top"><p class="where">${code(repository.name)}${repository.branch !== undefined && html` <span>·</span> ${repository.branch}`}${repository.commit !== undefined && html` <span>·</span> ${code(repository.commit.slice(0, 10))}`}${repository.committedAtSeconds !== undefined && html` <span>·</span> ${date(repository.committedAtSeconds)}`}</p>
<h1>${headline(facts, findings)}</h1>
<p class="summary">${repository.commit === undefined ? "Make a first commit, then run the report again." : summary(facts)}</p>
${repository.commit !== undefined && figures(facts)}
${findings.length > 0 && html`<ul class="findings">${findings.map((finding) => html`<li class="${finding.level}">${mark(finding.level)}<div><a href="#${finding.section}">${finding.title}</a><p>${finding.detail}</p></div></li>`)}</ul>`}</header>
${sections.map((made) => made.html)}
<footer>Made by <b>Gaia</b>'s example ${code("repository-report")}: ${count(sections.length)} sections from one graph of parallel jobs.</footer>
</main>
</body>
</html>
`;
  return page.toString();
}

function figures(facts) {
  const { inventory, history, tests } = facts;
  const large = facts["large-files"];
  const shown = [
    inventory && [count(inventory.totals.files), "files"],
    inventory && [count(inventory.totals.ownLines), "own lines"],
    history && [count(history.commits), "commits"],
    history && [count(history.authors.total), "authors"],
    tests && [
      count(tests.cases > 0 ? tests.cases : tests.testFiles),
      tests.cases > 0 ? "test cases" : "test files",
    ],
    large && [size(large.storedBytes), "stored in git"],
  ].filter(Boolean);
  return html`<dl class="figures">${shown.map(([figure, name]) => html`<div><dt>${name}</dt><dd>${figure}</dd></div>`)}</dl>`;
}

function logo() {
  return html`<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d="M19.1 5.6A9.5 9.5 0 1 0 21.5 12H13" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/><circle cx="11.4" cy="12" r="3.1" fill="currentColor"/></svg>`;
}
