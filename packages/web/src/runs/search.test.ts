import { describe, expect, it } from "vitest";
import { readSearch } from "./search.ts";

describe("a search for runs", () => {
  it("has words and tokens in any order", () => {
    expect(readSearch("status:failed nightly by:marta  took:>10m build took:<1h30m trigger:cron")).toEqual({
      filters: {
        status: "failed",
        started_by: "marta",
        took_min: "10m",
        took_max: "1h30m",
        trigger: "cron",
        search: "nightly build",
      },
      problems: [],
    });
    expect(readSearch("")).toEqual({ filters: {}, problems: [] });
  });

  it("takes a name with a number as a word, and waits for a token that is being typed", () => {
    expect(readSearch("#14 by:").filters).toEqual({ search: "#14" });
  });

  it.each([
    ["state:failed", "state: is no filter; there are status: by: pipeline: trigger: took:"],
    ["status:done", "done is no state of a run; there are pending, running"],
    ["took:10m", "took:10m cannot be read; write took:>10m"],
    ["took:>long", "took:>long cannot be read"],
  ])("says what is wrong with %s", (text, problem) => {
    const { filters, problems } = readSearch(text);
    expect(filters).toEqual({});
    expect(problems.join()).toContain(problem);
  });
});
