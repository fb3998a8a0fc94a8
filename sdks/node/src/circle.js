/**
 * Titles along a circle of dependencies, the first one again at the end; null: there is none. Without recursion, since
 * thousands may stand in a row.
 * @param {ReadonlyMap<string, readonly string[]>} dependencies
 * @returns {readonly string[] | null}
 */
export function findCircle(dependencies) {
  const done = new Set();
  for (const start of dependencies.keys()) {
    /** @type {{ title: string, next: number }[]} */
    const path = [];
    const onPath = new Set();
    const enter = (/** @type {string} */ title) => {
      path.push({ title, next: 0 });
      onPath.add(title);
    };
    if (!done.has(start)) enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const dependency = dependencies.get(top.title)?.[top.next++];
      if (dependency === undefined) {
        path.pop();
        onPath.delete(top.title);
        done.add(top.title);
      } else if (onPath.has(dependency)) {
        const from = path.findIndex(({ title }) => title === dependency);
        // In the order in which the jobs would run, against the arrows of `dependsOn`.
        return [...path.slice(from).map(({ title }) => title), dependency].reverse();
      } else if (!done.has(dependency)) enter(dependency);
    }
  }
  return null;
}
