import { CREDENTIALS_FOLDER, TREE_FOLDER } from "@gaia/contracts";
import type { TaskFile, WorkflowFile } from "@gaia/contracts/workflow-file.ts";
import type { Value } from "@gaia/core/expression/index.ts";
import type { ProblemList } from "./problem-list.ts";

/** The task that comes before all others of a workflow with a `git` trigger. */
export const CHECKOUT_TASK = "checkout";

/** Programs that it uses: variables of its run, which no file has to name. */
export interface CheckoutTools {
  readonly gaia_node: string;
  readonly gaia_git: string;
  /** JSON of proxies and the like. */
  readonly gaia_git_environment: string;
}

const TOOLS: CheckoutTools = { gaia_node: "", gaia_git: "", gaia_git_environment: "" };

const COMMIT = {
  type: "text",
  default: "",
  description: "The commit that is checked out; the newest of the branch when nothing is said",
} as const;

/** What of a file says where its tree comes from. */
type Git = NonNullable<
  Exclude<Exclude<NonNullable<WorkflowFile["triggers"]>, readonly unknown[]>, string>["git"]
>;

/**
 * Adds to a file with a `git` trigger what its runs begin with: a task that puts the commit into the run's tree, on which
 * all first tasks depend, and the input `commit`. The task is an ordinary one, so it is shown, logged, stopped and tried
 * again like any other.
 */
export function withCheckout<
  F extends Pick<WorkflowFile, "tasks" | "inputs" | "triggers"> & {
    readonly variables: Readonly<Record<string, Value>>;
  },
>(file: F, problems: ProblemList): { readonly file: F; readonly hasTree: boolean } {
  const sources = gitOf(file.triggers);
  const [first] = sources;
  if (first === undefined) return { file, hasTree: false };
  const other = sources.find((source) => !isSameSource(source, first));
  if (other !== undefined) {
    problems.add(
      ["triggers"],
      `a run has one tree: the git triggers of a workflow name the same repository and credential, not ${first.repository ?? ""} and ${other.repository ?? ""}`,
    );
  }
  const taken = file.tasks.findIndex(({ id }) => id === CHECKOUT_TASK);
  if (taken !== -1)
    problems.add(
      ["tasks", taken, "id"],
      `\`${CHECKOUT_TASK}\` is the task that a git trigger brings along; choose another id`,
    );
  const tasks = file.tasks.map((task) =>
    (task.dependencies ?? []).length === 0 ? { ...task, dependencies: [CHECKOUT_TASK] } : task,
  );
  const inputs = Array.isArray(file.inputs)
    ? file.inputs.some(({ name }) => name === "commit")
      ? file.inputs
      : [...file.inputs, { name: "commit", ...COMMIT }]
    : { commit: COMMIT, ...file.inputs };
  return {
    file: {
      ...file,
      inputs,
      variables: { ...file.variables, ...TOOLS, ...variablesOf(first) },
      tasks: [...tasks, checkoutTask(first)],
    },
    hasTree: true,
  };
}

function gitOf(triggers: WorkflowFile["triggers"]): readonly Git[] {
  const list = Array.isArray(triggers) ? triggers : triggers === undefined ? [] : [triggers];
  return list.flatMap((trigger) =>
    typeof trigger === "string" || trigger.git?.repository === undefined ? [] : [trigger.git],
  );
}

function isSameSource(one: Git, other: Git): boolean {
  const source = ({ repository, token, ssh_key, user, known_hosts, submodules }: Git): string =>
    JSON.stringify([repository, token, ssh_key, user, known_hosts, submodules]);
  return source(one) === source(other);
}

function variablesOf(git: Git): Readonly<Record<string, string>> {
  return {
    gaia_repository: git.repository ?? "",
    gaia_branch: branchOf(git) ?? "",
    gaia_git_user: git.user ?? "",
    gaia_known_hosts: git.known_hosts ?? "",
  };
}

/** Which branch is meant when nothing says a commit: the only one that counts, else the repository's default. */
function branchOf({ branches = [] }: Git): string | null {
  const [only] = branches;
  return branches.length === 1 && only !== undefined && !/[*?[\]{}!]/.test(only) ? only : null;
}

function checkoutTask(git: Git): TaskFile {
  const words = [
    'exec "${gaia_node}" "${gaia_git}" fetch --url "${gaia_repository}"',
    `--into "$GAIA_RUN_DIR/${TREE_FOLDER}" --scratch "$GAIA_RUN_DIR/${CREDENTIALS_FOLDER}"`,
    `--commit "\${inputs.commit}" --environment "\${gaia_git_environment}"`,
  ];
  if (branchOf(git) !== null) words.push('--branch "${gaia_branch}"');
  if (git.ssh_key !== undefined) words.push("--ssh-key");
  else if (git.token !== undefined) words.push("--token");
  if (git.user !== undefined) words.push('--user "${gaia_git_user}"');
  if (git.submodules === true) words.push("--submodules");
  const credential = git.ssh_key ?? git.token;
  return {
    id: CHECKOUT_TASK,
    description: "Puts the commit into the run's tree, in which all tasks start",
    type: "shell",
    agent: "system",
    shell: ["/bin/sh", "-c"],
    // The tree is not there yet.
    work_dir: "/",
    command: `${words.join(" ")}\n`,
    dependencies: [],
    outputs: ["commit", "subject", "branch"],
    ...(credential === undefined ? {} : { secrets: { GIT_CREDENTIAL: credential } }),
    ...(git.known_hosts === undefined ? {} : { env: { GIT_KNOWN_HOSTS: "${gaia_known_hosts}" } }),
  };
}
