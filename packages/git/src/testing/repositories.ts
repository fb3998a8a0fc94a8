import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A real repository with a working tree, to which tests push by committing. */
export class TestRepository {
  readonly path: string;

  /** @param path an empty folder, or none */
  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    this.git("init", "--quiet", "--initial-branch=main");
  }

  /** Writes files and commits them; answers with the commit's id. */
  commit(subject: string, files: Readonly<Record<string, string>> = {}): string {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, name)), { recursive: true });
      writeFileSync(join(this.path, name), text);
    }
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", subject);
    return this.git("rev-parse", "HEAD").trim();
  }

  /** Without asking whether it is there. */
  addSubmodule(path: string, url: string, commit: string): void {
    writeFileSync(
      join(this.path, ".gitmodules"),
      `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n`,
    );
    this.git("update-index", "--add", "--cacheinfo", `160000,${commit},${path}`);
    // Where one is missing, `commit` would take that for its removal.
    mkdirSync(join(this.path, path), { recursive: true });
  }

  git(...args: readonly string[]): string {
    return execFileSync("git", ["-C", this.path, ...args], { encoding: "utf8", env: AUTHOR });
  }
}

/** Not who runs the tests, nor what he has configured. */
const AUTHOR = {
  PATH: process.env["PATH"],
  HOME: "/nonexistent",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.org",
};

/** A folder for one test file; `remove` takes it away. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "gaia-git-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
