/** The same work as a workflow for Gaia and as a build file for ninja. */

export interface Workload {
  readonly definition: string;
  readonly build: string;
}

interface Task {
  readonly id: string;
  readonly needs: readonly string[];
}

/** Tasks that all run the same command. */
export function workload(name: string, command: string, tasks: readonly Task[]): Workload {
  const definition = tasks.map(
    ({ id, needs }) =>
      `  - id: ${id}\n    command: ${JSON.stringify(command)}\n    dependencies: [${needs.join(", ")}]\n`,
  );
  const build = tasks.map(({ id, needs }) => `build ${id}: job ${needs.join(" ")}\n`);
  return {
    definition: `name: ${name}\ntasks:\n${definition.join("")}`,
    build: `rule job\n  command = ${command.replaceAll("$", "$$$$")}\n${build.join("")}`,
  };
}

/** Each task depends on the one before. */
export function chain(length: number, prefix = "step"): readonly Task[] {
  return Array.from({ length }, (_, index) => ({
    id: `${prefix}${index}`,
    needs: index === 0 ? [] : [`${prefix}${index - 1}`],
  }));
}

/** Nothing depends on anything. */
export function independent(count: number): readonly Task[] {
  return Array.from({ length: count }, (_, index) => ({ id: `job${index}`, needs: [] }));
}

/** Layers of `width`; each task depends on up to three of the layer before. */
export function layers(count: number, width: number): readonly Task[] {
  return Array.from({ length: count }, (_, index) => {
    const before = Math.floor(index / width) * width - width;
    const needs = before < 0 ? [] : [1, 2, 3].map((step) => before + ((index * step * 7) % width));
    return { id: `job${index}`, needs: [...new Set(needs)].map((number) => `job${number}`) };
  });
}
