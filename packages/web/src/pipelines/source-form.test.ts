import { describe, expect, it } from "vitest";
import { createBody, draftProblems, EMPTY_DRAFT, isSsh } from "./source-form.ts";

const draft = { ...EMPTY_DRAFT, source: " https://example.org/team/orders.git " };

describe("the form of a new pipeline", () => {
  it("says what was typed, and nothing of what was not", () => {
    expect(createBody(draft)).toEqual({ source: "https://example.org/team/orders.git", poll: "5m" });
    expect(createBody({ ...draft, name: "orders", branch: "main", token: "T", poll: "0s" })).toEqual({
      source: "https://example.org/team/orders.git",
      poll: "0s",
      name: "orders",
      branch: "main",
      token: "T",
    });
  });

  it.each([
    ["", "Name the address"],
    ["https://ann:pw@example.org/x.git", "Take the password out"],
    ["https://ann@example.org/x.git", null],
    ["git@example.org:x.git", null],
  ])("says of the address %j: %j", (source, problem) => {
    const found = draftProblems({ ...EMPTY_DRAFT, source }).source;
    if (problem === null) expect(found).toBeNull();
    else expect(found).toContain(problem);
  });

  it.each([
    ["", true],
    ["orders-2.x", true],
    ["-x", false],
    ["my orders", false],
  ])("takes the name %j: %j", (name, isGood) => {
    expect(draftProblems({ ...draft, name }).name === null).toBe(isGood);
  });

  it.each([
    ["git@example.org:team/x.git", true],
    ["ssh://git@example.org/x.git", true],
    ["https://example.org/x.git", false],
    ["/srv/x", false],
  ])("knows by %s whether it is SSH: %j", (source, isIt) => expect(isSsh(source)).toBe(isIt));
});
