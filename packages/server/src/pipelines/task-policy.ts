import { LIMITS } from "@gaia/contracts";
import {
  DEFAULT_GRACE_MS,
  DEFAULT_PRIORITY,
  type JobPolicy,
  NO_RESOURCES,
  type Resources,
} from "@gaia/core/graph/index.ts";
import { DEFAULT_RETRY, NO_RETRY, type RetryPolicy } from "@gaia/core/policy/index.ts";
import type { TaskDefaults, TaskFile } from "@gaia/contracts/workflow-file.ts";
import { readDuration, readSize } from "./amounts.ts";
import type { Path } from "./place.ts";
import { settingOf, type TaskContext } from "./task-context.ts";

/** What happens to a task around its attempts. */
export function readPolicy(context: TaskContext): JobPolicy {
  const { problems } = context;
  const timeout = settingOf(context, "timeout");
  const grace = settingOf(context, "grace");
  const onError = settingOf(context, "on_error")?.value ?? "fail";
  return {
    retry: readRetry(context, onError === "retry"),
    timeoutMs: timeout === null ? null : readDuration(timeout.value, timeout.path, problems),
    onError: onError === "continue" ? "continue" : "fail",
    onLost: settingOf(context, "on_lost")?.value ?? "wait",
    priority: settingOf(context, "priority")?.value ?? DEFAULT_PRIORITY,
    graceMs: (grace === null ? null : readDuration(grace.value, grace.path, problems, 0)) ?? DEFAULT_GRACE_MS,
  };
}

/** `resources` of a task. */
export function readResources(context: TaskContext): Resources {
  const found = settingOf(context, "resources");
  if (found === null) return NO_RESOURCES;
  const { cpus, memory, strict } = found.value;
  return {
    cpus: cpus ?? null,
    memoryBytes: memory === undefined ? null : readSize(memory, [...found.path, "memory"], context.problems),
    strict: strict ?? false,
  };
}

/** `log` of a task. */
export function readLog(context: TaskContext): { readonly maxBytes: number; readonly drop: boolean } {
  const found = settingOf(context, "log");
  const max = found?.value.max;
  const bytes =
    max === undefined || found === null ? null : readSize(max, [...found.path, "max"], context.problems);
  return { maxBytes: bytes ?? LIMITS.logBytes, drop: found?.value.overflow === "drop" };
}

/** The nearest of task and defaults that says anything about retries decides alone. */
function readRetry(context: TaskContext, wanted: boolean): RetryPolicy {
  const own = retryOf(context.task, context.path, context);
  const chosen = own ?? retryOf(context.defaults, ["defaults"], context);
  if (chosen !== null && (chosen.attempts > 1 || !wanted)) return chosen;
  return wanted ? DEFAULT_RETRY : NO_RETRY;
}

function retryOf(owner: TaskFile | TaskDefaults, path: Path, context: TaskContext): RetryPolicy | null {
  const { retry, max_retries: more } = owner;
  if (retry !== undefined && more !== undefined) {
    context.problems.add(
      [...path, "max_retries"],
      "`max_retries` and `retry` say the same thing; keep `retry`",
      "key",
    );
  }
  if (retry === undefined) return more === undefined ? null : attemptsOf(more + 1);
  if (typeof retry === "number") return attemptsOf(retry);
  const at = (key: string) => [...path, "retry", key];
  const initialMs =
    retry.initial === undefined ? null : readDuration(retry.initial, at("initial"), context.problems, 0);
  const maxMs = retry.max === undefined ? null : readDuration(retry.max, at("max"), context.problems, 0);
  const policy: RetryPolicy = {
    attempts: retry.attempts ?? DEFAULT_RETRY.attempts,
    initialMs: initialMs ?? DEFAULT_RETRY.initialMs,
    factor: retry.factor ?? DEFAULT_RETRY.factor,
    maxMs: maxMs ?? Math.max(DEFAULT_RETRY.maxMs, initialMs ?? 0),
    jitter: retry.jitter ?? DEFAULT_RETRY.jitter,
    on: retry.on ?? DEFAULT_RETRY.on,
  };
  if (policy.maxMs < policy.initialMs)
    context.problems.add(at("max"), "`max` is shorter than `initial`, the first wait");
  return policy;
}

function attemptsOf(attempts: number): RetryPolicy {
  return attempts <= 1 ? NO_RETRY : { ...DEFAULT_RETRY, attempts };
}
