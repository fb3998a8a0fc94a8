import { LIMITS, type TestReport } from "@gaia/contracts";
import type { FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { listArtifacts, openArtifact } from "../artifacts.ts";
import { amount } from "../words/index.ts";
import { CaseList } from "./case-list.ts";
import { JunitFile, type ReadFile } from "./junit-file.ts";

/** Read and parsed in one turn of the event loop: about 5 ms. */
const PORTION_BYTES = 65_536;
/** A file that is called so and is no XML is worth a word; another one is just a file. */
const CALLED_REPORT = /junit|test|report|spec/i;

/** What JUnit XML files among an attempt's files say; XML of other kinds is passed over. */
export async function testReportOf(folder: string): Promise<TestReport> {
  const files = (await listArtifacts(folder)).filter(({ path }) => path.toLowerCase().endsWith(".xml"));
  const cases = new CaseList(LIMITS.testCases);
  const problems: string[] = [];
  let bytesLeft: number = LIMITS.testReportBytes;
  for (const { path, size_bytes: size } of files.slice(0, LIMITS.testReportFiles)) {
    if (size > bytesLeft) {
      problems.push(
        `${path}: not read; reports of a job may have ${LIMITS.testReportBytes} bytes altogether`,
      );
      continue;
    }
    bytesLeft -= size;
    const problem = await problemOf(folder, path, cases);
    if (problem !== null) problems.push(problem);
  }
  const unread = files.length - LIMITS.testReportFiles;
  if (unread > 0) problems.push(`${amount(unread, "more XML file")} not read: ${LIMITS.testReportFiles} are`);
  return cases.report(problems);
}

async function problemOf(folder: string, path: string, cases: CaseList): Promise<string | null> {
  const file = await openArtifact(folder, path);
  if (file === null) return `${path}: cannot be opened`;
  try {
    const read = await readInto(file, new JunitFile(cases));
    return read.kind === "broken" && (read.isReport || CALLED_REPORT.test(basename(path)))
      ? `${path}:${read.line}: ${read.message}`
      : null;
  } finally {
    await file.close();
  }
}

async function readInto(file: FileHandle, junit: JunitFile): Promise<ReadFile> {
  const decoder = new TextDecoder();
  const buffer = Buffer.alloc(PORTION_BYTES);
  while (!junit.isOver) {
    const { bytesRead } = await file.read(buffer, 0, PORTION_BYTES);
    if (bytesRead === 0) break;
    junit.write(decoder.decode(buffer.subarray(0, bytesRead), { stream: true }));
  }
  return junit.end();
}
