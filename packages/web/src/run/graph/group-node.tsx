import { memo } from "react";
import type { JobView } from "../../api/client.ts";
import { StatusShape, useNow } from "../../design/index.ts";
import { factOf, jobLabel, memberLabel } from "../words.ts";
import { fitted, textWidth } from "../../design/graph/text-width.ts";
import {
  CELL,
  FACT_SIZE,
  GROUP_AROUND,
  GROUP_HEAD,
  type GroupSize,
  MEMBER_GAP,
  MEMBER_HEIGHT,
  MEMBER_SIZE,
  NAME_SIZE,
} from "./model.ts";
import { LABEL_MS, Mark, type NodeProps } from "./node.tsx";
import type { Level } from "./view.ts";

interface GroupProps extends NodeProps {
  readonly members: readonly JobView[];
  readonly size: GroupSize;
  /** Key of the member that is selected, or that the keyboard is at. */
  readonly selectedMember: string | null;
  readonly currentMember: string | null;
  readonly addressOf: (key: string) => string;
}

/** A matrix: closed a cell a member, open a box a member. */
export const GroupNode = memo(function GroupNode(props: GroupProps) {
  const { job, place, level, isSelected, isDim, isCurrent, address, members, size } = props;
  const fact = groupFact(factOf(job, useNow(LABEL_MS)), members, size);
  const name = fitted(job.name, place.width - GROUP_AROUND - 40, NAME_SIZE);
  const room = place.width - GROUP_AROUND - textWidth(name, NAME_SIZE);
  const shown = fitted(fact, room, FACT_SIZE);
  const isCut = name !== job.name || shown !== fact;
  const isFar = level === "far" || level === "dots";
  return (
    <g
      className={`group${isDim ? " dim" : ""}`}
      style={{ transform: `translate(${place.x}px, ${place.y}px)` }}
    >
      {!size.isOpen && (
        <>
          <rect className="under" x={6} y={6} width={place.width - 6} height={place.height} rx={6} />
          <rect className="under" x={3} y={3} width={place.width - 3} height={place.height} rx={6} />
        </>
      )}
      <a
        className={`node node-${job.status}${isSelected ? " sel" : ""}`}
        href={address}
        data-key={job.key}
        tabIndex={isCurrent ? 0 : -1}
        aria-current={isSelected ? "true" : undefined}
        aria-label={`${isCut ? `${name} ${shown}, ` : ""}${jobLabel(job, fact)}, ${members.length} jobs, ${size.isOpen ? "open" : "closed"}`}
      >
        {(isFar || isCut) && <title>{fact === "" ? job.name : `${job.name}: ${fact}`}</title>}
        <rect className="box" width={place.width} height={place.height} rx={6} />
        <Mark job={job} x={9} y={isFar && !size.isOpen ? 10 : 8} size={isFar ? 20 : 14} />
        {!isFar && (
          <>
            <text className="n-name" x={28} y={19}>
              {name}
            </text>{" "}
            <text className="n-meta end" x={place.width - 34} y={19} aria-hidden="true">
              {shown}
            </text>
          </>
        )}
        {!size.isOpen && <Cells members={members} size={size} width={place.width} />}
      </a>
      {!isFar && <Toggle group={job.key} isOpen={size.isOpen} x={place.width - 28} isCurrent={isCurrent} />}
      {size.isOpen && <OpenMembers {...props} />}
    </g>
  );
});

function Toggle({
  group,
  isOpen,
  x,
  isCurrent,
}: {
  readonly group: string;
  readonly isOpen: boolean;
  readonly x: number;
  readonly isCurrent: boolean;
}) {
  return (
    <g
      className="toggle"
      role="button"
      data-toggle={group}
      tabIndex={isCurrent ? 0 : -1}
      aria-expanded={isOpen}
      aria-label={`${isOpen ? "Close" : "Open"} ${group}`}
      style={{ transform: `translate(${x}px, 4px)` }}
    >
      <rect className="toggle-box" width={24} height={24} rx={4} />
      <path className="toggle-sign" d={isOpen ? "m8 14 4-4 4 4" : "m8 10 4 4 4-4"} />
    </g>
  );
}

/** Where members have no cells, what failed among them is told in words. */
function groupFact(fact: string, members: readonly JobView[], size: GroupSize): string {
  const failed = members.filter(({ status }) => status === "failed").length;
  if (size.shown > 0 || failed === 0 || fact.includes("failed")) return fact;
  return `${fact === "" ? "" : `${fact} · `}${failed.toLocaleString()} failed`;
}

/** More members than cells are told by their shares. */
function Cells({
  members,
  size,
  width,
}: {
  readonly members: readonly JobView[];
  readonly size: GroupSize;
  readonly width: number;
}) {
  if (size.shown === 0) return <Shares members={members} width={width - 20} />;
  return members.slice(0, size.shown).map((member, at) => (
    <svg
      key={member.key}
      className={`mark mark-${member.status}`}
      x={10 + (at % size.columns) * CELL}
      y={34 + Math.floor(at / size.columns) * CELL}
      width={15}
      height={15}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <StatusShape status={member.status} />
    </svg>
  ));
}

function Shares({ members, width }: { readonly members: readonly JobView[]; readonly width: number }) {
  const counts = new Map<JobView["status"], number>();
  for (const { status } of members) counts.set(status, (counts.get(status) ?? 0) + 1);
  let x = 10;
  return [...counts].map(([status, count]) => {
    const share = (count / members.length) * width;
    x += share;
    return (
      <rect
        key={status}
        className={`share share-${status}`}
        x={x - share}
        y={37}
        width={Math.max(1, share - 1)}
        height={9}
        rx={1}
      />
    );
  });
}

function OpenMembers({ members, size, level, selectedMember, currentMember, addressOf }: GroupProps) {
  const rest = members.length - size.shown;
  const rows = Math.ceil(size.shown / size.columns);
  return (
    <>
      {members.slice(0, size.shown).map((member, at) => (
        <Member
          key={member.key}
          job={member}
          x={10 + (at % size.columns) * (size.memberWidth + MEMBER_GAP)}
          y={GROUP_HEAD + Math.floor(at / size.columns) * (MEMBER_HEIGHT + MEMBER_GAP)}
          width={size.memberWidth}
          level={level}
          isSelected={member.key === selectedMember}
          isCurrent={member.key === currentMember}
          address={addressOf(member.key)}
        />
      ))}
      {rest > 0 && (
        <text className="n-meta" x={12} y={GROUP_HEAD + rows * (MEMBER_HEIGHT + MEMBER_GAP) + 16}>
          and {rest} more, under Jobs
        </text>
      )}
    </>
  );
}

const Member = memo(function Member({
  job,
  x,
  y,
  width,
  level,
  isSelected,
  isCurrent,
  address,
}: {
  readonly job: JobView;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly level: Level;
  readonly isSelected: boolean;
  readonly isCurrent: boolean;
  readonly address: string;
}) {
  const shown = fitted(memberLabel(job), width - 32, MEMBER_SIZE);
  const now = useNow(LABEL_MS);
  return (
    <a
      className={`node member node-${job.status}${isSelected ? " sel" : ""}`}
      href={address}
      data-key={job.key}
      tabIndex={isCurrent ? 0 : -1}
      aria-current={isSelected ? "true" : undefined}
      aria-label={`${shown}, ${jobLabel(job, factOf(job, now))}`}
      style={{ transform: `translate(${x}px, ${y}px)` }}
    >
      <rect className="box" width={width} height={MEMBER_HEIGHT} rx={5} />
      <Mark job={job} x={7} y={7} size={14} />
      {(level === "middle" || level === "near") && (
        <text className="n-name" x={26} y={18.5}>
          {shown}
        </text>
      )}
    </a>
  );
});
