// Charts as inline SVG. Lengths along x are in percent and sizes of type in pixels, without a viewBox: a chart is as wide
// as its place, on a phone as on a desk, and its text stays readable.
import { count } from "../task.mjs";
import { html } from "./html.mjs";
import { layOut } from "./treemap.mjs";

const HEATS = 6;

/** A bar a period; `bars`: [{ label, value, mark }], `mark` is shown on the axis. */
export function barChart(bars, { heightPixels = 150, unit, label }) {
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  const step = 100 / bars.length;
  const gap = Math.min(0.35, step * 0.18);
  const tick = niceTick(most);
  const scale = (value) => (value / most) * (heightPixels - 14);
  const lines = [];
  for (let value = tick; value <= most; value += tick) lines.push(value);
  return html`<div class="gutter"><svg class="chart" width="100%" height="${heightPixels + 22}" role="img" aria-label="${label}">
    ${lines.map((value) => html`<line class="grid" x1="0" x2="100%" y1="${heightPixels - scale(value)}" y2="${heightPixels - scale(value)}"/>`)}
    ${bars.map((bar, at) => html`<rect class="bar" x="${round(at * step + gap / 2)}%" width="${round(step - gap)}%" y="${round(heightPixels - scale(bar.value))}" height="${round(scale(bar.value))}"><title>${bar.label}: ${count(bar.value, unit)}</title></rect>`)}
    ${lines.map((value) => html`<text class="tick" x="0" dx="-8" y="${heightPixels - scale(value) + 4}" text-anchor="end">${count(value)}</text>`)}
    <line class="axis" x1="0" x2="100%" y1="${heightPixels + 0.5}" y2="${heightPixels + 0.5}"/>
    ${marksOf(bars, step, heightPixels)}
  </svg></div>`;
}

/** Commits by weekday and hour: rows × 24. */
export function hourGrid(rows, label) {
  const most = Math.max(1, ...rows.flat());
  const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
  const cell = 100 / 24;
  const height = 20;
  return html`<div class="gutter"><svg class="chart" width="100%" height="${7 * height + 20}" role="img" aria-label="${label}">
    ${rows.map((row, day) => html`<text class="tick" x="0" dx="-8" y="${day * height + 14}" text-anchor="end">${days[day]}</text>${row.map((value, hour) => html`<rect class="heat-${heat(value, most, 0.9)}" x="${round(hour * cell)}%" y="${day * height + 1}" width="${round(cell - 0.4)}%" height="${height - 3}" rx="2"><title>${days[day]} ${hour}:00: ${count(value, "commit")}</title></rect>`)}`)}
    ${[0, 6, 12, 18].map((hour) => html`<text class="tick" x="${round(hour * cell)}%" y="${7 * height + 15}">${hour}:00</text>`)}
  </svg></div>`;
}

/** One bar in parts: [{ name, value }]; classes c1…c6 in order, the rest is c0. */
export function stackedBar(parts, { heightPixels = 18, label }) {
  const total = parts.reduce((sum, part) => sum + part.value, 0);
  let x = 0;
  return html`<svg class="chart stacked" width="100%" height="${heightPixels}" role="img" aria-label="${label}">${parts.map(
    (part, at) => {
      const width = total === 0 ? 0 : (part.value / total) * 100;
      const rect = html`<rect class="c${part.color ?? at + 1}" x="${round(x)}%" width="${round(width)}%" height="${heightPixels}"><title>${part.name}: ${count(part.value, "line")}</title></rect>`;
      x += width;
      return rect;
    },
  )}</svg>`;
}

/** Changes × complexity, both logarithmic; the first ones are named. */
export function scatter(points, { heightPixels = 460, label }) {
  const bottom = heightPixels - 34;
  const x = logScale(
    points.map((point) => point.changes),
    6,
    94,
  );
  const y = logScale(
    points.map((point) => point.complexity),
    bottom - 14,
    22,
  );
  const radius = (lines) => Math.min(16, 2.5 + Math.sqrt(lines) / 6);
  return html`<svg class="chart" width="100%" height="${heightPixels}" role="img" aria-label="${label}">
    <line class="axis" x1="0" x2="100%" y1="${bottom + 0.5}" y2="${bottom + 0.5}"/>
    ${ticksOf(points.map((point) => point.changes)).map((value) => html`<line class="grid" x1="${round(x(value))}%" x2="${round(x(value))}%" y1="8" y2="${bottom}"/><text class="tick" x="${round(x(value))}%" y="${bottom + 15}" text-anchor="middle">${count(value)}</text>`)}
    <text class="tick" x="100%" y="${bottom + 30}" text-anchor="end">changes in the last year →</text>
    <text class="tick" x="0" y="12">↑ complexity</text>
    ${[...points].reverse().map((point) => html`<circle class="dot-${heat(point.score, 1)}" cx="${round(x(point.changes))}%" cy="${round(y(point.complexity))}" r="${round(radius(point.lines))}"><title>${point.path}: ${count(point.changes, "change")}, ${count(point.lines, "line")}</title></circle>`)}
    ${placeLabels(points, x, y, radius).map(({ left, top, anchor, name, gap }) => html`<text class="name halo" x="${round(left)}%" y="${round(top)}" text-anchor="${anchor}" dx="${anchor === "end" ? -gap : gap}">${name}</text>`)}
  </svg>`;
}

/** Folders, and in them their files; the area is lines, the colour the changes. Text stands above the SVG as HTML. */
export function treemap(folders, label) {
  const most = Math.max(1, ...folders.flatMap((folder) => folder.files.map((file) => file.changes)));
  const boxes = layOut(folders, { left: 0, top: 0, width: 100, height: 48 }, (folder) => folder.lines);
  const toPercent = (box) => ({
    left: box.left,
    top: (box.top / 48) * 100,
    width: box.width,
    height: (box.height / 48) * 100,
  });
  const drawn = boxes.map((box) => ({
    ...box,
    files: layOut(box.item.files, inner(box), (file) => file.lines),
  }));
  return html`<div class="map" role="img" aria-label="${label}">
    <svg width="100%" height="100%" aria-hidden="true">${drawn.map(
      (box) =>
        html`<g>${box.files.map((file) => {
          const at = toPercent(file);
          return html`<rect class="hot-${heat(file.item.changes, most)}" x="${round(at.left)}%" y="${round(at.top)}%" width="${round(at.width)}%" height="${round(at.height)}%"><title>${file.item.path}: ${count(file.item.lines, "line")}, ${count(file.item.changes, "change")} in the last year</title></rect>`;
        })}</g>`,
    )}</svg>
    ${drawn.map((box) => {
      const at = toPercent(box);
      const labels = box.files
        .filter((file) => file.width > 6 && file.height > 5)
        .map((file) => ({ ...toPercent(file), name: file.item.path.split("/").at(-1) }));
      return html`${labels.map((file) => html`<div class="map-file" style="left:${round(file.left)}%;top:${round(file.top)}%;width:${round(file.width)}%;height:${round(file.height)}%"><span><bdi>${file.name}</bdi></span></div>`)}<div class="map-folder" style="left:${round(at.left)}%;top:${round(at.top)}%;width:${round(at.width)}%;height:${round(at.height)}%"><span><bdi>${box.item.name}</bdi> <i>${count(box.item.lines)}</i></span></div>`;
    })}
  </div>`;
}

/** Which of the six steps of a ramp a value takes; 0 is none. A power below 1 spreads the many small ones. */
function heat(value, most, power = 0.5) {
  if (value <= 0) return 0;
  return Math.max(1, Math.min(HEATS - 1, Math.ceil((value / most) ** power * (HEATS - 1))));
}

function inner(box) {
  return { left: box.left, top: box.top, width: box.width, height: box.height };
}

function marksOf(bars, step, heightPixels) {
  const marked = bars.map((bar, at) => ({ ...bar, at })).filter((bar) => bar.mark !== undefined);
  const every = Math.ceil(marked.length / 6);
  return marked
    .filter((_, at) => at % every === 0)
    .filter((bar) => bar.at * step < 94)
    .map(
      (bar) =>
        html`<text class="tick" x="${round(bar.at * step)}%" y="${heightPixels + 16}">${bar.mark}</text>`,
    );
}

/** Names for the first points, where no other name stands; the right half's names stand left of their dots. */
function placeLabels(points, x, y, radius) {
  const placed = [];
  for (const point of points.slice(0, 12)) {
    const left = x(point.changes);
    const top = y(point.complexity) + 4;
    const anchor = left > 55 ? "end" : "start";
    const collides = placed.some(
      (other) =>
        Math.abs(other.top - top) < 16 && (other.anchor === anchor || Math.abs(other.left - left) < 45),
    );
    if (collides) continue;
    placed.push({
      left,
      top,
      anchor,
      name: shorten(point.path.split("/").at(-1)),
      gap: round(radius(point.lines) + 5),
    });
    if (placed.length === 7) break;
  }
  return placed;
}

function shorten(name) {
  return name.length <= 24 ? name : `${name.slice(0, 11)}…${name.slice(-11)}`;
}

function logScale(values, from, to) {
  const low = Math.log(Math.max(1, Math.min(...values)));
  const high = Math.log(Math.max(1, ...values));
  if (high === low) return () => (from + to) / 2;
  return (value) => from + ((Math.log(Math.max(1, value)) - low) / (high - low)) * (to - from);
}

function ticksOf(values) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].filter(
    (value) => value >= low && value <= high,
  );
}

function niceTick(most) {
  const rough = most / 3;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10;
  return Math.max(1, step * power);
}

function round(value) {
  return Math.round(value * 100) / 100;
}
