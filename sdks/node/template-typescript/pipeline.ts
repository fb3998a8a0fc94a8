// A folder is measured, reported on, and warned of when it has grown too large.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { job, number, skip, text } from "@gaia/sdk";

export const measure = job("Measure", {
  description: "Counts the files of a folder and their bytes",
  args: { folder: text("The folder to measure", { default: "." }) },
  async run({ args, log, signal, setOutput }) {
    let files = 0;
    let bytes = 0;
    for (const entry of await readdir(args.folder, { recursive: true, withFileTypes: true })) {
      signal.throwIfAborted();
      if (!entry.isFile()) continue;
      files += 1;
      bytes += (await stat(join(entry.parentPath, entry.name))).size;
    }
    log.info(`${args.folder} has ${files} files with ${bytes} bytes`);
    setOutput("files", files);
    setOutput("bytes", bytes);
  },
});

export const report = job("Report", {
  description: "Says how large the files are on average",
  dependsOn: [measure],
  run({ output, log, setOutput }) {
    const files = Number(output(measure, "files"));
    const average = files === 0 ? 0 : Math.round(Number(output(measure, "bytes")) / files);
    log.info(`a file has ${average} bytes on average`);
    setOutput("average", average);
  },
});

export const warn = job("Warn", {
  description: "Fails when the folder is too large",
  dependsOn: [measure],
  args: { limit: number("Bytes that are still fine", { default: 100_000_000 }) },
  when: ({ args, output }) => Number(output(measure, "bytes")) > args.limit || skip("it is small enough"),
  run({ args, output }) {
    const bytes = Number(output(measure, "bytes"));
    throw new Error(`the folder has ${bytes} bytes, more than ${args.limit}`);
  },
});

export const jobs = [measure, report, warn];
