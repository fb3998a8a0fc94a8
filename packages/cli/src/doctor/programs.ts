import { execFile } from "node:child_process";
import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Environment } from "../client/endpoint.ts";
import { failed, ok, warning, type Finding } from "./check.ts";

const NODE_MAJOR = 24;

/** Node, git and tmux: what there is, which version, and how to get what is not there. */
export async function checkPrograms(environment: Environment): Promise<readonly Finding[]> {
  return Promise.all([checkNode(environment), checkGit(environment), checkTmux(environment)]);
}

/** How a package is installed on this machine. */
export function installCommand(environment: Environment, name: string): string {
  const managers = [
    ["apt-get", "sudo apt-get install"],
    ["dnf", "sudo dnf install"],
    ["apk", "sudo apk add"],
    ["pacman", "sudo pacman -S"],
    ["zypper", "sudo zypper install"],
    ["brew", "brew install"],
  ] as const;
  const found = managers.find(([program]) => findPrograms(environment, program).length > 0);
  return found === undefined ? `install ${name}` : `${found[1]} ${name}`;
}

async function checkNode(environment: Environment): Promise<Finding> {
  const version = process.versions.node;
  if (Number(version.split(".")[0]) < NODE_MAJOR) {
    return failed("node", `${version} is too old, Gaia needs ${NODE_MAJOR}`, "npm install");
  }
  const own = realpathSync(process.execPath);
  if (!own.includes("node_modules")) return ok("node", version);
  const others = findPrograms(environment, "node").filter((path) => realpathSync(path) !== own);
  const yours = others[0] === undefined ? null : await versionOf(others[0], ["--version"]);
  return ok(
    "node",
    `${version} (brought along${yours === null ? "" : `; yours is ${yours.replace(/^v/, "")}`})`,
  );
}

async function checkGit(environment: Environment): Promise<Finding> {
  const version = await versionOf("git", ["--version"]);
  if (version === null) {
    return warning(
      "git",
      "not found: pipelines from repositories and agents' worktrees need it",
      installCommand(environment, "git"),
    );
  }
  return ok("git", version.replace(/^git version /, ""));
}

async function checkTmux(environment: Environment): Promise<Finding> {
  const version = await versionOf("tmux", ["-V"]);
  if (version === null) {
    return warning("tmux", "not found: sessions need it", installCommand(environment, "tmux"));
  }
  return ok("tmux", version.replace(/^tmux /, ""));
}

function versionOf(program: string, words: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, [...words], { timeout: 5000 }, (error, stdout) => {
      resolve(error === null ? (stdout.split("\n")[0]?.trim() ?? "") : null);
    });
  });
}

function findPrograms(environment: Environment, name: string): string[] {
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).filter(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
