import { describe, expect, it } from "vitest";
import { textWidth } from "../../design/graph/text-width.ts";
import { shortened } from "./fact-text.ts";
import { FACT_SIZE } from "./model.ts";

const ROOM = 80;

describe("what became of a skipped job, in a narrow node", () => {
  it.each(["compile-everything-twice", "Report sales by region"])(
    "cuts the name of %s, not the end",
    (key) => {
      const job = { status: "skipped", reason: `needs ${key}, which failed` } as const;
      const text = shortened(job, `${key} failed`, ROOM);
      expect(text).toMatch(/^.+… failed$/);
      expect(textWidth(text, FACT_SIZE)).toBeLessThanOrEqual(ROOM);
    },
  );

  it("stays whole where there is room, and is cut at its end where nobody is to blame", () => {
    expect(shortened({ status: "skipped", reason: "needs a, which failed" }, "a failed", ROOM)).toBe(
      "a failed",
    );
    const text = shortened({ status: "failed", reason: "no" }, "the region has no orders for monday", ROOM);
    expect(text).toMatch(/^the .*…$/);
  });
});
