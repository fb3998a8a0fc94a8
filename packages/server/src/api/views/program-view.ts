import { BUILD_HOOK, type BuildResultView, type ProgramView } from "@gaia/contracts";
import type { ProgramState } from "../../programs/port.ts";
import type { LastBuild, PipelineRow } from "../../store/port.ts";
import { webhookPath } from "../words/index.ts";
import { timeText, timeTextOrNull } from "./run-view.ts";

/**
 * What is particular to a pipeline that is a program.
 * @param newest its newest version; 0: none was built yet
 * @param statusProblem why its forge could not be told of a build
 */
export function programView(
  state: ProgramState,
  newest: number,
  statusProblem: { readonly at: number; readonly message: string } | null,
): ProgramView {
  const { source: row, building, problem } = state;
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
      poll_ms: state.pollMs,
      status: source.status,
    },
    webhook: webhookView(state),
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

function webhookView({ source: row, lastDelivery: last }: ProgramState): ProgramView["webhook"] {
  const { webhook } = row.source;
  if (webhook === null) return null;
  return {
    address: webhookPath(row.pipeline, BUILD_HOOK),
    secret: webhook,
    last_delivery: last === null ? null : { ...last, at: timeText(last.at) },
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
