/** Runs that build a pipeline are runs of a pipeline of their own, which no list has: `orders:build` builds `orders`. */

const SUFFIX = ":build";

/** Name of what builds a pipeline. */
export function buildsOf(pipeline: string): string {
  return `${pipeline}${SUFFIX}`;
}

/** Name of the pipeline that is built by one of this name; null: it builds none. */
export function builtBy(name: string): string | null {
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : null;
}
