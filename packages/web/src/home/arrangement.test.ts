import { describe, expect, it } from "vitest";
import { hiddenWidgets, moved, shownWidgets, without, withWidget } from "./arrangement.ts";

const ids = (widgets: readonly { readonly id: string }[]): readonly string[] => widgets.map(({ id }) => id);

describe("the arrangement of the start page", () => {
  it("is Gaia's own until it is changed", () => {
    expect(ids(shownWidgets(null))).toEqual(["needs", "working", "failed", "next", "health", "lately"]);
    expect(hiddenWidgets(null)).toEqual([]);
  });

  it("leaves out what is unknown and what is named twice", () => {
    expect(ids(shownWidgets(["lately", "weather", "lately"]))).toEqual(["lately"]);
  });

  it("moves a widget among those of its column", () => {
    expect(moved(shownWidgets(null), "failed", -1)).toEqual([
      "needs",
      "failed",
      "working",
      "next",
      "health",
      "lately",
    ]);
    expect(moved(shownWidgets(null), "next", -1)).toEqual(ids(shownWidgets(null)));
    expect(moved(shownWidgets(["needs", "next", "working"]), "needs", 1)).toEqual([
      "working",
      "next",
      "needs",
    ]);
  });

  it("hides a widget, and shows it again where it was", () => {
    const hidden = without(shownWidgets(null), "working");
    expect(ids(hiddenWidgets(hidden))).toEqual(["working"]);
    expect(withWidget(shownWidgets(hidden), "working")).toEqual(ids(shownWidgets(null)));
    expect(withWidget(shownWidgets([]), "lately")).toEqual(["lately"]);
  });
});
