import { describe, expect, it } from "vitest";
import { bestOf, type Entry, foundEntries } from "./entries.ts";
import { matchText, piecesOf } from "./match.ts";
import { askedFor, numberedRefs } from "./asked.ts";

function marked(query: string, text: string): string | null {
  const match = matchText(query, text);
  return match === null
    ? null
    : piecesOf(text, match.ranges)
        .map((piece) => (piece.isMatch ? `[${piece.text}]` : piece.text))
        .join("");
}

describe("what is typed", () => {
  it.each([
    ["store", "storefront-release #1284", "[store]front-release #1284"],
    ["STORE", "Restore", "Re[store]"],
    ["sfr", "store-front-release", "[s]tore-[f]ront-[r]elease"],
    ["strel", "storefront-release", "[st]orefront-[rel]ease"],
    ["release store", "storefront-release", "[store]front-[release]"],
    ["1284", "storefront-release #1284", "storefront-release #[1284]"],
    ["", "anything", "anything"],
    ["xyz", "storefront-release", null],
    ["store xyz", "storefront-release", null],
    // Letters that only happen to be there, in this order.
    ["oee", "storefront-release", null],
  ])("%s in %s", (query, text, expected) => {
    expect(marked(query, text)).toBe(expected);
  });

  it("fits a whole name better than its beginning, that better than a word, that better than a part", () => {
    const texts = ["restored", "back-store", "storefront", "store"];
    const scores = texts.map((text) => matchText("store", text)?.score ?? -1);
    expect(scores).toEqual(scores.toSorted((one, other) => one - other));
    expect(new Set(scores).size).toBe(4);
  });
});

describe("what the server is asked for", () => {
  it("is the longest word that is no number", () => {
    expect(["ledger #3", "store front", "ledger#3", "#3", ""].map(askedFor)).toEqual([
      "ledger",
      "store",
      "ledger",
      "",
      "",
    ]);
  });

  it("is a run by its number where one is typed", () => {
    const pipelines = ["docs-site", "ledger-close", "ledger"];
    expect(numberedRefs("ledger #3", pipelines)).toEqual(["ledger#3", "ledger-close#3"]);
    expect(numberedRefs("ledger#14", pipelines)).toEqual(["ledger#14", "ledger-close#14"]);
    expect(numberedRefs("ledger", pipelines)).toEqual([]);
  });
});

describe("the palette's list", () => {
  const entry = (id: string, group: Entry["group"], title: string): Entry => ({
    id,
    group,
    mark: { kind: "icon", name: "runs" },
    title,
    note: "",
    choice: { kind: "go", to: "/" },
  });
  const ENTRIES = [
    entry("room", "elsewhere", "Database and store"),
    entry("old", "runs", "storefront #1"),
    entry("new", "runs", "storefront #2"),
    entry("live", "now", "storefront #3"),
    entry("start", "do", "Start storefront"),
    entry("theme", "do", "Switch theme"),
  ];
  const ids = (typed: string, recent: readonly string[] = []): readonly string[] =>
    foundEntries(ENTRIES, typed, recent).map((one) => one.entry.id);

  it("goes from what is now to what is elsewhere", () => {
    expect(ids("store")).toEqual(["live", "start", "old", "new", "room"]);
  });

  it("has what was chosen lately before what matches alike", () => {
    expect(ids("store", ["new"])).toEqual(["live", "start", "new", "old", "room"]);
  });

  it("shows actions only behind >", () => {
    expect(ids("> theme")).toEqual(["theme"]);
    expect(ids(">")).toEqual(["start", "theme"]);
  });

  it("keeps what the server found by what no title says", () => {
    const found = { ...entry("hidden", "runs", "ledger #9"), isFound: true };
    expect(foundEntries([found], "run_01a2", []).map((one) => one.entry.id)).toEqual(["hidden"]);
  });

  it("leaves scattered matches out where names match", () => {
    const noise = entry("noise", "now", "Deploy storefront to production");
    const found = foundEntries([noise, entry("stop", "do", "Stop ledger #3")], "stop", []);
    expect(found.map((one) => one.entry.id)).toEqual(["stop"]);
    expect(foundEntries([noise], "stop", []).map((one) => one.entry.id)).toEqual(["noise"]);
  });

  it("begins with what matches best, wherever it stands", () => {
    const found = foundEntries([entry("part", "now", "restore"), entry("whole", "do", "store")], "store", []);
    expect(bestOf(found)).toBe(1);
    expect(bestOf([])).toBe(0);
  });

  it("shows the same thing once", () => {
    expect(foundEntries([...ENTRIES, ...ENTRIES], "theme", [])).toHaveLength(1);
  });
});
