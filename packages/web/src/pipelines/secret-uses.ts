import type { Schemas } from "../api/client.ts";

type Secret = Schemas["Secret"];

/** A secret that a run of a pipeline is given; or for whose sake it is refused. */
export interface SecretUse {
  readonly name: string;
  readonly state: "given" | "missing" | "out of scope";
}

/**
 * The secrets of a pipeline by name.
 *
 * @param wanted those that a program's jobs name, stored or not
 */
export function usesOf(
  pipeline: string,
  wanted: readonly string[],
  stored: readonly Pick<Secret, "name" | "used_by">[],
): readonly SecretUse[] {
  const known = new Map(
    stored.map(({ name, used_by: uses }) => [name, uses.find((use) => use.pipeline === pipeline)]),
  );
  const used = [...known].flatMap(([name, use]) => (use === undefined ? [] : [name]));
  return [...new Set([...wanted, ...used])]
    .toSorted((one, other) => one.localeCompare(other))
    .map((name) => {
      if (!known.has(name)) return { name, state: "missing" };
      return { name, state: known.get(name)?.allowed === false ? "out of scope" : "given" };
    });
}
