import { parseArgs } from "node:util";
import { errorFrom, ERRORS } from "@gaia/contracts";
import { homePath } from "./home/home.ts";
import { giveUp, openServer } from "./opening.ts";
import { VAULT_KEY_VARIABLE } from "./vault/key-place.ts";

// The server's process: `node main.ts [--home PATH]`. Says `ready` on its standard output when it serves.

const { values } = parseArgs({
  options: {
    home: { type: "string" },
    "worker-entry": { type: "string" },
    "launcher-entry": { type: "string" },
    "web-folder": { type: "string" },
  },
});
// A copy: each look into the process's own environment asks the system.
const environment = { ...process.env };
// From here on it is in this process's memory only: nothing that is started later inherits it.
delete process.env[VAULT_KEY_VARIABLE];
try {
  const opened = openServer({
    home: homePath(values.home, environment),
    environment,
    ...(values["worker-entry"] === undefined ? {} : { workerEntry: values["worker-entry"] }),
    ...(values["launcher-entry"] === undefined ? {} : { launcherEntry: values["launcher-entry"] }),
    ...(values["web-folder"] === undefined ? {} : { webFolder: values["web-folder"] }),
  });
  // Loaded while the worker starts.
  const { startServer } = await import("./server.ts").catch((broken: unknown) => {
    giveUp(opened);
    throw broken;
  });
  const server = await startServer(opened);
  process.stdout.write(`${JSON.stringify({ ready: true, address: server.address, pid: process.pid })}\n`);
  const stop = (): void => void server.close().then(() => process.exit(0));
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);
  // The terminal may go; the work goes on.
  process.on("SIGHUP", () => undefined);
  await server.ended;
  stop();
} catch (caught) {
  const error = errorFrom(caught);
  if (error.code === "internal")
    process.stderr.write(
      `${error.cause instanceof Error ? (error.cause.stack ?? "") : String(error.cause)}\n`,
    );
  process.stderr.write(
    `${JSON.stringify({ ready: false, error: { code: error.code, message: error.message, details: error.details } })}\n`,
  );
  process.exit(ERRORS[error.code].exit);
}
