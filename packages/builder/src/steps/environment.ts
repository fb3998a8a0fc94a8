import { lstat, mkdir, readlink, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildEnvironment } from "@gaia/contracts/build-environment.ts";

/** Files with which people tell their tools how to reach a registry. Builds see them, and nothing else of the home. */
const SETTINGS = [
  ".npmrc",
  ".yarnrc",
  ".yarnrc.yml",
  ".netrc",
  ".gitconfig",
  ".gemrc",
  ".pip/pip.conf",
  ".config/pip/pip.conf",
  ".config/git/config",
  ".config/go/env",
  ".config/pnpm/rc",
  ".bundle/config",
  ".cargo/config.toml",
];

/** Homes of version managers: their shims, found on the PATH, look for them below HOME. */
const MANAGERS: Readonly<Record<string, string>> = {
  PYENV_ROOT: ".pyenv",
  RBENV_ROOT: ".rbenv",
  ASDF_DATA_DIR: ".asdf",
  NVM_DIR: ".nvm",
  VOLTA_HOME: ".volta",
  RUSTUP_HOME: ".rustup",
};

/**
 * The environment of a build's commands: what its starter lets through, a home of its own in the cache that has links to
 * the user's settings, and nobody who is asked questions.
 */
export async function stepEnvironment(
  inherited: Readonly<Record<string, string | undefined>>,
  cache: string,
): Promise<Readonly<Record<string, string>>> {
  const passed: Record<string, string> = { ...buildEnvironment(inherited) };
  const home = join(cache, "home");
  await mkdir(home, { recursive: true, mode: 0o700 });
  const own = passed["HOME"];
  if (own !== undefined && own !== home) {
    for (const file of SETTINGS) await linkSetting(join(own, file), join(home, file));
    for (const [name, folder] of Object.entries(MANAGERS))
      if (passed[name] === undefined && (await exists(join(own, folder)))) passed[name] = join(own, folder);
  }
  return {
    LANG: "C.UTF-8",
    ...passed,
    HOME: home,
    NO_COLOR: "1",
    GIT_TERMINAL_PROMPT: "0",
    DEBIAN_FRONTEND: "noninteractive",
  };
}

/** The user may have made, moved or removed the file since the last build. */
async function linkSetting(file: string, link: string): Promise<void> {
  const there = await exists(file);
  const target = await readlink(link).catch(() => null);
  if (target === (there ? file : null)) return;
  await rm(link, { force: true, recursive: true });
  if (!there) return;
  await mkdir(dirname(link), { recursive: true });
  await symlink(file, link).catch(async (reason: unknown) => {
    // Another build was faster.
    if ((await readlink(link).catch(() => null)) !== file) throw reason;
  });
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
