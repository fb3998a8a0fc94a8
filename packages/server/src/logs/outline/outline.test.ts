import { describe, expect, test } from "vitest";
import type { LogPiece, AttemptPlace, LogReader } from "../port.ts";
import { timesAt } from "../times.ts";
import { readLines } from "./lines.ts";
import { Outline } from "./outline.ts";
import { LogOutlines } from "./outlines.ts";
import { searchLog } from "./search.ts";
import { sgrAfter } from "./sgr.ts";

const PLACE: AttemptPlace = { run: "run_1", runCreatedAt: 0, job: 1, attempt: 1 };

function outlineOf(text: string): Outline {
  const outline = new Outline();
  outline.push(Buffer.from(text));
  return outline;
}

/** A log in memory that counts what is read of it. */
class MemoryLog implements LogReader {
  data: Buffer;
  readBytes = 0;

  constructor(data: Buffer) {
    this.data = data;
  }

  async read(_: AttemptPlace, offset: number, length: number): Promise<LogPiece> {
    const data = this.data.subarray(offset, offset + length);
    this.readBytes += data.length;
    return { data, sizeBytes: this.data.length, changedAt: 0 };
  }

  async times(_: AttemptPlace, offsets: readonly number[]): Promise<readonly (number | null)[]> {
    return offsets.map(() => null);
  }
}

async function linesOf(log: MemoryLog, first: number, count: number): Promise<readonly string[]> {
  const outlined = await new LogOutlines(log).upTo(PLACE, first);
  return (await readLines(log, PLACE, outlined, first, count)).lines.map(({ text }) => text);
}

describe("an outline", () => {
  test("finds groups in the three ways of writing them, and where they end", () => {
    const { groups } = outlineOf(
      "::group::Install\na\n::endgroup::\nb\n##[group]Lint\n##[endgroup]\n\u001b[32m--- Test\u001b[0m\nc\n+++ Report\nd\n",
    );
    expect(groups.map(({ line, title, open, end }) => [line, title, open, end?.line ?? null])).toEqual([
      [0, "Install", false, 2],
      [4, "Lint", false, 5],
      [6, "Test", false, 7],
      [8, "Report", true, null],
    ]);
  });

  test("takes neither diffs nor results of Go's tests for groups", () => {
    expect(outlineOf("--- a/x.ts\n+++ b/x.ts\n--- FAIL: TestX (0.00s)\n---\n--- /dev/null\n").groups).toEqual(
      [],
    );
  });

  test("finds errors and warnings, and no word that only sounds like one", () => {
    const { errors, warnings, errorsTotal } = outlineOf(
      [
        "src/a.ts(1,2): error TS1: x",
        "Error: no such file",
        "0 errors, 0 warnings",
        "\u001b[31merror\u001b[0m: mismatched types",
        "warning: unused",
        "TypeError: x is not a function",
        "terror is not one",
        "2026-11-29 WARN slow",
        "ERROR and WARNING",
        "\u001b[33mWARN\u001b[0m coloured",
        "",
      ].join("\n"),
    );
    expect(errors).toEqual([1, 3, 5, 8]);
    expect(warnings).toEqual([4, 7, 9]);
    expect(errorsTotal).toBe(4);
  });

  test("finds lines that repeat, in blocks of up to four", () => {
    const same = "tick\n".repeat(40);
    const blocks = "a\nb\nc\n".repeat(10);
    const { repeats } = outlineOf(`one\n${same}two\n${blocks}three\nx\nx\nx\n`);
    expect(repeats.map(({ line, end, period }) => [line, end, period])).toEqual([
      [1, 40, 1],
      [42, 71, 3],
    ]);
    // Ten lines of four are two and a half times: too few to be worth a fold.
    expect(outlineOf("a\nb\nc\nd\na\nb\nc\nd\na\nb\n").repeats).toEqual([]);
  });

  test("is the same in whatever pieces the log comes", () => {
    const text = `::group::é\n${"tick\n".repeat(30)}::endgroup::\nError: x\n\u001b[31mred\nstill\u001b[0m\nend\n`;
    const whole = outlineOf(text);
    for (const size of [1, 7, 64]) {
      const outline = new Outline();
      const bytes = Buffer.from(text);
      let start = 0;
      for (let end = size; start < bytes.length; end += size)
        start += outline.push(bytes.subarray(start, end));
      expect([outline.lines, outline.errors, outline.groups, outline.repeats, outline.scannedBytes]).toEqual([
        whole.lines,
        whole.errors,
        whole.groups,
        whole.repeats,
        bytes.length,
      ]);
    }
  });

  test("says when there are bytes that are no text", () => {
    expect([outlineOf("plain é\n").isBinary, outlineOf("\u0000\u0001ELF\n").isBinary]).toEqual([false, true]);
  });

  test("goes on while the log grows, each byte read once", async () => {
    const log = new MemoryLog(Buffer.from("one\ntwo\nth"));
    const outlines = new LogOutlines(log);
    const first = await outlines.upTo(PLACE, 100);
    expect([first.outline.lines, first.isWhole]).toEqual([2, true]);
    log.data = Buffer.concat([log.data, Buffer.from("ree\nfour\n")]);
    const [second] = await Promise.all([outlines.advance(PLACE, 1_000), outlines.advance(PLACE, 1_000)]);
    expect([second.outline.lines, log.readBytes]).toEqual([4, 10 + 11]);
  });
});

describe("outlines of many logs", () => {
  test("are kept while they are looked at, and let go when nobody does", async () => {
    const log = new MemoryLog(Buffer.from("one\ntwo\n"));
    let now = 0;
    const outlines = new LogOutlines(log, () => now);
    const look = (job: number) => outlines.advance({ ...PLACE, job }, 1_000);
    for (let job = 0; job < 100; job += 1) await look(job);
    log.readBytes = 0;
    await look(0);
    expect(log.readBytes).toBe(0);
    now += 60_000;
    await look(0);
    await look(50);
    expect(log.readBytes).toBe(8);
    await look(0);
    expect(log.readBytes).toBe(8);
  });
});

describe("lines", () => {
  test("are read by number, without what stands before", async () => {
    const all = Array.from({ length: 200_000 }, (_, at) => `line ${at} of many`);
    const log = new MemoryLog(Buffer.from(`${all.join("\n")}\n`));
    const outlines = new LogOutlines(log);
    const outlined = await outlines.upTo(PLACE, 200_000);
    log.readBytes = 0;
    for (const first of [0, 1, 2_900, 99_999, 199_990]) {
      const { lines } = await readLines(log, PLACE, outlined, first, 10);
      expect(lines.map(({ text }) => text)).toEqual(all.slice(first, first + 10));
    }
    expect(log.readBytes).toBeLessThan(5 * 600_000);
  });

  test("bring the colours that earlier lines left on", async () => {
    const log = new MemoryLog(Buffer.from(`\u001b[1;31mred\n${"x\n".repeat(50_000)}\u001b[0mplain\n`));
    const outlined = await new LogOutlines(log).upTo(PLACE, 60_000);
    expect((await readLines(log, PLACE, outlined, 40_000, 1)).sgr).toBe("1;31");
    expect((await readLines(log, PLACE, outlined, 50_002, 1)).sgr).toBe("");
  });

  test("that are very long are cut, and those behind them found", async () => {
    const log = new MemoryLog(Buffer.from(`a\n${"y".repeat(3_000_000)}\nb\n${"z".repeat(20_000)}\nend`));
    const outlined = await new LogOutlines(log).upTo(PLACE, 10);
    const { lines } = await readLines(log, PLACE, outlined, 0, 10);
    expect(lines.map(({ text, cutBytes }) => [text.length, cutBytes])).toEqual([
      [1, 0],
      [16_384, 3_000_000 - 16_384],
      [1, 0],
      [16_384, 20_000 - 16_384],
      [3, 0],
    ]);
    expect(await linesOf(log, 2, 1)).toEqual(["b"]);
  });

  test("that overwrite themselves show their end when they are cut", async () => {
    const progress = Array.from({ length: 5_000 }, (_, at) => `${at} done`).join("\r");
    const [line = ""] = await linesOf(new MemoryLog(Buffer.from(`${progress}\n`)), 0, 1);
    expect(line.endsWith("\r4999 done")).toBe(true);
  });
});

describe("search", () => {
  const search = (log: MemoryLog, text: string, isEnded = true) =>
    searchLog(log, PLACE, log.data.length, text, { offset: 0, line: 0 }, isEnded);

  test("finds a text whatever its case and the colours within it, and counts", async () => {
    const log = new MemoryLog(Buffer.from("Voucher voucher\nnone\nvou\u001b[31mCHER\u001b[0m\nÜber\n.*"));
    expect(await search(log, "voucher")).toMatchObject({
      hits: [
        { line: 0, count: 2 },
        { line: 2, count: 1 },
      ],
      total: 3,
      isComplete: true,
    });
    expect((await search(log, "ÜBER")).hits).toEqual([{ line: 3, count: 1 }]);
    expect((await search(log, ".*")).hits).toEqual([{ line: 4, count: 1 }]);
  });

  test("leaves a line that has not ended to the next question", async () => {
    const log = new MemoryLog(Buffer.from("one\nhalf of a wo"));
    const first = await search(log, "word", false);
    expect([first.total, first.next]).toEqual([0, { offset: 4, line: 1 }]);
    log.data = Buffer.from("one\nhalf of a word\n");
    const second = await searchLog(log, PLACE, log.data.length, "word", first.next, true);
    expect(second.hits).toEqual([{ line: 1, count: 1 }]);
  });

  test("answers in parts that join without loss or repetition", async () => {
    const text = Array.from({ length: 300_000 }, (_, at) =>
      at % 50_000 === 0 ? "needle" : "hay".repeat(100),
    );
    const log = new MemoryLog(Buffer.from(`${text.join("\n")}\n`));
    const lines: number[] = [];
    let place = { offset: 0, line: 0 };
    for (let isComplete = false; !isComplete; ) {
      const found = await searchLog(log, PLACE, log.data.length, "NEEDLE", place, true);
      lines.push(...found.hits.map(({ line }) => line));
      ({ next: place, isComplete } = found);
    }
    expect(lines).toEqual([0, 50_000, 100_000, 150_000, 200_000, 250_000]);
  });
});

describe("times", () => {
  const entries = Array.from(
    { length: 20_000 },
    (_, at) => `[${at * 100},${1_000_000 + at},${at * 3}]\n`,
  ).join("");
  const file = Buffer.from(entries);
  let reads = 0;
  const read = async (position: number, length: number): Promise<Buffer> => {
    reads += 1;
    return file.subarray(position, position + length);
  };

  test("are those of the last entry before, found without reading the index", async () => {
    reads = 0;
    expect(await timesAt(read, file.length, [1_500_000, 1_500_099, 1_500_100])).toEqual([
      1_015_000, 1_015_000, 1_015_001,
    ]);
    expect(await timesAt(read, file.length, [0, 99, 1_999_999])).toEqual([1_000_000, 1_000_000, 1_019_999]);
    expect(reads).toBeLessThan(40);
  });

  test("are not known without an entry, and a torn last entry is passed over", async () => {
    const torn = Buffer.from("[10,5,0]\n[20,6");
    const readTorn = async (position: number, length: number): Promise<Buffer> =>
      torn.subarray(position, position + length);
    expect(await timesAt(readTorn, torn.length, [0, 10, 30])).toEqual([null, 5, 5]);
    expect(await timesAt(readTorn, 0, [0])).toEqual([null]);
  });
});

describe("colours in force", () => {
  test("are folded to what a terminal would have on", () => {
    expect(sgrAfter("", "\u001b[1;31mx")).toBe("1;31");
    expect(sgrAfter("1;31", "\u001b[32m\u001b[22m")).toBe("32");
    expect(sgrAfter("1;31", "a\u001b[0mb\u001b[38;5;208mc")).toBe("38;5;208");
    expect(sgrAfter("31", "\u001b[39mx")).toBe("");
    expect(sgrAfter("31", "\u001b[m")).toBe("");
    expect(sgrAfter("1;31", "\u001b[0;32m")).toBe("32");
    expect(sgrAfter("", "\u001b[48:2:1:2:3m")).toBe("48;2;1;2;3");
    expect(sgrAfter("", "\u001b[1m\u001b[2m")).toBe("1;2");
  });
});
