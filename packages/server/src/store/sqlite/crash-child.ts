import { writeSync } from "node:fs";

import { exampleEvent, exampleHeader, exampleJobRow, newRun, nextWrite } from "../suite/example.ts";
import { openSqliteStore } from "./store.ts";

/**
 * For the crash test: commits in a loop until it is killed, and says on its output what was acknowledged. Eight
 * writers at once, so that commits are grouped; each commit changes two runs, so that half a commit can be seen.
 */
const WRITERS = 8;

const [file = "", generation = ""] = process.argv.slice(2);
const store = await openSqliteStore({ file });
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));

async function write(writer: number): Promise<void> {
  const pipeline = `crash-${generation}-${writer}`;
  const ids = [`run_${generation}_${writer}_a`, `run_${generation}_${writer}_b`];
  await store.commit({
    runs: ids.map((id, index) => newRun({ id, facts: { pipeline, number: index + 1 } })),
  });
  for (let version = 1; ; version++) {
    const header = exampleHeader("running", 1_000, 2, ["queued"]);
    const jobs = [exampleJobRow(0, "queued", version)];
    const events = [exampleEvent(version + 1, version)];
    await store.commit({ runs: ids.map((id) => nextWrite({ id, version, header, jobs, events })) });
    say(`${writer} ${version + 1}\n`);
  }
}

/** Not through the stream's buffer: what is said must have left before the next commit. Waits for a reader that is slow. */
function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (caught) {
      if (!(caught instanceof Error && "code" in caught && caught.code === "EAGAIN")) throw caught;
    }
  }
}
