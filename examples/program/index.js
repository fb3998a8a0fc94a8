// A pipeline that is a program: two functions, one behind the other, that hand a value on.
//
//   gaia pipeline create . --folder examples/program        builds it, and draws its jobs
//   gaia pipeline run program --arg folder=/srv/files
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { job, serve, text } from "@gaia/sdk";

const folder = text("The folder whose files are read");

const list = job("List", {
  description: "Takes the checksum of each file",
  args: { folder },
  async run({ args, log, signal, setOutput }) {
    const sums = await sumsOf(args.folder, signal);
    for (const [file, sum] of Object.entries(sums)) log.info(`${sum.slice(0, 12)}  ${file}`);
    setOutput("sums", sums);
  },
});

const verify = job("Verify", {
  description: "Fails when a file has changed meanwhile",
  args: { folder },
  dependsOn: [list],
  async run({ args, log, signal, output }) {
    const before = output(list, "sums");
    const now = await sumsOf(args.folder, signal);
    const changed = Object.keys({ ...before, ...now }).filter((file) => before[file] !== now[file]);
    if (changed.length > 0) throw new Error(`changed meanwhile: ${changed.join(", ")}`);
    log.info(`${Object.keys(now).length} files are as they were`);
  },
});

async function sumsOf(root, signal) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sums = {};
  for (const file of files.toSorted()) {
    signal.throwIfAborted();
    sums[relative(root, file)] = createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
  }
  return sums;
}

await serve([list, verify]);
