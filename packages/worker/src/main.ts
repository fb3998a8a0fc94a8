import { pino } from "pino";
import { parseOptions, USAGE } from "./options.ts";
import { openStateFolder } from "./state-folder.ts";
import { Worker } from "./worker.ts";

/** Exit status: another worker has the state folder, or has taken the launcher over. */
const EXIT_TAKEN = 75;
const EXIT_USAGE = 2;
const EXIT_REFUSED = 3;

const parsed = parseOptions(process.argv.slice(2));
if (parsed.kind === "wrong") {
  process.stderr.write(`${parsed.message}\n${USAGE}\n`);
  process.exit(EXIT_USAGE);
}
const { options } = parsed;
const log = pino({ name: "worker", level: options.logLevel }, pino.destination({ fd: 2, sync: true }));
const state = openStateFolder(options.stateFolder);
if (state === null) {
  log.error(`another worker uses ${options.stateFolder}; give this one another --name or --home`);
  process.exit(EXIT_TAKEN);
}
const worker = new Worker(options, state.workerId, log);
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => worker.drain());
// The terminal may go; the work goes on.
process.on("SIGHUP", () => undefined);
const end = await worker.run();
state.release();
switch (end.kind) {
  case "drained":
    log.info("ended; processes are left to the launcher, programs are ended");
    process.exit(0);
    break;
  case "dismissed":
    log.info("ended with the launcher; there is no server and nothing runs");
    process.exit(0);
    break;
  case "refused":
    log.error(`the server refuses this worker: ${end.message}`);
    process.exit(EXIT_REFUSED);
    break;
  case "replaced":
    log.error(end.message);
    process.exit(EXIT_TAKEN);
}
