import type { Problem } from "@gaia/contracts";
import { processSpec } from "@gaia/contracts/process-spec.ts";
import type { Job } from "@gaia/core/graph/index.ts";
import { DEFAULT_RETRY, NO_RETRY } from "@gaia/core/policy/index.ts";
import { describe, expect, it } from "vitest";
import { parseWorkflowInline } from "./parse-workflow.ts";
import type { Workflow } from "./workflow.ts";

function parse(text: string): Workflow {
  const parsed = parseWorkflowInline(text, { file: "w.yaml" });
  if (parsed.kind === "invalid")
    throw new Error(parsed.problems.map((one) => `${one.line}:${one.column} ${one.message}`).join("\n"));
  return parsed.workflow;
}

function problemsOf(text: string): readonly Problem[] {
  const parsed = parseWorkflowInline(text, { file: "w.yaml" });
  return parsed.kind === "invalid" ? parsed.problems : parsed.warnings;
}

/** "line:column message" of each problem. */
function told(text: string): readonly string[] {
  return problemsOf(text).map((one) => `${one.line}:${one.column} ${one.message}`);
}

/** The problems of a file whose first task has these further lines; the task's own start on line 4. */
function toldOfTask(lines: string): readonly string[] {
  return told(`name: w\ntasks:\n  - id: a\n${lines.replaceAll(/^(?=.)/gm, "    ")}`);
}

function jobOf(workflow: Workflow, key: string): Job {
  const job = workflow.jobs.find((one) => one.key === key);
  if (job === undefined) throw new Error(`no job ${key}`);
  return job;
}

function taskOf(workflow: Workflow, key = "a") {
  const { work } = jobOf(workflow, key);
  const inner = work.kind === "group" ? work.group.template.work : work;
  if (inner.kind !== "task") throw new Error(`${key} is of kind ${inner.kind}`);
  return { ...inner.task, spec: processSpec.parse(inner.task.spec) };
}

function oneTask(lines: string): Workflow {
  return parse(`name: w\ntasks:\n  - id: a\n${lines.replaceAll(/^(?=.)/gm, "    ")}`);
}

const PRINTED = `name: parallel-development
variables:
  project_root: /path/to/project
tasks:
  - id: backend
    type: code            # shell · code · test · review · refactor
    agent: claude         # system · claude · gemini · codex · …
    command: "Implement REST API"
    dependencies: []
  - id: frontend
    type: code
    agent: gemini
    command: "Create React components"
    dependencies: []
  - id: test
    type: test
    agent: system
    command: make test
    dependencies: [backend, frontend]
`;

describe("the example that users were promised", () => {
  it("parses as printed, and says which tasks cannot be performed yet", () => {
    const workflow = parse(PRINTED);
    expect(workflow.jobs.map(({ key, dependencies }) => ({ key, dependencies }))).toEqual([
      { key: "backend", dependencies: [] },
      { key: "frontend", dependencies: [] },
      { key: "test", dependencies: [0, 1] },
    ]);
    expect(workflow.variables).toEqual({ project_root: "/path/to/project" });
    expect(workflow.unsupported).toEqual([
      { task: "backend", sentence: expect.stringContaining("agent `claude`"), line: 5, column: 5 },
      { task: "frontend", sentence: expect.stringContaining("agent `gemini`"), line: 10, column: 5 },
    ]);
    expect(taskOf(workflow, "test").spec.command).toBe("make test");
  });

  it("is JSON as well", () => {
    const workflow = parse(JSON.stringify({ name: "j", tasks: [{ id: "a", command: "true" }] }, null, 2));
    expect(workflow.jobs).toHaveLength(1);
  });

  it("takes the keys of the older format", () => {
    const workflow = oneTask(
      "name: The first\ncommand: make\ntimeout: 30m\nmax_retries: 2\nenvironment: {K: v}\non_error: continue\n",
    );
    const job = jobOf(workflow, "a");
    expect(job.name).toBe("The first");
    expect(job.policy).toMatchObject({ timeoutMs: 1_800_000, onError: "continue", retry: { attempts: 3 } });
    expect(taskOf(workflow).spec.environment).toEqual({ K: "v" });
  });
});

describe("a task", () => {
  it("has defaults", () => {
    const workflow = oneTask("command: 'true'");
    expect(jobOf(workflow, "a")).toMatchObject({
      name: "a",
      dependencies: [],
      joins: [],
      condition: null,
      final: false,
      policy: {
        retry: NO_RETRY,
        timeoutMs: null,
        onError: "fail",
        onLost: "wait",
        priority: 5,
        graceMs: 10_000,
      },
    });
    expect(taskOf(workflow)).toMatchObject({ executor: "process", bindings: {}, secrets: [], tags: [] });
    expect(taskOf(workflow).spec).toMatchObject({
      shell: ["sh", "-c"],
      workDir: null,
      successCodes: [0],
      logDrop: false,
    });
  });

  it("of type test without a command runs make test", () => {
    expect(taskOf(oneTask("type: test")).spec.command).toBe("make test");
  });

  it("takes what it does not say from the defaults", () => {
    const workflow = parse(`name: w
env: {A: file, B: file, C: file}
defaults:
  timeout: 5m
  retry: 4
  shell: [bash, -c]
  tags: [linux]
  env: {B: defaults, C: defaults}
tasks:
  - {id: a, command: "true", env: {C: own}}
  - {id: b, command: "true", timeout: 1s, retry: {attempts: 2, initial: 500ms}, tags: []}
`);
    expect(jobOf(workflow, "a").policy).toMatchObject({ timeoutMs: 300_000, retry: { attempts: 4 } });
    expect(taskOf(workflow, "a")).toMatchObject({
      tags: ["linux"],
      spec: { shell: ["bash", "-c"], environment: { A: "file", B: "defaults", C: "own" } },
    });
    expect(jobOf(workflow, "b").policy).toMatchObject({
      timeoutMs: 1_000,
      retry: { attempts: 2, initialMs: 500 },
    });
    expect(taskOf(workflow, "b").tags).toEqual([]);
  });

  it.each([
    ["on_error: retry", DEFAULT_RETRY],
    ["retry: 5", { ...DEFAULT_RETRY, attempts: 5 }],
    ["retry: 1", NO_RETRY],
    ["max_retries: 0", NO_RETRY],
    [
      "retry: {initial: 2s, factor: 3, max: 1h, jitter: 0, on: [timed_out, limit]}",
      { attempts: 3, initialMs: 2_000, factor: 3, maxMs: 3_600_000, jitter: 0, on: ["timed_out", "limit"] },
    ],
    ["on_error: retry\nretry: {attempts: 7}", { ...DEFAULT_RETRY, attempts: 7 }],
  ])("reads %s", (lines, policy) => {
    expect(jobOf(oneTask(`command: "true"\n${lines}`), "a").policy.retry).toEqual(policy);
  });

  it("takes environment values as they are written", () => {
    const workflow = oneTask(
      "command: 'true'\nenv: {VERSION: 1.10, ON: yes, YES: true, HEX: 0x1F, EMPTY: ''}",
    );
    expect(taskOf(workflow).spec.environment).toEqual({
      VERSION: "1.10",
      ON: "yes",
      YES: "true",
      HEX: "0x1F",
      EMPTY: "",
    });
  });

  it("reads limits and resources", () => {
    const workflow = oneTask(
      "command: 'true'\nresources: {cpus: 1.5, memory: 512MB, strict: true}\nlog: {max: 2MiB, overflow: drop}\nsuccess_codes: [0, 3]\ngrace: 0s\non_lost: rerun\npriority: 9",
    );
    expect(taskOf(workflow)).toMatchObject({
      resources: { cpus: 1.5, memoryBytes: 512_000_000, strict: true },
      spec: { logMaxBytes: 2_097_152, logDrop: true, successCodes: [0, 3] },
    });
    expect(jobOf(workflow, "a").policy).toMatchObject({ graceMs: 0, onLost: "rerun", priority: 9 });
  });

  it("that is an approval or a pipeline has no process", () => {
    const workflow = parse(`name: w
variables: {region: eu}
tasks:
  - {id: ask, type: approval, prompt: "Deploy to \${region}?", timeout: 1h}
  - {id: plain, type: approval}
  - {id: child, type: pipeline, pipeline: other, inputs: {where: "\${region}", count: 3, list: [1]}}
`);
    expect(jobOf(workflow, "ask").work).toMatchObject({
      kind: "approval",
      prompt: ["Deploy to ", { path: ["region"] }, "?"],
    });
    expect(jobOf(workflow, "plain").work).toEqual({ kind: "approval", prompt: ["Go on with plain?"] });
    expect(jobOf(workflow, "child").work).toMatchObject({
      kind: "child",
      pipeline: "other",
      inputs: { where: [{ path: ["region"] }], count: ["3"], list: ["[1]"] },
    });
  });

  it("that is a pipeline can have time and retries, of its own or by default", () => {
    const call = "type: pipeline, pipeline: other";
    const workflow = parse(`name: w
defaults: {timeout: 1h, retry: 2}
tasks:
  - {id: own, ${call}, timeout: 10m, retry: {attempts: 4, initial: 5s}}
  - {id: default, ${call}}
  - {id: again, ${call}, on_error: retry, max_retries: 3}
  - {id: each, ${call}, for_each: [a], timeout: 1m}
`);
    const policies = ["own", "default", "again", "each"].map((id) => jobOf(workflow, id).policy);
    expect(policies.map(({ timeoutMs, retry }) => [timeoutMs, retry.attempts, retry.initialMs])).toEqual([
      [600_000, 4, 5_000],
      [3_600_000, 2, 1_000],
      [3_600_000, 4, 1_000],
      [60_000, 2, 1_000],
    ]);
    expect(jobOf(workflow, "each").work).toMatchObject({
      group: { template: { policy: { timeoutMs: 60_000 }, work: { kind: "child" } } },
    });
  });
});

describe("values in a command", () => {
  const VARIABLES =
    "name: w\nvariables: {who: world, db: {host: h}}\ninputs: {n: {type: number, default: 1}, key: {type: secret}}\ntasks:\n";

  it("become environment variables, one for each path", () => {
    const task = taskOf(
      parse(`${VARIABLES}  - {id: a, command: 'echo \${who} "\${db.host}" \${inputs.n} \${who}'}`),
    );
    expect(task.spec.command).toBe(
      'echo "${GAIA_VALUE_1}" "${GAIA_VALUE_2}" "${GAIA_VALUE_3}" "${GAIA_VALUE_1}"',
    );
    expect(task.spec.shown).toBe('echo ${who} "${db.host}" ${inputs.n} ${who}');
    expect(task.bindings).toMatchObject({
      GAIA_VALUE_1: [{ path: ["who"] }],
      GAIA_VALUE_2: [{ path: ["db", "host"] }],
      GAIA_VALUE_3: [{ path: ["inputs", "n"] }],
    });
  });

  it("and secrets do too, by their names alone", () => {
    const task = taskOf(
      parse(
        `${VARIABLES}  - {id: a, command: "curl -u \${secrets.TOKEN}:\${key} x", env: {KEY: "\${secrets.OTHER}"}, secrets: {MINE: THEIRS}}`,
      ),
    );
    expect(task.spec.command).toBe('curl -u "${GAIA_SECRET_1}":"${GAIA_SECRET_2}" x');
    expect(task.spec.secrets).toEqual({
      GAIA_SECRET_1: "TOKEN",
      GAIA_SECRET_2: "inputs.key",
      KEY: "OTHER",
      MINE: "THEIRS",
    });
    expect([...task.secrets].toSorted()).toEqual(["OTHER", "THEIRS", "TOKEN", "inputs.key"]);
  });

  it("reach env and work_dir by rendering", () => {
    const task = taskOf(
      parse(
        `${VARIABLES}  - {id: a, command: "true", env: {URL: "http://\${db.host}/", LITERAL: "$\${who}"}, work_dir: "/srv/\${who}"}`,
      ),
    );
    expect(task.bindings).toMatchObject({
      URL: ["http://", { path: ["db", "host"] }, "/"],
      "@work_dir": ["/srv/", { path: ["who"] }],
    });
    expect(task.spec.environment).toEqual({ LITERAL: "${who}" });
    expect(task.spec.workDir).toBeNull();
  });

  it.each([
    "echo ${HOME} ${PATH}",
    "x=1; echo ${x}",
    "for f in *; do echo ${f}; done",
    "read -r line; echo ${line}",
    "while read -r a b; do echo ${b}; done",
    'f() { local v="$1"; echo ${v}; }; f 1',
    "echo ${x:-y} ${x%.*} ${#x} ${x/a/b} ${1} ${@}",
    "echo $who $unknown",
    "echo $${unknown}",
    "# ${unknown}",
    "awk '{print ${unknown}}'",
    "arr=(1 2); echo ${arr[0]} ${arr[@]}",
    "node -e 'console.log(`${user.name}`)'",
  ])("leave the shell its own: %s", (command) => {
    const text = `name: w\ntasks:\n  - id: a\n    command: ${JSON.stringify(command)}\n`;
    expect(told(text)).toEqual([]);
    expect(taskOf(parse(text)).bindings).toEqual({});
  });

  it("leave a name of the task's environment to the shell", () => {
    expect(toldOfTask("command: echo ${region}\nenv: {region: eu}")).toEqual([]);
  });

  it("are refused where a shell would evaluate them, or cannot see them", () => {
    const at = (command: string) =>
      told(`name: w\nvariables: {x: 1}\ntasks:\n  - id: a\n    command: ${JSON.stringify(command)}\n`);
    expect(at("echo '${x}'")[0]).toMatch(/^5:21 .*single quotes.*\$\$\{x\}/);
    expect(at("echo $((1 + ${x}))")[0]).toMatch(/arithmetic/);
    expect(at("echo `date ${x}`")[0]).toMatch(/backticks/);
    expect(at("cat <<'E'\n${x}\nE\n")[0]).toMatch(/quoted delimiter/);
    expect(at("eval ${x}")[0]).toMatch(/`eval`/);
    expect(at('bash -c "echo ${x}"')[0]).toMatch(/`bash -c`/);
    expect(at("echo ${x} | sh")[0]).toMatch(/code of `sh`/);
    expect(at("ssh host ls ${x}")[0]).toMatch(/other host/);
  });

  it("are refused in other languages, where quoting is not known", () => {
    const at = (command: string) =>
      told(
        `name: w\nvariables: {x: 1}\ntasks:\n  - id: a\n    shell: [python3, -c]\n    command: ${JSON.stringify(command)}\n`,
      );
    expect(at("print('${x}')")[0]).toMatch(/python3.*`env`/);
    expect(at("print(f'${y} {1}')")).toEqual([]);
  });

  it("are warned about when they look like the shell's", () => {
    const warnings = problemsOf(
      "name: w\nvariables: {x: 1, y: 2}\ntasks:\n  - id: a\n    command: y=1; echo ${x:-5} ${y}\n",
    );
    expect(warnings.map((one) => [one.severity, one.message])).toEqual([
      ["warning", expect.stringContaining("does not know the workflow's `x`")],
      ["warning", expect.stringContaining("write `$y`")],
    ]);
  });
});

describe("references are checked before a run", () => {
  const FILE = (lines: string) => `name: w
variables: {region: eu, db: {host: h}}
inputs: {count: {type: number, default: 1}}
tasks:
  - {id: build, command: "true", outputs: [url, version]}
  - {id: free, command: "true"}
  - {id: ask, type: approval}
  - {id: late, command: "true", dependencies: [build]}
  - id: here
    dependencies: [late, ask]
${lines.replaceAll(/^(?=.)/gm, "    ")}
finally:
  - {id: clean, command: "echo \${tasks.here.status} \${tasks.build.outputs.url}"}
outputs: {url: "\${tasks.build.outputs.url}"}
`;

  it("through dependencies of dependencies", () => {
    expect(
      told(
        FILE(
          "command: echo ${tasks.build.outputs.url} ${tasks.late.status}\nwhen: tasks.build.outputs.version != '' && count > 0",
        ),
      ),
    ).toEqual([]);
  });

  it.each([
    ["command: echo ${regoin}", "unknown name `regoin`; did you mean `region`?"],
    ["command: echo ${nothing}", "declare it under `variables` or `inputs`"],
    ["command: echo ${db.hots}", "the variable `db` has no `hots`; did you mean `host`?"],
    ["command: echo ${region.x}", "the variable `region` has no `x`"],
    ["command: echo ${count.x}", "the input `count` is a plain value"],
    ["command: echo ${inputs.cuont}", "unknown input `cuont`; did you mean `count`?"],
    ["command: echo ${variables.regio}", "unknown variable `regio`; did you mean `region`?"],
    ["command: echo ${tasks.biuld.outputs.url}", "unknown task `biuld`; did you mean `build`?"],
    ["command: echo ${tasks.build.outputs.ulr}", "does not declare the output `ulr`; did you mean `url`?"],
    ["command: echo ${tasks.build.output.url}", "not `output`; did you mean `outputs`?"],
    ["command: echo ${tasks.build.outputs}", "write `tasks.build.outputs.name`"],
    ["command: echo ${tasks.free.outputs.x}", "add it to the `dependencies` of `here`"],
    ["command: echo ${tasks.here.outputs.x}", "cannot look at itself"],
    ["command: echo ${tasks.ask.outputs.x}", "has the outputs approved_by and comment"],
    ["command: echo ${tasks.clean.status}", "starts after all `tasks`"],
    ["command: echo ${matrix.os}", "only tasks with `matrix` or `for_each` have it"],
    ["command: echo ${item}", "only tasks with `matrix` or `for_each` have it"],
    ["command: echo ${run.name}", "write `run.id`"],
    ["command: echo ${env.HOME}", "write `$NAME`"],
    ["command: echo ${secrets}", "name the secret"],
    ["command: 'true'\nwhen: tasks.free.status == 'completed'", "add it to the `dependencies` of `here`"],
    ["command: 'true'\nwhen: regoin == 'eu'", "did you mean `region`?"],
    ["command: 'true'\nwhen: secrets.X == 'eu'", "a secret cannot be looked at"],
    ["command: 'true'\nwhen: ${region} == 'eu'", "an expression needs no `${}`"],
    ["command: 'true'\nwhen: region ==", ""],
    ["command: 'true'\nenv: {A: '${HOME}/x'}", "known to the shell only"],
    ["command: 'true'\nenv: {A: 'Bearer ${secrets.T}'}", "whole value of an environment variable"],
    ["command: 'true'\nwork_dir: '${secrets.T}'", "nowhere else"],
    ["command: 'true'\nfor_each: ${tasks.free.outputs.list}", "add it to the `dependencies`"],
    ["command: 'true'\nfor_each: regoin", "did you mean `region`?"],
  ])("%s", (lines, message) => {
    const problems = told(FILE(lines));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
    expect(problems[0]).toMatch(/^1[1-3]:/);
  });

  it("with the place of the second of two equal ones", () => {
    expect(told(FILE("command: |\n  echo $${nope}\n  echo ${nope}\n  echo ${nope}"))[0]).toMatch(
      /^13:12 unknown name `nope`/,
    );
  });
});

describe("the graph", () => {
  it("is refused with every problem in one go", () => {
    expect(
      told(`name: w
tasks:
  - {id: a, command: "true", dependencies: [c]}
  - {id: b, command: "true", dependencies: [a, nope, bb]}
  - {id: c, command: "true", dependencies: [b]}
  - {id: d, command: "true", dependencies: [d]}
  - {id: a, command: "true"}
  - {id: bbb, command: "true", dependencies: [z]}
finally:
  - {id: z, command: "true", dependencies: [a]}
`),
    ).toEqual([
      "3:44 cycle: a → b → c → a",
      "4:48 unknown task `nope`",
      "4:54 unknown task `bb`; did you mean `bbb`?",
      "6:44 `d` depends on itself",
      expect.stringMatching(/^7:10 duplicate id `a`: the task on line 3 has it too/),
      expect.stringMatching(/^8:47 `z` is one of `finally`/),
      expect.stringMatching(/^10:45 `a` is one of `tasks`, which have all ended/),
    ]);
  });

  it("joins what a task adds", () => {
    const workflow = parse(
      "name: w\ntasks:\n  - {id: plan, command: 'true'}\n  - {id: report, command: 'true', dependencies: [plan/*, plan]}\n",
    );
    expect(jobOf(workflow, "report")).toMatchObject({ dependencies: [0], joins: [0] });
  });

  it("has `finally` last and final", () => {
    const workflow = parse(
      "name: w\ntasks: [{id: a, command: 'true'}]\nfinally: [{id: z, command: 'true'}, {id: y, command: 'true', dependencies: [z]}]\n",
    );
    expect(workflow.jobs.map(({ key, final, dependencies }) => [key, final, dependencies])).toEqual([
      ["a", false, []],
      ["z", true, []],
      ["y", true, [1]],
    ]);
  });

  it("of thousands of tasks that all refer to the first one takes no more than its edges", () => {
    const tasks = Array.from({ length: 3_000 }, (_, index) =>
      index === 0
        ? "  - {id: t0, command: 'true'}"
        : `  - {id: t${index}, command: "echo \${tasks.t0.status}", dependencies: [t${index - 1}]}`,
    );
    expect(parse(`name: w\ntasks:\n${tasks.join("\n")}\n`).jobs).toHaveLength(3_000);
  });

  it("tells each of many tasks from the others", () => {
    const ids = Array.from({ length: 70 }, (_, index) => index);
    for (const other of ids) {
      const tasks = ids.map((id) => `  - {id: t${id}, command: "true"}`).join("\n");
      const told = problemsOf(
        `name: w\ntasks:\n${tasks}\n  - {id: late, command: "echo \${tasks.t${other}.status}", dependencies: [t30]}\n`,
      );
      expect(told.map((one) => one.severity)).toEqual(other === 30 ? [] : ["error"]);
    }
  });

  it("of thousands of misspelt names does not compare them all", () => {
    const tasks = Array.from(
      { length: 3_000 },
      (_, index) =>
        `  - {id: some-long-task-name-${index}, command: 'true', dependencies: [some-lnog-task-name-${index}]}`,
    );
    const problems = told(`name: w\ntasks:\n${tasks.join("\n")}\n`);
    expect(problems).toHaveLength(101);
    expect(problems[0]).toContain("did you mean");
    expect(problems.at(-1)).toContain("2900 more problems");
  });
});

describe("groups", () => {
  it("have a member for each combination of a matrix", () => {
    const { work } = jobOf(
      oneTask(
        "matrix: {os: [linux, mac], node: [20, 22], exclude: [{os: mac, node: 20}], include: [{os: win, node: 24}]}\ncommand: echo ${matrix.os} ${matrix.node}\nmax_parallel: 2\nfail_fast: false",
      ),
      "a",
    );
    expect(work).toMatchObject({
      kind: "group",
      group: {
        failFast: false,
        maxParallel: 2,
        items: {
          kind: "fixed",
          items: [
            { label: "os=linux,node=20", value: { os: "linux", node: 20 } },
            { label: "os=linux,node=22", value: { os: "linux", node: 22 } },
            { label: "os=mac,node=22", value: { os: "mac", node: 22 } },
            { label: "os=win,node=24", value: { os: "win", node: 24 } },
          ],
        },
      },
    });
  });

  it("have a member for each item of a list", () => {
    expect(jobOf(oneTask("for_each: [a b, c, {x: 1}]\ncommand: echo ${item}"), "a").work).toMatchObject({
      group: {
        failFast: true,
        maxParallel: null,
        items: { items: [{ label: "0" }, { label: "c" }, { label: "2", value: { x: 1 } }] },
      },
    });
  });

  it("compute their list from outputs, also of ids with a dash", () => {
    const workflow = parse(`name: w
tasks:
  - {id: list-it, command: "true"}
  - {id: a, command: "echo \${item.name}", for_each: "\${tasks.list-it.outputs.items}", dependencies: [list-it]}
  - {id: b, command: "echo \${item}", for_each: 'tasks["list-it"].outputs.items.filter(i, i != "")', dependencies: [list-it]}
`);
    expect(jobOf(workflow, "a").work).toMatchObject({
      group: { items: { kind: "computed", list: { kind: "member", name: "items" } } },
    });
    expect(jobOf(workflow, "b").work).toMatchObject({
      group: { items: { kind: "computed", list: { kind: "macro" } } },
    });
  });

  it.each([
    ["matrix: {os: [a]}\ncommand: echo ${matrix.so}", "the matrix has no axis `so`; did you mean `os`?"],
    ["matrix: {os: [a]}\ncommand: echo ${item}", "write `matrix.`"],
    ["matrix: {os: [a]}\ncommand: echo ${matrix}", "name an axis: `matrix.os`"],
    ["for_each: [a]\ncommand: echo ${matrix.x}", "write `item`"],
    ["for_each: [{name: a}]\ncommand: echo ${item.nmae}", "did you mean `name`?"],
    ["for_each: [a]\ncommand: echo ${item.x}", "the items of for_each have no `x`"],
    ["matrix: {os: [a]}\nfor_each: [a]\ncommand: 'true'", "not both"],
    ["matrix: {}\ncommand: 'true'", "has no axis"],
    ["matrix: {os: [a], exclude: [{os: a}]}\ncommand: 'true'", "leaves no combination"],
    ["matrix: {os: [a], exclude: [{so: a}]}\ncommand: 'true'", "did you mean `os`?"],
    ["matrix: {os: [a], node: [1], include: [{os: b}]}\ncommand: 'true'", "this combination has no `node`"],
    ["matrix: {os: []}\ncommand: 'true'", "wants at least one value"],
    ["matrix: {my-os: [1]}\ncommand: 'true'", "no digit first"],
    ["matrix: {os: [a]}\nwhen: matrix.os == 'a'\ncommand: 'true'", "decided once for all members"],
    ["max_parallel: 2\ncommand: 'true'", "without `matrix` or `for_each`"],
    [
      `matrix: {${["a", "b", "c", "d"].map((axis) => `${axis}: [${Array.from({ length: 40 }, (_, index) => index).join(", ")}]`).join(", ")}}\ncommand: 'true'`,
      "2560000 combinations",
    ],
  ])("are refused: %s", (lines, message) => {
    expect(toldOfTask(lines)).toEqual([expect.stringContaining(message)]);
  });
});

describe("problems name the place and the remedy", () => {
  it.each([
    ["comand: x", "4:5 unknown key `comand`; did you mean `command`?"],
    ["needs: [b]\ncommand: x", "did you mean `dependencies`?"],
    ["depends_on: [b]\ncommand: x", "did you mean `dependencies`?"],
    ["run: x", "did you mean `command`?"],
    ["command: x\ntype: shel", "did you mean `shell`?"],
    ["command: x\ntimeout: 30", "wants a duration with its unit"],
    ["command: x\ntimeout: 30x", 'write it like "30s"'],
    ["command: x\ntimeout: 0s", "too short"],
    ["command: x\ntimeout: 1000d", "longer than the limit"],
    ["command: x\nretry: {attemps: 3}", "did you mean `attempts`?"],
    ["command: x\nretry: many", "wants a number of attempts, or a map"],
    ["command: x\nretry: {initial: 10s, max: 1s}", "shorter than `initial`"],
    ["command: x\nretry: 2\nmax_retries: 1", "keep `retry`"],
    ["command: x\nresources: {memory: 512}", "wants a size"],
    ["command: x\nresources: {memory: 5 bananas}", "is not a size"],
    ["command: x\nresources: {strict: yes}", "write `true`"],
    ["command: x\npriority: 11", "from 0 to 10"],
    ["command: x\nenv: {GAIA_OUTPUT: x}", "is set by Gaia itself"],
    ["command: x\nenv: {TRACEPARENT: x}", "is set by Gaia itself"],
    ["command: x\nenv: {A-B: x}", "the name `A-B` wants letters"],
    ["command: x\nenv: {A: }", "`A` has no value"],
    ["command: x\nenv: {A: [1]}", "not a list"],
    ["command: x\nenv: {A: 1}\nenvironment: {A: 2}", "keep one"],
    ["command: x\nenv: {A: 1}\nsecrets: [A]", "keep one"],
    ["command: x\nsecrets: {GAIA_X: a}", "is set by Gaia itself"],
    ["command: x\nartifacts: [../x]", "leads out of it"],
    ["command: x\nartifacts: [a/../../x]", "leads out of it"],
    ["command: x\nartifacts: [/etc/passwd]", "must lie inside of `work_dir`"],
    ["command: x\nartifacts: ['C:\\x']", "must lie inside of `work_dir`"],
    ["command: x\nartifacts: ['${run.id}/*']", "use `*` for what varies"],
    ["command: x\nartifacts: dist", "wants a list of globs"],
    ["command: x\nwork_dir: ~/x", "known to the shell only"],
    ["command: x\noutputs: [a b]", "letters, digits"],
    ["command: x\nsuccess_codes: [256]", "at most 255"],
    ["command: x\ncache: {key: x}", "there is no `paths`; add it"],
    ["command: x\ncache: node_modules", "wants a map with key and paths"],
    ["command: x\ncache: {key: x, path: [a], paths: [b]}", "did you mean `paths`?"],
    ["command: x\ncache: {key: '', paths: [a]}", "is empty"],
    ["command: x\ncache: {key: x, paths: []}", "name at least one file or folder"],
    ["command: x\ncache: {key: x, paths: [../a]}", "leads out of it"],
    ["command: x\ncache: {key: x, paths: [/etc]}", "must lie inside of `work_dir`"],
    ["command: x\ncache: {key: x, paths: [./]}", "the whole of `work_dir` cannot be kept"],
    ["command: x\ncache: {key: x, paths: ['a/*']}", "is no pattern"],
    ["command: x\ncache: {key: x, paths: [a, ./a/]}", "stands here twice"],
    ["command: x\ncache: {key: x, paths: [a/b, a]}", "lies inside of `a`"],
    ["command: x\ncache: {key: x, paths: ['${run.id}']}", "put what varies into `key`"],
    ["command: x\ncache: {key: x, paths: [a], files: [../b]}", "leads out of it"],
    ["command: x\ncache: {key: '${nothing}', paths: [a]}", "unknown name `nothing`"],
    ["command: x\ncache: {key: '${secrets.X}', paths: [a]}", "is a secret"],
    ["command: x\ncache: {key: x, paths: [a], restore: ['${nothing}']}", "unknown name `nothing`"],
    ["command: x\ncache: {key: x, paths: [a], restore: x-}", "wants a list of texts"],
    ["type: approval\ncache: {key: x, paths: [a]}", "has no meaning for a task of type approval"],
    ["command: x\nprompt: y", "`type: approval`"],
    ["command: x\npipeline: y", "`type: pipeline`"],
    ["command: x\nagent: sytem", "did you mean `system`?"],
    ["command: x\nagent: 'a b'", "the name of an agent"],
    ["command: ''", "`command` is empty"],
    ["description: x", "has no `command`; add it"],
    ["type: pipeline", "has no `pipeline`"],
    ["type: pipeline\npipeline: x\ngrace: 1s", "has no meaning for a task of type pipeline"],
    ["type: pipeline\npipeline: x\ntimeout: soon", "is not a duration"],
    ["type: approval\ncommand: x", "has no meaning for a task of type approval"],
    ["type: approval\nprompt: ''", "`prompt` is empty"],
    ["type: http", "has no `url`"],
    ["type: http\nurl: example.org", "starts with `http://` or `https://`"],
    ["type: http\nurl: https://x\nmethod: get", "a method in capitals"],
    ["type: http\nurl: https://x\nmethod: GET\nbody: x", "a GET has no body"],
    ["type: http\nurl: https://x\nheaders: {'a b': x}", "is no name of a header"],
    ["type: http\nurl: https://x\nheaders: {a: '${nothing}'}", "unknown name `nothing`"],
    ["type: http\nurl: https://x\nexpect: [20]", "`expect`"],
    ["type: http\nurl: https://x\ncommand: x", "has no meaning for a task of type http"],
    ["command: x\nurl: https://x", "it belongs to a task of `type: http`"],
    ["type: container", "has no `image`"],
    ["type: container\nimage: a b", "without spaces"],
    ["type: container\nimage: a\ncommand: x\nargs: [y]", "`command` or `args`, not both"],
    ["type: container\nimage: a\nvolumes: [x]", "written `HOST:INSIDE`"],
    ["type: container\nimage: a\npull: sometimes", "wants one of `missing`"],
    ["command: x\nimage: a", "it belongs to a task of `type: container`"],
    ["command: x\ndependencies: b", "wants a list of task ids"],
    ["command: x\ndependencies:", "`dependencies` has no value"],
    ["command: [a, b]", "`command` wants text, not a list"],
  ])("%s", (lines, message) => {
    expect(toldOfTask(lines)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ["tasks: [{id: a, command: x}]", "the file has no `name`; add it"],
    ["name: w", "the file has no `tasks`; add it"],
    ["name: w\ntasks: []", "`tasks` is empty"],
    ["name: w\ntasks: {a: {command: x}}", "start each task with `- id: …`"],
    ["name: w\ntasks: [{command: x}]", "task 1 of `tasks` has no `id`; add it"],
    ["name: w\ntasks: [a]", "item 1 of `tasks`"],
    ["name: a b\ntasks: [{id: a, command: x}]", 'letters, digits, "_", "." and "-"'],
    [`name: ${"x".repeat(129)}\ntasks: [{id: a, command: x}]`, "at most 128 characters"],
    ["name: w\ntasks: [{id: -a, command: x}]", "a letter or digit first"],
    ["name: w\njobs: []\ntasks: [{id: a, command: x}]", "did you mean `tasks`?"],
    ["name: w\nvariabels: {}\ntasks: [{id: a, command: x}]", "did you mean `variables`?"],
    ["name: w\nvariables: {tasks: 1}\ntasks: [{id: a, command: x}]", "means something of its own"],
    ["name: w\nvariables: {a-b: 1}\ntasks: [{id: a, command: x}]", "the name `a-b` wants letters"],
    [
      "name: w\nvariables: {x: 1}\ninputs: {x: {}}\ntasks: [{id: a, command: x}]",
      "is a variable and an input",
    ],
    ["name: w\ninputs: {x: {type: choice}}\ntasks: [{id: a, command: x}]", "needs `choices`"],
    ["name: w\ninputs: {x: {choices: [a]}}\ntasks: [{id: a, command: x}]", "belongs to `type: choice`"],
    [
      "name: w\ninputs: {x: {type: number, default: lots}}\ntasks: [{id: a, command: x}]",
      "the default does not fit",
    ],
    [
      "name: w\ninputs: {x: {type: secret, default: hunter2}}\ntasks: [{id: a, command: x}]",
      "a secret has no default",
    ],
    [
      "name: w\ninputs: {x: {type: number, required: false}}\ntasks: [{id: a, command: x}]",
      "needs a `default`",
    ],
    ["name: w\ninputs: {x: {min: 3, max: 2}}\ntasks: [{id: a, command: x}]", "`max` is smaller than `min`"],
    [
      "name: w\ninputs: {x: {type: boolean, min: 3}}\ntasks: [{id: a, command: x}]",
      "has no meaning for an input of type boolean",
    ],
    ["name: w\ninputs: [{name: x}, {name: x}]\ntasks: [{id: a, command: x}]", "duplicate input `x`"],
    ["name: w\ntriggers: ['* * *']\ntasks: [{id: a, command: x}]", "3 fields"],
    [
      "name: w\ntriggers: [{cron: '0 2 * * *', timezone: Europe/Berln}]\ntasks: [{id: a, command: x}]",
      "did you mean `Europe/Berlin`?",
    ],
    ["name: w\ntriggers: [{webhook: 5}]\ntasks: [{id: a, command: x}]", "wants the name of the webhook"],
    ["name: w\ntriggers: [{webhook: {nam: x}}]\ntasks: [{id: a, command: x}]", "did you mean `name`?"],
    [
      "name: w\ntriggers: [{webhook: {name: x, when: 'body.x =='}}]\ntasks: [{id: a, command: x}]",
      "expected",
    ],
    [
      "name: w\ntriggers: [{webhook: {name: x, when: 'bdy.x'}}]\ntasks: [{id: a, command: x}]",
      "did you mean `body`?",
    ],
    [
      "name: w\ntriggers: [{webhook: {name: x, when: 'success()'}}]\ntasks: [{id: a, command: x}]",
      "no run yet",
    ],
    [
      "name: w\ninputs: {x: {}}\ntriggers: [{webhook: x, inputs: {x: '${headers}'}}]\ntasks: [{id: a, command: x}]",
      "headers.NAME",
    ],
    ["name: w\ntriggers: [{git: x}]\ntasks: [{id: a, command: x}]", "wants a map with repository"],
    ["name: w\ntriggers: [{git: {interval: 5}}]\ntasks: [{id: a, command: x}]", "wants a duration"],
    ["name: w\ntriggers: [{git: {interval: 2s}}]\ntasks: [{id: a, command: x}]", "let the forge tell"],
    ["name: w\ntriggers: [{git: {events: [pusch]}}]\ntasks: [{id: a, command: x}]", "push"],
    [
      "name: w\ntriggers: [{git: {branches: ['!main']}}]\ntasks: [{id: a, command: x}]",
      "only patterns that exclude",
    ],
    ["name: w\ntriggers: [{git: {token: A, ssh_key: B}}]\ntasks: [{id: a, command: x}]", "not both"],
    ...[
      ["repository: nonsense", "no address of a repository"],
      ["repository: 'ext::sh -c x'", "has spaces"],
      ["repository: 'https://ada:pw@h/x'", "has credentials in it"],
      ["repository: 'http://h.example/x', token: T", "is not encrypted"],
      ["repository: 'git@h:x', token: T", "takes an `ssh_key`"],
      ["repository: 'https://h/x', ssh_key: K", "takes a `token`"],
    ].map(([git = "", said = ""]): [string, string] => [
      `name: w\ntriggers: [{git: {${git}}}]\ntasks: [{id: a, command: x}]`,
      said,
    ]),
    [
      "name: w\ntriggers: [{git: {repository: 'https://h/a'}}, {git: {repository: 'https://h/b', name: b}}]\ntasks: [{id: a, command: x}]",
      "a run has one tree",
    ],
    [
      "name: w\ntriggers: [{git: {repository: 'https://h/a'}}]\ntasks: [{id: checkout, command: x}]",
      "choose another id",
    ],
    [
      "name: w\ninputs: {x: {}}\ntriggers: [{git: {repository: 'https://h/a'}, inputs: {x: '${git.brnch}'}}]\ntasks: [{id: a, command: x}]",
      "did you mean `branch`?",
    ],
    ["name: w\ntriggers: [{pipeline: w}]\ntasks: [{id: a, command: x}]", "cannot start itself"],
    ["name: w\ntriggers: [{pipeline: a b}]\ntasks: [{id: a, command: x}]", "`pipeline` wants letters"],
    [
      "name: w\ntriggers: [{pipeline: v, on: done}]\ntasks: [{id: a, command: x}]",
      "wants one of `completed`",
    ],
    ["name: w\ntriggers: [{pipeline: v, missed: all}]\ntasks: [{id: a, command: x}]", "belongs to `cron`"],
    [
      "name: w\ntriggers: [{cron: '@daily', on: failed}]\ntasks: [{id: a, command: x}]",
      "belongs to `pipeline`",
    ],
    [
      "name: w\ntriggers: [{cron: '@daily', pipeline: v}]\ntasks: [{id: a, command: x}]",
      "a trigger has one of",
    ],
    ["name: w\ninputs: {x: {}}\ntriggers: [{pipeline: v}]\ntasks: [{id: a, command: x}]", "input `x`"],
    [
      "name: w\ninputs: {x: {}}\ntriggers: [{pipeline: v, inputs: {x: '${run.output.y}'}}]\ntasks: [{id: a, command: x}]",
      "did you mean `outputs`?",
    ],
    [
      "name: w\ninputs: {x: {}}\ntriggers: [{pipeline: v, inputs: {x: '${tasks.a.status}'}}]\ntasks: [{id: a, command: x}]",
      "`tasks` means nothing here",
    ],
    ["name: w\ntriggers: [{pipeline: v, inputs: {y: '${run.id}'}}]\ntasks: [{id: a, command: x}]", "`y`"],
    ["name: w\ntriggers: [{timezone: UTC}]\ntasks: [{id: a, command: x}]", "a trigger wants `cron"],
    ["name: w\ntriggers: [{crn: x}]\ntasks: [{id: a, command: x}]", "did you mean `cron`?"],
    [
      "name: w\ninputs: {x: {}}\ntriggers: '@daily'\ntasks: [{id: a, command: x}]",
      "the input `x` is required",
    ],
    [
      "name: w\ntriggers: {cron: '@daily', inputs: {y: 1}}\ntasks: [{id: a, command: x}]",
      "unknown input `y`",
    ],
    [
      "name: w\nconcurrency: '${tasks.a.status}'\ntasks: [{id: a, command: x}]",
      "the group is known before the run starts",
    ],
    ["name: w\nconcurrency: '${nope}'\ntasks: [{id: a, command: x}]", "unknown name `nope`"],
    [
      "name: w\nconcurrency: {group: x, on_conflict: abort}\ntasks: [{id: a, command: x}]",
      "wants one of `queue`, `cancel`",
    ],
    ["name: w\noutputs: {x: '${tasks.b.outputs.x}'}\ntasks: [{id: a, command: x}]", "unknown task `b`"],
    ["name: w\ntimeout: soon\ntasks: [{id: a, command: x}]", "is not a duration"],
    ["name: w\ndefaults: {timeuot: 1s}\ntasks: [{id: a, command: x}]", "did you mean `timeout`?"],
    ["- a\n- b", "a workflow file is a map"],
    ["just text", "a workflow file is a map"],
    ["steps: [{run: x}]", "did you mean `tasks`?"],
    ["task: []", "did you mean `tasks`?"],
  ])("%s", (text, message) => {
    const problems = told(text);
    expect(problems.join("\n")).toContain(message);
  });

  it("also behind keys of the file that stand for themselves, and behind unknown ones", () => {
    expect(
      told(`name: w
on: push
concurrency: {group: g, on_conflict: explode}
triggers: [{cron: 5}]
tasks:
  - {id: a, command: "echo \${nope}", dependencies: [b]}
  - {id: b, command: x, dependencies: [a]}
`),
    ).toEqual([
      expect.stringMatching(/^2:1 unknown key `on`/),
      "3:38 `on_conflict` wants one of `queue`, `cancel`, not `explode`",
      expect.stringMatching(/^4:\d+ /),
      expect.stringContaining("6:28 unknown name `nope`"),
      expect.stringContaining("cycle: a → b → a"),
    ]);
  });

  it("in variables that are given and stand nowhere in the file", () => {
    const text = "name: w\nvariables: {region: eu}\ntasks: [{id: a, command: 'echo ${region} ${size}'}]\n";
    const given = (variables: Record<string, unknown>) => {
      const parsed = parseWorkflowInline(text, { file: "w.yaml", variables });
      return parsed.kind === "ok" ? [] : parsed.problems.map(({ message }) => message);
    };
    expect(given({ region: "us", size: 3 })).toEqual([]);
    expect(given({ size: 3, regoin: "us" })).toEqual([
      "the variable `regoin`, which was given with the file, stands nowhere in it; did you mean `region`?",
    ]);
  });

  it("but not behind a key that the tasks look at", () => {
    expect(told("name: w\ninptus: {x: {}}\ntasks: [{id: a, command: 'echo ${inputs.x}'}]\n")).toEqual([
      "2:1 unknown key `inptus`; did you mean `inputs`?",
    ]);
  });

  it("once for a file that is something else", () => {
    expect(told("root: x\ndaemon: y\nbin: z\n")).toEqual([
      "1:1 this is no workflow file: it has neither `name` nor `tasks`",
    ]);
  });

  it.each([
    ["inputs:\n  x: {type: txt}\n  y: {type: text}", "`type` wants one of"],
    ["inputs:\n  x: {tipe: text}\n  y: {type: text}", "did you mean `type`?"],
    ["inputs: 5\nvariables: {y: 1}", "wants a map `name: {type: text}`"],
    ["variables: {x: 1, y: 1, z-1: 1}", "the name `z-1` wants letters"],
    ["variabels: {x: 1}\ninputs: {y: {}}", "did you mean `variables`?"],
    ["inputs: {y: {}}\nenv: {x: [1]}", "not a list"],
    ["inputs: {y: {}}\ndefaults: {timout: 5m, env: {x: 1}}", "did you mean `timeout`?"],
    ["inputs: {y: {}}\ndefaults: {retry: many, env: {x: 1}}", "wants a number of attempts"],
    ["inputs: {y: {}}\ndefaults: {env: {x: [1]}}", "not a list"],
  ])("in the tasks, beside one in what they name: %s", (lines, message) => {
    const told = problemsOf(`name: w
${lines}
tasks:
  - id: a
    command: echo \${x} \${y}
    dependencies: [b]
`);
    expect(told.map((problem) => problem.message)).toEqual([
      expect.stringContaining(message),
      expect.stringContaining("unknown task `b`"),
    ]);
  });

  it("in all tasks at once, with the shape of one not hiding the others", () => {
    expect(
      told(`name: w
tasks:
  - {id: a, comand: x}
  - {id: b, command: "echo \${nope}", timeout: 5}
  - {id: c, command: "echo \${nope}", dependencies: [zzz]}
`),
    ).toEqual([
      "3:13 unknown key `comand`; did you mean `command`?",
      '4:47 `timeout` wants a duration with its unit, such as "30s" or "1h30m", not the number 5',
      expect.stringContaining("5:28 unknown name `nope`"),
      "5:53 unknown task `zzz`",
    ]);
  });

  it("with lengths to underline", () => {
    expect(problemsOf("name: w\ntasks:\n  - id: a\n    dependancies: [b]\n")[0]).toMatchObject({
      severity: "error",
      file: "w.yaml",
      line: 4,
      column: 5,
      length: 12,
      path: ["tasks", 0, "dependancies"],
    });
  });

  it("limits that bind", () => {
    expect(toldOfTask(`command: ${"x".repeat(100_001)}`)).toEqual([expect.stringContaining("100001 bytes")]);
    expect(toldOfTask(`command: x\nenv: {A: ${"x".repeat(120_001)}}`)).toEqual([
      expect.stringContaining("120001 bytes"),
    ]);
    expect(told(`name: w\nvariables: {x: ${"x".repeat(100_001)}}\ntasks: [{id: a, command: x}]`)).toEqual([
      expect.stringContaining("100000 bytes"),
    ]);
    const many = Array.from({ length: 10_001 }, (_, index) => `- {id: t${index}, command: x}`).join("\n");
    expect(told(`name: w\ntasks:\n${many}`)).toEqual([expect.stringContaining("more than 10000 tasks")]);
    const placeholders = Array.from({ length: 501 }, (_, index) => `\${db.k${index}}`).join(" ");
    const keys = Array.from({ length: 501 }, (_, index) => `k${index}: 1`).join(", ");
    expect(
      told(`name: w\nvariables: {db: {${keys}}}\ntasks: [{id: a, command: "echo ${placeholders}"}]`),
    ).toEqual([expect.stringContaining("more than 500 values")]);
  });
});

describe("the rest of a file", () => {
  it("is read", () => {
    const workflow = parse(`name: w
description: What it does
version: 1.10
inputs:
  - {name: who, default: world, description: Who}
  - {name: level, type: choice, choices: [1, 2.0, no], default: 2.0}
  - {name: dry, type: boolean, required: false}
triggers:
  - "30 2 * * 1-5"
  - {cron: "@daily", timezone: Europe/Berlin, missed: all, inputs: {who: cron}}
concurrency: {group: "deploy-\${who}", on_conflict: cancel}
timeout: 2h
fail_fast: true
tags: [nightly]
labels: {team: core, tier: 1.0}
tasks: [{id: a, command: "true", outputs: [x]}]
outputs: {result: "\${tasks.a.outputs.x} of \${run.id}"}
`);
    expect(workflow).toMatchObject({
      description: "What it does",
      version: "1.10",
      inputs: [
        { name: "who", type: "text", default: "world", required: false, description: "Who" },
        { name: "level", choices: ["1", "2.0", "no"], default: "2.0" },
        { name: "dry", default: false, required: false },
      ],
      triggers: [
        { kind: "cron", cron: "30 2 * * 1-5", timezone: "UTC", missed: "once", inputs: {} },
        { kind: "cron", cron: "@daily", timezone: "Europe/Berlin", missed: "all", inputs: { who: "cron" } },
      ],
      concurrency: { text: "deploy-${who}", onConflict: "cancel" },
      settings: { timeoutMs: 7_200_000, failFast: true },
      tags: ["nightly"],
      labels: { team: "core", tier: "1.0" },
    });
    expect(workflow.settings.outputs["result"]).toMatchObject([
      { path: ["tasks", "a", "outputs", "x"] },
      " of ",
      { path: ["run", "id"] },
    ]);
  });

  it("keeps what core does not", () => {
    expect(oneTask("command: x\ndescription: Builds\nwhen: success()").notes).toEqual([
      { condition: "success()", description: "Builds", line: 3, column: 5 },
    ]);
  });
});

describe("the normal form", () => {
  const TEXT =
    "# comment\nname: w\nversion: 1.10\nvariables: {b: 1, a: {z: 1, y: [true]}}\nenv: {V: 1.10}\nlabels: {l: 1.0}\ntasks:\n  - command: echo ${b}\n    id: a\n";

  it("is the same for files that say the same", () => {
    const other =
      '{"tasks":[{"id":"a","command":"echo ${b}"}],"variables":{"a":{"y":[true],"z":1},"b":1},"labels":{"l":"1.0"},"env":{"V":"1.10"},"version":"1.10","name":"w"}';
    expect(parse(other).hash).toBe(parse(TEXT).hash);
    expect(parse(`${TEXT}timeout: 1h\n`).hash).not.toBe(parse(TEXT).hash);
  });

  it("parses to the same workflow, and to itself", () => {
    const workflow = parse(TEXT);
    const again = parse(workflow.definition);
    expect(again.definition).toBe(workflow.definition);
    expect(again.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(again.jobs).toEqual(workflow.jobs);
  });

  it("holds the variables that were given with the file", () => {
    const text = TEXT.replace("${b}", "${b} ${more}");
    const parsed = parseWorkflowInline(text, { file: "w", variables: { b: 2, more: "x" } });
    if (parsed.kind === "invalid") throw new Error("invalid");
    expect(parsed.workflow.variables).toEqual({ a: { z: 1, y: [true] }, b: 2, more: "x" });
    expect(parse(parsed.workflow.definition).variables).toEqual(parsed.workflow.variables);
    expect(parseWorkflowInline(TEXT, { file: "w", variables: { b: () => 1 } }).kind).toBe("invalid");
    expect(parseWorkflowInline(TEXT, { file: "w", variables: { "a b": 1 } }).kind).toBe("invalid");
  });
});
