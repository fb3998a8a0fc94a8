import type { BuildResultView, ProgramView } from "@gaia/contracts";
import type { ProgramState } from "../../programs/port.ts";
import type { LastBuild, PipelineRow } from "../../store/port.ts";
import { timeText, timeTextOrNull } from "./run-view.ts";

/**
 * What is particular to a pipeline that is a program.
 * @param newest its newest version; 0: none was built yet
 * @param statusProblem why its forge could not be told of a build
 */
export function programView(
  { source: row, building, problem }: ProgramState,
  newest: number,
  statusProblem: { readonly at: number; readonly message: string } | null,
): ProgramView {
  const { source, lastBuild } = row;
  const { credential } = source;
  return {
    source: {
      kind: source.kind,
      url: source.url,
      branch: source.branch,
      folder: source.folder,
      language: source.language,
      ssh_key: credential?.kind === "ssh_key" ? credential.secret : null,
      token: credential?.kind === "token" ? credential.secret : null,
      user: credential?.user ?? null,
      known_hosts: source.knownHosts,
      submodules: source.submodules,
      poll_ms: row.pollMs,
      status: source.status,
    },
    newest_version: newest,
    pinned_version: row.pinned,
    seen_commit: source.kind === "git" ? row.seen : null,
    last_build: lastBuild === null ? null : buildView(lastBuild),
    building:
      building === null
        ? null
        : { run_id: building.id, number: building.facts.number, status: building.run.header.status },
    problem,
    status_problem: statusProblem === null ? null : { ...statusProblem, at: timeText(statusProblem.at) },
    missing_since: timeTextOrNull(row.missingSince),
  };
}

/** Where a version came from, as lists of versions show it. */
export function commitView(row: Pick<PipelineRow, "commit">): { id: string; subject: string } | null {
  return row.commit === null ? null : { ...row.commit };
}

function buildView(build: LastBuild): BuildResultView {
  const { run, number, status, version, commit, message, at } = build;
  return { run_id: run, number, status, version, commit, message, ended_at: timeText(at) };
}
