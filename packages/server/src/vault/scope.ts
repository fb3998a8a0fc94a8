import { GaiaError, LIMITS, pipelineOfBuild } from "@gaia/contracts";

/**
 * Whether a pipeline is among those that patterns name; without a pattern every one is. `*` stands for any text. What
 * builds a pipeline may read what that may: it fetches its sources.
 */
export function isInScope(scopes: readonly string[], pipeline: string): boolean {
  if (scopes.length === 0) return true;
  const built = pipelineOfBuild(pipeline);
  return scopes.some((scope) => matches(scope, pipeline) || (built !== null && matches(scope, built)));
}

/** Each once; `*` alone says the same as no pattern. @throws GaiaError `invalid_request`, `too_large` */
export function checkedScopes(scopes: readonly string[]): readonly string[] {
  if (scopes.length > LIMITS.secretScopes)
    throw new GaiaError(
      "too_large",
      `A secret may have ${LIMITS.secretScopes} scopes (secretScopes), not ${scopes.length}.`,
    );
  for (const scope of scopes) {
    if (scope.trim() === "" || scope.length > LIMITS.nameCharacters || /\p{Cc}/u.test(scope))
      throw new GaiaError(
        "invalid_request",
        `A scope is the name of a pipeline, of at most ${LIMITS.nameCharacters} characters (nameCharacters), in which * stands for any text; \`${scope.slice(0, 40)}\` is none.`,
      );
  }
  return scopes.includes("*") ? [] : [...new Set(scopes)];
}

/** Linear in both: a star takes as little as it can, and only the last one is ever moved on. */
function matches(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
