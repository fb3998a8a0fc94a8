// The sections about the code: what it is made of, where it changes, how complicated it is, its tests.
import { OTHER_FOLDERS, ROOT_FOLDER } from "../knowledge/folders.mjs";
import { LONG_FUNCTION_LINES } from "../limits.mjs";
import { count, size } from "../task.mjs";
import { scatter, stackedBar, treemap } from "./charts.mjs";
import { code, html, pathName } from "./html.mjs";
import { list, percent } from "./words.mjs";

const LANGUAGES_NAMED = 6;
/** Boxes in the map; each folder shows a share of them by its lines. What is smaller shares one box. */
const MAP_FILES = 1000;

/** A titled section; `lead` is its answer in a sentence. */
export function section(id, title, lead, ...content) {
  return {
    id,
    title,
    html: html`<section id="${id}"><h2>${title}</h2><p class="lead">${lead}</p>${content}</section>`,
  };
}

/** Languages and the map of the code. */
export function madeOf({ inventory, hotspots, history }) {
  if (inventory === undefined || inventory.totals.files === 0) return undefined;
  const languages = inventory.languages.filter(
    (language) => language.kind === "code" || language.kind === "markup",
  );
  const named = languages.slice(0, LANGUAGES_NAMED);
  const rest = languages.slice(LANGUAGES_NAMED);
  const total = languages.reduce((sum, language) => sum + language.lines, 0);
  const parts = named.map((language) => ({
    name: language.name,
    value: language.lines,
    files: language.files,
  }));
  if (rest.length > 0) {
    const sum = (key) => rest.reduce((all, language) => all + language[key], 0);
    parts.push({ name: `${count(rest.length)} others`, value: sum("lines"), files: sum("files"), color: 0 });
  }
  const beside = inventory.languages.filter(
    (language) => language.kind === "prose" || language.kind === "data",
  );
  const lead =
    languages.length === 0
      ? "No source code in a known language."
      : `${languages[0].name} makes ${percent(languages[0].lines, total)} of ${count(total, "line")} of code and markup in ${count(languages.length, "language")}.`;
  return section(
    "made-of",
    "What it is made of",
    lead,
    languages.length > 0 &&
      stackedBar(parts, {
        label: `Languages: ${parts.map((part) => `${part.name} ${percent(part.value, total)}`).join(", ")}`,
      }),
    html`<ul class="legend">${parts.map((part, at) => html`<li><i class="c${part.color ?? at + 1}"></i><b>${part.name}</b> ${percent(part.value, total)}<span>${count(part.value, "line")}, ${count(part.files, "file")}</span></li>`)}</ul>`,
    html`<p class="aside">${besideText(inventory.totals, beside)}</p>`,
    mapOf(inventory, history, hotspots),
  );
}

function besideText(totals, beside) {
  const parts = beside.slice(0, 4).map((language) => `${count(language.lines)} lines of ${language.name}`);
  if (totals.binaries > 0) parts.push(count(totals.binaries, "binary file"));
  if (totals.generatedFiles > 0) parts.push(count(totals.generatedFiles, "generated file"));
  if (totals.vendoredFiles > 0) parts.push(count(totals.vendoredFiles, "vendored file"));
  if (totals.links > 0) parts.push(count(totals.links, "symbolic link"));
  if (totals.submodules.length > 0) parts.push(count(totals.submodules.length, "submodule"));
  return parts.length === 0
    ? ""
    : `Beside it: ${list(parts)}. All in all ${count(totals.files, "file")}, ${size(totals.sizeBytes)}.`;
}

function mapOf(inventory, history, hotspots) {
  if (hotspots === undefined || hotspots.folders.length === 0) return undefined;
  const changesOf = (path) => history?.files[path]?.recentChanges ?? 0;
  const allLines = Math.max(
    1,
    sumOf(
      inventory.files.filter((file) => file.folder !== undefined),
      "lines",
    ),
  );
  const folders = inventory.folders.map((name) => {
    const files = inventory.files
      .filter((file) => file.folder === name)
      .map((file) => ({ path: file.path, lines: file.lines, changes: changesOf(file.path) }))
      .sort((a, b) => b.lines - a.lines);
    const lines = sumOf(files, "lines");
    const kept = Math.max(12, Math.ceil((lines / allLines) * MAP_FILES));
    const shown = files.slice(0, kept);
    const small = files.slice(kept);
    const changes = small.length === 0 ? 0 : sumOf(small, "changes") / small.length;
    if (small.length > 0)
      shown.push({ path: `${count(small.length)} smaller files`, lines: sumOf(small, "lines"), changes });
    return { name: nameOf(name), lines, files: shown };
  });
  const filled = folders.filter((folder) => folder.lines > 0);
  if (filled.length === 0) return undefined;
  return html`<figure>${treemap(
    filled,
    `Map of ${count(filled.length, "folder")}: ${filled
      .slice(0, 8)
      .map((folder) => `${folder.name} ${count(folder.lines)} lines`)
      .join(", ")}`,
  )}
    ${mapCaption(filled)}</figure>`;
}

/** Colours are explained where there are any: a shallow clone knows no changes. */
function mapCaption(folders) {
  const sized = "Each box is a file, as large as its lines.";
  if (folders.every((folder) => sumOf(folder.files, "changes") === 0))
    return html`<figcaption>${sized}</figcaption>`;
  const steps = [0, 1, 2, 3, 4, 5].map((step) => html`<i class="hot-${step}"></i>`);
  return html`<figcaption>${sized} <span class="ramp" aria-hidden="true">${steps}</span> from untouched to changed most often in the last year.</figcaption>`;
}

/** Where complicated code changes often. */
export function hotspots({ hotspots }) {
  if (hotspots === undefined || hotspots.hotspots.length === 0) return undefined;
  const found = hotspots.hotspots;
  const changes = found.reduce((sum, file) => sum + file.changes, 0);
  const first = found.slice(0, 10);
  const share = percent(
    first.reduce((sum, file) => sum + file.changes, 0),
    changes,
  );
  const lead =
    found.length <= 10
      ? "Code that is complicated and changes often: work on it pays first."
      : `Ten files took ${share} of the last year's changes among the ${count(found.length)} that changed most; work on them pays first.`;
  return section(
    "hotspots",
    "Hotspots",
    lead,
    html`<div class="split"><figure>${scatter(found.slice(0, 120), {
      label: `Changes against complexity of ${count(Math.min(120, found.length), "file")}; highest: ${first
        .slice(0, 3)
        .map((file) => file.path)
        .join(", ")}`,
    })}</figure>
    <ol class="ranking">${first.map((file) => html`<li>${pathName(file.path)}<span>${count(file.changes, "change")} · ${count(file.lines, "line")}</span></li>`)}</ol></div>`,
  );
}

/** Depth and function lengths, a row a folder. */
export function complexity({ hotspots }) {
  const folders = hotspots?.folders.filter((folder) => folder.codeLines > 0) ?? [];
  if (folders.length === 0) return undefined;
  folders.sort((a, b) => b.codeLines - a.codeLines);
  const lines = folders.reduce((sum, folder) => sum + folder.codeLines, 0);
  const mean = folders.reduce((sum, folder) => sum + folder.indentationSum, 0) / lines;
  const deepest = Math.max(...folders.map((folder) => folder.meanDepth));
  const longest = folders
    .flatMap((folder) => folder.longest)
    .sort((a, b) => b.lines - a.lines)
    .slice(0, 8);
  return section(
    "complexity",
    "Complexity",
    `A line stands ${mean.toFixed(1)} levels deep on average${deepest > mean * 1.3 ? `; deepest in ${nameOf(folders.find((folder) => folder.meanDepth === deepest).folder)}, ${deepest.toFixed(1)}` : ""}.`,
    html`<div class="scroll" tabindex="0" role="region" aria-label="Complexity by folder"><table class="measures"><thead><tr><th scope="col">Folder</th><th scope="col" class="number">Lines</th><th scope="col">Mean depth</th><th scope="col" class="number">Functions</th><th scope="col" class="number wide">Median length</th><th scope="col" class="number">Over ${LONG_FUNCTION_LINES} lines</th></tr></thead><tbody>
    ${folders.map((folder) => html`<tr><th scope="row">${code(nameOf(folder.folder))}</th><td class="number">${count(folder.codeLines)}</td><td><span class="meter"><i style="width:${Math.round((folder.meanDepth / Math.max(deepest, 0.1)) * 100)}%"></i></span>${folder.meanDepth.toFixed(1)}</td><td class="number">${count(folder.functions)}</td><td class="number wide">${folder.functions > 0 ? folder.medianFunctionLines : "–"}</td><td class="number">${folder.longFunctions > 0 ? count(folder.longFunctions) : "–"}</td></tr>`)}</tbody></table></div>`,
    longest.length > 0 &&
      html`<h3>Longest functions</h3><ol class="ranking columns">${longest.map((one) => html`<li>${code(one.name)}<span>${count(one.lines, "line")} · ${one.path}:${one.line}</span></li>`)}</ol>`,
  );
}

/** Tests by language, frameworks, CI. */
export function tests({ tests }) {
  if (tests === undefined || tests.codeLines + tests.testLines === 0) return undefined;
  const rows = tests.byLanguage
    .filter((language) => language.sourceLines + language.testLines >= 20)
    .slice(0, 6);
  const most = Math.max(1, ...rows.map((row) => row.sourceLines + row.testLines));
  const lead =
    tests.testFiles === 0 && tests.cases === 0
      ? "No tests were found by the naming of the usual frameworks."
      : `${tests.cases > 0 ? `${count(tests.cases, "test case")} in ${count(tests.testFiles, "file")}` : count(tests.testFiles, "test file")}: ${(tests.testLines / Math.max(1, tests.codeLines)).toFixed(2)} lines of test for each line of code.`;
  return section(
    "tests",
    "Tests",
    lead,
    rows.length > 0 &&
      html`<div class="rows">${rows.map(
        (row) =>
          html`<div class="row"><b>${row.name}</b><div style="width:${Math.max(2, Math.round(((row.sourceLines + row.testLines) / most) * 100))}%">${stackedBar(
            [
              { name: "Code", value: row.sourceLines, color: 0 },
              { name: "Tests", value: row.testLines, color: 1 },
            ],
            {
              heightPixels: 12,
              label: `${row.name}: ${count(row.sourceLines)} lines of code, ${count(row.testLines)} of tests`,
            },
          )}</div><span>${count(row.sourceLines)} code, ${count(row.testLines)} tests</span></div>`,
      )}</div>`,
    html`<dl class="facts"><dt>Frameworks</dt><dd>${tests.frameworks.length > 0 ? tests.frameworks.join(", ") : "none recognised"}</dd><dt>CI</dt><dd>${tests.ci.length > 0 ? tests.ci.join(", ") : "no configuration found"}</dd></dl>`,
  );
}

function sumOf(list, key) {
  return list.reduce((sum, entry) => sum + entry[key], 0);
}

function nameOf(folder) {
  if (folder === ROOT_FOLDER) return "(root)";
  return folder === OTHER_FOLDERS ? "(other folders)" : folder;
}
