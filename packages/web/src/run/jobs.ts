import type { JobView } from "../api/client.ts";

/**
 * The jobs of a run: a value that changes cheaply. A change copies one list of pointers; jobs that did not change stay
 * the same objects, and all that follows from keys and dependencies stays the same as long as these do.
 */
export interface Jobs {
  /** By number, without gaps. */
  readonly list: readonly JobView[];
  /** How many the run has; more than `list` holds while the rest is on its way, or when the run is too large to hold. */
  readonly total: number;
  /** What follows from keys, groups and dependencies. The same object until one of these changes. */
  readonly shape: JobsShape;
  readonly get: (key: string) => JobView | undefined;
}

/** The jobs without their states, for what depends on the graph alone. */
export interface JobsShape {
  readonly numberOf: ReadonlyMap<string, number>;
  /** Numbers of the members, by the key of their group. */
  readonly members: ReadonlyMap<string, readonly number[]>;
  /** Keys of the jobs that wait for it, by key. */
  readonly dependants: ReadonlyMap<string, readonly string[]>;
}

export const NO_JOBS: Jobs = jobsOf([], 0);

export function jobsOf(list: readonly JobView[], total: number, former?: Jobs): Jobs {
  const isSameShape = former !== undefined && hasShapeOf(list, former.list);
  const shape = isSameShape ? former.shape : shapeOf(list);
  return {
    list,
    total: Math.max(total, list.length),
    shape,
    get: (key) => list[shape.numberOf.get(key) ?? -1],
  };
}

/** The jobs with these in place of, or behind, what was. Those without a place yet (a gap before them) are left out. */
export function withJobs(jobs: Jobs, told: readonly JobView[]): Jobs {
  const list = [...jobs.list];
  let isChanged = false;
  let isShaped = false;
  for (const job of told.toSorted((one, other) => one.number - other.number)) {
    const former = list[job.number];
    if (job.number > list.length || (former !== undefined && isSameJob(former, job))) continue;
    list[job.number] = job;
    isChanged = true;
    isShaped ||= former === undefined || !hasSamePlace(former, job);
  }
  if (!isChanged) return jobs;
  if (isShaped) return jobsOf(list, jobs.total);
  const { shape } = jobs;
  return { ...jobs, list, get: (key) => list[shape.numberOf.get(key) ?? -1] };
}

/** A fresh list, with the former objects where nothing has changed. */
export function replaceJobs(former: Jobs, fresh: readonly JobView[], total: number): Jobs {
  const list = fresh.map((job) => {
    const known = former.list[job.number];
    return known !== undefined && isSameJob(known, job) ? known : job;
  });
  return jobsOf(list, total, former);
}

function shapeOf(list: readonly JobView[]): JobsShape {
  const numberOf = new Map<string, number>();
  const members = new Map<string, number[]>();
  const dependants = new Map<string, string[]>();
  for (const job of list) {
    numberOf.set(job.key, job.number);
    if (job.group !== null) pushTo(members, job.group, job.number);
    for (const dependency of job.dependencies) pushTo(dependants, dependency, job.key);
  }
  return { numberOf, members, dependants };
}

function pushTo<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function hasShapeOf(list: readonly JobView[], former: readonly JobView[]): boolean {
  return (
    list.length === former.length &&
    list.every((job, at) => {
      const known = former[at];
      return known !== undefined && (known === job || hasSamePlace(known, job));
    })
  );
}

function hasSamePlace(one: JobView, other: JobView): boolean {
  return (
    one.key === other.key &&
    one.group === other.group &&
    one.dependencies.length === other.dependencies.length &&
    one.dependencies.every((key, at) => key === other.dependencies[at])
  );
}

/** Views are plain data in a fixed order of keys. */
function isSameJob(one: JobView, other: JobView): boolean {
  return (
    one.status === other.status &&
    one.reason === other.reason &&
    JSON.stringify(one) === JSON.stringify(other)
  );
}
