import type { TestCase, TestReport } from "../queries.ts";

/** Names under which test tools leave JUnit XML; the server looks into the files. */
export function looksLikeReport(path: string): boolean {
  return path.toLowerCase().endsWith(".xml");
}

/** "58 passed, 2 failed, 1 skipped". */
export function verdictOf(report: Pick<TestReport, "passed" | "failed" | "skipped">): string {
  const parts = [
    report.failed > 0 ? `${report.failed.toLocaleString()} failed` : "",
    report.passed > 0 ? `${report.passed.toLocaleString()} passed` : "",
    report.skipped > 0 ? `${report.skipped.toLocaleString()} skipped` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "no tests" : parts.join(", ");
}

export type CaseFilter = "all" | TestCase["status"];

/** Cases of a state whose name, suite or file has the text in it. */
export function casesOf(cases: readonly TestCase[], filter: CaseFilter, text: string): readonly TestCase[] {
  const wanted = text.trim().toLowerCase();
  return cases.filter(
    (entry) =>
      (filter === "all" || entry.status === filter) &&
      (wanted === "" || `${entry.suite} ${entry.name} ${entry.file}`.toLowerCase().includes(wanted)),
  );
}

/** Jobs with failures first; else as they come. */
export function failedFirst<T extends { readonly report: Pick<TestReport, "failed"> }>(
  reports: readonly T[],
): readonly T[] {
  return reports.toSorted((one, other) => Number(other.report.failed > 0) - Number(one.report.failed > 0));
}
