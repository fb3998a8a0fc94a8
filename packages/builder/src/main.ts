import { runBuild } from "./commands/build.ts";
import { runCollect } from "./commands/collect.ts";
import { EXIT, USAGE } from "./commands/usage.ts";

const COMMANDS: Readonly<Record<string, (args: readonly string[], signal: AbortSignal) => Promise<number>>> =
  {
    build: runBuild,
    gc: runCollect,
  };

const [name = "", ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (command === undefined) {
  const asked = name === "--help" || name === "help";
  (asked ? process.stdout : process.stderr).write(USAGE);
  process.exit(asked ? EXIT.success : EXIT.usage);
}
const ending = new AbortController();
let signalled: NodeJS.Signals | null = null;
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(signal, () => {
    signalled ??= signal;
    ending.abort(signal);
  });
}
const status = await command(args, ending.signal);
process.exitCode = signalled === null ? status : EXIT.interrupted[signalled];
