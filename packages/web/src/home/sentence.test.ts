import { describe, expect, it } from "vitest";
import { answerPieces, type Facts, type Failing, occasionOf, restPieces } from "./sentence.ts";

const WELL: Facts = { waiting: 0, failing: [], troubles: [], live: { pending: 0, running: 4, stopping: 0 } };
const LEDGER: Failing = { pipeline: "ledger-close", inARow: 3, occasion: "night" };
const DOCS: Failing = { pipeline: "docs-site", inARow: 6, occasion: "time" };

function text(pieces: readonly { readonly text: string }[]): string {
  return pieces.map((piece) => piece.text).join("");
}

describe("the answer of the start page", () => {
  it.each<[string, Partial<Facts>]>([
    ["Everything is well. 4 runs are working.", {}],
    ["Everything is well. 1 run is working.", { live: { pending: 2, running: 1, stopping: 0 } }],
    ["Everything is well. Nothing is running.", { live: { pending: 0, running: 0, stopping: 0 } }],
    ["Everything is well. Nothing is working.", { live: { pending: 1, running: 0, stopping: 0 } }],
    ["One thing waits for you. Everything else is well.", { waiting: 1 }],
    [
      "Three things wait for you. ledger-close has failed three nights in a row; everything else is well.",
      { waiting: 3, failing: [LEDGER] },
    ],
    [
      "docs-site has failed six times in a row, ledger-close three nights in a row; everything else is well.",
      { failing: [DOCS, LEDGER] },
    ],
    [
      "docs-site has failed six times in a row, and two more pipelines fail; everything else is well.",
      { failing: [DOCS, LEDGER, LEDGER] },
    ],
    [
      "12 things wait for you. The disk is 91 % full. Everything else is well.",
      { waiting: 12, troubles: ["The disk is 91 % full."] },
    ],
  ])("is %s", (expected, change) => {
    expect(text(answerPieces({ ...WELL, ...change }))).toBe(expected);
  });

  it("leads to what waits and to what fails", () => {
    const links = answerPieces({ ...WELL, waiting: 2, failing: [LEDGER] }).flatMap(({ to }) => to ?? []);
    expect(links).toEqual(["/inbox", "/pipelines/ledger-close"]);
  });
});

describe("the line below it", () => {
  it("says what the live runs do and what comes next", () => {
    const facts = { ...WELL, waiting: 3, live: { pending: 1, running: 5, stopping: 1 } };
    expect(text(restPieces(facts, { pipeline: "backup-verify", inText: "in 12 min" }))).toBe(
      "Five runs are working, one is pending, one is being stopped. Next is backup-verify, in 12 min.",
    );
  });

  it("does not say again what the answer has said", () => {
    expect(text(restPieces(WELL, null))).toBe("No schedule is going to start a run.");
  });
});

describe("what runs have in common", () => {
  const at = (day: number, hour: number): number => new Date(2026, 10, day, hour).getTime();
  it.each([
    ["night", [at(18, 3), at(19, 3), at(20, 3)]],
    ["night", [at(17, 23), at(18, 23)]],
    ["day", [at(18, 14), at(19, 9)]],
    ["time", [at(18, 3), at(18, 4)]],
    ["time", [at(18, 3)]],
  ] as const)("is %s", (expected, starts) => {
    expect(occasionOf(starts)).toBe(expected);
  });
});
