import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decodeCursor, encodeCursor } from "./cursor.ts";

describe("cursors", () => {
  it("say what was put in, whatever the order of the filter's keys", () => {
    const cursor = encodeCursor("runs", { namespace: "a", search: undefined, statuses: ["failed"] }, [
      17,
      "x",
    ]);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(
      decodeCursor(cursor, "runs", { statuses: ["failed"], namespace: "a" }, ["number", "string"]),
    ).toEqual([17, "x"]);
  });

  it("of any other shape are refused", () => {
    const cursor = encodeCursor("runs", {}, [17, "x"]);
    expect(() => decodeCursor(cursor, "runs", {}, ["number"])).toThrow(/cannot be used/);
    expect(() => decodeCursor(cursor, "runs", {}, ["string", "number"])).toThrow(/cannot be used/);
    expect(() => decodeCursor(cursor, "pipelines", {}, ["number", "string"])).toThrow(/another list/);
  });

  it("that were changed anywhere are refused, or mean another place of the same list", () => {
    const cursor = encodeCursor("runs", { a: 1 }, [123_456, 7]);
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.string({ minLength: 1, maxLength: 2 }), (index, text) => {
        const mangled = cursor.slice(0, index) + text + cursor.slice(index + 1);
        if (mangled === cursor) return;
        try {
          for (const part of decodeCursor(mangled, "runs", { a: 1 }, ["number", "number"]))
            expect(part).toBeTypeOf("number");
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid_cursor" });
        }
      }),
    );
  });
});
