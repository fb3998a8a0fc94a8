import { writeFileSync } from "node:fs";
import { relative } from "node:path";

/**
 * A reporter of vitest that keeps what `npm test` decides by: each file that failed with its failed tests, the counts,
 * and errors that belong to no test. Its file is named by GAIA_TEST_RESULTS.
 */
// oxlint-disable-next-line import/no-default-export -- vitest takes a reporter from the default export
export default class TestResults {
  onTestRunEnd(modules, unhandledErrors) {
    const files = modules.map((module) => {
      const file = { path: relative(process.cwd(), module.moduleId), passed: 0, skipped: 0, failed: [] };
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "failed") file.failed.push(test.fullName);
        else if (state === "passed") file.passed += 1;
        else file.skipped += 1;
      }
      return { ...file, isFailed: !module.ok() };
    });
    const results = { files, strayErrors: unhandledErrors.length };
    writeFileSync(process.env.GAIA_TEST_RESULTS, JSON.stringify(results));
  }
}

/** More files than these have not failed by chance. */
const MOST_TRIED_AGAIN = 5;

/**
 * The files with a failure, when all tests ran and few failed: a test that fails beside two hundred others and passes
 * alone is told apart from one that is broken. None after an error that belongs to no test: trying again cannot show
 * that it is gone.
 */
export function filesToTryAgain({ files, strayErrors }) {
  const failed = files.filter(({ isFailed }) => isFailed);
  return strayErrors > 0 || failed.length > MOST_TRIED_AGAIN ? [] : failed.map(({ path }) => path);
}

/** What failed in a file, by name: tests, or the file itself where it could not be loaded or set up. */
function failuresOf({ path, failed, isFailed }) {
  if (failed.length > 0) return failed.map((test) => `${path} > ${test}`);
  return isFailed ? [path] : [];
}

/**
 * What failed in the first run and passed in the second. Of a file that could not be loaded then nothing is known, and one
 * that could not be loaded before has to have passed as a whole.
 */
export function flakyIn(first, second) {
  const again = new Map(second.files.map((file) => [file.path, file]));
  return first.files.flatMap((file) => {
    const then = again.get(file.path);
    if (then === undefined || (then.isFailed && then.failed.length === 0)) return [];
    if (then.isFailed && file.failed.length === 0) return [];
    const still = new Set(failuresOf(then));
    return failuresOf(file).filter((name) => !still.has(name));
  });
}

/** One plain line for whoever counts, each test once, a file that could not be loaded or set up as one that failed: `12 passed, 0 failed`. `second`: of the files tried again. */
export function closingLine(first, second = null) {
  const again = new Set(second?.files.map(({ path }) => path));
  const files = [...first.files.filter(({ path }) => !again.has(path)), ...(second?.files ?? [])];
  const sum = (of) => files.reduce((total, file) => total + of(file), 0);
  const flaky = second === null ? 0 : flakyIn(first, second).length;
  const skipped = sum((file) => file.skipped);
  return [
    `${sum((file) => file.passed)} passed${flaky > 0 ? ` (${flaky} flaky)` : ""}`,
    `${sum((file) => failuresOf(file).length)} failed`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(", ");
}
