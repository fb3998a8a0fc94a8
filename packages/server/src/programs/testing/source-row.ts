import type { ProgramSourceRow, SourceSettings } from "../../store/port.ts";

/** A source that nothing was built from yet: a repository, in all else as when nothing was said. */
export function sourceRow(pipeline: string, settings: Partial<SourceSettings> = {}): ProgramSourceRow {
  return {
    namespace: "default",
    pipeline,
    source: {
      kind: "git",
      url: `https://example.org/${pipeline}.git`,
      branch: null,
      folder: ".",
      language: null,
      credential: null,
      knownHosts: null,
      submodules: false,
      webhook: null,
      status: null,
      ...settings,
    },
    saidPollMs: null,
    firstVersion: 1,
    firstBuild: 1,
    pinned: null,
    former: null,
    seen: null,
    lastBuild: null,
    missingSince: null,
  };
}
