import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
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

  it("keeps no credential that a task was killed with", async () => {
    const command =
      'mkdir "$GAIA_RUN_DIR/.gaia-credentials"; echo "$TOKEN" > "$GAIA_RUN_DIR/.gaia-credentials/key"; kill -9 $$';
    start("run_killed", command, { secrets: { TOKEN: SECRET } });
    expect(await server.ended("run_killed")).toMatchObject({ outcome: "failed" });
    expect(filesWith(host.home, SECRET)).toEqual([]);
  });

  it("is whole when credentials cannot be removed, which does not change what the task has done", async () => {
    const command = 'rmdir "$GAIA_RUN_DIR"; ln -s "$GAIA_RUN_DIR" "$GAIA_RUN_DIR"; echo "with $TOKEN"';
    start("run_loop", command, { secrets: { TOKEN: SECRET } });
    const ended = await server.ended("run_loop");
    expect(ended).toMatchObject({ outcome: "succeeded", exit_code: 0 });
    expect(ended.message).toContain(`remove it by hand: ${fileOf("run_loop", "scratch/.gaia-credentials")}`);
    expect(host.logOf("run_loop")).toBe("with ***\n");
    expect(readdirSync(fileOf("run_loop", "raw"))).toEqual([]);
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

describe("files that the server wants to have", () => {
  const host = new TestHost({ ship_files: true, logs_root: "" });
  const { server } = host;
  beforeAll(() => server.listen());
  afterAll(() => host.close());

  /** What the server has of a file. */
  function stored(run: string, file = "log"): { readonly text: string; readonly last: boolean } {
    const parts = server.chunks.filter((chunk) => chunk.name.run === run && chunk.file === file);
    const bytes = Buffer.alloc(Math.max(0, ...parts.map((chunk) => chunk.offset + chunk.data.length)));
    for (const chunk of parts) Buffer.from(chunk.data).copy(bytes, chunk.offset);
    return { text: bytes.toString(), last: parts.some((chunk) => chunk.last) };
  }

  it("come in pieces, also after server and worker were restarted, and are removed when the end is known", async () => {
    const first = await host.startWorker();
    server.assign(
      shellAssignment("run_short", "echo short"),
      shellAssignment(
        "run_long",
        `seq 1 200000; until [ -e ${host.home}/go ]; do sleep 0.02; done; echo end`,
      ),
    );
    await server.ended("run_short");
    expect(stored("run_short")).toEqual({ text: "short\n", last: true });
    expect(
      server.chunks.filter(({ name }) => name.run === "run_short").map(({ file }) => file),
    ).not.toContain("index");
    await server.until("some of the long log", () => stored("run_long").text.length > 1_000_000);
    await server.until("some of its index", () => stored("run_long", "index").text !== "");
    expect(stored("run_long").last).toBe(false);
    server.stop();
    await server.listen();
    await server.until("hello", () => server.hellos.length === 2);
    await killed(first);
    // The server knows how far it had come, and says so.
    const had = stored("run_long").text.length;
    const sentBefore = server.chunks.length;
    server.onChunk = ({ name, file, offset, data }) =>
      name.run === "run_long" && file === "log" ? { offset: Math.max(offset + data.length, had) } : {};
    await host.startWorker();
    writeFileSync(join(host.home, "go"), "");
    await server.ended("run_long");
    const expected = `${Array.from({ length: 200_000 }, (_, at) => at + 1).join("\n")}\nend\n`;
    expect(stored("run_long").text === expected).toBe(true);
    expect(stored("run_long").last).toBe(true);
    const again = server.chunks.slice(sentBefore).reduce((sum, chunk) => sum + chunk.data.length, 0);
    expect(again).toBeLessThan(600_000);
    expect(stored("run_long", "index").text).toMatch(/^\[0,\d+,0\]\n/);
    await server.until(
      "files are removed",
      () => filesWith(join(host.home, "worker"), "199999\n").length === 0,
    );
    server.onChunk = () => ({});
  });

  it("are logs, summaries and artifacts; the end is told after the last of them", async () => {
    const command = [
      "echo said; echo '# Seen' > $GAIA_SUMMARY; echo v=1 > $GAIA_OUTPUT",
      "mkdir $GAIA_ARTIFACTS/deep; head -c 700000 /dev/zero > $GAIA_ARTIFACTS/deep/zeros; echo a > $GAIA_ARTIFACTS/a",
      "ln -s a $GAIA_ARTIFACTS/inside; ln -s /etc/hostname $GAIA_ARTIFACTS/outside",
    ].join("\n");
    const before = server.messages.length;
    server.assign(shellAssignment("run_kept", command));
    const ended = await server.ended("run_kept");
    expect(JSON.parse(Buffer.from(ended.outputs).toString())).toEqual({ v: "1" });
    expect(stored("run_kept", "summary")).toEqual({ text: "# Seen\n", last: true });
    expect(stored("run_kept", "artifacts/deep/zeros").text).toHaveLength(700_000);
    expect(stored("run_kept", "artifacts/inside")).toEqual({ text: "a\n", last: true });
    const sent = server.messages.slice(before);
    const files = new Set(
      sent.flatMap(({ file_chunk: chunk }) => (chunk?.last === true ? [chunk.file] : [])),
    );
    expect([...files].toSorted()).toEqual([
      "artifacts/a",
      "artifacts/deep/zeros",
      "artifacts/inside",
      "log",
      "summary",
    ]);
    const told = sent.findIndex(({ reports }) =>
      reports?.reports.some((report) => report.name.run === "run_kept" && report.what === "ended"),
    );
    expect(told).toBeGreaterThan(sent.findLastIndex((message) => message.file_chunk !== undefined));
  });

  it("are kept and sent again while the server's disk is full", async () => {
    let refused = 0;
    server.onChunk = () => {
      refused += 1;
      return { code: "storage_full", message: "The disk is full.", retry: true, complete: false, offset: 0 };
    };
    server.assign(shellAssignment("run_full", "seq 1 100000"));
    await server.until("two refusals", () => refused >= 2);
    expect(server.reports.some((report) => report.name.run === "run_full" && report.what === "ended")).toBe(
      false,
    );
    server.onChunk = () => ({});
    expect(await server.ended("run_full")).toMatchObject({ outcome: "succeeded", message: "" });
    expect(stored("run_full").text).toHaveLength(588_895);
  });

  it("that the server refuses for good do not change what the task has done", async () => {
    server.onChunk = ({ file }) =>
      file.startsWith("artifacts/")
        ? { code: "too_large", message: "The artifact is too large.", retry: false, complete: false }
        : {};
    server.assign(shellAssignment("run_refused", "echo said; echo kept > $GAIA_ARTIFACTS/a"));
    expect(await server.ended("run_refused")).toMatchObject({
      outcome: "succeeded",
      message: "artifacts/a was not stored: The artifact is too large.",
    });
    expect(stored("run_refused").last).toBe(true);
    server.onChunk = () => ({});
  });

  it("are sent again from where the server has a gap", async () => {
    let isFirst = true;
    const taken: number[] = [];
    server.onChunk = ({ name, file, offset, data, last }) => {
      if (name.run !== "run_gap" || file !== "log") return {};
      // As if its machine had lost what was written last.
      const reached = taken.at(-1) ?? 0;
      if (isFirst && reached > 500_000) {
        isFirst = false;
        taken.push(100_000);
        return { offset: 100_000, complete: false };
      }
      if (offset > reached) return { offset: reached, complete: false };
      taken.push(offset + data.length);
      return { offset: offset + data.length, complete: last };
    };
    const { length: streams } = server.hellos;
    server.assign(shellAssignment("run_gap", "seq 1 300000"));
    await server.ended("run_gap");
    expect(server.hellos).toHaveLength(streams);
    expect(isFirst).toBe(false);
    expect(taken.at(-1)).toBe(1_988_895);
    expect(stored("run_gap").text.endsWith("299999\n300000\n")).toBe(true);
    server.onChunk = () => ({});
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
