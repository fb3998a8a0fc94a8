import { describe, expect, test } from "vitest";
import type { ProgramSourceRow, SourceStatus } from "../store/port.ts";
import { buildState, buildWish } from "./build-status.ts";
import { sourceRow } from "./testing/source-row.ts";

const STATUS: SourceStatus = { token: "T", forge: null, api: null };

function source(status: SourceStatus | null, url = "git@github.com:team/orders.git"): ProgramSourceRow {
  return sourceRow("orders", { url, status });
}

describe("what a forge is told of a build", () => {
  test("is of its commit, named by what builds, which has to be allowed to read the token", () => {
    expect(buildWish(source(STATUS), "4F2A")).toEqual({
      target: {
        forge: "github",
        api: "https://api.github.com",
        repository: "team/orders",
        context: "gaia/orders:build",
        token: "T",
      },
      commit: "4f2a",
      trigger: null,
      pipeline: "orders:build",
    });
  });

  test("is nothing without a status, without a commit, and for a place that is no forge's any more", () => {
    expect(buildWish(source(null), "4f2a")).toBeNull();
    for (const commit of ["", undefined, null, 5]) expect(buildWish(source(STATUS), commit)).toBeNull();
    expect(buildWish(source(STATUS, "file:///srv/orders"), "4f2a")).toBeNull();
  });

  test("is what it has come to", () => {
    expect(
      [
        { kind: "version", version: 4 } as const,
        { kind: "unchanged", version: 3 } as const,
        { kind: "none", status: "failed", message: "go build failed\nmain.go:1" } as const,
        { kind: "none", status: "cancelled", message: "stopped by ana" } as const,
      ].map(buildState),
    ).toEqual([
      { state: "success", description: "Version 4 was built" },
      { state: "success", description: "Unchanged: version 3" },
      { state: "failure", description: "go build failed" },
      { state: "cancelled", description: "Cancelled: stopped by ana" },
    ]);
  });
});
