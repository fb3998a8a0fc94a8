import type { JobView } from "../../api/client.ts";
import type { GraphEdge, GraphNode } from "../../design/graph/layout.ts";
import { textWidth } from "../../design/graph/text-width.ts";
import type { Jobs } from "../jobs.ts";
import { memberLabel } from "../words.ts";

/** What the graph shows: jobs that are no members; a group is one node, closed with cells, or open with its members. */
export interface GraphModel {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly groups: ReadonlyMap<string, GroupSize>;
}

export interface GroupSize {
  readonly isOpen: boolean;
  readonly columns: number;
  /** Of a member's box, when it is open. */
  readonly memberWidth: number;
  /** Members with a cell or box of their own; the rest is a number. */
  readonly shown: number;
}

export const NODE_HEIGHT = 40;
const NODE_MAX = 236;
/** Sizes of type, as `graph.css` sets them. */
export const NAME_SIZE = 12.5;
export const FACT_SIZE = 11;
export const MEMBER_SIZE = 11.5;
/** Around the lines of a node: its mark on the left, an edge on the right. */
export const TEXT_LEFT = 30;
export const TEXT_AROUND = 38;
/** In the head of a group: its mark, a gap before the fact, and the button that opens it. */
export const GROUP_AROUND = 72;
export const CELL = 17.4;
export const GROUP_HEAD = 32;
export const MEMBER_HEIGHT = 28;
export const MEMBER_GAP = 6;
/** A matrix of 60 still shows which of its jobs failed. */
const CELLS_MAX = 72;
const CELL_COLUMNS = 12;
const MEMBERS_MAX = 120;
export const ATTEMPT_MARKS = 6;

export function modelOf(jobs: Jobs, open: ReadonlySet<string>): GraphModel {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const groups = new Map<string, GroupSize>();
  for (const job of jobs.list) {
    if (job.group !== null && jobs.get(job.group) !== undefined) continue;
    nodes.push(nodeOf(job, jobs, open, groups));
    const from = new Set(needsOf(job, jobs).map((key) => ownerOf(key, jobs)));
    for (const key of from) edges.push({ from: key, to: job.key });
  }
  return { nodes, edges, groups };
}

/** What a job comes after. What a job has grown (`plan/deploy`) comes after it, although it does not wait for it. */
export function needsOf(job: JobView, jobs: Jobs): readonly string[] {
  if (job.dependencies.length > 0) return job.dependencies;
  const grower = job.key.slice(0, Math.max(0, job.key.lastIndexOf("/")));
  return jobs.get(grower) === undefined ? [] : [grower];
}

/** The node that shows a job: itself, or the group that it is a member of. */
export function ownerOf(key: string, jobs: Jobs): string {
  let owner = key;
  for (let group = jobs.get(owner)?.group ?? null; group !== null; group = jobs.get(owner)?.group ?? null)
    owner = group;
  return owner;
}

function nodeOf(
  job: JobView,
  jobs: Jobs,
  open: ReadonlySet<string>,
  groups: Map<string, GroupSize>,
): GraphNode {
  const { key, final: isLast } = job;
  const members = jobs.shape.members.get(key) ?? [];
  if (job.kind !== "group" || members.length === 0) {
    const marks = job.max_attempts > 1 ? Math.min(job.max_attempts, ATTEMPT_MARKS) * 7 + 8 : 0;
    const text = Math.max(textWidth(job.name, NAME_SIZE) + marks, textWidth(usualFact(job), FACT_SIZE));
    return { key, isLast, width: Math.min(NODE_MAX, Math.ceil(text) + TEXT_AROUND), height: NODE_HEIGHT };
  }
  const isOpen = open.has(key);
  const fact = members.length > CELLS_MAX ? "1,000 of 1,000 · 100 failed" : "60 of 60";
  const head = Math.ceil(
    Math.min(NODE_MAX, textWidth(job.name, NAME_SIZE)) + textWidth(fact, FACT_SIZE) + GROUP_AROUND,
  );
  if (isOpen) {
    const shown = Math.min(members.length, MEMBERS_MAX);
    const columns = Math.min(6, Math.max(1, Math.ceil(Math.sqrt(shown / 2))));
    const longest = members
      .slice(0, shown)
      .reduce((most, number) => Math.max(most, labelWidth(jobs.list[number])), 0);
    const memberWidth = clamp(Math.ceil(longest) + 34, 76, 190);
    const rows = Math.ceil(shown / columns) + (shown < members.length ? 1 : 0);
    groups.set(key, { isOpen, columns, memberWidth, shown });
    return {
      key,
      isLast,
      width: Math.max(head + 20, columns * (memberWidth + MEMBER_GAP) + 14),
      height: GROUP_HEAD + rows * (MEMBER_HEIGHT + MEMBER_GAP) + 6,
    };
  }
  const shown = members.length > CELLS_MAX ? 0 : members.length;
  const columns = Math.min(CELL_COLUMNS, Math.max(shown, 1));
  groups.set(key, { isOpen, columns, memberWidth: 0, shown });
  const rows = shown === 0 ? 1 : Math.ceil(shown / columns);
  return {
    key,
    isLast,
    width: Math.max(head, shown === 0 ? 180 : 20 + columns * CELL),
    height: 40.6 + rows * CELL,
  };
}

function labelWidth(member: JobView | undefined): number {
  return member === undefined ? 0 : textWidth(memberLabel(member), MEMBER_SIZE);
}

/** What such a job has to say while it works and when it ends: it keeps the room for it, as nothing may jump. */
function usualFact(job: JobView): string {
  if (job.kind === "approval") return "for a person · 12 min";
  if (job.max_attempts > 1) return "tries again in 12 min";
  if (job.tolerated) return "exit 127 · goes on";
  return "7:18 of ≈ 8:00";
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
