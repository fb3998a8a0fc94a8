import type { Random } from "../simulation/random.ts";

/** What the jobs of a workflow come to when nobody stops the run and nothing is lost too often. */
export interface Workload {
  readonly name: string;
  readonly definition: string;
  readonly run: "completed" | "failed";
  /** Statuses other than `completed`, by key. */
  readonly jobs: Readonly<Record<string, string>>;
  /** Exit codes other than 0 that attempts of a job may end with, by key. */
  readonly exits: Readonly<Record<string, readonly number[]>>;
  /** The tasks whose accepted attempts a task is handed in its start, in order, by key. */
  readonly takes: Readonly<Record<string, readonly string[]>>;
  /** Runs of it must not run at once. */
  readonly isSerial: boolean;
  /** Keeps it out of the client's choice: other workflows run it. */
  readonly isChild: boolean;
}

/** The secret that one task prints: it must be nowhere on disk. */
export const SECRET = { name: "FAULTS_SECRET", value: "the-secret-of-the-faults-4711" };

/**
 * Shell functions of every task. Lines are appended with one write each, so the file's order is the order of the facts.
 * A start looks for an earlier attempt of its job that is still there: that must never be.
 */
export const STEP_SCRIPT = `
begin() {
  local job="\${GAIA_ATTEMPT%.*}" former="" last="$FAULTS/last/\${GAIA_ATTEMPT%.*}"
  if [ -e "$last" ]; then
    read -r former < "$last"
    if [ "$former" != $$ ] && tr '\\0' '\\n' 2>/dev/null < "/proc/$former/environ" | grep -q "^GAIA_ATTEMPT=$job\\."; then
      echo "alive $GAIA_ATTEMPT $GAIA_TASK $former $EPOCHREALTIME -" >> "$FAULTS/effects"
    fi
  fi
  echo $$ > "$last"
  echo "start $GAIA_ATTEMPT $GAIA_TASK $$ $EPOCHREALTIME \${1:--}" >> "$FAULTS/effects"
  echo "begins $GAIA_ATTEMPT"
}
finish() {
  echo "value=$GAIA_ATTEMPT" >> "$GAIA_OUTPUT"
  echo "ends $GAIA_ATTEMPT"
  echo "end $GAIA_ATTEMPT $GAIA_TASK $$ $EPOCHREALTIME -" >> "$FAULTS/effects"
}
work() {
  begin "$2"
  sleep "$1"
  finish
}
`;

/** Every workflow that the client starts. `folder`: of the effects and the shell functions. */
export function workloads(folder: string): readonly Workload[] {
  return [
    chain,
    fan,
    flaky,
    long,
    timeout,
    growth,
    deadline,
    left,
    serial,
    parent,
    child,
    stubborn,
    stumble,
  ].map((make) => make(folder));
}

/** One of those that a client starts by itself. */
export function pickWorkload(random: Random, all: readonly Workload[]): Workload {
  return random.pick(all.filter((workload) => !workload.isChild));
}

type Given = Pick<Workload, "name"> & Partial<Omit<Workload, "definition">> & { readonly body: string };

function workload(folder: string, given: Given): Workload {
  const { body, ...known } = given;
  const head = `name: ${given.name}
defaults: {shell: [bash, -c], grace: 300ms}
env: {FAULTS: ${folder}, BASH_ENV: ${folder}/step.sh}
`;
  const nothing = {
    run: "completed",
    jobs: {},
    exits: {},
    takes: {},
    isSerial: false,
    isChild: false,
  } as const;
  return { ...nothing, ...known, definition: head + body };
}

function chain(folder: string): Workload {
  const ids = ["a", "b", "c", "d", "e", "f"];
  const tasks = ids.map((id, index) => {
    const before = ids[index - 1];
    const value = before === undefined ? "" : ` "\${tasks.${before}.outputs.value}"`;
    return `  - {id: ${id}, dependencies: [${before ?? ""}], outputs: [value], command: 'work 0.0${index}${value.replaceAll("'", "")}'}`;
  });
  const takes = Object.fromEntries(ids.slice(1).map((id, index) => [id, [ids[index] ?? ""]]));
  return workload(folder, { name: "chain", takes, body: `tasks:\n${tasks.join("\n")}\n` });
}

function fan(folder: string): Workload {
  return workload(folder, {
    name: "fan",
    takes: { "each[n=1]": ["split"], "each[n=5]": ["split"] },
    body: `tasks:
  - {id: split, outputs: [value], command: work 0.1}
  - id: each
    dependencies: [split]
    max_parallel: 3
    matrix: {n: [1, 2, 3, 4, 5, 6]}
    command: work 0.\${matrix.n} "\${tasks.split.outputs.value}"
  - {id: join, dependencies: [each], command: work 0}
finally:
  - {id: clean, command: work 0.02}
`,
  });
}

function flaky(folder: string): Workload {
  return workload(folder, {
    name: "flaky",
    jobs: { doomed: "failed" },
    exits: { flaky: [7], doomed: [9] },
    takes: { after: ["flaky"] },
    body: `tasks:
  - id: flaky
    retry: {attempts: 3, initial: 50ms}
    outputs: [value]
    command: |
      work 0.1
      if [ "\${GAIA_ATTEMPT##*.}" = 1 ]; then exit 7; fi
  - {id: doomed, retry: {attempts: 2, initial: 20ms}, on_error: continue, command: work 0; exit 9}
  - {id: after, dependencies: [flaky, doomed], command: 'work 0 "\${tasks.flaky.outputs.value}"'}
`,
  });
}

function long(folder: string): Workload {
  return workload(folder, {
    name: "long",
    body: `tasks:
  - {id: slow, command: work 2.5}
  - {id: slower, secrets: [${SECRET.name}], command: 'echo "it is $${SECRET.name}"; work 3.5; echo "it was $${SECRET.name}"'}
  - {id: beside, command: work 0.3}
  - {id: join, dependencies: [slow, slower, beside], command: work 0.01}
`,
  });
}

function timeout(folder: string): Workload {
  return workload(folder, {
    name: "timeout",
    jobs: { stuck: "failed" },
    body: `tasks:
  - {id: stuck, timeout: 500ms, on_error: continue, command: begin; sleep 60}
  - {id: after, dependencies: [stuck], command: work 0}
`,
  });
}

function growth(folder: string): Workload {
  return workload(folder, {
    name: "growth",
    takes: { "plan/two": ["plan/one"] },
    body: `tasks:
  - id: plan
    command: |
      work 0.05
      printf '%s\\n' 'expands: prefixed' 'tasks:' \\
        '  - {id: one, outputs: [value], command: work 0.2}' \\
        '  - {id: two, dependencies: [one], command: "work 0 \\"$''{tasks.one.outputs.value}\\""}' > "$GAIA_GRAPH"
  - {id: join, dependencies: ["plan/*"], command: work 0}
`,
  });
}

function deadline(folder: string): Workload {
  return workload(folder, {
    name: "deadline",
    run: "failed",
    jobs: { endless: "cancelled", never: "cancelled" },
    body: `timeout: 1s
tasks:
  - {id: endless, command: begin; sleep 120}
  - {id: never, dependencies: [endless], command: work 0}
finally:
  - {id: clean, command: work 0}
`,
  });
}

/** Tasks that leave processes behind, which must go with them. */
function left(folder: string): Workload {
  return workload(folder, {
    name: "left",
    body: `tasks:
  - {id: leaves, command: 'setsid sleep 120 & (sleep 121 &) ; work 0.2'}
  - {id: hides, command: 'env -i FAULTS_LEFT=${folder} setsid sleep 122 & work 0.4'}
  - {id: join, dependencies: [leaves, hides], command: work 0}
`,
  });
}

function serial(folder: string): Workload {
  return workload(folder, {
    name: "serial",
    isSerial: true,
    takes: { second: ["first"] },
    body: `concurrency: {group: one-at-a-time, on_conflict: queue}
tasks:
  - {id: first, outputs: [value], command: work 0.05}
  - {id: second, dependencies: [first], command: 'work 0.05 "\${tasks.first.outputs.value}"'}
`,
  });
}

function parent(folder: string): Workload {
  return workload(folder, {
    name: "parent",
    body: `tasks:
  - {id: before, command: work 0}
  - {id: inner, dependencies: [before], type: pipeline, pipeline: child}
  - {id: after, dependencies: [inner], command: work 0}
`,
  });
}

function child(folder: string): Workload {
  return workload(folder, {
    name: "child",
    isChild: true,
    body: `tasks:
  - {id: one, command: work 0.2}
  - {id: two, dependencies: [one], command: work 0.1}
`,
  });
}

/** Starts a run that always fails, again and again. */
function stubborn(folder: string): Workload {
  return workload(folder, {
    name: "stubborn",
    run: "failed",
    jobs: { inner: "failed", after: "skipped" },
    body: `tasks:
  - {id: inner, type: pipeline, pipeline: stumble, timeout: 2m, retry: {attempts: 3, initial: 50ms}}
  - {id: after, dependencies: [inner], command: work 0}
`,
  });
}

function stumble(folder: string): Workload {
  return workload(folder, {
    name: "stumble",
    isChild: true,
    run: "failed",
    jobs: { one: "failed" },
    exits: { one: [9] },
    body: `tasks:
  - {id: one, command: work 0.2; exit 9}
`,
  });
}
