import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shellAssignment, type AssignmentWishes } from "./link/test-assignments.ts";
import { killed, TestHost } from "./test-host.ts";

const SECRET = 'hunter2/tößt"secret';

describe("the log of an attempt", () => {
  const host = new TestHost();
  const { server } = host;
  let workerPid = 0;
  beforeAll(async () => {
    await server.listen();
    workerPid = (await host.startWorker()).pid ?? 0;
  });
  afterAll(() => host.close());

  function start(run: string, command: string, wishes: AssignmentWishes = {}): void {
    server.assign(shellAssignment(run, command, wishes));
  }

  function fileOf(run: string, name: string): string {
    return join(host.logsRoot, "runs/2026-11", run, name);
  }

  it("has an index of when its lines came, if it took a while", async () => {
    start("run_index", "seq 1 2500; sleep 0.35; echo late; sleep 0.25");
    await server.ended("run_index");
    const entries = readFileSync(fileOf("run_index", "jobs/0/0.1.index"), "utf8")
      .trim()
      .split("\n")
      .map((line): number[] => JSON.parse(line));
    const log = readFileSync(fileOf("run_index", "jobs/0/0.1.log"));
    expect(entries.map((entry) => entry[2])).toEqual([0, 1000, 2000, 2500]);
    for (const [offset = 0, , line = 0] of entries) {
      expect(log.subarray(0, offset).toString().split("\n")).toHaveLength(line + 1);
    }
    expect((entries[3]?.[1] ?? 0) - (entries[2]?.[1] ?? 0)).toBeGreaterThan(100);
  });

  it("has no index when the attempt was short", async () => {
    start("run_short", "echo short");
    await server.ended("run_short");
    expect(readdirSync(fileOf("run_short", "jobs/0"))).toEqual(["0.1.log"]);
  });

  it("never shows a secret, and neither do outputs, summary, growth and messages", async () => {
    const command = [
      'echo "plain: $TOKEN"; printf "%s" "$TOKEN" | base64; printf "%s" "$TOKEN" | od -An -tx1 | tr -d " \\n"; echo',
      'echo "link=$TOKEN" >> $GAIA_OUTPUT; echo "see $TOKEN" > $GAIA_SUMMARY; echo "command: $TOKEN" > $GAIA_GRAPH',
      "sleep 0.3; echo end",
    ].join("\n");
    start("run_secret", command, { secrets: { TOKEN: SECRET } });
    const ended = await server.ended("run_secret");
    expect(ended).toMatchObject({ outcome: "succeeded" });
    expect(host.logOf("run_secret").split("\n").slice(0, 1)).toEqual(["plain: ***"]);
    expect(host.logOf("run_secret")).toMatch(/\*\*\*[A-Za-z0-9+/=]{0,4}\n\*\*\*\nend\n$/);
    expect(JSON.parse(Buffer.from(ended.outputs).toString())).toEqual({ link: "***" });
    expect(Buffer.from(ended.growth).toString()).toBe("command: ***\n");
    expect(readFileSync(fileOf("run_secret", "jobs/0/0.1.summary.md"), "utf8")).toBe("see ***\n");
    start("run_bad", 'echo "$TOKEN" > $GAIA_OUTPUT', { secrets: { TOKEN: SECRET } });
    const bad = await server.ended("run_bad");
    expect(bad.message).toContain('$GAIA_OUTPUT:1: "***" is no output');
    await server.until("private files are gone", () =>
      [fileOf("run_secret", "raw"), fileOf("run_secret", "jobs/0"), fileOf("run_bad", "jobs/0")]
        .flatMap((folder) => readdirSync(folder))
        .every((name) => /\.(log|index|summary\.md)$/.test(name)),
    );
    expect(filesWith(host.home, SECRET)).toEqual([]);
  });

  it("is shown masked while it grows, and its raw form only to its owner", async () => {
    start("run_live", 'echo "now $TOKEN"; sleep 300', { secrets: { TOKEN: SECRET } });
    await server.started("run_live");
    await server.until(
      "the masked log",
      () => existsSync(fileOf("run_live", "jobs/0/0.1.log")) && host.logOf("run_live") === "now ***\n",
    );
    expect(statSync(fileOf("run_live", "raw/0.1.log")).mode & 0o777).toBe(0o600);
    expect(statSync(fileOf("run_live", "raw")).mode & 0o777).toBe(0o700);
    server.send({
      message: "stop",
      stop: {
        orders: [
          { name: { run: "run_live", job: 0, attempt: 1, token: 1 }, grace_ms: 0, force: true, cause: "" },
        ],
      },
    });
    await server.ended("run_live");
    expect(host.logOf("run_live")).toBe("now ***\n");
  });

  it("ends the attempt when it is past its limit", async () => {
    start("run_limit", "yes 'a line of output'", { log_max_bytes: 100_000, grace_ms: 100 });
    const ended = await server.ended("run_limit");
    expect(ended).toMatchObject({ outcome: "limit" });
    expect(ended.message).toContain("past its limit of 100000 bytes");
  });

  it("keeps the beginning and the end when its middle may be dropped", async () => {
    start("run_drop", 'seq 1 20000; sleep 0.3; seq 20001 40000; echo "last $TOKEN"', {
      log_max_bytes: 10_000,
      log_drop: true,
      secrets: { TOKEN: SECRET },
    });
    expect(await server.ended("run_drop")).toMatchObject({ outcome: "succeeded" });
    const log = host.logOf("run_drop");
    expect(log.startsWith("1\n2\n3\n")).toBe(true);
    expect(log).toContain(
      "[gaia] The log is long: what follows is shown when the task ends, at most its last 5000 bytes.\n",
    );
    expect(log).toMatch(/\[gaia\] \d+ bytes were left out here\.\n/);
    expect(log.endsWith("39999\n40000\nlast ***\n")).toBe(true);
    expect(log.length).toBeLessThan(10_500);
    expect(readdirSync(fileOf("run_drop", "raw"))).toEqual([]);
  });

  it("is whole when it stays below the limit, also if its middle may be dropped", async () => {
    start("run_whole", "seq 1 2000", { log_max_bytes: 1_000_000, log_drop: true });
    start("run_pause", "seq 1 2000; sleep 0.3; seq 2001 3000", { log_max_bytes: 1_000_000, log_drop: true });
    await Promise.all([server.ended("run_whole"), server.ended("run_pause")]);
    expect(host.logOf("run_whole").split("\n")).toHaveLength(2_001);
    expect(host.logOf("run_pause").split("\n")).toHaveLength(3_001);
  });

  it("may be large without the worker growing", async () => {
    const memory = (): number =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${workerPid}/status`, "utf8"))?.[1]) * 1024;
    const before = memory();
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, memory())), 20);
    start("run_large", "head -c 200000000 /dev/zero | tr '\\0' 'x'", { secrets: { TOKEN: SECRET } });
    start("run_lines", "yes 0123456789012345678901234567890123456789 | head -c 200000000");
    await Promise.all([
      server.until(
        "the large end",
        () => server.reports.some((report) => report.name.run === "run_large" && report.what === "ended"),
        60_000,
      ),
      server.ended("run_lines"),
    ]);
    clearInterval(watch);
    expect(statSync(fileOf("run_large", "jobs/0/0.1.log")).size).toBe(200_000_000);
    expect(most - before).toBeLessThan(60_000_000);
  });
});

describe("a log that the server wants to have", () => {
  const host = new TestHost({ ship_logs: true, logs_root: "" });
  const { server } = host;
  beforeAll(() => server.listen());
  afterAll(() => host.close());

  /** What the server has stored of a log. */
  function stored(run: string): { readonly text: string; readonly last: boolean; readonly index: string } {
    const parts = server.chunks.filter((chunk) => chunk.name.run === run);
    const bytes = Buffer.alloc(Math.max(0, ...parts.map((chunk) => chunk.offset + chunk.data.length)));
    for (const chunk of parts) Buffer.from(chunk.data).copy(bytes, chunk.offset);
    return {
      text: bytes.toString(),
      last: parts.some((chunk) => chunk.last),
      index: parts.map((chunk) => Buffer.from(chunk.index).toString()).join(""),
    };
  }

  it("comes in pieces, with its index, also after server and worker were restarted, and is then removed", async () => {
    const first = await host.startWorker();
    server.assign(
      shellAssignment("run_short", "echo short"),
      shellAssignment(
        "run_long",
        `seq 1 200000; until [ -e ${host.home}/go ]; do sleep 0.02; done; echo end`,
      ),
    );
    await server.until("the short log", () => stored("run_short").last);
    expect(stored("run_short").text).toBe("short\n");
    await server.until("some of the long log", () => stored("run_long").text.length > 1_000_000);
    expect(stored("run_long").last).toBe(false);
    server.stop();
    await server.listen();
    await server.until("hello", () => server.hellos.length === 2);
    await killed(first);
    // The server knows how far it had come, and says so.
    const had = stored("run_long").text.length;
    const sentBefore = server.chunks.length;
    server.onChunk = (chunk) =>
      Math.max(chunk.offset + chunk.data.length, chunk.name.run === "run_long" ? had : 0);
    await host.startWorker();
    await import("node:fs/promises").then(({ writeFile }) => writeFile(join(host.home, "go"), ""));
    await server.ended("run_long");
    await server.until("the whole log", () => stored("run_long").last);
    const expected = `${Array.from({ length: 200_000 }, (_, at) => at + 1).join("\n")}\nend\n`;
    expect(stored("run_long").text === expected).toBe(true);
    const again = server.chunks.slice(sentBefore).reduce((sum, chunk) => sum + chunk.data.length, 0);
    expect(again).toBeLessThan(1_100_000);
    expect(stored("run_long").index).toContain("[0,");
    await server.until(
      "files are removed",
      () => filesWith(join(host.home, "worker"), "199999\n").length === 0,
    );
  });
});

/** Files below a folder that contain the text. */
function filesWith(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) => existsSync(path) && statSync(path).size < 50_000_000 && readFileSync(path).includes(text),
    );
}
