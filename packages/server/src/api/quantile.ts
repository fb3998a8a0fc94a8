/** The smallest of the values that a share of all is not above (nearest rank); null without values. */
export function quantile(rising: readonly number[], share: number): number | null {
  const rank = Math.ceil(share * rising.length);
  return rising[Math.max(0, rank - 1)] ?? null;
}

/** The same of values in any order. */
export function quantileOf(values: readonly number[], share: number): number | null {
  return quantile(
    values.toSorted((one, other) => one - other),
    share,
  );
}
