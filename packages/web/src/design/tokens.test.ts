/// <reference types="node" />
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { STATUSES } from "./status.tsx";

/**
 * Contrast of every pair of tokens that meets on the screen, by WCAG 2.2: 1.4.3 wants 4.5 for text, 1.4.11 wants 3 for
 * marks, edges and charts.
 */

const TEXT = 4.5;
const GRAPHIC = 3;

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

type Colours = ReadonlyMap<string, string>;

const LIGHT = coloursOf(":root");
const DARK = coloursOf(':root[data-theme="dark"]');
/** As the system wants it, where nothing is chosen. */
const DARK_BY_SYSTEM = coloursOf("@media (prefers-color-scheme: dark)");

const GROUNDS = ["bg", "surface", "raised", "sunken", "hover", "selected"];
/** A log, a graph and a chart stand on these; what is under the pointer or selected stands out by itself. */
const FAR = ["bg", "surface", "raised", "sunken"];
const WASHES = ["accent", "diff-add", "diff-del", ...STATUSES].map((name) => `${name}-wash`);

interface Meeting {
  readonly what: string;
  readonly fronts: readonly string[];
  readonly backs: readonly string[];
  readonly least: number;
}

const MEETINGS: readonly Meeting[] = [
  {
    what: "text on a ground",
    fronts: ["ink", "ink-2", "ink-3", "accent-ink", ...STATUSES.map((name) => `${name}-ink`)],
    backs: GROUNDS,
    least: TEXT,
  },
  { what: "text on a wash", fronts: ["ink", "ink-2"], backs: [...WASHES, "mark-match"], least: TEXT },
  { what: "the accent's text on its wash", fronts: ["accent-ink"], backs: ["accent-wash"], least: TEXT },
  { what: "a primary action", fronts: ["on-accent"], backs: ["accent", "accent-hover"], least: TEXT },
  {
    what: "an action that destroys",
    fronts: ["on-danger"],
    backs: ["danger", "danger-hover"],
    least: TEXT,
  },
  { what: "a log", fronts: named("ansi-"), backs: ["sunken", "hover", "selected"], least: TEXT },
  { what: "source text", fronts: named("syntax-"), backs: ["sunken", "surface", "raised"], least: TEXT },
  {
    what: "a mark, an edge or a chart on a ground",
    fronts: ["control", "focus", "accent", ...named("chart-"), ...STATUSES],
    backs: GROUNDS,
    least: GRAPHIC,
  },
  { what: "done work in a chart", fronts: ["completed-quiet"], backs: FAR, least: GRAPHIC },
  { what: "a sign on a status", fronts: ["on-status"], backs: STATUSES, least: GRAPHIC },
  ...STATUSES.flatMap((name): readonly Meeting[] => [
    { what: `text of ${name} on its wash`, fronts: [`${name}-ink`], backs: [`${name}-wash`], least: TEXT },
    { what: `the mark of ${name} on its wash`, fronts: [name], backs: [`${name}-wash`], least: GRAPHIC },
  ]),
];

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
] as const)("in the %s theme", (_, colours) => {
  test.each(MEETINGS)("$what can be told from what is behind it", ({ fronts, backs, least }) => {
    const pairs = fronts.flatMap((front) => backs.map((back) => ({ front, back })));
    const low = pairs
      .map(({ front, back }) => ({ front, back, is: contrast(colours.get(front), colours.get(back)) }))
      .filter(({ is }) => is < least)
      .map(({ front, back, is }) => `--${front} on --${back} is ${is.toFixed(2)}, wants ${least}`);
    expect(pairs.length).toBeGreaterThan(0);
    expect(low).toEqual([]);
  });
});

test("dark is the same, chosen or as the system has it, and has a colour for each of light", () => {
  expect(DARK_BY_SYSTEM).toEqual(DARK);
  expect([...DARK.keys()].toSorted()).toEqual([...LIGHT.keys()].toSorted());
});

test("the contrast is computed as WCAG says", () => {
  expect(contrast("#000000", "#ffffff")).toBe(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

/** Names of all colours that begin so. */
function named(beginning: string): readonly string[] {
  return [...LIGHT.keys()].filter((name) => name.startsWith(beginning));
}

/** The colours of the block behind a selector, by name. */
function coloursOf(selector: string): Colours {
  const start = css.indexOf(`${selector} {`);
  if (start < 0) throw new Error(`tokens.css has no ${selector}`);
  const block = css.slice(start, css.indexOf("\n}", start));
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)].map(([, name = "", hex = ""]) => [name, hex]),
  );
}

/** @returns 1 to 21; 0 where a colour is missing */
function contrast(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return 0;
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** Relative luminance of an sRGB colour. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
