import type { GaiaError } from "@gaia/contracts/errors.ts";
import { afterEach, beforeEach, expect } from "vitest";

import type { Store } from "../port.ts";
import type { MakeStore, StoreFixture } from "../store.suite.ts";

/** A fresh store for each test of the group that calls this. */
export function useStore(make: MakeStore): { readonly fixture: StoreFixture; readonly store: Store } {
  let fixture: StoreFixture | null = null;
  const current = (): StoreFixture => {
    if (fixture === null) throw new Error("The store is there during tests only.");
    return fixture;
  };
  beforeEach(async () => {
    fixture = await make();
  });
  afterEach(async () => {
    await fixture?.remove();
    fixture = null;
  });
  return {
    get fixture() {
      return current();
    },
    get store() {
      return current().store;
    },
  };
}

/** Waits for the refusal of something. */
export async function expectRefusal(
  work: Promise<unknown>,
  code: GaiaError["code"],
  says?: RegExp,
): Promise<void> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "GaiaError", code });
  if (says !== undefined) expect(error).toHaveProperty("message", expect.stringMatching(says));
}
