import { expect, it } from "vitest";
import { reconnectBackoff } from "./backoff.ts";

it("dials a server of this host soon enough for its restart to be forgotten, others with more patience", () => {
  const waits = (isLocal: boolean): number[] => {
    const backoff = reconnectBackoff(isLocal, () => 0);
    return Array.from({ length: 8 }, () => backoff.next());
  };
  expect(waits(true)).toEqual([50, 100, 200, 250, 250, 250, 250, 250]);
  expect(waits(false)).toEqual([50, 100, 200, 400, 800, 1_600, 2_000, 2_000]);
});

it("starts from the beginning after an answer, and shortens by chance", () => {
  const backoff = reconnectBackoff(true, () => 0.5);
  expect([backoff.next(), backoff.next()]).toEqual([38, 75]);
  backoff.reset();
  expect(backoff.next()).toBe(38);
});
