import { type Growth, NO_RESOURCES, NO_RETRY } from "../packages/core/src/index.ts";

/** Reads the fragment that a script hands in: so many jobs, each behind the other or all side by side. */
export function growthOf(text: string): Growth {
  const { jobs, chain } = JSON.parse(text) as { jobs: number; chain: boolean };
  const policy = {
    retry: NO_RETRY,
    timeoutMs: null,
    onError: "fail",
    onLost: "wait",
    priority: 5,
    graceMs: 100,
  } as const;
  return {
    keys: "prefixed",
    jobs: Array.from({ length: jobs }, (_, index) => ({
      key: `grown${index}`,
      name: `grown${index}`,
      work: {
        kind: "task",
        task: { executor: "process", spec: {}, bindings: {}, secrets: [], tags: [], resources: NO_RESOURCES },
      },
      dependencies: chain && index > 0 ? [`grown${index - 1}`] : [],
      condition: null,
      policy,
    })),
  };
}
