/**
 * A server program for tests of what the command line does when it has to start one. It serves one run from
 * `$GAIA_HOME`; `SCRIPT` says what it does: `serve` completes the run once somebody watches, `die` kills itself in the
 * middle of its first life and completes the run in its second one, `refuse` does not start, `alone` has no worker.
 */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "./command-line.ts";
import { endedWith, jobView, runningSince, runView } from "./objects.ts";
import { ScriptedServer } from "./scripted-server.ts";

const home = process.env["GAIA_HOME"] ?? "";
const script = process.env["SCRIPT"] ?? "serve";
if (script === "refuse") {
  process.stderr.write("gaia.db was written by a newer Gaia (schema 9)\n");
  process.exit(3);
}

const lives = readdirSync(home).filter((name) => name.startsWith("life-")).length;
const life = script === "die" ? lives : 0;
try {
  mkdirSync(join(home, `life-${life}`));
} catch {
  process.stderr.write('{"code":"home_in_use","message":"another server owns this home"}\n');
  process.exit(3);
}

const server = new ScriptedServer(join(home, "gaia.sock"));
const run = server.add(runView(), [jobView(0, "install"), jobView(1, "test")]);
// The first answers are those of a server whose worker is still on its way; with `alone` it never comes.
let asked = 0;
server.route(({ path }) => {
  if (path === "/ready") {
    const ok = script !== "alone" && (asked += 1) > 3;
    const worker = { name: "worker", ok, message: ok ? "" : "No worker is connected." };
    return { status: 200, body: { status: "ready", checks: [worker] } };
  }
  if (path === "/api/v1/system/shutdown") setImmediate(() => void server.close().then(() => process.exit(0)));
  return path.startsWith("/api/v1/system")
    ? { status: 200, body: { pid: process.pid, live_runs: 0, home, address: null, version: "0.1.0" } }
    : null;
});
// What happened in the first life is durable: the second one knows it from the start.
run.job("install", runningSince("2026-11-21T09:35:00.000Z"));
run.job("install", endedWith("completed", 3100, 0));
await server.listen();
await waitFor("a watcher", () => run.watchers > 0);
if (script === "die" && life === 0) {
  run.job("test", runningSince("2026-11-21T09:35:03.000Z"));
  await run.sent();
  process.kill(process.pid, "SIGKILL");
} else {
  if (script === "die") run.job("test", runningSince("2026-11-21T09:35:03.000Z"));
  run.job("test", endedWith("completed", 5000, 0));
  run.run({ status: "completed", ended_at: "2026-11-21T09:35:08.000Z", duration_ms: 8000 });
  if (script === "serve") await waitFor("nobody", () => false).catch(() => process.exit(0));
}
